// How a replica does: both Regions side by side, how far the copy is behind, when it was last
// proven equal, and what can be done with it.
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { CommandText } from '../../parts/command.js'
import { agoOf, countOf, lagOf, momentOf } from '../../parts/format.js'
import { Status } from '../../parts/status.js'
import type { Replica, ReplicaReport, Replication } from './facts.js'
import { ActivateButton, DeactivateButton, DeleteButton } from './replica-changes.js'
import { hrefOfView } from './step-navigation.js'
import { VerifyNow } from './verify-now.js'

export function ReplicaState({ of }: { readonly of: Replication }) {
  const { replica, pool } = of
  if (replica === undefined) {
    return (
      <Container header={<Header variant="h2">State of the replica</Header>}>
        <Box>
          There is no replica. <Link href={hrefOfView(pool.Id, 'region')}>Choose its Region</Link>.
        </Box>
      </Container>
    )
  }
  return (
    <SpaceBetween size="l">
      <RegionTable of={of} replica={replica} />
      <VerifyNow pool={pool} replica={replica} onDone={of.reload} />
      <Rehearsal region={pool.PrimaryRegion} />
    </SpaceBetween>
  )
}

interface Row {
  readonly region: string
  readonly role: string
  readonly isUp: boolean
  readonly status: string
  readonly report: ReplicaReport | undefined
  /** How far the replica is; `recoveryPoint` is a text, since it may be unknown. */
  readonly lagMs: number | undefined
  readonly recoveryPoint: string
  readonly seenFrom: readonly string[]
}

function RegionTable({ of, replica }: { readonly of: Replication; readonly replica: Replica }) {
  const { pool } = of
  const isUp = (region: string) => !pool.silentIn.includes(region)
  const rows: readonly Row[] = [
    {
      region: pool.PrimaryRegion,
      role: 'Primary',
      isUp: pool.isPrimaryUp,
      status: 'ACTIVE',
      report: undefined,
      lagMs: undefined,
      recoveryPoint: '–',
      seenFrom: [],
    },
    secondaryOf(replica, isUp(replica.region)),
  ]
  return (
    <Table
      header={
        <Header
          variant="h2"
          description={`Lag is how far the replica is behind. At a loss of the primary Region,
            changes after the recovery point are missing in the replica; only ${replica.region}
            knows that point.`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <DeleteButton of={of} replica={replica} />
              {replica.status === 'ACTIVE' ? (
                <DeactivateButton of={of} replica={replica} />
              ) : (
                <ActivateButton of={of} replica={replica} />
              )}
            </SpaceBetween>
          }
        >
          State of the replica
        </Header>
      }
      items={rows}
      trackBy="region"
      wrapLines
      columnDefinitions={COLUMNS}
      footer={<CommandText lines={['twinpool replicas']} />}
    />
  )
}

/** Status and comparisons as the primary says them, and from the replica how far it is. */
function secondaryOf({ region, status, reports, own }: Replica, isUp: boolean): Row {
  const [report] = reports
  const point = own?.row.RecoveryPoint
  const seenFrom = [report, own].flatMap((each) => (each === undefined ? [] : [each.seenFrom]))
  return {
    ...{ region, role: 'Secondary', isUp, status, report },
    lagMs: own?.row.LagMilliseconds ?? report?.row.LagMilliseconds,
    recoveryPoint: point === undefined ? 'Not known' : momentOf(point),
    seenFrom: [...new Set(seenFrom)],
  }
}

const COLUMNS = [
  {
    id: 'region',
    header: 'Region',
    minWidth: 120,
    isRowHeader: true,
    cell: ({ region, role }: Row) => (
      <>
        <div>{region}</div>
        <Box color="text-body-secondary">{role}</Box>
      </>
    ),
  },
  {
    id: 'up',
    header: 'Region is',
    minWidth: 100,
    cell: ({ isUp }: Row) => <Status of={isUp ? 'up' : 'down'} />,
  },
  {
    id: 'status',
    header: 'Status',
    minWidth: 150,
    cell: ({ status }: Row) => <Status of={status} />,
  },
  {
    id: 'lag',
    header: 'Lag',
    minWidth: 90,
    cell: ({ lagMs }: Row) => lagOf(lagMs),
  },
  {
    id: 'recovery',
    header: 'Recovery point',
    minWidth: 150,
    cell: ({ recoveryPoint }: Row) => recoveryPoint,
  },
  {
    id: 'verified',
    header: 'Verified equal',
    cell: ({ report }: Row) => agoOf(report?.row.VerifiedAt),
  },
  {
    id: 'repaired',
    header: 'Repaired rows',
    cell: ({ report }: Row) => countOf(report?.row.RepairedRows),
  },
  { id: 'seen', header: 'Seen from', cell: ({ seenFrom }: Row) => seenFrom.join(', ') || '–' },
]

/** How to see that it works before it has to. */
function Rehearsal({ region }: { readonly region: string }) {
  return (
    <Container header={<Header variant="h2">Rehearse a failover</Header>}>
      <SpaceBetween size="m">
        <Box>
          In a stack on one machine, take the primary Region away, sign users in through the edge,
          and bring it back. Elsewhere, stop its nodes. The runbook docs/runbooks/region-loss.md
          says what works meanwhile and what comes back by itself.
        </Box>
        <CommandText
          lines={[`twinpool region stop ${region} --kill`, `twinpool region start ${region}`]}
        />
      </SpaceBetween>
    </Container>
  )
}
