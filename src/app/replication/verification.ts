// Whether a peer has what we sent: first that it has applied our log up to a position, then that
// its rows are ours, by digest. While writes go on the two sides differ by what is on its way, so
// only buckets that differ are looked at again, after the peer has caught up, until none does.
import { assert } from '#base/assert.js'
import { type Backoff, backoffMs } from '#base/backoff.js'
import type { Clock } from '#base/clock.js'
import { DependencyError } from '#base/dependency-error.js'
import { linkedSignal } from '#base/linked-signal.js'
import type { RegionLink } from '#ports/region-link.js'
import type { Digests, Replication, SlotState } from '#ports/replication.js'
import type { TableDigest } from '#ports/row-comparison.js'
import { askDigest } from './link-calls.js'

export interface VerificationServices {
  readonly region: string
  readonly replication: Replication
  readonly digests: Digests
  readonly link: RegionLink
  readonly clock: Clock
}

const POLL: Backoff = { firstMs: 10, maxMs: 100 }
const EXPLAIN_AFTER_POLLS = 10
// Some 5 seconds.
const EXPLAIN_EVERY_POLLS = 50
const ROUNDS_MAX = 20

/** Waits until the peer has flushed everything up to the position, however long it is down. */
export async function waitUntilConfirmed(
  {
    replication,
    clock,
  }: { readonly replication: Pick<Replication, 'hasConfirmed' | 'slot'>; readonly clock: Clock },
  wait: {
    targetRegion: string
    position: string
    signal: AbortSignal
    explain?: (reason: string) => Promise<void>
    /** After this time it throws a DependencyError; for ever when undefined. */
    patienceMs?: number
  },
): Promise<void> {
  const untilMs = clock.nowMs() + (wait.patienceMs ?? Number.POSITIVE_INFINITY)
  for (let polls = 0; ; polls += 1) {
    wait.signal.throwIfAborted()
    if (await replication.hasConfirmed(wait.targetRegion, wait.position)) return
    if (clock.nowMs() > untilMs) {
      throw new DependencyError(`${wait.targetRegion} does not catch up`, { isRetryable: true })
    }
    if (wait.explain !== undefined && polls % EXPLAIN_EVERY_POLLS === EXPLAIN_AFTER_POLLS) {
      await wait.explain(
        whyUnconfirmed(wait.targetRegion, await replication.slot(wait.targetRegion)),
      )
    }
    await clock.wait(backoffMs(POLL, polls), wait.signal)
  }
}

/** Why a Region has not confirmed what was sent, in a sentence. */
export function whyUnconfirmed(region: string, slot: SlotState): string {
  const behind = `${region} has not confirmed ${slot.pendingBytes} bytes of log yet`
  if (!slot.exists) return `${region} has no slot here: its copy is made anew first`
  if (slot.isLost) return `the slot of ${region} is lost: its copy is made anew first`
  if (slot.isActive) return behind
  const since = slot.inactiveSince === undefined ? '' : ` since ${slot.inactiveSince}`
  return `${behind}; it is not connected${since}`
}

/** Rows stay different though the peer has applied everything. */
export class RowsDifferError extends DependencyError {
  constructor(about: { poolId: string; table: string; targetRegion: string; buckets: number }) {
    const { poolId, table, targetRegion, buckets } = about
    super(`${table} of ${poolId} differs in ${targetRegion} in ${buckets} buckets`, {
      isRetryable: true,
    })
  }
}

interface Comparison {
  readonly poolId: string
  readonly targetRegion: string
  readonly signal: AbortSignal
  /** All tables that have rows of pools, unless it says which. */
  readonly tables?: readonly string[]
}

/** Compares tables of a pool with the peer's. Throws a RowsDifferError when they stay so. */
export async function compareUntilEqual(
  services: VerificationServices,
  work: Comparison,
): Promise<void> {
  const { signal, abort, release } = linkedSignal(work.signal)
  try {
    // All at once: for most of them asking takes longer than counting.
    await Promise.all(
      (work.tables ?? services.digests.tables).map((table) =>
        compareTable(services, { ...work, signal, table }),
      ),
    )
  } finally {
    // When one is not equal, the others need not go on.
    abort()
    release()
  }
}

async function compareTable(
  services: VerificationServices,
  work: Comparison & { readonly table: string },
): Promise<void> {
  let buckets: readonly number[] | undefined
  for (let round = 0; ; round += 1) {
    work.signal.throwIfAborted()
    buckets = await differing(services, { ...work, buckets })
    if (buckets.length === 0) return
    if (round >= ROUNDS_MAX) throw new RowsDifferError({ ...work, buckets: buckets.length })
    const position = await services.replication.position()
    await waitUntilConfirmed(services, { ...work, position })
  }
}

async function differing(
  { region: owner, digests, link }: VerificationServices,
  query: {
    poolId: string
    targetRegion: string
    table: string
    buckets: readonly number[] | undefined
  },
): Promise<readonly number[]> {
  const { poolId, targetRegion, table, buckets } = query
  // Side by side: each database counts its own rows.
  const [ours, theirs] = await Promise.all([
    digests.digest({ poolId, table, owner, targetRegion, buckets }),
    askDigest(link, targetRegion, { poolId, table, buckets }),
  ])
  return differingBuckets(ours, theirs)
}

/** Buckets whose digests are not the same. */
export function differingBuckets(ours: TableDigest, theirs: TableDigest): readonly number[] {
  const wanted = new Map(ours.map(([bucket, rows, sum]) => [bucket, `${rows} ${sum}`]))
  const found = new Map(theirs.map(([bucket, rows, sum]) => [bucket, `${rows} ${sum}`]))
  assert(wanted.size === ours.length && found.size === theirs.length, 'a bucket stands once')
  const buckets = new Set([...wanted.keys(), ...found.keys()])
  return [...buckets].filter((bucket) => wanted.get(bucket) !== found.get(bucket))
}
