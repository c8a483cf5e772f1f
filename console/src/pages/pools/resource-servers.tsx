// The resource servers of a pool, whose scopes app clients are given.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { allPages, useLoaded } from '../../api/use-calls.js'
import { ChangeButton } from '../../parts/ask.js'
import { Change } from '../../parts/change.js'
import { Copied } from '../../parts/copied.js'
import { LoadFailure } from '../../parts/status.js'
import { EditResourceServer } from './resource-servers/edit-resource-server.js'
import type { ResourceServer } from './resource-servers/scope-lines.js'

interface TabProps {
  readonly pool: PoolView
}

function useResourceServers({ pool }: TabProps) {
  const { call } = useSession()
  const what = ofPool(pool, 'ListResourceServers', { MaxResults: 50 })
  const from = pool.readRegion
  return useLoaded(
    `resource servers of ${pool.Id}`,
    () => allPages<ResourceServer>((each) => call(from, each), what, 'ResourceServers'),
    { from },
  )
}

export function ResourceServersTab({ pool }: TabProps & { readonly rest: readonly string[] }) {
  const loaded = useResourceServers({ pool })
  const [edited, setEdited] = useState<ResourceServer | 'new'>()
  const [deleted, setDeleted] = useState<ResourceServer>()
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Resource servers" of={loaded} />
      <Table
        items={loaded.data ?? []}
        trackBy="Identifier"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading resource servers"
        columnDefinitions={columnsOf(pool, { onEdit: setEdited, onDelete: setDeleted })}
        empty={loaded.data && <Box textAlign="center">There is no resource server yet.</Box>}
        header={
          <Header
            variant="h2"
            counter={loaded.data && `(${loaded.data.length})`}
            description="APIs, with the scopes that access tokens may have for them."
            actions={
              <ChangeButton pool={pool} onClick={() => setEdited('new')}>
                Create resource server
              </ChangeButton>
            }
          >
            Resource servers
          </Header>
        }
      />
      {edited !== undefined && (
        <EditResourceServer
          pool={pool}
          server={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onDone={loaded.reload}
        />
      )}
      {deleted !== undefined && (
        <Change
          title="Delete resource server"
          action="Delete"
          region={pool.PrimaryRegion}
          calls={[ofPool(pool, 'DeleteResourceServer', { Identifier: deleted.Identifier })]}
          typed={deleted.Name}
          done={`The resource server ${deleted.Name} was deleted.`}
          onClose={() => setDeleted(undefined)}
          onDone={loaded.reload}
        >
          App clients get no tokens with the scopes of {deleted.Identifier} any more.
        </Change>
      )}
    </SpaceBetween>
  )
}

function columnsOf(
  pool: PoolView,
  on: {
    readonly onEdit: (server: ResourceServer) => void
    readonly onDelete: (server: ResourceServer) => void
  },
) {
  return [
    { id: 'name', header: 'Name', isRowHeader: true, cell: ({ Name }: ResourceServer) => Name },
    {
      id: 'identifier',
      header: 'Identifier',
      minWidth: 220,
      cell: ({ Identifier }: ResourceServer) => <Copied value={Identifier} what="identifier" />,
    },
    {
      id: 'scopes',
      header: 'Scopes',
      minWidth: 140,
      cell: ({ Scopes = [] }: ResourceServer) =>
        Scopes.map(({ ScopeName }) => ScopeName).join(', ') || '–',
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: (server: ResourceServer) => (
        <SpaceBetween direction="horizontal" size="xs">
          <ChangeButton
            pool={pool}
            variant="inline-link"
            ariaLabel={`Edit ${server.Name}`}
            onClick={() => on.onEdit(server)}
          >
            Edit
          </ChangeButton>
          <ChangeButton
            pool={pool}
            variant="inline-link"
            ariaLabel={`Delete ${server.Name}`}
            onClick={() => on.onDelete(server)}
          >
            Delete
          </ChangeButton>
        </SpaceBetween>
      ),
    },
  ]
}
