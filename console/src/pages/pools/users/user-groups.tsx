// The groups that a user is in.
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { type Group, ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { useSession } from '../../../api/session.js'
import { allPages, useLoaded } from '../../../api/use-calls.js'
import { ChangeButton, useAsk } from '../../../parts/ask.js'
import { Change } from '../../../parts/change.js'
import { LoadFailure } from '../../../parts/status.js'
import { hrefOf } from '../../../route.js'
import type { UserPartProps } from './user.js'

type Part = Pick<UserPartProps, 'pool' | 'user'>

const PAGE = 60

function useGroups(
  pool: PoolView,
  operation: 'ListGroups' | 'AdminListGroupsForUser',
  input: Readonly<Record<string, string>> = {},
) {
  const { call } = useSession()
  const what = ofPool(pool, operation, { ...input, Limit: PAGE })
  const from = pool.readRegion
  return useLoaded(
    JSON.stringify(what),
    () => allPages<Group>((each) => call(from, each), what, 'Groups'),
    { from },
  )
}

export function UserGroups({ pool, user }: Part) {
  const target = { Username: user.Username }
  const loaded = useGroups(pool, 'AdminListGroupsForUser', target)
  const { ask, dialog } = useAsk()
  const [isAdding, setAdding] = useState(false)
  const groups = loaded.data ?? []

  function remove(GroupName: string) {
    ask({
      title: `Remove ${user.Username} from ${GroupName}`,
      action: 'Remove from group',
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'AdminRemoveUserFromGroup', { ...target, GroupName })],
      done: `The user is not in ${GroupName} any more.`,
      onDone: loaded.reload,
      children: 'Tokens that were issued name the group until they expire.',
    })
  }

  return (
    <SpaceBetween size="s">
      <LoadFailure what="The groups of the user" of={loaded} />
      <Table
        items={groups}
        trackBy="GroupName"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading groups"
        empty={loaded.data && <Box>The user is in no group.</Box>}
        header={
          <Header
            variant="h2"
            counter={loaded.data && `(${groups.length})`}
            actions={
              <ChangeButton pool={pool} onClick={() => setAdding(true)}>
                Add to group
              </ChangeButton>
            }
          >
            Groups
          </Header>
        }
        columnDefinitions={[
          {
            id: 'name',
            header: 'Group',
            isRowHeader: true,
            cell: ({ GroupName }: Group) => (
              <Link href={hrefOf('pools', pool.Id, 'groups', GroupName)}>{GroupName}</Link>
            ),
          },
          {
            id: 'precedence',
            header: 'Precedence',
            cell: ({ Precedence }: Group) => Precedence ?? '–',
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: ({ GroupName }: Group) => (
              <ChangeButton
                pool={pool}
                ariaLabel={`Remove from ${GroupName}`}
                onClick={() => remove(GroupName)}
              >
                Remove
              </ChangeButton>
            ),
          },
        ]}
      />
      {dialog}
      {isAdding && (
        <AddToGroup
          {...{ pool, user }}
          isIn={new Set(groups.map(({ GroupName }) => GroupName))}
          onClose={() => setAdding(false)}
          onDone={loaded.reload}
        />
      )}
    </SpaceBetween>
  )
}

function AddToGroup({
  pool,
  user,
  isIn,
  onClose,
  onDone,
}: Part & {
  readonly isIn: ReadonlySet<string>
  readonly onClose: () => void
  readonly onDone: () => unknown
}) {
  const [GroupName, setGroupName] = useState('')
  const all = useGroups(pool, 'ListGroups')
  const names = (all.data ?? []).map((group) => group.GroupName).filter((name) => !isIn.has(name))
  const input = { Username: user.Username, GroupName }
  return (
    <Change
      title={`Add ${user.Username} to a group`}
      action="Add to group"
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, 'AdminAddUserToGroup', input)]}
      isReady={GroupName !== ''}
      done={`The user is in ${GroupName}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <LoadFailure what="The groups" of={all} />
      <FormField label="Group">
        <Select
          filteringType="auto"
          placeholder="Choose a group"
          empty="There is no other group."
          statusType={all.isLoading && all.data === undefined ? 'loading' : 'finished'}
          loadingText="Loading groups"
          selectedOption={GroupName === '' ? null : { value: GroupName, label: GroupName }}
          options={names.map((name) => ({ value: name, label: name }))}
          onChange={({ detail }) => setGroupName(detail.selectedOption.value ?? '')}
        />
      </FormField>
    </Change>
  )
}
