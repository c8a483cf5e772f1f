// What the replica workflows work with, and small things that both do.
import type { SigningCertificateRing } from '#app/federation/signing-certificates.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { DataKeys, Pools, Replicas } from '#ports/directory.js'
import type { RegionLink } from '#ports/region-link.js'
import type {
  Digests,
  Marking,
  MarkingCursor,
  MarkingRun,
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
  readonly signingCertificates: Pick<SigningCertificateRing, 'current'>
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

/** What marking or unmarking of a job's pool works on. It goes on where the step saved a place. */
export function markingOf(run: StepRun): MarkingRun {
  const { job, signal, explain } = run
  return {
    poolId: job.poolId,
    targetRegion: job.targetRegion,
    cursor: job.progress.cursor as MarkingCursor | undefined,
    // Saves the place after each batch, which also makes the batch durable.
    onBatch({ table, done, total, cursor }) {
      const rows = { ...run.job.progress.rows, [table]: { done, total } }
      return run.save({ rows, cursor: { ...cursor } })
    },
    signal,
    explain,
  }
}

/** Waits until the Region of the job has applied everything that was marked or unmarked. */
export async function settle(services: ReplicaServices, run: StepRun): Promise<void> {
  const saved = run.job.progress.cursor?.['position']
  const position = typeof saved === 'string' ? saved : await services.replication.position()
  if (saved === undefined) await run.save({ cursor: { position } })
  await waitUntilConfirmed(services, {
    targetRegion: run.job.targetRegion,
    position,
    signal: run.signal,
    explain: run.explain,
  })
}
