// `kill -9` of either database at the beginning of each step of making and removing a replica. The
// runner meets dead connections, tries again, and goes on when the database is back.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { replicaCreate } from '#app/replication/workflows/replica-create.js'
import { replicaDelete } from '#app/replication/workflows/replica-delete.js'
import type { ReplicaServices } from '#app/replication/workflows/replica-services.js'
import { runWorkflow, type Workflow } from '#app/replication/workflows/workflow.js'
import { required } from '#base/assert.js'
import { asPrimary } from '#ports/capability.js'
import { quietLog } from '#test/support/database.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  beginReplica,
  countUsers,
  makePool,
  phaseOf,
} from '#test/support/replica-rows.js'
import { withSteps } from '#test/support/steps.js'
import { waitFor } from '#test/support/wait.js'

const USERS = 150

let pair: RegionPair
let pools = 0

before(async () => {
  pair = await startPair({ batchRows: 50 })
  pair.west.lead()
  pair.east.lead()
  await waitFor(
    async () => {
      const [peer] = await pair.west.replication.peers()
      return peer?.seededCopyId !== undefined && peer.copyId !== undefined
    },
    { what: 'the Regions to find each other' },
  )
  // The jobs are run by the test, which must know when a step begins.
  await pair.west.rest()
})

after(() => pair.close())

function servicesOf(side: Side): ReplicaServices {
  return {
    ...side.storage.repositories,
    region: side.region,
    accountId: '123456789012',
    clock: systemClock,
    log: quietLog,
    replication: side.replication,
    marking: side.marking,
    digests: side.digests,
    signingCertificates: side.signingCertificates,
    link: pair.link.of(side.region),
  }
}

/** The workflow, with a database killed once as the step begins, and back a moment later. */
function killingAt(whole: Workflow, name: string, victim: Side): Workflow {
  let isKilled = false
  let restart: Promise<void> = Promise.resolve()
  return withSteps(whole, async (step, stepRun) => {
    if (step.name === name && !isKilled) {
      isKilled = true
      await victim.cluster.kill()
      // The step begins without the database, and meets it again on one of its tries.
      restart = systemClock.wait(300).then(() => victim.cluster.start())
      restart.catch(() => undefined)
    }
    await step.run(stepRun)
    await restart
  })
}

async function run(workflow: Workflow, poolId: string): Promise<void> {
  const { jobs } = pair.west
  const job = required(await jobs.latest(poolId, workflow.kind, EAST), 'job')
  const signal = new AbortController().signal
  const options = { jobs, clock: systemClock, log: quietLog, signal }
  // Saving what happened may meet the dead database too; then the next runner goes on.
  await waitFor(
    async () => {
      const now = required(await jobs.find(job.jobId), 'job')
      if (now.state === 'done') return true
      await runWorkflow(workflow, now, options)
      return false
    },
    { what: `${workflow.kind} to end`, timeoutMs: 60_000 },
  )
}

const CREATE_STEPS = ['key', 'certificate', 'schema', 'link', 'mark', 'settle', 'verify', 'status']
const DELETE_STEPS = ['unmark', 'settle', 'take-over', 'forget', 'row']

for (const victimRegion of [WEST, EAST]) {
  test(`the database of ${victimRegion} is killed at each step`, async () => {
    const victim = victimRegion === WEST ? pair.west : pair.east
    pools += 1
    const poolId = `us-west-2_Crash${String(pools).padStart(4, '0')}`
    await makePool(pair.west, poolId)
    await addUsers(pair.west, poolId, { from: 1, count: USERS })
    const services = servicesOf(pair.west)
    for (let step = 0; step < CREATE_STEPS.length; step += 1) {
      const creating = required(CREATE_STEPS[step], 'step')
      await beginReplica(pair.west, poolId, EAST)
      await run(killingAt(replicaCreate(services), creating, victim), poolId)
      assert.equal(await phaseOf(pair.west, poolId, EAST), 'READY', creating)
      await assertEqualSides(pair.west, pair.east, poolId)
      assert.equal(await countUsers(pair.east, poolId), USERS)
      const pool = await pair.west.storage.repositories.pools.find(poolId)
      await pair.west.control.delete(required(pool && asPrimary(pool), 'pool'), EAST)
      const deleting = DELETE_STEPS[step]
      const whole = replicaDelete(services)
      await run(deleting === undefined ? whole : killingAt(whole, deleting, victim), poolId)
      assert.equal(await phaseOf(pair.west, poolId, EAST), 'none', deleting)
      await waitFor(async () => (await countUsers(pair.east, poolId)) === 0, {
        what: 'the rows to vanish',
      })
    }
    await assertNoConflicts(pair.east)
    await assertNoConflicts(pair.west)
  })
}
