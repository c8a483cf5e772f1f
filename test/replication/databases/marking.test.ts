// Marking between two real clusters: every row arrives whole, none is missed, all vanish again.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { required } from '#base/assert.js'
import type { MarkingCursor } from '#ports/replication.js'
import { EAST, type RegionPair, startPair } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  countUsers,
  incompressible,
  makePool,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

let pair: RegionPair

before(async () => {
  pair = await startPair({ batchRows: 200 })
  const signal = new AbortController().signal
  const both = [pair.west, pair.east]
  for (const side of both) await side.replication.publish()
  // Both at once, as two Regions that start together.
  const reviews = await Promise.all([
    pair.west.replication.reconcileSubscription(pair.east.region, signal),
    pair.east.replication.reconcileSubscription(pair.west.region, signal),
  ])
  assert.deepEqual(
    reviews.map((review) => review.state),
    ['recreated', 'recreated'],
  )
})

after(() => pair.close())

async function settled(): Promise<void> {
  const position = await pair.west.replication.position()
  await waitFor(() => pair.west.replication.hasConfirmed(EAST, position), { what: 'settling' })
}

test('values that are stored apart arrive whole, and stay whole', async () => {
  const { west, east } = pair
  const poolId = 'us-west-2_Toast0001'
  await makePool(west, poolId)
  const big = incompressible(65_536, 'big')
  const text = big.toString('hex').slice(0, 65_536)
  await west.sql`
    update user_pools set settings = ${west.sql.json({ text })} where user_pool_id = ${poolId}`
  await west.sql`
    insert into resource_servers (user_pool_id, identifier, name, scopes)
    values (${poolId}, 'server', ${text}, ${west.sql.json([{ name: text, description: '' }])})`
  await west.sql`
    insert into groups (user_pool_id, group_name, description, role_arn, created_at, modified_at)
    values (${poolId}, 'group', ${text}, ${text}, now(), now())`
  await west.sql`
    insert into users (user_pool_id, sub, username_hash, search_terms, status, profile_sealed,
      credential_sealed, factors_sealed, created_at, modified_at)
    values (${poolId}, gen_random_uuid(), ${incompressible(32, 'name')},
      (select array_agg(hashint8extended(i, 7)) from generate_series(1, 2000) i), 'CONFIRMED',
      ${big}, ${incompressible(65_536, 'credential')},
      ${incompressible(65_536, 'factors')}, now(), now())`
  await west.sql`
    insert into signing_keys (user_pool_id, kid, public_jwk, private_key_sealed, created_at)
    values (${poolId}, 'kid', ${west.sql.json({ n: text })}, ${big}, now())`
  await west.marking.mark({ poolId, targetRegion: EAST })
  await assertEqualSides(west, east, poolId)
  const [arrived] = await east.sql<{ profile: Buffer; terms: number }[]>`
    select profile_sealed as profile, cardinality(search_terms) as terms
      from users where user_pool_id = ${poolId}`
  assert.deepEqual(Buffer.from(required(arrived, 'user').profile), big)
  assert.equal(arrived?.terms, 2000)
  const [server] = await east.sql<{ scopes: { name: string }[] }[]>`
    select scopes from resource_servers where user_pool_id = ${poolId}`
  assert.equal(server?.scopes.length, 1, 'nothing was added to an array')
  assert.equal(server?.scopes[0]?.name, text)
  // An update that leaves the values alone must not lose them either.
  await west.sql`update users set status = 'CHANGED' where user_pool_id = ${poolId}`
  await west.sql`update groups set precedence = 1 where user_pool_id = ${poolId}`
  await assertEqualSides(west, east, poolId)
  await west.marking.reseed(EAST, new AbortController().signal)
  await assertEqualSides(west, east, poolId)
  await assertNoConflicts(east)
})

test('rows that are born while a pool is marked are not missed', async () => {
  const { west, east } = pair
  const poolId = 'us-west-2_Births001'
  await makePool(west, poolId)
  await addUsers(west, poolId, { from: 1, count: 3000 })
  // This one read the pool before it was marked, and commits after all batches are through.
  const held = await west.sql.reserve()
  await held`begin`
  await held`
    insert into groups (user_pool_id, group_name, created_at, modified_at)
    values (${poolId}, 'early', now(), now())`
  let batches = 0
  let born = 3000
  const writing = { on: true }
  const writer = (async () => {
    while (writing.on) {
      await addUsers(west, poolId, { from: born + 1, count: 3 })
      born += 3
    }
  })()
  const marked = west.marking.mark({
    poolId,
    targetRegion: EAST,
    onBatch: async () => {
      batches += 1
    },
  })
  await waitFor(() => batches >= 15, { what: 'all batches' })
  await held`commit`
  held.release()
  await marked
  writing.on = false
  await writer
  assert.ok(born > 3000, 'rows were born meanwhile')
  assert.equal(await west.marking.missing(poolId, EAST), 0)
  await assertEqualSides(west, east, poolId)
  assert.equal(await countUsers(east, poolId), born)
})

test('marking goes on where it stopped', async () => {
  const { west, east } = pair
  const poolId = 'us-west-2_Resume001'
  await makePool(west, poolId)
  await addUsers(west, poolId, { from: 1, count: 1000 })
  let saved: MarkingCursor | undefined
  let reports = 0
  const stop = new AbortController()
  const first = west.marking.mark({
    poolId,
    targetRegion: EAST,
    signal: stop.signal,
    onBatch: async (report) => {
      saved = report.cursor
      reports += 1
      if (report.table === 'users' && report.done >= 400) stop.abort()
    },
  })
  await assert.rejects(first, /abort/i)
  assert.ok(saved)
  assert.equal(saved.table, 'users')
  // A second batch was on its way when the first was reported; both are done and reported.
  const place = saved.done
  assert.ok(place === 400 || place === 600, `stopped at ${place}`)
  assert.equal(await west.marking.missing(poolId, EAST), 1000 - place)
  const before = reports
  let seen: number | undefined
  await west.marking.mark({
    poolId,
    targetRegion: EAST,
    cursor: saved,
    onBatch: async (report) => {
      reports += 1
      if (report.table === 'users') seen ??= report.done
    },
  })
  assert.equal(seen, Math.min(place + 200, 1000), 'the first batch after the place')
  assert.ok(reports > before)
  assert.equal(await west.marking.missing(poolId, EAST), 0)
  await assertEqualSides(west, east, poolId)
})

test('unmarking removes every row there and none here', async () => {
  const { west, east } = pair
  const poolId = 'us-west-2_Gone00001'
  await makePool(west, poolId)
  await addUsers(west, poolId, { from: 1, count: 500 })
  await west.sql`
    insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
    select user_pool_id, ${west.region}, sub, '{}', now() from users
     where user_pool_id = ${poolId} limit 20`
  await west.marking.mark({ poolId, targetRegion: EAST })
  await assertEqualSides(west, east, poolId)
  await west.marking.unmark({ poolId, targetRegion: EAST })
  await settled()
  for (const table of west.digests.tables) {
    const [row] = await east.sql<{ rows: number }[]>`
      select count(*)::int as rows from ${east.sql(table)} where user_pool_id = ${poolId}`
    assert.equal(row?.rows, 0, table)
  }
  assert.equal(await countUsers(west, poolId), 500)
  // And back again.
  await west.marking.mark({ poolId, targetRegion: EAST })
  await assertEqualSides(west, east, poolId)
  await assertNoConflicts(east)
})

test('runtime rows travel both ways and only to the Regions of their pool', async () => {
  const { west, east } = pair
  const [shared, alone] = ['us-west-2_Shared001', 'us-west-2_Alone0001']
  for (const poolId of [shared, alone]) {
    await makePool(west, poolId)
    await addUsers(west, poolId, { from: 1, count: 1 })
  }
  await west.marking.mark({ poolId: shared, targetRegion: EAST })
  await assertEqualSides(west, east, shared)
  for (const side of [west, east]) {
    await side.sql`
      insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
      values (${shared}, ${side.region}, gen_random_uuid(), '{}', now() + interval '1 hour')`
  }
  await west.sql`
    insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
    values (${alone}, ${west.region}, gen_random_uuid(), '{}', now() + interval '1 hour')`
  const revocations = async (side: typeof west, poolId: string) =>
    (await side.sql`select from revocations where user_pool_id = ${poolId}`).length
  await waitFor(async () => (await revocations(west, shared)) === 2, { what: 'both in the west' })
  await waitFor(async () => (await revocations(east, shared)) === 2, { what: 'both in the east' })
  await settled()
  assert.equal(await revocations(east, alone), 0)
  await assert.rejects(
    west.sql`delete from revocations where origin_region = ${east.region}`,
    /another Region/,
  )
  await assertNoConflicts(west)
})

test('marking that waits for an old transaction says for which', async () => {
  const { west, east } = pair
  const poolId = 'us-west-2_Waits0001'
  await makePool(west, poolId)
  const held = await west.sql.reserve()
  await held`set application_name = 'forgotten psql'`
  await held`begin`
  await held`select from user_pools`
  const [self] = await held<{ pid: number }[]>`select pg_backend_pid() as pid`
  const reasons: string[] = []
  const explain = async (reason: string) => void reasons.push(reason)
  const marked = west.marking.mark({ poolId, targetRegion: EAST, explain })
  await waitFor(() => reasons.length > 0, { what: 'the reason' })
  assert.match(
    reasons[0] ?? '',
    new RegExp(
      `^waits for the end of old transactions: process ${self?.pid} \\(forgotten psql\\), ` +
        'begun \\d+ s ago, idle in transaction$',
    ),
  )
  await held`commit`
  await held`reset application_name`
  held.release()
  await marked
  await assertEqualSides(west, east, poolId)
})
