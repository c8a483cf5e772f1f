// The replica workflows on two real databases, step by step: each step fails in turn and everything
// is unwound, each step and each undo runs twice, and the runner dies between any two steps.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { REPLICA_CREATE, replicaCreate } from '#app/replication/workflows/replica-create.js'
import { REPLICA_DELETE, replicaDelete } from '#app/replication/workflows/replica-delete.js'
import type { ReplicaServices } from '#app/replication/workflows/replica-services.js'
import {
  PermanentFailure,
  runWorkflow,
  type Workflow,
} from '#app/replication/workflows/workflow.js'
import { required } from '#base/assert.js'
import { asPrimary } from '#ports/capability.js'
import type { Job } from '#ports/jobs.js'
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

const USERS = 250
const CREATE_STEPS = 'row key certificate schema link mark settle verify status'.split(' ')
const DELETE_STEPS = ['unmark', 'settle', 'take-over', 'forget', 'row']

let pair: RegionPair
let services: ReplicaServices
let pools = 0

before(async () => {
  pair = await startPair({ batchRows: 100 })
  const signal = new AbortController().signal
  const { west, east } = pair
  for (const side of [west, east]) await side.replication.publish()
  for (const [side, peer] of [
    [west, EAST],
    [east, WEST],
  ] as const) {
    assert.equal((await side.replication.reconcileSubscription(peer, signal)).state, 'recreated')
    // As the seeding of the leader, which does not run here, finds it.
    await side.sql`update peers set finished_copy_id = copy_id`
  }
  services = {
    ...west.storage.repositories,
    ...{ region: WEST, accountId: '123456789012', clock: systemClock, log: quietLog },
    replication: west.replication,
    marking: west.marking,
    digests: west.digests,
    signingCertificates: west.signingCertificates,
    link: pair.link.of(WEST),
  }
})

after(() => pair.close())

async function newPool(): Promise<string> {
  pools += 1
  const poolId = `us-west-2_Flow${String(pools).padStart(5, '0')}`
  await makePool(pair.west, poolId)
  await addUsers(pair.west, poolId, { from: 1, count: USERS })
  await pair.west.sql`
    insert into user_pool_domains (user_pool_id, domain, settings, created_at)
    values (${poolId}, ${`domain-${pools}`}, '{}', now())`
  return poolId
}

function run(workflow: Workflow, job: Job, signal?: AbortSignal): Promise<void> {
  return runWorkflow(workflow, job, {
    jobs: pair.west.jobs,
    clock: systemClock,
    log: quietLog,
    signal: signal ?? new AbortController().signal,
  })
}

async function liveJob(poolId: string, kind: string): Promise<Job> {
  return required(await pair.west.jobs.latest(poolId, kind, EAST), 'job')
}

const triedAgain = (poolId: string) =>
  waitFor(async () => (await liveJob(poolId, REPLICA_CREATE)).attempts >= 2, {
    what: 'the step to be tried again',
  })

async function endOf(poolId: string, kind: string): Promise<string> {
  const job = await liveJob(poolId, kind)
  return job.reason === undefined ? job.state : `${job.state}: ${job.reason}`
}

/** Nothing of the replica is anywhere, and the pool is as it was. */
async function assertUnwound(poolId: string): Promise<void> {
  const { west, east } = pair
  assert.equal(await phaseOf(west, poolId, EAST), 'none')
  const [row] = await west.sql<{ regions: string[] }[]>`
    select replica_regions as regions from user_pools where user_pool_id = ${poolId}`
  assert.deepEqual(row?.regions, [WEST])
  const [marked] = await west.sql<{ rows: number }[]>`
    select count(*)::int as rows from users
     where user_pool_id = ${poolId} and ${EAST} = any(replica_regions)`
  assert.equal(marked?.rows, 0)
  assert.equal(await countUsers(west, poolId), USERS)
  await waitFor(
    async () => {
      const rows = await east.sql`
        select from user_pools where user_pool_id = ${poolId}
        union all select from users where user_pool_id = ${poolId}`
      return rows.length === 0
    },
    { what: 'the rows to vanish' },
  )
}

const regionalSettingsOf = (poolId: string) =>
  pair.east.sql`select from regional_settings where user_pool_id = ${poolId}`

async function makeReplica(): Promise<string> {
  const poolId = await newPool()
  await beginReplica(pair.west, poolId, EAST)
  await run(replicaCreate(services), await liveJob(poolId, REPLICA_CREATE))
  assert.equal(await phaseOf(pair.west, poolId, EAST), 'READY')
  return poolId
}

async function beginDeletion(poolId: string): Promise<void> {
  const pool = await pair.west.storage.repositories.pools.find(poolId)
  await pair.west.control.delete(required(pool && asPrimary(pool), 'pool'), EAST)
}

test('the steps are the documented ones', () => {
  const names = (workflow: Workflow) => workflow.steps.map((step) => step.name)
  assert.deepEqual(names(replicaCreate(services)), CREATE_STEPS)
  assert.deepEqual(names(replicaDelete(services)), DELETE_STEPS)
})

for (const failing of CREATE_STEPS) {
  test(`creation unwinds when ${failing} fails for good`, async () => {
    const poolId = await newPool()
    await beginReplica(pair.west, poolId, EAST)
    const whole = replicaCreate(services)
    const workflow = withSteps(whole, async (step, stepRun) => {
      // The last step makes the replica usable; it fails before, the others after their work.
      if (step.name === failing && failing === 'status') throw new PermanentFailure('planted')
      await step.run(stepRun)
      if (step.name === failing) throw new PermanentFailure('planted')
    })
    await run(workflow, await liveJob(poolId, REPLICA_CREATE))
    assert.equal(await endOf(poolId, REPLICA_CREATE), 'failed: planted')
    await assertUnwound(poolId)
    // Afterwards it can be made again.
    await beginReplica(pair.west, poolId, EAST)
    await run(whole, await liveJob(poolId, REPLICA_CREATE))
    assert.equal(await endOf(poolId, REPLICA_CREATE), 'done')
    await assertEqualSides(pair.west, pair.east, poolId)
    assert.equal((await regionalSettingsOf(poolId)).length, 1)
  })
}

test('creation, and its undoing, may do every step twice', async () => {
  const poolId = await newPool()
  await beginReplica(pair.west, poolId, EAST)
  const ran: string[] = []
  const twice = (failing: string | undefined): Workflow => {
    const whole = replicaCreate(services)
    return {
      ...whole,
      steps: whole.steps.map((step) => ({
        name: step.name,
        async run(stepRun) {
          await step.run(stepRun)
          await step.run(stepRun)
          ran.push(step.name)
          if (step.name === failing) throw new PermanentFailure('planted')
        },
        async undo(stepRun) {
          await step.undo?.(stepRun)
          await step.undo?.(stepRun)
          ran.push(`undo ${step.name}`)
        },
      })),
    }
  }
  await run(twice('verify'), await liveJob(poolId, REPLICA_CREATE))
  const until = CREATE_STEPS.slice(0, -1)
  assert.deepEqual(ran, [...until, ...until.toReversed().map((name) => `undo ${name}`)])
  await assertUnwound(poolId)
  await beginReplica(pair.west, poolId, EAST)
  await run(twice(undefined), await liveJob(poolId, REPLICA_CREATE))
  assert.equal(await endOf(poolId, REPLICA_CREATE), 'done')
  assert.equal(await phaseOf(pair.west, poolId, EAST), 'READY')
  await assertEqualSides(pair.west, pair.east, poolId)
})

/** Runs a workflow with a new runner for each step: it dies when the step has done its work. */
async function runDyingAfterEachStep(whole: Workflow, poolId: string): Promise<readonly string[]> {
  const died: string[] = []
  for (const dying of whole.steps.map((step) => step.name)) {
    const death = new AbortController()
    const workflow = withSteps(whole, async (step, stepRun) => {
      await step.run(stepRun)
      if (step.name !== dying) return
      died.push(dying)
      death.abort()
      // The work is done, and that is not written down.
      throw new Error('dead')
    })
    await run(workflow, await liveJob(poolId, whole.kind), death.signal)
    assert.equal((await liveJob(poolId, whole.kind)).step, dying)
  }
  await run(whole, await liveJob(poolId, whole.kind))
  return died
}

test('creation goes on wherever its runner died', async () => {
  const poolId = await newPool()
  await beginReplica(pair.west, poolId, EAST)
  assert.deepEqual(await runDyingAfterEachStep(replicaCreate(services), poolId), CREATE_STEPS)
  assert.equal(await endOf(poolId, REPLICA_CREATE), 'done')
  await assertEqualSides(pair.west, pair.east, poolId)
})

test('deletion goes on wherever its runner died, and leaves nothing there', async () => {
  const poolId = await makeReplica()
  await pair.east.sql`
    insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
    values (${poolId}, ${EAST}, gen_random_uuid(), '{}', now() + interval '1 hour')`
  await beginDeletion(poolId)
  assert.equal(await phaseOf(pair.west, poolId, EAST), 'DELETING')
  assert.deepEqual(await runDyingAfterEachStep(replicaDelete(services), poolId), DELETE_STEPS)
  assert.equal(await endOf(poolId, REPLICA_DELETE), 'done')
  await assertUnwound(poolId)
  assert.equal((await regionalSettingsOf(poolId)).length, 0)
  await waitFor(
    async () => {
      const rows = await pair.east.sql`select from revocations where user_pool_id = ${poolId}`
      return rows.length === 0
    },
    { what: 'the own rows of the replica to go' },
  )
  // What the replica said about sessions is our own word now.
  const own = await pair.west.sql`
    select from revocations where user_pool_id = ${poolId} and origin_region = ${WEST}`
  assert.equal(own.length, 1)
  await beginReplica(pair.west, poolId, EAST)
  await run(replicaCreate(services), await liveJob(poolId, REPLICA_CREATE))
  await assertEqualSides(pair.west, pair.east, poolId)
  await assertNoConflicts(pair.east)
  await assertNoConflicts(pair.west)
})

test('deletion may do every step twice', async () => {
  const poolId = await makeReplica()
  await beginDeletion(poolId)
  const whole = replicaDelete(services)
  const workflow = withSteps(whole, async (step, stepRun) => {
    await step.run(stepRun)
    await step.run(stepRun)
  })
  await run(workflow, await liveJob(poolId, REPLICA_DELETE))
  assert.equal(await endOf(poolId, REPLICA_DELETE), 'done')
  await assertUnwound(poolId)
})

test('a key that the target may not use fails the creation, an absent one waits', async () => {
  const poolId = await newPool()
  pair.east.keys.refusal = 'unavailable'
  await beginReplica(pair.west, poolId, EAST)
  const running = run(replicaCreate(services), await liveJob(poolId, REPLICA_CREATE))
  await triedAgain(poolId)
  assert.equal((await liveJob(poolId, REPLICA_CREATE)).step, 'key')
  pair.east.keys.refusal = 'disabled'
  await running
  pair.east.keys.refusal = undefined
  assert.match(await endOf(poolId, REPLICA_CREATE), /^failed: KMS key .*: disabled$/)
  await assertUnwound(poolId)
})

test('a key that the target does not find is waited for, but not for ever', async () => {
  const found = await newPool()
  pair.east.keys.refusal = 'not-found'
  await beginReplica(pair.west, found, EAST)
  const running = run(replicaCreate(services), await liveJob(found, REPLICA_CREATE))
  await triedAgain(found)
  pair.east.keys.refusal = undefined
  await running
  assert.equal(await endOf(found, REPLICA_CREATE), 'done')

  const absent = await newPool()
  pair.east.keys.refusal = 'not-found'
  await beginReplica(pair.west, absent, EAST)
  let aheadMs = 0
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
  const waiting = run(replicaCreate({ ...services, clock }), await liveJob(absent, REPLICA_CREATE))
  await triedAgain(absent)
  aheadMs = 61_000
  await waiting
  pair.east.keys.refusal = undefined
  assert.match(await endOf(absent, REPLICA_CREATE), /^failed: KMS key .*: not-found$/)
  await assertUnwound(absent)
})

test('rows that an incomplete copy still has are waited for, and fail no creation', async () => {
  const poolId = await newPool()
  await pair.east.sql.begin(async (tx) => {
    await tx`set local session_replication_role = 'replica'`
    await tx`
      insert into user_pool_domains (user_pool_id, domain, settings, created_at, replica_regions)
      values (${poolId}, 'left-over', '{}', now(), ${[WEST, EAST]})`
  })
  await pair.east.sql`update peers set finished_copy_id = null`
  await beginReplica(pair.west, poolId, EAST)
  const running = run(replicaCreate(services), await liveJob(poolId, REPLICA_CREATE))
  await triedAgain(poolId)
  const { reason } = await liveJob(poolId, REPLICA_CREATE)
  assert.match(String(reason), /the copy of us-west-2 is not complete in us-east-1$/)
  await pair.east.sql.begin(async (tx) => {
    await tx`set local twinpool.maintenance = 'on'`
    await tx`delete from user_pool_domains where domain = 'left-over'`
    await tx`update peers set finished_copy_id = copy_id`
  })
  await running
  assert.equal(await endOf(poolId, REPLICA_CREATE), 'done')
})

/** A client of a chosen ID, as its Region would insert it. */
async function addClient(side: Side, poolId: string, clientId: string): Promise<void> {
  await side.sql`
    insert into user_pool_clients (user_pool_id, client_id, name, settings, created_at, modified_at)
    values (${poolId}, ${clientId}, 'chosen', '{}', clock_timestamp(), now())`
}

test('a domain or a client ID that is taken in the target fails the creation', async () => {
  const taken = 'us-east-1_Taken0001'
  await makePool(pair.east, taken)
  const domain = await newPool()
  await pair.east.sql`
    insert into user_pool_domains (user_pool_id, domain, settings, created_at)
    values (${taken}, ${`domain-${pools}`}, '{}', now())`
  const client = await newPool()
  await addClient(pair.west, client, 'taken-client')
  await addClient(pair.east, taken, 'taken-client')
  for (const [poolId, name] of [
    [domain, `domain-${pools - 1}`],
    [client, 'taken-client'],
  ] as const) {
    await beginReplica(pair.west, poolId, EAST)
    await run(replicaCreate(services), await liveJob(poolId, REPLICA_CREATE))
    assert.equal(await endOf(poolId, REPLICA_CREATE), `failed: taken already: ${name}`)
    await assertUnwound(poolId)
  }
  await assertNoConflicts(pair.east)
})

test('a client ID that both Regions gave away stops nothing, and the older is served', async () => {
  const taken = 'us-east-1_Taken0002'
  await makePool(pair.east, taken)
  const served = async (side: Side, clientId: string) =>
    (await side.storage.repositories.clients.resolve(clientId))?.poolId
  const older = await newPool()
  await addClient(pair.west, older, 'client-of-west')
  await addClient(pair.east, taken, 'client-of-east')
  // Between the question and the rows, each Region gives the other one's ID away.
  const whole = replicaCreate(services)
  const workflow = withSteps(whole, async (step, stepRun) => {
    await step.run(stepRun)
    if (step.name !== 'link') return
    await addClient(pair.east, taken, 'client-of-west')
    await addClient(pair.west, older, 'client-of-east')
    assert.equal(await served(pair.east, 'client-of-west'), taken)
  })
  await beginReplica(pair.west, older, EAST)
  await run(workflow, await liveJob(older, REPLICA_CREATE))
  assert.equal(await endOf(older, REPLICA_CREATE), 'done')
  await assertEqualSides(pair.west, pair.east, older)
  await assertNoConflicts(pair.east)
  await waitFor(async () => (await served(pair.east, 'client-of-west')) === older, {
    what: 'the older client to be served',
  })
  assert.equal(await served(pair.west, 'client-of-west'), older)
  assert.equal(await served(pair.east, 'client-of-east'), taken)
})

test('a job whose row was removed ends quietly', async () => {
  const poolId = await newPool()
  await beginReplica(pair.west, poolId, EAST)
  const job = await liveJob(poolId, REPLICA_CREATE)
  await pair.west.sql`delete from jobs where user_pool_id = ${poolId}`
  await run(replicaCreate(services), job)
  assert.equal(await pair.west.jobs.find(job.jobId), undefined)
})
