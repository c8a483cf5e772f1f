// Who still uses the ORIGINAL issuer, so that nobody is left behind.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { type OriginalUse, originalUses } from '#domain/replica/original-uses.js'
import type { Members } from '../../api/client.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { allPages, useLoaded } from '../../api/use-calls.js'
import { agoOf, countOf } from '../../parts/format.js'
import { LoadFailure } from '../../parts/status.js'

const DAYS = 14
const EVERY_MS = 15_000

export function EndpointUses({ pool }: { readonly pool: PoolView }) {
  const { call } = useSession()
  // What other Regions counted arrives in the one that is asked.
  const { Id: UserPoolId, readRegion } = pool
  const loaded = useLoaded(
    `uses ${UserPoolId} ${readRegion}`,
    () =>
      allPages<Members>(
        (each) => call(readRegion, each),
        { service: 'twinpool', operation: 'ListEndpointUses', input: { UserPoolId, Days: DAYS } },
        'Uses',
      ),
    { everyMs: EVERY_MS },
  )
  const { data } = loaded
  const uses = data && originalUses(data)
  return (
    <Table
      header={
        <Header
          variant="h2"
          counter={uses && `(${uses.length})`}
          description={`Requests of ${DAYS} days. Move these callers before the type is changed.`}
        >
          Who still uses ORIGINAL
        </Header>
      }
      items={uses ?? []}
      trackBy={idOf}
      loading={loaded.isLoading && data === undefined}
      loadingText="Loading uses"
      wrapLines
      columnDefinitions={COLUMNS}
      empty={
        data === undefined ? (
          <LoadFailure what="Uses of the endpoints" of={loaded} />
        ) : (
          <Box textAlign="center">Nobody used them.</Box>
        )
      }
    />
  )
}

const idOf = ({ clientId, kind, host, userAgent }: OriginalUse) =>
  JSON.stringify([clientId, kind, host, userAgent])

const COLUMNS = [
  {
    id: 'client',
    header: 'App client',
    isRowHeader: true,
    cell: ({ clientId }: OriginalUse) => clientId ?? 'Not known',
  },
  { id: 'kind', header: 'What', cell: ({ kind }: OriginalUse) => kind },
  { id: 'host', header: 'Host', cell: ({ host }: OriginalUse) => host },
  { id: 'agent', header: 'User agent', cell: ({ userAgent }: OriginalUse) => userAgent || '–' },
  { id: 'calls', header: 'Calls', cell: ({ calls }: OriginalUse) => countOf(calls) },
  { id: 'seen', header: 'Last seen', cell: ({ lastSeen }: OriginalUse) => agoOf(lastSeen) },
]
