// The region link as it is watched: which calls, to whom, how they ended and how long they took.
import type { Clock } from '#base/clock.js'
import type { Metrics } from '#ports/metrics.js'
import { LinkRefusedError, type RegionLink } from '#ports/region-link.js'

/** The same link, measured. */
export function observedLink(
  link: RegionLink,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock },
): RegionLink {
  return {
    async call(peer, call, body, options) {
      const startedAtMs = clock.nowMs()
      let result = 'unreachable'
      try {
        const value = await link.call(peer, call, body, options)
        result = 'ok'
        return value
      } catch (error) {
        if (error instanceof LinkRefusedError) result = 'refused'
        throw error
      } finally {
        const seconds = (clock.nowMs() - startedAtMs) / 1000
        metrics.count('twinpool_link_calls_total', { peer, call, result })
        metrics.observe('twinpool_link_call_duration_seconds', { peer }, seconds)
      }
    },
  }
}
