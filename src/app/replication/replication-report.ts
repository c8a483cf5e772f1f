// What operators see of replicas: status, progress, lag and recovery point, as this Region
// sees them. All figures are about the way from the primary to the replica. For a pool that this
// Region owns the lag is the replica's (what it has not confirmed of ours); for a replica that this
// Region has, it is our own behind the primary. The recovery point is known where the replica is,
// by the primary's heartbeat there. The primary has only that of the way back, which is not it, and
// its slot's lag, which makes no moment: it counts from the sending of a row, and stands still when
// the replica falls silent.
import { replicaStatus } from '#domain/replica/machine.js'
import type { Pool } from '#ports/capability.js'
import type { Pools, Replicas } from '#ports/directory.js'
import type { Job, Jobs } from '#ports/jobs.js'
import type { PeerLag, ReplicaReport, Replication } from '#ports/replication.js'
import type { Verification, Verifications } from '#ports/verifications.js'
import { REPLICA_CREATE } from './workflows/replica-create.js'
import { REPLICA_DELETE } from './workflows/replica-delete.js'

export interface ReportServices {
  readonly pools: Pools
  readonly replicas: Replicas
  readonly jobs: Jobs
  readonly replication: Replication
  readonly verifications: Pick<Verifications, 'list'>
}

const PAGE = 100

/** Every replica of every pool that lives here. */
export async function replicationReport(
  services: ReportServices,
): Promise<readonly ReplicaReport[]> {
  const figures: Figures = {
    lags: await services.replication.lag(),
    verifications: await services.verifications.list(),
  }
  const reports: ReplicaReport[] = []
  let afterId: string | undefined
  do {
    const page = await services.pools.page({ afterId, limit: PAGE })
    for (const summary of page) {
      const pool = await services.pools.find(summary.id)
      if (pool !== undefined) reports.push(...(await reportOf(services, pool, figures)))
    }
    afterId = page.length === PAGE ? page.at(-1)?.id : undefined
  } while (afterId !== undefined)
  return reports
}

interface Figures {
  readonly lags: readonly PeerLag[]
  readonly verifications: readonly Verification[]
}

async function reportOf(
  { replicas, jobs }: ReportServices,
  pool: Pool,
  { lags, verifications }: Figures,
): Promise<readonly ReplicaReport[]> {
  const rows = await replicas.list(pool)
  return Promise.all(
    rows.map(async (replica) => {
      // The job runs in the primary Region, and only its database knows it.
      const kind = replica.phase === 'DELETING' ? REPLICA_DELETE : REPLICA_CREATE
      const job = await jobs.latest(pool.id, kind, replica.region)
      const isPrimary = pool.role === 'PRIMARY'
      const other = isPrimary ? replica.region : pool.primaryRegion
      const lag = lags.find((each) => each.region === other)
      const verified = verifications.find(
        (each) => each.poolId === pool.id && each.region === other,
      )
      return {
        poolId: pool.id,
        region: replica.region,
        status: replicaStatus(replica.phase, replica.activations),
        ...progressOf(job),
        lagMs: isPrimary ? (lag?.slot.replayLagMs ?? idleLag(lag)) : lag?.lagMs,
        recoveryPointMs: isPrimary ? undefined : lag?.recoveryPointMs,
        verifiedAtMs: verified?.verifiedAtMs,
        repairedRows: (verified?.rowsResent ?? 0) + (verified?.rowsRemoved ?? 0),
      }
    }),
  )
}

/** A stream with nothing on its way has no lag; one that is not there has an unknown one. */
function idleLag(lag: PeerLag | undefined): number | undefined {
  return lag?.slot.isActive === true && lag.slot.pendingBytes === 0 ? 0 : undefined
}

/** What each step does, for a job that does not say why it waits. */
const DOING: Readonly<Record<string, (region: string) => string>> = {
  row: () => 'the pool is looked up',
  key: (region) => `${region} is asked to use the key of the pool`,
  schema: (region) => `${region} is asked for its migrations`,
  link: (region) => `${region} is asked whether names of the pool are free`,
  mark: () => 'rows are being sent',
  unmark: (region) => `rows are being taken from ${region}`,
  settle: (region) => `${region} applies what was sent`,
  verify: (region) => `rows are compared with those in ${region}`,
  status: () => 'the replica is made ready',
  'take-over': (region) => `what ${region} said about sessions is taken over`,
  forget: (region) => `${region} is asked to forget the pool`,
}

function progressOf(
  job: Job | undefined,
): Pick<ReplicaReport, 'step' | 'reason' | 'rowsDone' | 'rowsTotal'> {
  const rows = Object.values(job?.progress.rows ?? {})
  const isLive = job?.state === 'running' || job?.state === 'undoing'
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    step: isLive ? job?.step : undefined,
    reason: job?.reason ?? (isLive && job ? DOING[job.step]?.(job.targetRegion) : undefined),
    rowsDone: rows.length === 0 ? undefined : sum(rows.map((row) => row.done)),
    rowsTotal: rows.length === 0 ? undefined : sum(rows.map((row) => row.total)),
  }
}
