// The region link as it is watched: which calls, to whom, how they ended and how long they took.
import { LinkRefusedError, type RegionLink } from '#ports/region-link.js'
import { type Watch, watched } from './watch.js'

/** The same link, measured. */
export function observedLink(link: RegionLink, watch: Watch): RegionLink {
  const { metrics } = watch
  return {
    call: (peer, call, body, options) =>
      watched(watch, () => link.call(peer, call, body, options), {
        span: () => ({
          name: `twinpool-link.${call}`,
          attributes: {
            'rpc.system.name': 'twinpool-link',
            'rpc.method': `twinpool-link/${call}`,
            'server.address': peer,
          },
        }),
        resultOf: (error) => (error instanceof LinkRefusedError ? 'refused' : 'unreachable'),
        record(result, seconds) {
          metrics.count('twinpool_link_calls_total', { peer, call, result })
          metrics.observe('twinpool_link_call_duration_seconds', { peer }, seconds)
        },
      }),
  }
}
