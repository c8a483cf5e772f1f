// Keeps rows flowing in: our publications for every peer, and our copy of every peer's rows. A peer
// that is down costs nothing but the attempt; the others are reviewed all the same.
import type { Logger } from '#base/log.js'
import type { CopyReview, Replication } from '#ports/replication.js'
import type { Reconciler } from './reconciler.js'

const FAILING_REVIEWS = 3

export function subscriptionsReconciler(options: {
  readonly replication: Replication
  readonly log: Logger
  readonly intervalMs: number
  /** Called when our copy of a peer's rows was made anew, so that the peer is told at once. */
  readonly onRebuilt: () => void
}): Reconciler {
  const { replication, log } = options
  const states = new Map<string, string>()
  const failures = new Map<string, number>()
  let isEstablished = false
  return {
    name: 'subscriptions',
    intervalMs: options.intervalMs,
    async run(signal) {
      if (!isEstablished) await replication.establish()
      const { mended } = await replication.publish()
      if (mended.length > 0) {
        // What was not carried meanwhile, the comparison of the Regions finds and sends.
        log.error('publications had been changed by hand and were restored', { peers: mended })
      }
      isEstablished = true
      const peers = await replication.peers()
      const outcomes = await Promise.all(
        peers.map(async (peer) => {
          const review = await attempt(replication, peer.region, signal)
          if (!signal.aborted) report(peer.region, review)
          if (review.state === 'rebuilt' || review.state === 'extended') options.onRebuilt()
          return review.state
        }),
      )
      return outcomes.every((state) => state === 'streaming') ? 'steady' : 'again'
    },
  }

  function report(region: string, review: CopyReview | { state: 'failed'; error: unknown }): void {
    const before = states.get(region)
    states.set(region, review.state)
    // A subscription also stands still for the moment in which it connects again.
    const failing = review.state === 'failing' ? (failures.get(region) ?? 0) + 1 : 0
    failures.set(region, failing)
    if (failing === FAILING_REVIEWS) {
      log.error('replicated rows cannot be applied', { peer: region, ...review })
    }
    if (review.state === 'rebuilt') {
      log.info('copy of a Region made anew', { peer: region, reason: review.reason })
    }
    if (before === review.state) return
    if (review.state === 'failed') {
      log.warn('the database of a Region cannot be reviewed', { peer: region, ...review })
    } else if (review.state === 'streaming') {
      log.info('rows of a Region are streaming', { peer: region })
    }
  }
}

async function attempt(
  replication: Replication,
  region: string,
  signal: AbortSignal,
): Promise<CopyReview | { state: 'failed'; error: unknown }> {
  try {
    return await replication.reviewCopy(region, signal)
  } catch (error) {
    return { state: 'failed', error }
  }
}
