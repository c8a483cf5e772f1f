// Takes a replica of a pool from another Region. The replica's row said INACTIVE, and DELETING was
// stored together with the job, so the replica serves no calls any more.
//
//   unmark -> settle -> take-over -> forget -> row
//
// `unmark`: the rows vanish there, the pool's last. `settle`: they have. `take-over`: what the
// Region said about sessions has arrived here, and becomes our own word. `forget`: the Region
// removes its own rows of the pool. `row`: the replica's row goes, and with it the replica.
// Nothing is undone: a deletion that has begun goes on until it is through, however long the Region
// is down.
import { askConfirmed, askPosition, removeReplica } from '../link-calls.js'
import { markingOf, poolOf, type ReplicaServices, settle } from './replica-services.js'
import type { Step, StepRun, Workflow } from './workflow.js'

export const REPLICA_DELETE = 'replica-delete'
const POLL_MS = 50

export function replicaDelete(services: ReplicaServices): Workflow {
  return { kind: REPLICA_DELETE, steps: stepsOf(services) }
}

function stepsOf(services: ReplicaServices): readonly Step[] {
  return [
    { name: 'unmark', run: (run) => services.marking.unmark(markingOf(run)) },
    { name: 'settle', run: (run) => settle(services, run) },
    { name: 'take-over', run: (run) => adoptRuntimeRows(services, run) },
    {
      name: 'forget',
      run: (run) => removeReplica(services.link, run.job.targetRegion, run.job.poolId),
    },
    {
      name: 'row',
      run: async (run) =>
        services.replicas.remove(await poolOf(services, run), run.job.targetRegion),
    },
  ]
}

/** Waits until all that the Region wrote is here, which it asks its own database. */
async function adoptRuntimeRows(services: ReplicaServices, run: StepRun): Promise<void> {
  const { link, clock, replication } = services
  const { poolId, targetRegion } = run.job
  const position = await askPosition(link, targetRegion)
  while (!(await askConfirmed(link, targetRegion, position))) {
    run.signal.throwIfAborted()
    await run.explain(`rows of ${targetRegion} are still on their way`)
    await clock.wait(POLL_MS, run.signal)
  }
  await replication.adoptRuntimeRows(poolId, targetRegion)
}
