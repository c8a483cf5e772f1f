// Notices at once that a stream of rows has stopped. A look at this database costs little, so it is
// taken often; the review, which asks the peer's database too, runs when a stream that was there is
// there no more. A slot that was lost ends its stream, so the rebuild begins within a second.
import type { Replication, StreamState } from '#ports/replication.js'
import { periodic, type Reconciler } from './reconciler.js'

export const STREAMS_INTERVAL_MS = 400

export function streamsReconciler(options: {
  readonly replication: Replication
  readonly intervalMs: number
  readonly onStopped: () => void
}): Reconciler {
  let before: readonly StreamState[] = []
  const hasStopped = (was: StreamState, now: readonly StreamState[]) => {
    const is = now.find(({ region }) => region === was.region)
    // A worker that ends at once, each time it starts, may run whenever it is looked at.
    return (was.isRunning && is?.isRunning !== true) || (is?.applyErrors ?? 0) > was.applyErrors
  }
  return periodic('streams', options.intervalMs, async () => {
    const now = await options.replication.streams()
    if (before.some((was) => hasStopped(was, now))) options.onStopped()
    before = now
  })
}
