// The groups of a pool, with a page of each for its members.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { type Group, ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { usePoolCall } from '../../api/use-calls.js'
import { ChangeButton } from '../../parts/ask.js'
import { momentOf } from '../../parts/format.js'
import { ListPages, usePageToken } from '../../parts/list-pages.js'
import { LoadFailure } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { GroupPage } from './group.js'
import { GroupForm } from './group-form.js'
import type { PoolTabProps } from './tab.js'

export function GroupsTab({ pool, rest: [name] }: PoolTabProps) {
  if (name !== undefined) return <GroupPage pool={pool} name={name} />
  return <Groups pool={pool} />
}

const PAGE = 20

function Groups({ pool }: { readonly pool: PoolView }) {
  const token = usePageToken()
  const [isCreating, setCreating] = useState(false)
  const loaded = usePoolCall<{ readonly Groups: readonly Group[]; readonly NextToken?: string }>(
    pool,
    ofPool(pool, 'ListGroups', { Limit: PAGE, ...(token !== undefined && { NextToken: token }) }),
  )
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Groups" of={loaded} />
      <Table
        items={loaded.data?.Groups ?? []}
        trackBy="GroupName"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading groups"
        columnDefinitions={columnsFor(pool)}
        empty={loaded.data && <Box textAlign="center">There are no groups yet.</Box>}
        header={
          <Header
            variant="h2"
            actions={
              <ChangeButton pool={pool} variant="primary" onClick={() => setCreating(true)}>
                Create group
              </ChangeButton>
            }
          >
            Groups
          </Header>
        }
        footer={<ListPages next={loaded.data?.NextToken} />}
      />
      {isCreating && (
        <GroupForm pool={pool} onClose={() => setCreating(false)} onDone={loaded.reload} />
      )}
    </SpaceBetween>
  )
}

function columnsFor(pool: PoolView) {
  return [
    {
      id: 'name',
      header: 'Name',
      minWidth: 160,
      isRowHeader: true,
      cell: ({ GroupName }: Group) => (
        <Link href={hrefOf('pools', pool.Id, 'groups', GroupName)}>
          <span className="wrap">{GroupName}</span>
        </Link>
      ),
    },
    {
      id: 'description',
      header: 'Description',
      minWidth: 160,
      cell: ({ Description }: Group) => <span className="wrap">{Description || '–'}</span>,
    },
    {
      id: 'precedence',
      header: 'Precedence',
      cell: ({ Precedence }: Group) => Precedence ?? '–',
    },
    {
      id: 'created',
      header: 'Created',
      cell: ({ CreationDate }: Group) => momentOf(CreationDate),
    },
  ]
}
