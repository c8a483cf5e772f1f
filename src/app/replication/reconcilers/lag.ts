// Writes this Region's heartbeat. Its arrival elsewhere is the recovery point that a peer has of
// this Region, so it is written as often as the point shall be exact, and by the same stream that
// carries everything else.
import type { Replication } from '#ports/replication.js'
import type { Reconciler } from './reconciler.js'

export function lagReconciler(options: {
  readonly replication: Replication
  readonly heartbeatMs: number
}): Reconciler {
  return {
    name: 'lag',
    intervalMs: options.heartbeatMs,
    async run() {
      await options.replication.beat()
      return 'steady'
    },
  }
}
