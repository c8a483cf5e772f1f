// What a user pool is and where it is served: the identifiers and addresses that applications and
// resource servers are set up with.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { poolArn } from '#domain/arn.js'
import { type DescribedPool, ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { useRegionTitle, useSession } from '../../api/session.js'
import { type Loaded, usePoolCall } from '../../api/use-calls.js'
import { Copied } from '../../parts/copied.js'
import { countOf, lagOf, momentOf } from '../../parts/format.js'
import { LoadFailure, Status } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { Issuers } from './issuers.js'
import { ProtectAndDelete } from './protect-and-delete.js'
import type { PoolTabProps } from './tab.js'

export function OverviewTab({ pool }: PoolTabProps) {
  const described = usePoolCall<{ readonly UserPool: DescribedPool }>(
    pool,
    ofPool(pool, 'DescribeUserPool'),
  )
  return (
    <SpaceBetween size="l">
      <LoadFailure what="The description of the user pool" of={described} />
      <About pool={pool} described={described} />
      <PoolRegions pool={pool} />
      <Issuers pool={pool} />
      <Replication pool={pool} />
      <ProtectAndDelete
        pool={pool}
        described={described.data?.UserPool}
        onChanged={described.reload}
      />
    </SpaceBetween>
  )
}

function About({
  pool,
  described,
}: {
  readonly pool: PoolView
  readonly described: Loaded<{ readonly UserPool: DescribedPool }>
}) {
  const { session } = useSession()
  const arn = poolArn({ region: pool.PrimaryRegion, accountId: session.accountId }, pool.Id)
  const { UserPool: more } = described.data ?? {}
  return (
    <Container header={<Header variant="h2">About the user pool</Header>}>
      <KeyValuePairs
        columns={3}
        minColumnWidth={220}
        items={[
          { label: 'User pool ID', value: <Copied value={pool.Id} what="the ID" /> },
          { label: 'ARN', value: <Copied value={arn} what="the ARN" /> },
          { label: 'Plan', value: pool.UserPoolTier },
          { label: 'Encryption key', value: <Key arn={pool.KmsKeyArn} /> },
          {
            label: 'Deletion protection',
            value: more === undefined ? '–' : <Protection of={more.DeletionProtection} />,
          },
          { label: 'Estimated number of users', value: countOf(more?.EstimatedNumberOfUsers) },
          { label: 'Created', value: momentOf(pool.CreationDate) },
          { label: 'Last changed', value: momentOf(more?.LastModifiedDate) },
        ]}
      />
    </Container>
  )
}

function Protection({ of }: { readonly of: DescribedPool['DeletionProtection'] }) {
  return of === 'ACTIVE' ? 'Active' : 'Inactive'
}

function Key({ arn }: { readonly arn: string | undefined | null }) {
  if (arn === undefined || arn === null) return 'The key of the service'
  const keyId = arn.slice(arn.lastIndexOf('/') + 1)
  return (
    <SpaceBetween size="xxs">
      <Link href={hrefOf('encryption', keyId)}>
        <span className="wrap">{keyId}</span>
      </Link>
      <Copied value={arn} what="the ARN of the key" />
    </SpaceBetween>
  )
}

function PoolRegions({ pool }: { readonly pool: PoolView }) {
  const { session } = useSession()
  const titleOf = useRegionTitle()
  const { accountId, edge } = session
  const rows = pool.RegionNames.map((region) => ({
    region,
    seen: pool.seenIn.find((each) => each.region === region)?.row,
    endpoint: session.regions.find(({ name }) => name === region)?.endpoint ?? '',
  }))
  type Row = (typeof rows)[number]
  return (
    <Table
      items={rows}
      trackBy="region"
      wrapLines
      header={
        <Header variant="h2" description="Applications call the API of a Region.">
          Regions
        </Header>
      }
      columnDefinitions={[
        {
          id: 'region',
          header: 'Region',
          minWidth: 170,
          isRowHeader: true,
          cell: ({ region }: Row) => titleOf(region),
        },
        {
          id: 'role',
          header: 'Role',
          cell: ({ region }: Row) => (region === pool.PrimaryRegion ? 'Primary' : 'Secondary'),
        },
        {
          id: 'status',
          header: 'Status',
          minWidth: 120,
          cell: ({ seen }: Row) => <Status of={seen?.Status ?? 'down'} />,
        },
        {
          id: 'endpoint',
          header: 'API endpoint',
          minWidth: 200,
          cell: ({ region, endpoint }: Row) => (
            <Copied value={endpoint} what={`the endpoint of ${region}`} />
          ),
        },
        {
          id: 'arn',
          header: 'ARN',
          minWidth: 200,
          cell: ({ region }: Row) => (
            <Copied value={poolArn({ region, accountId }, pool.Id)} what={`the ARN in ${region}`} />
          ),
        },
      ]}
      footer={
        edge !== undefined && (
          <KeyValuePairs
            items={[
              {
                label: 'Edge: the shared issuer and the domains, from a Region that is up',
                value: <Copied value={edge} what="the address of the edge" />,
              },
            ]}
          />
        )
      }
    />
  )
}

interface ReplicaRow {
  readonly UserPoolId: string
  readonly RegionName: string
  readonly Status: string
  readonly LagMilliseconds?: number
}

const EVERY_MS = 5000

function Replication({ pool }: { readonly pool: PoolView }) {
  const loaded = usePoolCall<{ readonly Replicas: readonly ReplicaRow[] }>(
    pool,
    { service: 'twinpool', operation: 'ListReplicas', input: {} },
    { everyMs: EVERY_MS },
  )
  const replicas = loaded.data?.Replicas.filter(({ UserPoolId }) => UserPoolId === pool.Id)
  const href = hrefOf('pools', pool.Id, 'replication')
  return (
    <Container
      header={
        <Header variant="h2" actions={<Button href={href}>Open</Button>}>
          Multi-Region replication
        </Header>
      }
    >
      <LoadFailure what="The state of replication" of={loaded} />
      {replicas?.length === 0 && (
        <Box color="text-body-secondary">
          The user pool is in {pool.PrimaryRegion} only. With a replica, sign-ins go on when that
          Region is down.
        </Box>
      )}
      {replicas?.map(({ RegionName, Status: status, LagMilliseconds }) => (
        <SpaceBetween key={RegionName} direction="horizontal" size="s">
          <Box>{RegionName}</Box>
          <Status of={status} />
          <Box>{typeof LagMilliseconds === 'number' && `${lagOf(LagMilliseconds)} behind`}</Box>
        </SpaceBetween>
      ))}
    </Container>
  )
}
