// What the replica workflows work with, and small things that both do.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { DataKeys, Pools, Replicas } from '#ports/directory.js'
import type { RegionLink } from '#ports/region-link.js'
import type {
  Digests,
  Marking,
  MarkingCursor,
  MarkingReport,
  Replication,
} from '#ports/replication.js'
import { waitUntilConfirmed } from '../verification.js'
import { PermanentFailure, type StepRun } from './workflow.js'

export interface ReplicaServices {
  readonly region: string
  readonly accountId: string
  readonly clock: Clock
  readonly log: Logger
  readonly pools: Pools
  readonly replicas: Replicas
  readonly dataKeys: DataKeys
  readonly replication: Replication
  readonly marking: Marking
  readonly digests: Digests
  readonly link: RegionLink
}

/** The pool of a job, which this Region must own. */
export async function poolOf({ pools }: ReplicaServices, run: StepRun): Promise<PrimaryPool> {
  const pool = await pools.find(run.job.poolId)
  const primary = pool && asPrimary(pool)
  if (primary === undefined) {
    throw new PermanentFailure(`the pool ${run.job.poolId} does not exist in this Region`)
  }
  return primary
}

/** Saves the place of marking after each batch, which also makes the batch durable. */
export function saveMarking(run: StepRun): (report: MarkingReport) => Promise<void> {
  return (report) =>
    run.save({
      rows: {
        ...run.job.progress.rows,
        [report.table]: { done: report.done, total: report.total },
      },
      cursor: { ...report.cursor },
    })
}

/** Where marking goes on, if the step saved a place. */
export function markingCursor(run: StepRun): MarkingCursor | undefined {
  const cursor = run.job.progress.cursor
  return cursor === undefined ? undefined : (cursor as unknown as MarkingCursor)
}

/** Waits until the Region of the job has applied everything that was marked or unmarked. */
export async function settle(services: ReplicaServices, run: StepRun): Promise<void> {
  const saved = run.job.progress.cursor?.['position']
  const position = typeof saved === 'string' ? saved : await services.replication.position()
  if (saved === undefined) await run.save({ cursor: { position } })
  await waitUntilConfirmed(services, {
    region: run.job.subject,
    position,
    signal: run.signal,
    explain: run.explain,
  })
}
