// What the reconcilers repair without a person: slow, cut and half-open wires, killed databases,
// lost slots and wiped databases, with the leaders of both Regions at work.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { replicationReport } from '#app/replication/replication-report.js'
import { required } from '#base/assert.js'
import { pauseApplying } from '#test/support/apply-worker.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  beginReplica,
  countUsers,
  dropSlotOf,
  makePool,
  phaseOf,
  waitForPhase,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const JTI = '33333333-3333-7333-8333-333333333333'

// One pair for all tests: each leaves the Regions as the next one needs them, streaming. Each has a
// pool of its own.
let pair: RegionPair
let pools = 0
let poolId = ''

before(async () => {
  pair = await startPair({ batchRows: 100 })
})

beforeEach(() => {
  pools += 1
  poolId = `us-west-2_Outage${String(pools).padStart(3, '0')}`
})

after(() => pair.close())

async function makeReplica(users: number): Promise<void> {
  await makePool(pair.west, poolId)
  await addUsers(pair.west, poolId, { from: 1, count: users })
  await beginReplica(pair.west, poolId, EAST)
  await waitForPhase(pair.west, { poolId, region: EAST, phase: 'READY' })
  await waitForPhase(pair.east, { poolId, region: EAST, phase: 'READY' })
}

async function revoke(side: Side, jti: string): Promise<void> {
  await side.sql`
    insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
    values (${poolId}, ${side.region}, ${jti}, '{}', now() + interval '1 hour')`
}

async function isRevoked(side: Side, jti: string): Promise<boolean> {
  const rows = await side.sql`
    select from revocations where user_pool_id = ${poolId} and origin_jti = ${jti}`
  return rows.length > 0
}

test('two Regions that start minutes apart find each other', async () => {
  pair.east.wire.cut()
  pair.link.unreachable.add(EAST)
  pair.west.lead()
  await makePool(pair.west, poolId)
  await addUsers(pair.west, poolId, { from: 1, count: 250 })
  // Even a replica may be asked for while its Region is down; it is made when the Region is back.
  await beginReplica(pair.west, poolId, EAST)
  await waitFor(async () => (await pair.west.jobs.live())[0]?.reason !== undefined, {
    what: 'the job to say why it waits',
  })
  assert.equal(await phaseOf(pair.west, poolId, EAST), 'CREATING')
  pair.east.wire.heal()
  pair.link.unreachable.clear()
  pair.east.lead()
  await waitForPhase(pair.west, { poolId, region: EAST, phase: 'READY' })
  await assertEqualSides(pair.west, pair.east, poolId)
  await waitFor(
    async () => {
      const [lag] = await pair.east.replication.lag()
      return lag?.region === WEST && (lag.lagMs ?? 1e9) < 5000
    },
    { what: 'a recovery point that moves' },
  )
})

async function reportOf({ storage, replication, verifications }: Side) {
  const { pools, replicas, jobs } = storage.repositories
  const reports = await replicationReport({ pools, replicas, jobs, replication, verifications })
  const report = reports.find((each) => each.poolId === poolId)
  return required(report, 'a report')
}

test('the recovery point of a replica that applies nothing stands still', async () => {
  await makeReplica(1)
  const resume = await pauseApplying(pair.east.cluster.urlOf('postgres'))
  const pausedAtMs = Date.now()
  try {
    // Rows go on in the other direction, which says nothing of the replica.
    await waitFor(
      async () => {
        const [lag] = await pair.west.replication.lag()
        return (lag?.recoveryPointMs ?? 0) > pausedAtMs + 2000
      },
      { what: 'heartbeats of the secondary' },
    )
    const seenThere = await reportOf(pair.east)
    assert.ok((seenThere.recoveryPointMs ?? Number.POSITIVE_INFINITY) <= pausedAtMs)
    assert.ok((seenThere.lagMs ?? 0) >= 2000)
    assert.equal((await reportOf(pair.west)).recoveryPointMs, undefined)
  } finally {
    resume()
  }
  await waitFor(
    async () => ((await reportOf(pair.east)).recoveryPointMs ?? 0) > pausedAtMs + 2000,
    { what: 'a recovery point that moves' },
  )
  await assertEqualSides(pair.west, pair.east, poolId)
})

test('a cut, a slow and a half-open wire are caught up with', async () => {
  await makeReplica(200)
  pair.west.wire.cut()
  await addUsers(pair.west, poolId, { from: 201, count: 100 })
  await revoke(pair.east, JTI)
  pair.west.wire.heal()
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.ok(await isRevoked(pair.west, JTI))
  pair.west.wire.delay(40)
  await addUsers(pair.west, poolId, { from: 301, count: 100 })
  await assertEqualSides(pair.west, pair.east, poolId)
  pair.west.wire.delay(0)
  pair.west.wire.halfOpen()
  await addUsers(pair.west, poolId, { from: 401, count: 100 })
  // The database notices by itself that its peer is silent, and gives the connection up.
  await waitFor(
    async () => {
      const slot = await pair.west.replication.slot(EAST)
      return !slot.isActive
    },
    { what: 'the silent connection to be given up' },
  )
  assert.equal(await countUsers(pair.east, poolId), 400)
  pair.west.wire.heal()
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.equal(await countUsers(pair.east, poolId), 500)
  await assertNoConflicts(pair.east)
})

test('kill -9 of the secondary database while rows stream in loses nothing', async () => {
  await makeReplica(200)
  const writing = (async () => {
    for (let n = 0; n < 20; n += 1) {
      await addUsers(pair.west, poolId, { from: 1000 + n * 50, count: 50 })
    }
  })()
  await waitFor(async () => (await countUsers(pair.east, poolId)) > 300, { what: 'rows to stream' })
  await pair.east.cluster.kill()
  await writing
  await pair.east.cluster.start()
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.equal(await countUsers(pair.east, poolId), 1200)
})

test('kill -9 of the primary database while its pool is marked goes on afterwards', async () => {
  await makePool(pair.west, poolId)
  await addUsers(pair.west, poolId, { from: 1, count: 4000 })
  await beginReplica(pair.west, poolId, EAST)
  await waitFor(async () => (await countUsers(pair.east, poolId)) > 500, { what: 'marking' })
  await pair.west.cluster.kill()
  await pair.west.cluster.start()
  await waitForPhase(pair.west, { poolId, region: EAST, phase: 'READY', timeoutMs: 60_000 })
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.equal(await countUsers(pair.east, poolId), 4000)
})

test('a wiped secondary is rebuilt and seeded, and what it said about sessions holds', async () => {
  await makeReplica(300)
  await revoke(pair.east, JTI)
  await waitFor(() => isRevoked(pair.west, JTI), { what: 'the revocation to arrive' })
  await pair.east.wipe()
  assert.equal(await countUsers(pair.east, poolId), 0)
  await addUsers(pair.west, poolId, { from: 301, count: 50 })
  pair.east.lead()
  await waitFor(async () => (await countUsers(pair.east, poolId)) === 350, { what: 'seeding' })
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.ok(await isRevoked(pair.west, JTI), 'still revoked where it was replicated to')
  assert.ok(await isRevoked(pair.east, JTI), 'and known again where it was said')
  await waitFor(
    async () => {
      const [peer] = await pair.west.replication.peers()
      return peer?.needsReseed === false && peer.seededCopyId !== undefined
    },
    { what: 'the copy to count as seeded' },
  )
  // The wiped Region makes rows with keys that it had before; they must not collide.
  await revoke(pair.east, JTI)
  await waitFor(
    async () => {
      const rows = await pair.west.sql`
        select from revocations where origin_jti = ${JTI} and origin_region = ${EAST}`
      return rows.length === 1
    },
    { what: 'the new row of the wiped Region' },
  )
  await assertNoConflicts(pair.west)
})

test('a lost slot is made anew and the copy with it', async () => {
  await makeReplica(300)
  await pair.east.rest()
  pair.west.wire.cut()
  // Rows change hands while nothing streams: names that move would collide with a stale copy.
  await pair.west.sql`delete from users where user_pool_id = ${poolId} and sub in (
    select sub from users where user_pool_id = ${poolId} limit 100)`
  await pair.west.sql`
    insert into users (user_pool_id, sub, username_hash, status, profile_sealed, created_at,
      modified_at)
    select ${poolId}, gen_random_uuid(), sha256((${poolId} || 'u' || i)::bytea), 'CONFIRMED', '',
      now(), now() from generate_series(1, 300) i on conflict do nothing`
  await revoke(pair.east, JTI)
  await dropSlotOf(pair.west, EAST)
  pair.west.wire.heal()
  pair.east.lead()
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.equal(await countUsers(pair.east, poolId), 300)
  assert.ok(await isRevoked(pair.east, JTI))
})

test('a slot that outgrew its budget is rebuilt', async () => {
  await makeReplica(100)
  await pair.east.rest()
  pair.west.wire.cut()
  await pair.west.sql`alter system set max_slot_wal_keep_size = '16MB'`
  await pair.west.sql`select pg_reload_conf()`
  await waitFor(
    async () => {
      await addUsers(pair.west, poolId, { from: await nextUser(), count: 500 })
      await pair.west.sql`select pg_switch_wal()`
      await pair.west.sql`checkpoint`
      return (await pair.west.replication.slot(EAST)).isLost
    },
    { what: 'the slot to be lost' },
  )
  pair.west.wire.heal()
  pair.east.lead()
  const users = await countUsers(pair.west, poolId)
  await waitFor(async () => (await countUsers(pair.east, poolId)) === users, { what: 'seeding' })
  await pair.west.sql`alter system reset max_slot_wal_keep_size`
  await pair.west.sql`select pg_reload_conf()`
  await assertEqualSides(pair.west, pair.east, poolId)
})

async function nextUser(): Promise<number> {
  return (await countUsers(pair.west, poolId)) + 1
}

test('a primary that lost its database does not take the last copy with it', async () => {
  await makeReplica(100)
  await pair.west.wipe()
  pair.west.lead()
  await waitFor(
    async () => {
      const [peer] = await pair.east.replication.peers()
      const identity = await pair.west.replication.identity()
      return peer?.databaseId === identity.databaseId && peer.copyId !== undefined
    },
    { what: 'the Regions to find each other again' },
  )
  assert.equal(await countUsers(pair.east, poolId), 100)
})
