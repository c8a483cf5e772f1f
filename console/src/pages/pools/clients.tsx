// The app clients of a pool: the list, and below it a page for each.
import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import type { Structure } from '#domain/settings/resent.js'
import { ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { allPages, useLoaded } from '../../api/use-calls.js'
import { ChangeButton } from '../../parts/ask.js'
import { Change } from '../../parts/change.js'
import { Copied } from '../../parts/copied.js'
import { changed } from '../../parts/field.js'
import { FieldInputs } from '../../parts/field-inputs.js'
import { LoadFailure } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { ClientPage } from './clients/client.js'
import { NEW_CLIENT } from './clients/client-fields.js'
import { NewSecret } from './clients/new-secret.js'

interface ClientRow {
  readonly ClientId: string
  readonly ClientName: string
}

export function ClientsTab({
  pool,
  rest,
}: {
  readonly pool: PoolView
  readonly rest: readonly string[]
}) {
  const [clientId] = rest
  return clientId === undefined ? (
    <ClientList pool={pool} />
  ) : (
    <ClientPage pool={pool} clientId={clientId} />
  )
}

function useClients(pool: PoolView) {
  const { call } = useSession()
  const what = ofPool(pool, 'ListUserPoolClients', { MaxResults: 60 })
  const from = pool.readRegion
  return useLoaded(
    `clients of ${pool.Id}`,
    () => allPages<ClientRow>((each) => call(from, each), what, 'UserPoolClients'),
    { from },
  )
}

function ClientList({ pool }: { readonly pool: PoolView }) {
  const loaded = useClients(pool)
  const [isCreating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string>()
  const { items, filterProps, collectionProps } = useCollection(loaded.data ?? [], {
    filtering: { fields: ['ClientName', 'ClientId'] },
    sorting: { defaultState: { sortingColumn: { sortingField: 'ClientName' } } },
  })
  return (
    <SpaceBetween size="l">
      <LoadFailure what="App clients" of={loaded} />
      {secret !== undefined && <NewSecret value={secret} onClose={() => setSecret(undefined)} />}
      <Table
        {...collectionProps}
        items={items}
        trackBy="ClientId"
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading app clients"
        columnDefinitions={columnsOf(pool)}
        filter={<TextFilter {...filterProps} filteringPlaceholder="Find app clients" />}
        empty={loaded.data && <Box textAlign="center">There is no app client yet.</Box>}
        header={
          <Header
            variant="h2"
            counter={loaded.data && `(${loaded.data.length})`}
            actions={
              <ChangeButton pool={pool} onClick={() => setCreating(true)}>
                Create app client
              </ChangeButton>
            }
          >
            App clients
          </Header>
        }
      />
      {isCreating && (
        <CreateClient
          pool={pool}
          onClose={() => setCreating(false)}
          onDone={(made) => {
            setSecret(made)
            return loaded.reload()
          }}
        />
      )}
    </SpaceBetween>
  )
}

const columnsOf = (pool: PoolView) => [
  {
    id: 'name',
    header: 'Name',
    sortingField: 'ClientName',
    isRowHeader: true,
    cell: ({ ClientId, ClientName }: ClientRow) => (
      <Link href={hrefOf('pools', pool.Id, 'clients', ClientId)}>{ClientName}</Link>
    ),
  },
  {
    id: 'id',
    header: 'Client ID',
    sortingField: 'ClientId',
    cell: ({ ClientId }: ClientRow) => <Copied value={ClientId} what="client ID" />,
  },
]

function CreateClient({
  pool,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  readonly onClose: () => void
  /** With the secret of the new client, if it has one. */
  readonly onDone: (secret: string | undefined) => unknown
}) {
  const [input, setInput] = useState<Structure>({
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  })
  const name = String(input['ClientName'] ?? '').trim()
  return (
    <Change
      title="Create app client"
      action="Create app client"
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, 'CreateUserPoolClient', { ...input, ClientName: name })]}
      isReady={name !== ''}
      done={`The app client ${name} was created.`}
      onClose={onClose}
      onDone={({ UserPoolClient: made }) =>
        onDone((made as { ClientSecret?: string } | undefined)?.ClientSecret)
      }
    >
      <FieldInputs
        fields={NEW_CLIENT}
        values={input}
        onChange={(path, value) => setInput((before) => changed(before, { [path]: value }))}
      />
    </Change>
  )
}
