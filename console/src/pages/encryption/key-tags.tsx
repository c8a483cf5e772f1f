// The tags of a key in a Region.
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
import { useListOfKey } from './keys.js'

interface Tag {
  readonly TagKey: string
  readonly TagValue: string
}

export function KeyTags({ region, keyId }: { readonly region: string; readonly keyId: string }) {
  const loaded = useListOfKey<Tag>(region, keyId, 'ListResourceTags', 'Tags')
  const [open, setOpen] = useState<'add' | Tag>()
  const props = { region, keyId, onClose: () => setOpen(undefined), onDone: loaded.reload }
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Tags" of={loaded} />
      <Table
        items={loaded.data ?? []}
        trackBy="TagKey"
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading tags"
        empty={loaded.data && <Box textAlign="center">The key has no tag in {region}.</Box>}
        columnDefinitions={[
          { id: 'key', header: 'Tag', isRowHeader: true, cell: ({ TagKey }: Tag) => TagKey },
          { id: 'value', header: 'Value', cell: ({ TagValue }: Tag) => TagValue || '–' },
          {
            id: 'delete',
            header: 'Change',
            cell: (tag: Tag) => (
              <Button
                variant="inline-link"
                ariaLabel={`Remove ${tag.TagKey}`}
                onClick={() => setOpen(tag)}
              >
                Remove
              </Button>
            ),
          },
        ]}
        header={
          <Header actions={<Button onClick={() => setOpen('add')}>Set tag</Button>}>
            Tags in {region}
          </Header>
        }
      />
      {open === 'add' && <SetTag {...props} />}
      {open !== undefined && open !== 'add' && <RemoveTag {...props} tag={open} />}
    </SpaceBetween>
  )
}

interface DialogProps {
  readonly region: string
  readonly keyId: string
  readonly onClose: () => void
  readonly onDone: () => unknown
}

function SetTag({ region, keyId, onClose, onDone }: DialogProps) {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const input = { KeyId: keyId, Tags: [{ TagKey: name, TagValue: value }] }
  return (
    <Change
      title="Set tag"
      action="Set tag"
      region={region}
      calls={[{ service: 'kms', operation: 'TagResource', input }]}
      isReady={name !== ''}
      done={`The tag ${name} was set in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Tag" description="One that is there gets the new value.">
        <Input autoFocus value={name} onChange={({ detail }) => setName(detail.value)} />
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
      title="Remove tag"
      action="Remove tag"
      region={region}
      calls={[{ service: 'kms', operation: 'UntagResource', input }]}
      done={`The tag ${TagKey} was removed in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <p>Remove the tag {TagKey}. Policies that have a condition on it no longer see it.</p>
    </Change>
  )
}
