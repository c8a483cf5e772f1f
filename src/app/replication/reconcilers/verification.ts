// Goes over everything that this Region owns and others have copies of, again and again, and
// repairs what is not the same: rows that hands deleted, changed or inserted there, and rows that
// were missed while nothing carried them. The subject that was compared longest ago comes first, so
// a restart goes on where the last process stopped; within a large pool the place is saved.
//
// It costs the same whatever there is to compare: after each slice it waits until the rows of the
// slice, at the rate that is set, would have taken that long. A Region that is away, or whose copy
// is being made anew, is left out for the round.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { SharedSubject, Verification, Verifications } from '#ports/verifications.js'
import {
  type ComparisonServices,
  compareSlice,
  NOTHING,
  planComparison,
  sumOf,
} from '../comparison.js'
import { hasWholeCopy, reportRepair } from '../verify-now.js'
import type { Reconciler } from './reconciler.js'

export interface VerificationOptions extends ComparisonServices {
  readonly verifications: Verifications
  readonly clock: Clock
  readonly log: Logger
  readonly verifyRowsPerSecond: number
  /** Whether the peer was reviewed in this life of our database's server, as for seeding. */
  readonly isReviewed: (region: string) => Promise<boolean>
  /** How long to rest after a round. */
  readonly intervalMs: number
}

/** A slice counts as so many rows at least, since calls and statements cost something, too. */
const SLICE_ROWS_MIN = 1000

export function verificationReconciler(options: VerificationOptions): Reconciler {
  const { replication, verifications, log } = options
  const { intervalMs } = options
  return {
    name: 'verification',
    intervalMs,
    async run(signal) {
      const regions = (await replication.peers()).map(({ region }) => region)
      const shared = await verifications.shared(regions)
      await verifications.keepOnly(shared)
      const away = new Set<string>()
      for (const { subject, known } of inTurn(shared, await verifications.list())) {
        signal.throwIfAborted()
        if (away.has(subject.region)) continue
        try {
          const isReady = await compareSubject(options, { subject, known, signal })
          if (!isReady) away.add(subject.region)
        } catch (error) {
          if (signal.aborted) throw error
          // It may be the Region, or this subject only: the next round will show.
          away.add(subject.region)
          const { poolId, region } = subject
          log.debug('copies could not be compared', { poolId, peer: region, error })
        }
      }
      return 'steady'
    },
  }
}

interface Turn {
  readonly subject: SharedSubject
  readonly known: Verification | undefined
}

/** What was compared longest ago comes first. */
function inTurn(shared: readonly SharedSubject[], list: readonly Verification[]): readonly Turn[] {
  const nameOf = (of: { poolId: string | undefined; region: string }) =>
    `${of.region} ${of.poolId ?? ''}`
  const known = new Map(list.map((one) => [nameOf(one), one]))
  const turns = shared.map((subject) => ({ subject, known: known.get(nameOf(subject)) }))
  const at = ({ known }: Turn) => known?.comparedAtMs ?? 0
  return turns.toSorted((a, b) => at(a) - at(b))
}

/** Compares and repairs one subject; false when its Region's copy is not complete. */
async function compareSubject(
  options: VerificationOptions,
  { subject, known, signal }: Turn & { readonly signal: AbortSignal },
): Promise<boolean> {
  const { verifications, clock } = options
  const { region } = subject
  if (!(await options.isReviewed(region)) || !(await hasWholeCopy(options, region))) return false
  const plan = await planComparison(options, subject)
  let cursor = known?.cursor
  let total = NOTHING
  try {
    do {
      const startedAtMs = clock.nowMs()
      const slice = await compareSlice(options, plan, { cursor, repairs: true, signal })
      cursor = slice.next
      total = sumOf(total, slice)
      if (cursor !== undefined) await verifications.saveCursor(subject, cursor)
      await pace(options, { rows: slice.rows, startedAtMs, signal })
    } while (cursor !== undefined && !signal.aborted)
  } finally {
    if (total.differing > 0) reportRepair(options.log, subject, total)
  }
  if (cursor === undefined) {
    const { resent, removed, left } = total
    await verifications.record(subject, {
      atMs: clock.nowMs(),
      isEqual: left === 0,
      resent,
      removed,
    })
  }
  return true
}

async function pace(
  { clock, verifyRowsPerSecond }: VerificationOptions,
  slice: { rows: number; startedAtMs: number; signal: AbortSignal },
): Promise<void> {
  const dueMs = (Math.max(slice.rows, SLICE_ROWS_MIN) * 1000) / verifyRowsPerSecond
  const leftMs = dueMs - (clock.nowMs() - slice.startedAtMs)
  if (leftMs > 0) await clock.wait(leftMs, slice.signal)
}
