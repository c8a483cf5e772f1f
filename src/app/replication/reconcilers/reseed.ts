// Seeds copies of our rows that peers have made anew: sends everything again that the peer should
// have, waits until it is there, has the peer remove what was not sent, compares, and only then
// calls the copy seeded. If the peer makes its copy anew in the meantime, the next run seeds that
// one.
//
// What was not sent is known by its age. A row that was sent, and whose deletion was missed, is as
// young as any other: after a hand has changed a publication, for example. Sending again does not
// help against it, so where the comparison finds rows that differ, they are repaired one by one.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { RegionLink } from '#ports/region-link.js'
import type { Digests, Marking, Replication } from '#ports/replication.js'
import type { RowComparison } from '#ports/row-comparison.js'
import { compareAll as compareRows, planComparison } from '../comparison.js'
import { askToFinish, greet } from '../link-calls.js'
import { compareUntilEqual, RowsDifferError, waitUntilConfirmed } from '../verification.js'
import { reportRepair } from '../verify-now.js'
import type { Reconciler } from './reconciler.js'

export interface ReseedServices {
  readonly region: string
  readonly replication: Replication
  readonly marking: Marking
  readonly digests: Digests
  readonly comparison: RowComparison
  readonly link: RegionLink
  readonly clock: Clock
  readonly log: Logger
  /**
   * Whether this process reviewed the peer in this life of our database's server. Before that our
   * database may be older than what the peer has of it, and must not be sent.
   */
  readonly isReviewed: (region: string) => Promise<boolean>
}

export function reseedReconciler(
  options: ReseedServices & { readonly intervalMs: number },
): Reconciler {
  return {
    name: 'reseed',
    intervalMs: options.intervalMs,
    async run(signal) {
      const { rows } = await options.marking.repairMembership()
      if (rows > 0) options.log.info('own rows given the Regions they should have', { rows })
      const peers = await options.replication.peers()
      const needy = peers.filter((peer) => peer.needsReseed).map(({ region }) => region)
      // Side by side: one may wait for a peer that went down again.
      const outcomes = await Promise.all(
        needy.map(async (region) => {
          // The review, once it was made, wakes this reconciler again.
          return !(await options.isReviewed(region)) || seed(options, region, signal)
        }),
      )
      return outcomes.every((isSeeded) => isSeeded) ? 'steady' : 'again'
    },
  }
}

async function seed(
  options: ReseedServices,
  region: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { replication, marking, link, clock, log } = options
  const copyId = (await greet(options, region))?.copyIdThere
  if (copyId === undefined) return false
  const startedAtMs = clock.nowMs()
  const { rows } = await marking.reseed(region, signal)
  await waitUntilConfirmed(options, {
    targetRegion: region,
    position: await replication.position(),
    signal,
  })
  await askToFinish(link, region, copyId)
  await compareAll(options, region, signal)
  if ((await greet(options, region))?.copyIdThere !== copyId) return false
  await replication.recordSeeded(region, copyId)
  log.info('copy seeded', { peer: region, rows, durationMs: clock.nowMs() - startedAtMs })
  // Reports to the Region, which waits for it, that its copy is complete.
  await greet(options, region)
  return true
}

/** Our pools with all that is in them, and of other pools what we said about sessions. */
async function compareAll(
  options: ReseedServices,
  region: string,
  signal: AbortSignal,
): Promise<void> {
  const { replication } = options
  const own = await replication.ownPoolsIn(region)
  for (const poolId of own) await makeEqual(options, { poolId, region, isOwner: true, signal })
  for (const poolId of await replication.poolsSpokenOf(region)) {
    if (own.includes(poolId)) continue
    await makeEqual(options, { poolId, region, isOwner: false, signal })
  }
}

/** Compares, repairs what differs for good, and compares again. */
async function makeEqual(
  options: ReseedServices,
  work: { poolId: string; region: string; isOwner: boolean; signal: AbortSignal },
): Promise<void> {
  const { digests, log } = options
  const { signal } = work
  const all = { poolId: work.poolId, targetRegion: work.region, signal }
  const compared = work.isOwner ? all : { ...all, tables: digests.runtimeTables }
  try {
    await compareUntilEqual(options, compared)
  } catch (error) {
    if (!(error instanceof RowsDifferError)) throw error
    const plan = await planComparison(options, work)
    const report = await compareRows(options, plan, { repairs: true, signal })
    if (report.differing > 0) reportRepair(log, work, report)
    await compareUntilEqual(options, compared)
  }
}
