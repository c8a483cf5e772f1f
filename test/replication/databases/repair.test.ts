// Rows that hands changed in a Region's copy are found and repaired from their owner, one by one.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import {
  type ComparisonReport,
  type ComparisonServices,
  compareAll,
  planComparison,
} from '#app/replication/comparison.js'
import { askRemove } from '#app/replication/comparison-calls.js'
import { required } from '#base/assert.js'
import { LinkUnreachableError } from '#ports/region-link.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  byHand,
  countUsers,
  makePool,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const USERS = 12_000

let pair: RegionPair
let pools = 0
let poolId = ''

before(async () => {
  pair = await startPair()
  const signal = new AbortController().signal
  for (const side of [pair.west, pair.east]) await side.replication.publish()
  await pair.west.replication.reconcileSubscription(EAST, signal)
  await pair.east.replication.reconcileSubscription(WEST, signal)
})

beforeEach(async () => {
  pools += 1
  poolId = `us-west-2_Repair${String(pools).padStart(3, '0')}`
  await makePool(pair.west, poolId)
})

after(() => pair.close())

function servicesOf({ region, replication, comparison, marking }: Side): ComparisonServices {
  const { link } = pair
  return { region, replication, comparison, marking, link: link.of(region), clock: systemClock }
}

async function compare(
  side: Side,
  region: string,
  options: { repairs: boolean; poolId?: string | undefined },
): Promise<ComparisonReport> {
  const services = servicesOf(side)
  const isOwner = side.region === WEST
  const of = { poolId: 'poolId' in options ? options.poolId : poolId, region, isOwner }
  const signal = new AbortController().signal
  return compareAll(services, await planComparison(services, of), { ...options, signal })
}

async function fill(users: number): Promise<void> {
  await addUsers(pair.west, poolId, { from: 1, count: users })
  await pair.west.marking.mark({ poolId, targetRegion: EAST })
  await assertEqualSides(pair.west, pair.east, poolId)
}

test('rows deleted, changed and inserted by hand are repaired, and only those', async () => {
  await fill(USERS)
  const clean = await compare(pair.west, EAST, { repairs: true })
  assert.equal(clean.differing, 0)
  assert.ok(clean.rows > USERS, 'all rows were compared')
  const ofPool = `user_pool_id = '${poolId}'`
  const some = (offset: number, count: number) =>
    `select sub from users where ${ofPool} order by sub offset ${offset} limit ${count}`
  const { east } = pair
  assert.equal(await byHand(east, `delete from users where sub in (${some(10, 7)})`), 7)
  await byHand(east, `update users set status = 'COMPROMISED' where sub in (${some(6000, 5)})`)
  await byHand(
    east,
    `insert into users (user_pool_id, sub, replica_regions, username_hash, search_terms, status,
       profile_sealed, created_at, modified_at)
     select user_pool_id, gen_random_uuid(), replica_regions, sha256(username_hash), '{}', status,
       '', now(), now() from users where sub in (${some(9000, 3)})`,
  )
  // A copy that a hand gave another owner is still the owner's to repair.
  await byHand(east, `update users set replica_regions = '{${EAST}}' where sub in (${some(50, 2)})`)
  const found = await compare(pair.west, EAST, { repairs: false })
  assert.deepEqual(
    { ...found, rows: 0 },
    { rows: 0, differing: 17, resent: 0, removed: 0, left: 17, tables: ['users'] },
  )
  const mended = await compare(pair.west, EAST, { repairs: true })
  assert.deepEqual(
    { ...mended, rows: 0 },
    { rows: 0, differing: 17, resent: 14, removed: 3, left: 0, tables: ['users'] },
  )
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.equal(await countUsers(pair.east, poolId), USERS)
  assert.equal((await compare(pair.west, EAST, { repairs: true })).differing, 0)
})

test('a name that a hand gave to another copy does not stop the stream', async () => {
  await fill(USERS)
  const { east } = pair
  const subs = await east.sql<{ sub: string }[]>`
    select sub from users where user_pool_id = ${poolId} order by sub`
  // The first is compared, and sent again, long before the last is looked at.
  const [first, last] = [required(subs[0], 'first').sub, required(subs.at(-1), 'last').sub]
  const [name] = await east.sql<{ hash: string }[]>`
    select encode(username_hash, 'hex') as hash from users where sub = ${first}`
  await byHand(east, `delete from users where sub = '${first}'`)
  await byHand(
    east,
    `update users set username_hash = decode('${name?.hash}', 'hex') where sub = '${last}'`,
  )
  const mended = await compare(pair.west, EAST, { repairs: true })
  assert.equal(mended.left, 0)
  assert.equal(mended.resent, 2)
  await assertEqualSides(pair.west, pair.east, poolId)
  await assertNoConflicts(pair.east)
})

test('the pool itself, its configuration and runtime rows of both are repaired', async () => {
  await fill(5)
  const { west, east } = pair
  for (const side of [west, east]) {
    await side.sql`
      insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
      select user_pool_id, ${side.region}, sub, '{}', now() from users
       where user_pool_id = ${poolId}`
  }
  await assertEqualSides(west, east, poolId)
  await byHand(east, `delete from user_pools where user_pool_id = '${poolId}'`)
  await byHand(east, `delete from data_keys where user_pool_id = '${poolId}'`)
  await byHand(east, `delete from sign_outs where origin_region = '${WEST}'`)
  await byHand(west, `delete from sign_outs where origin_region = '${EAST}'`)
  const ofWest = await compare(west, EAST, { repairs: true })
  assert.deepEqual([...ofWest.tables].sort(), ['data_keys', 'sign_outs', 'user_pools'])
  assert.equal(ofWest.left, 0)
  const ofEast = await compare(east, WEST, { repairs: true })
  assert.deepEqual({ ...ofEast, rows: 0 }.tables, ['sign_outs'])
  assert.equal(ofEast.resent, 5)
  await assertEqualSides(west, east, poolId)
})

test('a sign-out that only the copy has stays in force, and a planted lock does not', async () => {
  await fill(1)
  const { west, east } = pair
  const values = `user_pool_id, '${WEST}', sub, replica_regions`
  const ofPool = `from users where user_pool_id = '${poolId}'`
  await byHand(
    east,
    `insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
     select ${values}, now() ${ofPool}`,
  )
  await byHand(
    east,
    `insert into failed_attempts (user_pool_id, origin_region, sub, replica_regions, failures,
       last_failure_at) select ${values}, 20, now() ${ofPool}`,
  )
  const mended = await compare(west, EAST, { repairs: true })
  assert.deepEqual([...mended.tables].sort(), ['failed_attempts', 'sign_outs'])
  assert.equal(mended.left, 0)
  assert.equal(mended.removed, 2)
  const origins = async (side: Side, table: string) => {
    const rows = await side.sql.unsafe<{ origin_region: string }[]>(
      `select origin_region from ${table} where user_pool_id = '${poolId}'`,
    )
    return rows.map((row) => row.origin_region)
  }
  assert.deepEqual(await origins(east, 'sign_outs'), [EAST])
  assert.deepEqual(await origins(east, 'failed_attempts'), [])
  await waitFor(async () => (await origins(west, 'sign_outs')).length === 1, {
    what: 'the sign-out in the Region that did not have it',
  })
  assert.deepEqual(await origins(west, 'sign_outs'), [EAST])
})

test('access keys are repaired in both directions', async () => {
  const { west, east } = pair
  for (const side of [west, east]) {
    await side.sql`
      insert into access_keys (origin_region, access_key_id, replica_regions, secret_sealed, policy,
        created_at)
      values (${side.region}, ${`AKIA${side.region}`}, '{}', '\\x00', '{}', now())`
  }
  const count = async (side: Side) => (await side.sql`select from access_keys`).length
  await waitFor(async () => (await count(west)) === 2 && (await count(east)) === 2, {
    what: 'both keys in both Regions',
  })
  await byHand(east, `delete from access_keys where origin_region = '${WEST}'`)
  await byHand(
    west,
    `insert into access_keys
     select origin_region, 'planted', replica_regions, secret_sealed, policy, created_at
       from access_keys where origin_region = '${EAST}'`,
  )
  const ofWest = await compare(west, EAST, { repairs: true, poolId: undefined })
  assert.deepEqual([ofWest.resent, ofWest.removed, ofWest.left], [1, 0, 0])
  const ofEast = await compare(east, WEST, { repairs: true, poolId: undefined })
  assert.deepEqual([ofEast.resent, ofEast.removed, ofEast.left], [0, 1, 0])
  assert.deepEqual([await count(west), await count(east)], [2, 2])
})

test('rows that are on their way are not wrong', async () => {
  await fill(3000)
  const writing = { on: true }
  const writer = (async () => {
    for (let n = 0; writing.on; n += 1) {
      await pair.west.sql`
        update users set status = ${`S${n}`} where user_pool_id = ${poolId}
           and sub in (select sub from users where user_pool_id = ${poolId}
                        order by md5(sub::text || ${n}) limit 50)`
      await addUsers(pair.west, poolId, { from: 10_000 + n * 3, count: 3 })
      await pair.west.sql`
        delete from users where user_pool_id = ${poolId} and sub in (
          select sub from users where user_pool_id = ${poolId} limit 2)`
    }
  })()
  pair.west.wire.delay(20)
  try {
    for (let n = 0; n < 3; n += 1) {
      const report = await compare(pair.west, EAST, { repairs: true })
      assert.equal(report.differing, 0)
      assert.ok(report.rows > 1000)
    }
  } finally {
    pair.west.wire.delay(0)
    writing.on = false
    await writer
  }
  await assertEqualSides(pair.west, pair.east, poolId)
})

test('a Region can have only copies of its own rows removed', async () => {
  await fill(3)
  const { east, west } = pair
  const [row] = await west.comparison.find(
    { table: 'users', poolId, owner: WEST, targetRegion: EAST, columns: ['status'] },
    (await west.sql<{ sub: string }[]>`select sub from users where user_pool_id = ${poolId}`).map(
      ({ sub }) => [sub],
    ),
  )
  const found = required(row, 'row')
  // The east asks the west to remove what the west owns.
  const part = { table: 'users', poolId, owner: EAST, targetRegion: WEST, columns: ['status'] }
  assert.equal(await askRemove(pair.link.of(EAST), part, [found]), 0)
  // Neither does another hash remove anything.
  const own = { ...part, owner: WEST, targetRegion: EAST }
  assert.equal(await askRemove(pair.link.of(WEST), own, [{ ...found, hash: '1' }]), 0)
  await assert.rejects(
    askRemove(pair.link.of(WEST), { ...own, table: 'kms_keys' }, [found]),
    /other columns/,
  )
  await assert.rejects(
    askRemove(pair.link.of(WEST), { ...own, columns: ['a"b'] }, [found]),
    /other columns/,
  )
  await assert.rejects(
    askRemove(pair.link.of(WEST), own, [{ ...found, hash: '1) or true --' }]),
    LinkUnreachableError,
  )
  assert.equal(await countUsers(east, poolId), 3)
  assert.equal(await countUsers(west, poolId), 3)
})
