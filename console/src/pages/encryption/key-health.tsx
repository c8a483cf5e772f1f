// How the keys of user pools are in each Region, as periodic checks find them, and how they were.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { PoolView } from '../../api/pools.js'
import { isNothingTold, useCall, useRowsOfRegions } from '../../api/use-calls.js'
import { agoOf, momentOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'
import { LoadFailure, Status } from '../../parts/status.js'
import { hrefOf } from '../../route.js'

interface Health {
  readonly RegionName: string
  readonly UserPoolId: string
  readonly KmsKeyArn: string
  readonly State: 'USABLE' | 'REFUSED'
  readonly FailedAction?: string
  readonly Reason?: string
  readonly Since?: number
  readonly CheckedAt?: number
}

const LIST = { service: 'twinpool', operation: 'ListKeyHealth', input: {} } as const
const EVERY_MS = 10_000

export function KeyHealth({
  pools,
  isOfKey = false,
}: {
  readonly pools: readonly PoolView[]
  /** Shows these pools only. */
  readonly isOfKey?: boolean
}) {
  const { data: answers } = useRowsOfRegions<Health>(LIST, 'KeyHealth', { everyMs: EVERY_MS })
  const [shown, setShown] = useState<Health>()
  const names = new Map(pools.map(({ Id, Name }) => [Id, Name]))
  const rows = (answers ?? [])
    .flatMap(({ output }) => output ?? [])
    .filter(({ UserPoolId }) => !isOfKey || names.has(UserPoolId))
    .toSorted(
      (a, b) =>
        a.UserPoolId.localeCompare(b.UserPoolId) || a.RegionName.localeCompare(b.RegionName),
    )
  return (
    <SpaceBetween size="l">
      <Refusals what="Key health" answers={answers} />
      <Table
        items={rows}
        loading={answers === undefined}
        loadingText="Loading key health"
        columnDefinitions={columnsOf(names, setShown).filter(({ id }) => !isOfKey || id !== 'key')}
        empty={
          <Box textAlign="center">
            {isNothingTold(answers ?? [])
              ? 'No Region told.'
              : 'No key of a user pool was checked yet: it is done regularly.'}
          </Box>
        }
        header={
          <Header description="Regions make the service's own calls with the key of each pool.">
            Key health of user pools
          </Header>
        }
      />
      {shown !== undefined && (
        <History
          of={shown}
          name={names.get(shown.UserPoolId) ?? shown.UserPoolId}
          onClose={() => setShown(undefined)}
        />
      )}
    </SpaceBetween>
  )
}

function columnsOf(names: ReadonlyMap<string, string>, onShow: (row: Health) => void) {
  return [
    {
      id: 'pool',
      header: 'User pool',
      isRowHeader: true,
      cell: ({ UserPoolId }: Health) => (
        <Link href={hrefOf('pools', UserPoolId)}>{names.get(UserPoolId) ?? UserPoolId}</Link>
      ),
    },
    { id: 'region', header: 'Region', cell: ({ RegionName }: Health) => RegionName },
    { id: 'state', header: 'State', cell: (row: Health) => <State of={row} /> },
    { id: 'since', header: 'Since', cell: ({ Since }: Health) => momentOf(Since) },
    { id: 'checked', header: 'Checked', cell: ({ CheckedAt }: Health) => agoOf(CheckedAt) },
    {
      id: 'history',
      header: 'History',
      cell: (row: Health) => (
        <Button
          variant="inline-link"
          ariaLabel={`Show the history of ${row.UserPoolId} in ${row.RegionName}`}
          onClick={() => onShow(row)}
        >
          Show
        </Button>
      ),
    },
    {
      id: 'key',
      header: 'Key',
      cell: ({ KmsKeyArn }: Health) => KmsKeyArn.replace(/^.*\//, ''),
    },
  ]
}

function State({ of: { State: state, FailedAction, Reason } }: { readonly of: Health }) {
  return (
    <>
      <Status of={state} />
      {Reason !== undefined && (
        <Box color="text-body-secondary" fontSize="body-s">
          {FailedAction}: {Reason}
        </Box>
      )}
    </>
  )
}

function History({
  of: { RegionName, UserPoolId },
  name,
  onClose,
}: {
  readonly of: Health
  readonly name: string
  readonly onClose: () => void
}) {
  const loaded = useCall<{ KeyHealth: readonly Health[] }>(RegionName, {
    ...LIST,
    input: { UserPoolId },
  })
  return (
    <Modal
      visible
      size="large"
      header={`The key of ${name} in ${RegionName}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
    >
      <LoadFailure what="The history" of={loaded} />
      <Table
        variant="embedded"
        items={loaded.data?.KeyHealth ?? []}
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading the history"
        empty="Nothing is recorded."
        columnDefinitions={[
          {
            id: 'since',
            header: 'Since',
            isRowHeader: true,
            cell: ({ Since }: Health) => momentOf(Since),
          },
          { id: 'state', header: 'State', cell: (row: Health) => <State of={row} /> },
          {
            id: 'checked',
            header: 'Last checked',
            cell: ({ CheckedAt }: Health) => momentOf(CheckedAt),
          },
        ]}
      />
    </Modal>
  )
}
