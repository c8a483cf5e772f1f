// The keys of the account to choose from; those that cannot be the pool's are shown with the
// reason. Keys are created and replicated from here, with a policy that fits from the start.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { PoolView } from '../../api/pools.js'
import type { Loaded } from '../../api/use-calls.js'
import { ChangeButton } from '../../parts/ask.js'
import { type AccountKey, type ChosenKey, nameOf } from './account-keys.js'
import { CreateKey, ReplicateKey } from './key-dialogs.js'

interface KeyPickerProps {
  readonly pool: PoolView
  readonly keys: Loaded<readonly AccountKey[]>
  readonly chosen: ChosenKey | undefined
  readonly onChoose: (arn: string) => void
  readonly onChanged: () => Promise<unknown>
}

export function KeyPicker({ pool, keys, chosen, onChoose, onChanged }: KeyPickerProps) {
  const [dialog, setDialog] = useState<'create' | 'replicate'>()
  const selected = keys.data?.filter(({ arn }) => arn === chosen?.arn) ?? []
  const [key] = selected
  const close = () => setDialog(undefined)
  return (
    <>
      <Table
        header={
          <KeysHeader pool={pool} whyNoReplica={whyNoReplica(key)} keys={keys} onOpen={setDialog} />
        }
        items={keys.data ?? []}
        trackBy="arn"
        loading={keys.isLoading && keys.data === undefined}
        loadingText="Loading keys"
        wrapLines
        selectionType="single"
        selectedItems={selected}
        isItemDisabled={({ reason }) => reason !== undefined}
        onSelectionChange={({ detail }) => {
          const arn = detail.selectedItems[0]?.arn
          if (arn !== undefined) onChoose(arn)
        }}
        ariaLabels={{
          selectionGroupLabel: 'Keys',
          itemSelectionLabel: (_, item) =>
            `${nameOf(item)}${item.reason ? `: ${item.reason}` : ''}`,
        }}
        columnDefinitions={COLUMNS}
        empty={
          <Box textAlign="center">
            {pool.paused === undefined ? 'There is no key yet.' : 'Keys cannot be listed now.'}
          </Box>
        }
      />
      {dialog === 'create' && (
        <CreateKey
          pool={pool}
          onClose={close}
          onCreated={async (arn) => {
            await onChanged()
            onChoose(arn)
          }}
        />
      )}
      {dialog === 'replicate' && key !== undefined && (
        <ReplicateKey pool={pool} chosen={key} onClose={close} onDone={onChanged} />
      )}
    </>
  )
}

function KeysHeader({
  pool,
  whyNoReplica,
  keys,
  onOpen,
}: {
  readonly pool: PoolView
  readonly whyNoReplica: string | undefined
  readonly keys: Loaded<unknown>
  readonly onOpen: (dialog: 'create' | 'replicate') => void
}) {
  return (
    <Header
      variant="h2"
      description={`Keys of ${pool.PrimaryRegion}.`}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel="Load the keys again"
            loading={keys.isLoading}
            onClick={() => void keys.reload()}
          />
          <ChangeButton pool={pool} reason={whyNoReplica} onClick={() => onOpen('replicate')}>
            Replicate key
          </ChangeButton>
          <ChangeButton pool={pool} onClick={() => onOpen('create')}>
            Create multi-Region key
          </ChangeButton>
        </SpaceBetween>
      }
    >
      Choose a key
    </Header>
  )
}

function whyNoReplica(key: AccountKey | undefined): string | undefined {
  if (key === undefined) return 'Choose a multi-Region key first.'
  return key.primaryRegion === undefined ? 'A single-Region key cannot be replicated.' : undefined
}

const COLUMNS = [
  {
    id: 'name',
    header: 'Key',
    minWidth: 180,
    isRowHeader: true,
    cell: (key: AccountKey) => (
      <>
        <div className="wrap">{nameOf(key)}</div>
        {key.description !== '' && <Box color="text-body-secondary">{key.description}</Box>}
      </>
    ),
  },
  {
    id: 'regions',
    header: 'Regions',
    minWidth: 130,
    cell: ({ regions }: AccountKey) => regions.join(', '),
  },
  {
    id: 'reason',
    header: 'Can be chosen',
    minWidth: 220,
    cell: ({ reason, regions }: AccountKey) => {
      if (reason !== undefined) return <StatusIndicator type="stopped">{reason}</StatusIndicator>
      if (regions.length > 1) return <StatusIndicator type="success">Yes</StatusIndicator>
      return (
        <StatusIndicator type="warning">Yes, but no other Region holds it yet.</StatusIndicator>
      )
    },
  },
]
