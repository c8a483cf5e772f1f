// The domains of a pool, with where each is reached. The primary Region's domain is served by all
// Regions; a secondary may have one besides, which it serves alone.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { useRegionTitle, useSession } from '../../api/session.js'
import { silentIn, useEachRegion } from '../../api/use-calls.js'
import { Change } from '../../parts/change.js'
import { Copied } from '../../parts/copied.js'
import { disabledBy } from '../../parts/paused.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure } from '../../parts/status.js'
import { CreateDomain } from './domains/create-domain.js'
import {
  type DomainRow,
  type DomainsAnswer,
  type DomainUrl,
  domainsOf,
  domainUrls,
} from './domains/domain-rows.js'

export function DomainsTab({
  pool,
}: {
  readonly pool: PoolView
  readonly rest: readonly string[]
}) {
  const { session } = useSession()
  const loaded = useEachRegion<DomainsAnswer>(
    {
      service: 'twinpool',
      operation: 'DescribeRegionalSettings',
      input: { UserPoolId: pool.Id },
    },
    { regions: pool.RegionNames },
  )
  const [isCreating, setCreating] = useState(false)
  const [deleted, setDeleted] = useState<DomainRow>()
  const answers = loaded.data ?? []
  const rows = domainsOf(pool, answers)
  const refused = answers.find(({ error }) => error !== undefined && !error.isUnreachable)?.error
  const silent = silentIn(answers)
  const reasonOf = (region: string) =>
    silent.includes(region) ? `${region} does not respond.` : undefined
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Domains" of={{ error: refused, reload: loaded.reload }} />
      <SilentRegions names={silent} what="domains that no other Region has" />
      <Table
        items={rows}
        trackBy="key"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading domains"
        columnDefinitions={columnsOf({
          urlsOf: (row) => domainUrls(session, { primaryRegion: pool.PrimaryRegion, row }),
          reasonOf,
          onDelete: setDeleted,
        })}
        empty={!refused && <Box textAlign="center">There is no domain yet.</Box>}
        header={
          <Header
            variant="h2"
            description="Where OAuth endpoints are reached: /oauth2/token below each URL."
            actions={<Button onClick={() => setCreating(true)}>Create domain</Button>}
          >
            Domains
          </Header>
        }
      />
      <NotYet />
      {isCreating && (
        <CreateDomain
          pool={pool}
          reasonOf={reasonOf}
          onClose={() => setCreating(false)}
          onDone={loaded.reload}
        />
      )}
      {deleted !== undefined && (
        <DeleteDomain
          pool={pool}
          row={deleted}
          onClose={() => setDeleted(undefined)}
          onDone={loaded.reload}
        />
      )}
    </SpaceBetween>
  )
}

function columnsOf(on: {
  readonly urlsOf: (row: DomainRow) => readonly DomainUrl[]
  readonly reasonOf: (region: string) => string | undefined
  readonly onDelete: (row: DomainRow) => void
}) {
  return [
    { id: 'domain', header: 'Domain', isRowHeader: true, cell: ({ domain }: DomainRow) => domain },
    {
      id: 'served',
      header: 'Served by',
      minWidth: 140,
      cell: ({ regions, isShared }: DomainRow) =>
        isShared ? regions.join(', ') : `${regions.join(', ')} alone`,
    },
    {
      id: 'urls',
      header: 'URLs',
      minWidth: 280,
      cell: (row: DomainRow) => <Urls domain={row.domain} urls={on.urlsOf(row)} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: (row: DomainRow) => (
        <Button
          variant="inline-link"
          ariaLabel={`Delete ${row.domain}`}
          {...disabledBy(on.reasonOf(row.owner))}
          onClick={() => on.onDelete(row)}
        >
          Delete
        </Button>
      ),
    },
  ]
}

const ADDRESSES = { public: 'Public address', edge: 'Edge, from a Region that is up' }

function Urls({ domain, urls }: { readonly domain: string; readonly urls: readonly DomainUrl[] }) {
  const titleOf = useRegionTitle()
  return (
    <SpaceBetween size="xs">
      {urls.map(({ of, url }) => (
        <div key={url} className="wrap">
          <Box variant="awsui-key-label">
            {typeof of === 'string' ? ADDRESSES[of] : titleOf(of.region)}
          </Box>
          <Copied value={url} what={`the URL of ${domain}`} />
        </div>
      ))}
    </SpaceBetween>
  )
}

function NotYet() {
  return (
    <Alert type="info" header="Not available yet">
      <SpaceBetween size="xxs">
        <StatusIndicator type="pending">Custom domains (UpdateUserPoolDomain)</StatusIndicator>
        <StatusIndicator type="pending">Managed login pages and their branding</StatusIndicator>
      </SpaceBetween>
    </Alert>
  )
}

function DeleteDomain({
  pool,
  row,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  readonly row: DomainRow
  readonly onClose: () => void
  readonly onDone: () => Promise<void>
}) {
  return (
    <Change
      title="Delete domain"
      action="Delete"
      region={row.owner}
      calls={[ofPool(pool, 'DeleteUserPoolDomain', { Domain: row.domain })]}
      typed={row.domain}
      done={`The domain ${row.domain} was deleted.`}
      onClose={onClose}
      onDone={onDone}
    >
      Machines that ask for tokens there are refused in {row.regions.join(' and ')}.
    </Change>
  )
}
