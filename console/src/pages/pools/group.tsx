// A group: what it is, and its members.
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { type Group, ofPool, type UserRow } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { usePoolCall } from '../../api/use-calls.js'
import { ChangeButton, useAsk } from '../../parts/ask.js'
import { Change } from '../../parts/change.js'
import { momentOf } from '../../parts/format.js'
import { ListPages, usePageToken } from '../../parts/list-pages.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, hrefOf } from '../../route.js'
import { GroupForm } from './group-form.js'
import { userColumns } from './users/columns.js'

interface GroupProps {
  readonly pool: PoolView
  readonly name: string
}

export function GroupPage({ pool, name }: GroupProps) {
  const loaded = usePoolCall<{ readonly Group: Group }>(
    pool,
    ofPool(pool, 'GetGroup', { GroupName: name }),
  )
  const group = loaded.data?.Group
  return (
    <SpaceBetween size="l">
      <LoadFailure what={`The group ${name}`} of={loaded} />
      {group === undefined && loaded.isLoading && <Spinner size="large" />}
      {group !== undefined && <AboutGroup pool={pool} group={group} onChanged={loaded.reload} />}
      {group !== undefined && <Members pool={pool} name={group.GroupName} />}
    </SpaceBetween>
  )
}

function AboutGroup({
  pool,
  group,
  onChanged,
}: {
  readonly pool: PoolView
  readonly group: Group
  readonly onChanged: () => unknown
}) {
  const { ask, dialog } = useAsk()
  const [isEditing, setEditing] = useState(false)
  const { GroupName } = group

  function remove() {
    ask({
      title: `Delete ${GroupName}`,
      action: 'Delete group',
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'DeleteGroup', { GroupName })],
      done: `The group ${GroupName} was deleted.`,
      typed: GroupName,
      onDone: () => goTo(hrefOf('pools', pool.Id, 'groups')),
      children: 'Its members stay users of the user pool.',
    })
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <ChangeButton pool={pool} onClick={() => setEditing(true)}>
                Edit
              </ChangeButton>
              <ChangeButton pool={pool} onClick={remove}>
                Delete
              </ChangeButton>
            </SpaceBetween>
          }
        >
          <span className="wrap">{GroupName}</span>
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Description', value: group.Description || '–' },
          { label: 'Precedence', value: group.Precedence ?? '–' },
          { label: 'Role ARN', value: <span className="wrap">{group.RoleArn ?? '–'}</span> },
          { label: 'Created', value: momentOf(group.CreationDate) },
          { label: 'Last changed', value: momentOf(group.LastModifiedDate) },
        ]}
      />
      {dialog}
      {isEditing && (
        <GroupForm {...{ pool, group }} onClose={() => setEditing(false)} onDone={onChanged} />
      )}
    </Container>
  )
}

const PAGE = 20

function Members({ pool, name }: GroupProps) {
  const token = usePageToken()
  const { ask, dialog } = useAsk()
  const [isAdding, setAdding] = useState(false)
  const target = { GroupName: name }
  const loaded = usePoolCall<{ readonly Users: readonly UserRow[]; readonly NextToken?: string }>(
    pool,
    ofPool(pool, 'ListUsersInGroup', {
      ...target,
      Limit: PAGE,
      ...(token !== undefined && { NextToken: token }),
    }),
  )

  function remove(Username: string) {
    ask({
      title: `Remove ${Username} from ${name}`,
      action: 'Remove from group',
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'AdminRemoveUserFromGroup', { ...target, Username })],
      done: `${Username} is not in the group any more.`,
      onDone: loaded.reload,
      children: 'Tokens that were issued name the group until they expire.',
    })
  }

  const actions = {
    id: 'actions',
    header: 'Actions',
    cell: ({ Username }: UserRow) => (
      <ChangeButton pool={pool} ariaLabel={`Remove ${Username}`} onClick={() => remove(Username)}>
        Remove
      </ChangeButton>
    ),
  }
  return (
    <SpaceBetween size="s">
      <LoadFailure what="The members" of={loaded} />
      <Table
        items={loaded.data?.Users ?? []}
        trackBy="Username"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading members"
        columnDefinitions={[...userColumns(pool), actions]}
        empty={loaded.data && <Box textAlign="center">The group has no members.</Box>}
        header={
          <Header
            variant="h2"
            actions={
              <ChangeButton pool={pool} onClick={() => setAdding(true)}>
                Add member
              </ChangeButton>
            }
          >
            Members
          </Header>
        }
        footer={<ListPages next={loaded.data?.NextToken} />}
      />
      {dialog}
      {isAdding && (
        <AddMember {...{ pool, name }} onClose={() => setAdding(false)} onDone={loaded.reload} />
      )}
    </SpaceBetween>
  )
}

function AddMember({
  pool,
  name,
  onClose,
  onDone,
}: GroupProps & { readonly onClose: () => void; readonly onDone: () => unknown }) {
  const [text, setText] = useState('')
  const Username = text.trim()
  return (
    <Change
      title={`Add a member to ${name}`}
      action="Add member"
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, 'AdminAddUserToGroup', { GroupName: name, Username })]}
      isReady={Username !== ''}
      done={`${Username} is in the group.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="User" description="The user name, or an alias or the sub of the user.">
        <Input spellcheck={false} value={text} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
    </Change>
  )
}
