// Writes down how far the Regions are apart, so that the last hour can be looked at, also after the
// node is another one.
import type { ReplicationSamples } from '#ports/replication-samples.js'
import { SAMPLE_MS } from '#ports/replication-samples.js'
import { takeSamples } from '../alarms.js'
import { periodic, type Reconciler } from './reconciler.js'

export function replicationSamplesReconciler(
  options: Parameters<typeof takeSamples>[0] & {
    readonly replicationSamples: Pick<ReplicationSamples, 'add'>
  },
): Reconciler {
  return periodic('replication-samples', SAMPLE_MS, async () => {
    await options.replicationSamples.add(await takeSamples(options))
  })
}
