// The users of a pool: a list that can be searched by what ListUsers can filter by, in pages, and a
// page of each user.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { filterText } from '#domain/user/filter.js'
import { ofPool, type UserRow } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { usePoolCall } from '../../../api/use-calls.js'
import { ChangeButton } from '../../../parts/ask.js'
import { ListPages, usePageToken } from '../../../parts/list-pages.js'
import { LoadFailure } from '../../../parts/status.js'
import { goTo, hrefOf } from '../../../route.js'
import type { PoolTabProps } from '../tab.js'
import { userColumns } from './columns.js'
import { CreateUser } from './create-user.js'
import { Search, useSearch } from './search.js'
import { UserPage } from './user.js'

export function UsersTab({ pool, rest: [username] }: PoolTabProps) {
  if (username !== undefined) return <UserPage pool={pool} username={username} />
  return <Users pool={pool} />
}

const PAGE = 20

function Users({ pool }: { readonly pool: PoolView }) {
  const [isCreating, setCreating] = useState(false)
  const filter = useSearch()
  const token = usePageToken()
  const loaded = usePoolCall<{
    readonly Users: readonly UserRow[]
    readonly PaginationToken?: string
  }>(
    pool,
    ofPool(pool, 'ListUsers', {
      Limit: PAGE,
      ...(filter && { Filter: filterText(filter) }),
      ...(token !== undefined && { PaginationToken: token }),
    }),
  )
  const isFirst = token === undefined && filter === undefined
  return (
    <SpaceBetween size="l">
      <Search />
      <LoadFailure what="Users" of={loaded} />
      <Table
        items={loaded.data?.Users ?? []}
        trackBy="Username"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading users"
        columnDefinitions={userColumns(pool)}
        empty={
          loaded.data && (
            <Box textAlign="center">
              {loaded.data.PaginationToken !== undefined
                ? 'None of those that were looked at; there are more on the next page.'
                : isFirst
                  ? 'There are no users yet.'
                  : 'There is no such user.'}
            </Box>
          )
        }
        header={
          <Header
            variant="h2"
            actions={
              <ChangeButton pool={pool} variant="primary" onClick={() => setCreating(true)}>
                Create user
              </ChangeButton>
            }
          >
            Users
          </Header>
        }
        footer={<ListPages next={loaded.data?.PaginationToken} />}
      />
      {isCreating && (
        <CreateUser
          pool={pool}
          onClose={() => setCreating(false)}
          onDone={(username) => goTo(hrefOf('pools', pool.Id, 'users', username))}
        />
      )}
    </SpaceBetween>
  )
}
