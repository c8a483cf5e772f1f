// The tags of a key in a Region.
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { kms } from '../../api/kms.js'
import { Change } from '../../parts/change.js'
import { type DialogProps, KeyEntries, type KeyProps } from './key-entries.js'

interface Tag {
  readonly TagKey: string
  readonly TagValue: string
}

export function KeyTags(props: KeyProps) {
  return (
    <KeyEntries<Tag>
      {...props}
      list={{ operation: 'ListResourceTags', member: 'Tags' }}
      what={{ many: 'tags', one: 'tag' }}
      columns={[
        { id: 'key', header: 'Tag', cell: ({ TagKey }) => TagKey },
        { id: 'value', header: 'Value', cell: ({ TagValue }) => TagValue || '–' },
      ]}
      idOf={({ TagKey }) => TagKey}
      add={{ text: 'Set tag', dialog: (dialog) => <SetTag {...dialog} /> }}
      remove={{ text: 'Remove', dialog: (dialog, tag) => <RemoveTag {...dialog} tag={tag} /> }}
    />
  )
}

function SetTag({ region, keyId, onClose, onDone }: DialogProps) {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const input = { KeyId: keyId, Tags: [{ TagKey: name, TagValue: value }] }
  return (
    <Change
      title={`Set a tag in ${region}`}
      action="Set tag"
      region={region}
      calls={[kms('TagResource', input)]}
      isReady={name !== ''}
      done={`The tag ${name} was set in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Tag" description="One that is there gets the new value.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label="Value">
        <Input value={value} onChange={({ detail }) => setValue(detail.value)} />
      </FormField>
    </Change>
  )
}

function RemoveTag({
  region,
  keyId,
  tag: { TagKey },
  onClose,
  onDone,
}: DialogProps & { readonly tag: Tag }) {
  const input = { KeyId: keyId, TagKeys: [TagKey] }
  return (
    <Change
      title={`Remove the tag in ${region}`}
      action="Remove tag"
      region={region}
      calls={[kms('UntagResource', input)]}
      typed={TagKey}
      done={`The tag ${TagKey} was removed in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <p>Remove the tag {TagKey}. Policies that have a condition on it no longer see it.</p>
    </Change>
  )
}
