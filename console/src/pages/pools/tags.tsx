// The tags of a user pool. Each Region has its own; they do not follow the primary's.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { poolArn } from '#domain/arn.js'
import { userPools } from '../../api/cognito.js'
import { useRegionTitle, useSession } from '../../api/session.js'
import { useCall } from '../../api/use-calls.js'
import { useAsk } from '../../parts/ask.js'
import { Change } from '../../parts/change.js'
import { LoadFailure } from '../../parts/status.js'
import type { PoolTabProps } from './tab.js'

interface Place {
  readonly region: string
  readonly arn: string
}

interface Tag {
  readonly key: string
  readonly value: string
}

export function TagsTab({ pool }: PoolTabProps) {
  const { accountId } = useSession().session
  return (
    <SpaceBetween size="l">
      {pool.RegionNames.length > 1 && (
        <Alert type="info">
          Each Region has tags of its own. What is added or removed in one Region stays as it is in
          the others.
        </Alert>
      )}
      {pool.RegionNames.map((region) => (
        <RegionTags key={region} region={region} arn={poolArn({ region, accountId }, pool.Id)} />
      ))}
    </SpaceBetween>
  )
}

function RegionTags({ region, arn }: Place) {
  const titleOf = useRegionTitle()
  const loaded = useCall<{ readonly Tags?: Readonly<Record<string, string>> }>(
    region,
    userPools('ListTagsForResource', { ResourceArn: arn }),
  )
  const { ask, dialog } = useAsk()
  const [edited, setEdited] = useState<Tag>()
  const isUnreachable = loaded.error?.isUnreachable === true
  const off = isUnreachable
    ? { wrapText: false, disabled: true, disabledReason: `${region} does not respond.` }
    : { wrapText: false, disabled: loaded.data === undefined }

  function remove(key: string) {
    ask({
      title: `Remove the tag ${key}`,
      action: 'Remove tag',
      typed: key,
      region,
      calls: [userPools('UntagResource', { ResourceArn: arn, TagKeys: [key] })],
      done: `The tag ${key} was removed in ${region}.`,
      onDone: loaded.reload,
      children: `The tag is removed in ${region} only.`,
    })
  }

  const columns = [
    { id: 'key', header: 'Key', isRowHeader: true, cell: ({ key }: Tag) => key },
    { id: 'value', header: 'Value', cell: ({ value }: Tag) => value || '–' },
    {
      id: 'actions',
      header: 'Actions',
      cell: (tag: Tag) => (
        <SpaceBetween direction="horizontal" size="xs">
          <Button {...off} ariaLabel={`Edit ${tag.key}`} onClick={() => setEdited(tag)}>
            Edit
          </Button>
          <Button {...off} ariaLabel={`Remove ${tag.key}`} onClick={() => remove(tag.key)}>
            Remove
          </Button>
        </SpaceBetween>
      ),
    },
  ]
  const tags = Object.entries(loaded.data?.Tags ?? {}).map(([key, value]) => ({ key, value }))
  return (
    <SpaceBetween size="s">
      <LoadFailure what={`The tags in ${region}`} of={loaded} />
      <Table
        items={tags}
        trackBy="key"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading tags"
        columnDefinitions={columns}
        empty={<Box>{loaded.data === undefined ? '–' : 'There are no tags.'}</Box>}
        header={
          <Header
            variant="h2"
            counter={loaded.data && `(${tags.length})`}
            actions={
              <Button {...off} onClick={() => setEdited({ key: '', value: '' })}>
                Add tag
              </Button>
            }
          >
            {titleOf(region)}
          </Header>
        }
      />
      {dialog}
      {edited !== undefined && (
        <TagForm
          {...{ region, arn }}
          tag={edited}
          onClose={() => setEdited(undefined)}
          onDone={loaded.reload}
        />
      )}
    </SpaceBetween>
  )
}

function TagForm({
  region,
  arn,
  tag,
  onClose,
  onDone,
}: Place & {
  /** The tag to edit; one with no key for another. */
  readonly tag: Tag
  readonly onClose: () => void
  readonly onDone: () => unknown
}) {
  const isNew = tag.key === ''
  const [key, setKey] = useState(tag.key)
  const [value, setValue] = useState(tag.value)
  const name = isNew ? key.trim() : tag.key
  const action = isNew ? 'Add tag' : 'Save tag'
  return (
    <Change
      title={`${action} in ${region}`}
      action={action}
      region={region}
      calls={[userPools('TagResource', { ResourceArn: arn, Tags: { [name]: value } })]}
      isReady={name !== ''}
      done={`The tag ${name} was saved in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Key">
        <Input disabled={!isNew} value={key} onChange={({ detail }) => setKey(detail.value)} />
      </FormField>
      <FormField label="Value">
        <Input value={value} onChange={({ detail }) => setValue(detail.value)} />
      </FormField>
    </Change>
  )
}
