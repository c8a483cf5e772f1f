// The aliases of a key in a Region.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { Change } from '../../parts/change.js'
import { LoadFailure } from '../../parts/status.js'
import { type Alias, useListOfKey } from './keys.js'

const PREFIX = 'alias/'

export function KeyAliases({ region, keyId }: { readonly region: string; readonly keyId: string }) {
  const loaded = useListOfKey<Alias>(region, keyId, 'ListAliases', 'Aliases')
  const [open, setOpen] = useState<'create' | Alias>()
  const props = { region, keyId, onClose: () => setOpen(undefined), onDone: loaded.reload }
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Aliases" of={loaded} />
      <Table
        items={loaded.data ?? []}
        trackBy="AliasName"
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading aliases"
        empty={loaded.data && <Box textAlign="center">The key has no alias in {region}.</Box>}
        columnDefinitions={[
          {
            id: 'name',
            header: 'Alias',
            isRowHeader: true,
            cell: ({ AliasName }: Alias) => AliasName,
          },
          {
            id: 'delete',
            header: 'Change',
            cell: (alias: Alias) => (
              <Button
                variant="inline-link"
                ariaLabel={`Delete ${alias.AliasName}`}
                onClick={() => setOpen(alias)}
              >
                Delete
              </Button>
            ),
          },
        ]}
        header={
          <Header actions={<Button onClick={() => setOpen('create')}>Create alias</Button>}>
            Aliases in {region}
          </Header>
        }
      />
      {open === 'create' && <CreateAlias {...props} />}
      {open !== undefined && open !== 'create' && <DeleteAlias {...props} alias={open} />}
    </SpaceBetween>
  )
}

interface DialogProps {
  readonly region: string
  readonly keyId: string
  readonly onClose: () => void
  readonly onDone: () => unknown
}

function CreateAlias({ region, keyId, onClose, onDone }: DialogProps) {
  const [name, setName] = useState(PREFIX)
  const input = { AliasName: name, TargetKeyId: keyId }
  return (
    <Change
      title="Create alias"
      action="Create alias"
      region={region}
      calls={[{ service: 'kms', operation: 'CreateAlias', input }]}
      isReady={name.startsWith(PREFIX) && name.length > PREFIX.length}
      done={`The alias ${name} was created in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Name" constraintText='It begins with "alias/".'>
        <Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Change>
  )
}

function DeleteAlias({
  region,
  alias: { AliasName },
  onClose,
  onDone,
}: DialogProps & { readonly alias: Alias }) {
  return (
    <Change
      title="Delete alias"
      action="Delete alias"
      region={region}
      calls={[{ service: 'kms', operation: 'DeleteAlias', input: { AliasName } }]}
      done={`The alias ${AliasName} was deleted in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <p>The key stays, and so do user pools: they know it by its ARN.</p>
    </Change>
  )
}
