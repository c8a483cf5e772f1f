// Notes that the replicas of this Region's pools are there, for metering: each has a row from its
// creation on, whose end is moved on. A primary that was down for a while says so when it is back,
// since a replica that it still has was there all the time; one that is removed stops being noted,
// so its end is known to the minute.
import type { Clock } from '#base/clock.js'
import type { UsageRows } from '#ports/usage.js'
import { periodic, type Reconciler } from './reconciler.js'

export function replicaPeriodsReconciler(options: {
  readonly usageRows: Pick<UsageRows, 'extendReplicaPeriods'>
  readonly clock: Clock
  readonly intervalMs: number
}): Reconciler {
  const { usageRows, clock, intervalMs } = options
  return periodic('replica-periods', intervalMs, () =>
    usageRows.extendReplicaPeriods(clock.nowMs()),
  )
}
