// Everything that the leader of a Region does besides serving calls: its reconcilers, when each
// runs, and which wakes which. src/node makes it, and runs it while this process is the leader.
import type { Jobs } from '#ports/jobs.js'
import type { RowComparison } from '#ports/row-comparison.js'
import type { Verifications } from '#ports/verifications.js'
import { decommissionedRegionsReconciler } from './reconcilers/decommissioned-regions.js'
import {
  expiredRowsReconciler,
  type Housekeeping,
  orphansReconciler,
} from './reconcilers/expired-rows.js'
import { JobRunner } from './reconcilers/jobs.js'
import { peersReconciler } from './reconcilers/peers.js'
import {
  periodic,
  type Reconciler,
  runReconcilers,
  type Schedule,
  WakeSignal,
} from './reconcilers/reconciler.js'
import { reseedReconciler } from './reconcilers/reseed.js'
import { streamsReconciler, subscriptionsReconciler } from './reconcilers/subscriptions.js'
import { verificationReconciler } from './reconcilers/verification.js'
import { replicaCreate } from './workflows/replica-create.js'
import { replicaDelete } from './workflows/replica-delete.js'
import type { ReplicaServices } from './workflows/replica-services.js'
import type { Workflow } from './workflows/workflow.js'

export interface LeaderTasksOptions extends ReplicaServices {
  readonly comparison: RowComparison
  readonly verifications: Verifications
  readonly jobs: Jobs
  readonly housekeeping: Housekeeping
  readonly heartbeatMs: number
  readonly reconcileMs: number
  readonly verifyRowsPerSecond: number
  /** How long the comparison with other Regions rests after a round. */
  readonly verifyRestMs?: number | undefined
  /** Workflows of others, besides the replicas'. */
  readonly workflows?: readonly Workflow[]
  /** Reconcilers of others, which nothing wakes. */
  readonly reconcilers?: readonly Reconciler[]
}

const HOUSEKEEPING_MS = 60_000
const VERIFY_REST_MS = 20_000

export class LeaderTasks {
  readonly #options: LeaderTasksOptions
  readonly #jobsSignal = new WakeSignal()
  readonly #reseedSignal = new WakeSignal()

  constructor(options: LeaderTasksOptions) {
    this.#options = options
  }

  /** Looks for jobs now. */
  wakeJobs(): void {
    this.#jobsSignal.notify()
  }

  /** Looks for copies of our rows that need seeding now. */
  wakeSeeding(): void {
    this.#reseedSignal.notify()
  }

  /** Does the leader's work until the signal aborts and everything has come to rest. */
  async run(signal: AbortSignal): Promise<void> {
    const options = this.#options
    const { clock, log, reconcileMs } = options
    const workflows = [replicaCreate(options), replicaDelete(options), ...(options.workflows ?? [])]
    const runner = new JobRunner({
      jobs: options.jobs,
      workflows,
      clock,
      log,
      wakeSignal: this.#jobsSignal,
      intervalMs: reconcileMs,
    })
    const schedules = [
      ...replicationSchedules(options, this.#reseedSignal),
      { reconciler: runner, wakeSignal: this.#jobsSignal },
      alone(expiredRowsReconciler({ ...options, intervalMs: HOUSEKEEPING_MS })),
      alone(orphansReconciler({ ...options, intervalMs: HOUSEKEEPING_MS })),
      ...(options.reconcilers ?? []).map(alone),
    ]
    await runReconcilers(schedules, { clock, log, signal })
    await runner.settled()
  }
}

function replicationSchedules(
  options: LeaderTasksOptions,
  reseed: WakeSignal,
): readonly Schedule[] {
  const { replication, reconcileMs: intervalMs, heartbeatMs } = options
  const peers = new WakeSignal()
  const subscriptions = new WakeSignal()
  const reviewed = new Map<string, string>()
  const isReviewed = async (region: string) =>
    reviewed.get(region) === (await replication.serverLife())
  return [
    {
      reconciler: subscriptionsReconciler({
        ...options,
        intervalMs,
        onRecreated: () => peers.notify(),
        onReviewed(region, serverLife) {
          if (reviewed.get(region) !== serverLife) reseed.notify()
          reviewed.set(region, serverLife)
        },
      }),
      wakeSignal: subscriptions,
    },
    alone(
      streamsReconciler({
        replication,
        onStopped: () => subscriptions.notify(),
      }),
    ),
    {
      reconciler: peersReconciler({ ...options, intervalMs, onNeedsReseed: () => reseed.notify() }),
      wakeSignal: peers,
    },
    { reconciler: reseedReconciler({ ...options, isReviewed, intervalMs }), wakeSignal: reseed },
    alone(
      verificationReconciler({
        ...options,
        isReviewed,
        intervalMs: options.verifyRestMs ?? VERIFY_REST_MS,
      }),
    ),
    alone(decommissionedRegionsReconciler({ ...options, intervalMs })),
    // The heartbeat's arrival elsewhere is the recovery point that a peer has of this Region. It
    // travels in the stream that carries everything else, as often as the point shall be exact.
    alone(periodic('lag', heartbeatMs, () => replication.beat())),
  ]
}

function alone(reconciler: Reconciler): Schedule {
  return { reconciler, wakeSignal: new WakeSignal() }
}
