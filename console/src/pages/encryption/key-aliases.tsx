// The aliases of a key in a Region.
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { kms } from '../../api/kms.js'
import { Change } from '../../parts/change.js'
import { type DialogProps, KeyEntries, type KeyProps } from './key-entries.js'
import type { Alias } from './keys.js'

const PREFIX = 'alias/'

export function KeyAliases(props: KeyProps) {
  return (
    <KeyEntries<Alias>
      {...props}
      list={{ operation: 'ListAliases', member: 'Aliases' }}
      what={{ many: 'aliases', one: 'alias' }}
      columns={[{ id: 'name', header: 'Alias', cell: ({ AliasName }) => AliasName }]}
      idOf={({ AliasName }) => AliasName}
      add={{ text: 'Create alias', dialog: (dialog) => <CreateAlias {...dialog} /> }}
      remove={{
        text: 'Delete',
        dialog: (dialog, alias) => <DeleteAlias {...dialog} alias={alias} />,
      }}
    />
  )
}

function CreateAlias({ region, keyId, onClose, onDone }: DialogProps) {
  const [name, setName] = useState(PREFIX)
  const input = { AliasName: name, TargetKeyId: keyId }
  return (
    <Change
      title={`Create an alias in ${region}`}
      action="Create alias"
      region={region}
      calls={[kms('CreateAlias', input)]}
      isReady={name.startsWith(PREFIX) && name.length > PREFIX.length}
      done={`The alias ${name} was created in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Name" constraintText='It begins with "alias/".'>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
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
      title={`Delete the alias in ${region}`}
      action="Delete alias"
      region={region}
      calls={[kms('DeleteAlias', { AliasName })]}
      typed={AliasName}
      done={`The alias ${AliasName} was deleted in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <p>The key stays, and so do user pools: they know it by its ARN.</p>
    </Change>
  )
}
