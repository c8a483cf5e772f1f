// Copies that are made anew while they serve: nothing vanishes before its successor is there, and
// what either Region said about sessions survives in whatever order the two are repaired.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { removeOrphans } from '#adapters/postgres/regional/orphans.js'
import { LinkUnreachableError } from '#ports/region-link.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  beginReplica,
  byHand,
  countUsers,
  dropSlotOf,
  makePool,
  waitForPhase,
  waitUntilFinished,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const SUB = '44444444-4444-4444-8444-444444444444'
const KEY = 'AKIAEXAMPLEOFTHEEAST'

let pair: RegionPair
let pools = 0
let poolId = ''

before(async () => {
  pair = await startPair({ batchRows: 100 })
  pair.west.lead()
  pair.east.lead()
})

beforeEach(async () => {
  await bothFinished()
  pools += 1
  poolId = poolNamed('Rebuild')
})

after(() => pair.close())

const poolNamed = (name: string) => `us-west-2_${name}${String(pools).padStart(3, '0')}`

async function makeReplica(id: string, users: number): Promise<void> {
  await makePool(pair.west, id)
  await addUsers(pair.west, id, { from: 1, count: users })
  await beginReplica(pair.west, id, EAST)
  await waitForPhase(pair.east, { poolId: id, region: EAST, phase: 'READY' })
}

async function signOut(side: Side, id = poolId): Promise<void> {
  await side.sql`
    insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
    values (${id}, ${side.region}, ${SUB}, '{}', now())`
}

async function isSignedOut(side: Side, id = poolId): Promise<boolean> {
  const rows = await side.sql`
    select from sign_outs where user_pool_id = ${id} and sub = ${SUB}`
  return rows.length > 0
}

async function failures(side: Side): Promise<number> {
  const [row] = await side.sql<{ failures: number }[]>`
    select failures from twinpool_failed_attempts(${poolId}, ${SUB})`
  return row?.failures ?? 0
}

async function bothFinished(): Promise<void> {
  await waitUntilFinished(pair.west, EAST)
  await waitUntilFinished(pair.east, WEST)
}

/** Counts rows of the east again and again until `work` is done; returns the smallest count. */
async function fewestUsersDuring(work: () => Promise<unknown>): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY
  let isDone = false
  const watching = (async () => {
    for (let looks = 0; !isDone || looks < 3; looks += 1) {
      fewest = Math.min(fewest, await countUsers(pair.east, poolId))
    }
  })()
  await work().finally(() => {
    isDone = true
  })
  await watching
  return fewest
}

test('both slots lost: what the secondary said arrives, behind a large pool too', async () => {
  const small = poolNamed('Small')
  await makeReplica(poolId, 4000)
  await makeReplica(small, 3)
  await pair.west.rest()
  await pair.east.rest()
  pair.west.wire.cut()
  pair.east.wire.cut()
  await signOut(pair.east, small)
  await dropSlotOf(pair.west, EAST)
  await dropSlotOf(pair.east, WEST)
  pair.west.wire.heal()
  pair.east.wire.heal()
  pair.west.lead()
  pair.east.lead()
  await waitFor(() => isSignedOut(pair.west, small), { what: 'the sign-out', timeoutMs: 30_000 })
  await bothFinished()
  await assertEqualSides(pair.west, pair.east, small)
  await assertEqualSides(pair.west, pair.east, poolId)
})

test('runtime rows of a pool that is not here are sent again all the same', async () => {
  await makeReplica(poolId, 1)
  await signOut(pair.east)
  await waitFor(() => isSignedOut(pair.west), { what: 'the sign-out' })
  await pair.east.rest()
  // As in a Region whose copy was cleared, or has not come yet.
  await pair.east.sql.begin(async (tx) => {
    await tx`select set_config('twinpool.maintenance', 'on', true)`
    await tx`delete from user_pools where user_pool_id = ${poolId}`
  })
  await pair.west.sql.begin(async (tx) => {
    await tx`select set_config('twinpool.maintenance', 'on', true)`
    await tx`delete from sign_outs where user_pool_id = ${poolId}`
  })
  assert.equal(await isSignedOut(pair.west), false)
  await pair.east.marking.reseed(WEST, AbortSignal.timeout(20_000))
  await waitFor(() => isSignedOut(pair.west), { what: 'the sign-out to come again' })
  // And rows that the Region does not get are not given to it.
  await pair.east.sql`
    update sign_outs set replica_regions = array[${EAST}] where user_pool_id = ${poolId}`
  await waitFor(async () => !(await isSignedOut(pair.west)), { what: 'the sign-out to go' })
  await pair.east.marking.reseed(WEST, AbortSignal.timeout(20_000))
  const [row] = await pair.east.sql<{ regions: string[] }[]>`
    select replica_regions as regions from sign_outs where user_pool_id = ${poolId}`
  assert.deepEqual(row?.regions, [EAST])
  await pair.west.replication.requestReseed(EAST)
  pair.east.lead()
  await waitFor(async () => (await countUsers(pair.east, poolId)) === 1, { what: 'the pool' })
})

test('a row that only the copy has, as young as the others, does not hold it up', async () => {
  await makeReplica(poolId, 20)
  let asked = 0
  let isHeld = true
  pair.link.onCall = (region, name) => {
    if (region !== EAST || name !== 'finish-copy') return
    asked += 1
    if (isHeld) throw new LinkUnreachableError(region)
  }
  try {
    await dropSlotOf(pair.west, EAST)
    await waitFor(() => asked > 0, { what: 'all rows to be sent', timeoutMs: 30_000 })
    // As if the user had been sent, and the deletion missed.
    const extra = `insert into users (user_pool_id, sub, replica_regions, username_hash, status,
        profile_sealed, created_at, modified_at)
      values ('${poolId}', gen_random_uuid(), '{${WEST},${EAST}}', sha256('extra'), 'CONFIRMED',
        '', now(), now())`
    assert.equal(await byHand(pair.east, extra), 1)
    isHeld = false
    await bothFinished()
    await assertEqualSides(pair.west, pair.east, poolId)
    assert.equal(await countUsers(pair.east, poolId), 20)
  } finally {
    pair.link.onCall = () => undefined
  }
})

test('a lost slot: every user is there at every moment, and names that moved are', async () => {
  await makeReplica(poolId, 1500)
  await pair.east.rest()
  pair.west.wire.cut()
  // Two users change names with a step in between, one is gone and made again by another key.
  await pair.west.sql`
    update users set username_hash = sha256('away') where user_pool_id = ${poolId}
       and sub = md5(${poolId} || 1)::uuid`
  await pair.west.sql`
    update users set username_hash = sha256((${poolId} || 'u1')::bytea)
     where user_pool_id = ${poolId} and sub = md5(${poolId} || 1500)::uuid`
  await pair.west.sql`
    update users set username_hash = sha256((${poolId} || 'u1500')::bytea)
     where user_pool_id = ${poolId} and sub = md5(${poolId} || 1)::uuid`
  await pair.west.sql`
    delete from users where user_pool_id = ${poolId} and sub = md5(${poolId} || 700)::uuid`
  await pair.west.sql`
    insert into users (user_pool_id, sub, username_hash, email_hash, status, profile_sealed,
      created_at, modified_at)
    values (${poolId}, ${SUB}, sha256((${poolId} || 'u700')::bytea),
      sha256((${poolId} || 'e700')::bytea), 'CONFIRMED', '', now(), now())`
  await dropSlotOf(pair.west, EAST)
  pair.west.wire.heal()
  const fewest = await fewestUsersDuring(async () => {
    pair.east.lead()
    await waitFor(async () => !(await finished(pair.east)), { what: 'the rebuild to begin' })
    await bothFinished()
  })
  // The user who was made again stands for the one whose name it took.
  assert.ok(fewest >= 1500 - 2, `never fewer than ${fewest}`)
  assert.equal(await countUsers(pair.east, poolId), 1500)
  await assertEqualSides(pair.west, pair.east, poolId)
})

async function finished(side: Side): Promise<boolean> {
  const [peer] = await side.replication.peers()
  return peer?.isFinished === true
}

test('a source that dies in the middle leaves the old copy, and no orphan is cleared', async () => {
  await makeReplica(poolId, 3000)
  await signOut(pair.east)
  await waitFor(() => isSignedOut(pair.west), { what: 'the sign-out' })
  await pair.east.rest()
  pair.west.wire.cut()
  await dropSlotOf(pair.west, EAST)
  pair.west.wire.heal()
  pair.link.onCall = (region, name) => {
    if (region === EAST && name === 'finish-copy') throw new Error('the west dies now')
  }
  pair.east.lead()
  await waitFor(async () => !(await finished(pair.east)), { what: 'the rebuild to begin' })
  await pair.west.rest()
  await pair.west.cluster.kill()
  pair.link.onCall = () => undefined
  assert.equal(await countUsers(pair.east, poolId), 3000)
  // A pool that had not arrived yet, which a Region without a copy could take for deleted.
  await pair.east.sql.begin(async (tx) => {
    await tx`select set_config('twinpool.maintenance', 'on', true)`
    await tx`delete from user_pools where user_pool_id = ${poolId}`
  })
  const now = { nowMs: Date.now() + 1000, graceMs: 0 }
  assert.deepEqual(await removeOrphans(pair.east.storage.database, now), [])
  assert.ok(await isSignedOut(pair.east))
  await pair.west.cluster.start()
  pair.west.lead()
  await bothFinished()
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.ok((await isSignedOut(pair.west)) && (await isSignedOut(pair.east)))
  // Once the copies are finished, what deleted pools left is cleared again.
  await pair.west.sql`delete from user_pools where user_pool_id = ${poolId}`
  await waitFor(
    async () => {
      const gone = await removeOrphans(pair.east.storage.database, now)
      return gone.includes(poolId) || !(await isSignedOut(pair.east))
    },
    { what: 'the orphan to be cleared' },
  )
})

test('rows that the owner deleted meanwhile go at the end, and only those', async () => {
  const gone = poolNamed('Gone')
  await makeReplica(poolId, 300)
  await makeReplica(gone, 50)
  await pair.east.rest()
  pair.west.wire.cut()
  await pair.west.sql`
    delete from users where user_pool_id = ${poolId} and sub = any(
      select md5(${poolId} || i)::uuid from generate_series(1, 100) i)`
  for (const table of ['users', 'data_keys', 'user_pool_replicas', 'user_pools']) {
    await pair.west.sql`delete from ${pair.west.sql(table)} where user_pool_id = ${gone}`
  }
  await dropSlotOf(pair.west, EAST)
  pair.west.wire.heal()
  pair.east.lead()
  await waitFor(async () => (await countUsers(pair.east, poolId)) === 200, { what: 'pruning' })
  await bothFinished()
  assert.equal(await countUsers(pair.east, gone), 0)
  assert.equal(
    (await pair.east.sql`select from user_pools where user_pool_id = ${gone}`).length,
    0,
    'a pool that its owner deleted is not kept',
  )
  await assertEqualSides(pair.west, pair.east, poolId)
})

test('failed attempts and deletions of a wiped secondary survive, and do not grow', async () => {
  await makeReplica(poolId, 1)
  await pair.east.sql`
    insert into failed_attempts (user_pool_id, origin_region, sub, replica_regions, failures,
      last_failure_at) values (${poolId}, ${EAST}, ${SUB}, '{}', 20, now())`
  await pair.west.sql`
    insert into failed_attempts (user_pool_id, origin_region, sub, replica_regions, failures,
      last_failure_at) values (${poolId}, ${WEST}, ${SUB}, '{}', 3, now())`
  await pair.west.sql`
    insert into access_keys (origin_region, access_key_id, secret_sealed, policy, created_at)
    values (${WEST}, ${KEY}, '', '{}', now())`
  await pair.east.sql`
    insert into access_key_deletions (origin_region, access_key_id, deleted_at)
    values (${EAST}, ${KEY}, now())`
  const isDeleted = async (side: Side) =>
    (await side.sql`select from access_key_deletions where access_key_id = ${KEY}`).length > 0
  for (const side of [pair.west, pair.east]) {
    await waitFor(async () => (await failures(side)) === 23, { what: 'failures of both' })
    await waitFor(() => isDeleted(side), { what: 'the deletion' })
  }
  for (let wipes = 0; wipes < 2; wipes += 1) {
    await pair.east.wipe()
    pair.east.lead()
    await waitFor(() => finished(pair.east), { what: 'the copy', timeoutMs: 30_000 })
    await bothFinished()
    for (const side of [pair.west, pair.east]) {
      await waitFor(async () => (await failures(side)) === 23, { what: 'the same failures' })
      assert.ok(await isDeleted(side), `deleted in ${side.region}`)
    }
  }
  // A rebuild for a lost slot does not count anything twice either.
  await pair.east.rest()
  pair.west.wire.cut()
  await dropSlotOf(pair.west, EAST)
  pair.west.wire.heal()
  pair.east.lead()
  await waitFor(async () => !(await finished(pair.east)), { what: 'the rebuild to begin' })
  await bothFinished()
  assert.deepEqual([await failures(pair.west), await failures(pair.east)], [23, 23])
})

test('rows that are asked for again come without a copy being made anew', async () => {
  await makeReplica(poolId, 300)
  await pair.west.rest()
  await pair.east.sql.begin(async (tx) => {
    await tx`select set_config('twinpool.maintenance', 'on', true)`
    await tx`delete from users where user_pool_id = ${poolId} and sub = any(
      select md5(${poolId} || i)::uuid from generate_series(1, 100) i)`
  })
  assert.equal(await countUsers(pair.east, poolId), 200)
  await pair.west.replication.requestReseed(EAST)
  pair.west.lead()
  await waitFor(async () => (await countUsers(pair.east, poolId)) === 300, { what: 'the rows' })
  const isSeeded = async () =>
    (await pair.west.replication.peers()).every((peer) => !peer.needsReseed)
  await waitFor(isSeeded, { what: 'the copy to be called seeded', timeoutMs: 30_000 })
})
