// Keeps rows flowing in: our publications for every peer, and our copy of every peer's rows. A peer
// that is down costs nothing but the attempt; the others are reviewed all the same.
//
// A row that cannot be applied stops all that come after it, in every pool of the peer. PostgreSQL
// tries again for ever, and what stays in the way stays: so after a few tries the copy is made
// anew, in place, with its rows replacing whatever they collide with. Should that not help either,
// since the cause is another one (a version that lacks a column, a full disk), each further rebuild
// waits for twice as many tries.
import type { Logger } from '#base/log.js'
import type { Replication, StreamState, SubscriptionReview } from '#ports/replication.js'
import { periodic, type Reconciler } from './reconciler.js'

/** So often in a row PostgreSQL fails before the copy is made anew for the first time. */
const FAILED_TRIES_MAX = 3
const FAILED_TRIES_LIMIT = 96
const CALM_REVIEWS = 5

const STREAMS_INTERVAL_MS = 400

export interface SubscriptionsOptions {
  readonly replication: Replication
  readonly log: Logger
  readonly intervalMs: number
  /** Called when our copy of a peer's rows was made anew, so that the peer is told at once. */
  readonly onRecreated: () => void
  /**
   * Called when a review found nothing that speaks against our database, or repaired it, with the
   * life of its server for which that holds.
   */
  readonly onReviewed: (region: string, serverLife: string) => void
}

type Attempt = SubscriptionReview | { readonly state: 'failed'; readonly error: unknown }

/** What is remembered of a peer from one review to the next. */
interface Memory {
  state: string
  applyErrors: number
  /** Errors in a row, with no calm between. */
  failedTries: number
  calmReviews: number
  /** So many errors make the copy be made anew. */
  triesMax: number
}

export function subscriptionsReconciler(options: SubscriptionsOptions): Reconciler {
  const { replication, log } = options
  const memories = new Map<string, Memory>()
  let isEstablished = false
  return {
    name: 'subscriptions',
    intervalMs: options.intervalMs,
    async run(signal) {
      if (!isEstablished) await replication.establish()
      const { repaired } = await replication.publish()
      if (repaired.length > 0) {
        // What was not carried meanwhile, the comparison of the Regions finds and sends.
        log.error('publications had been changed by hand and were restored', { peers: repaired })
      }
      isEstablished = true
      const peers = await replication.peers()
      // Before the reviews: a database that is exchanged during one is not reviewed by it.
      const serverLife = await replication.serverLife()
      const outcomes = await Promise.all(
        peers.map(async (peer) => {
          const memory = memories.get(peer.region) ?? newMemory()
          memories.set(peer.region, memory)
          const review = await reviewed(options, peer.region, { memory, signal })
          if (!signal.aborted) report(log, peer.region, { before: memory.state, review })
          memory.state = review.state
          if (review.state !== 'failed' && review.state !== 'waiting') {
            options.onReviewed(peer.region, serverLife)
          }
          if (review.state === 'recreated' || review.state === 'extended') options.onRecreated()
          return review.state
        }),
      )
      return outcomes.every((state) => state === 'streaming') ? 'steady' : 'again'
    },
  }
}

function newMemory(): Memory {
  return {
    state: '',
    applyErrors: Number.POSITIVE_INFINITY,
    failedTries: 0,
    calmReviews: 0,
    triesMax: FAILED_TRIES_MAX,
  }
}

/** Reviews the copy, and makes it anew if its rows could not be applied too often. */
async function reviewed(
  options: SubscriptionsOptions,
  region: string,
  { memory, signal }: { memory: Memory; signal: AbortSignal },
): Promise<Attempt> {
  const review = await attempt(() => options.replication.reconcileSubscription(region, signal))
  count(memory, review)
  if (review.state !== 'failing' || memory.failedTries < memory.triesMax) return review
  const { failedTries: tries } = memory
  const { conflicts } = review
  options.log.error('replicated rows cannot be applied', { peer: region, tries, conflicts })
  memory.failedTries = 0
  memory.triesMax = Math.min(memory.triesMax * 2, FAILED_TRIES_LIMIT)
  const because = `rows could not be applied ${tries} times`
  return attempt(() => options.replication.reconcileSubscription(region, signal, because))
}

/** Counts errors of a subscription that is tried again and again, and not those of long ago. */
function count(memory: Memory, review: Attempt): void {
  if (review.state !== 'failing' && review.state !== 'streaming') {
    memory.failedTries = 0
    memory.applyErrors = Number.POSITIVE_INFINITY
    return
  }
  const grown = Math.max(0, review.applyErrors - memory.applyErrors)
  memory.applyErrors = review.applyErrors
  memory.failedTries += grown
  // A worker that is about to fail again looks like one that streams.
  memory.calmReviews = grown === 0 && review.state === 'streaming' ? memory.calmReviews + 1 : 0
  if (memory.calmReviews >= CALM_REVIEWS) memory.failedTries = 0
}

function report(log: Logger, region: string, seen: { before: string; review: Attempt }): void {
  const { before, review } = seen
  if (review.state === 'recreated') {
    if (review.isRestored) {
      log.warn('this database is older than others have seen it, so copies are made anew', {
        reason: review.reason,
      })
    }
    log.info('copy of a Region made anew', { peer: region, reason: review.reason })
  }
  if (before === review.state) return
  if (review.state === 'failed') {
    log.warn('the database of a Region cannot be reviewed', { peer: region, ...review })
  } else if (review.state === 'streaming') {
    log.info('rows of a Region are streaming', { peer: region })
  }
}

async function attempt(review: () => Promise<SubscriptionReview>): Promise<Attempt> {
  try {
    return await review()
  } catch (error) {
    return { state: 'failed', error }
  }
}

/**
 * Notices at once that a stream of rows has stopped. A look at this database costs little, so it is
 * taken often; the review, which asks the peer's database too, runs when a stream that was there is
 * there no more. A slot that was lost ends its stream, so the rebuild begins within a second.
 */
export function streamsReconciler(options: {
  readonly replication: Replication
  readonly onStopped: () => void
}): Reconciler {
  let before: readonly StreamState[] = []
  const hasStopped = (was: StreamState, now: readonly StreamState[]) => {
    const is = now.find(({ region }) => region === was.region)
    // A worker that ends at once, each time it starts, may run whenever it is looked at.
    return (was.isRunning && is?.isRunning !== true) || (is?.applyErrors ?? 0) > was.applyErrors
  }
  return periodic('streams', STREAMS_INTERVAL_MS, async () => {
    const now = await options.replication.streams()
    if (before.some((was) => hasStopped(was, now))) options.onStopped()
    before = now
  })
}
