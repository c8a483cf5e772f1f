// Databases that went back in time. Whichever did, both copies are made anew by themselves, once,
// and what either Region said about sessions, keys and failed attempts since is still known to
// both.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  beginReplica,
  countUsers,
  makePool,
  waitForPhase,
  waitUntilFinished,
} from '#test/support/replica-rows.js'
import { type SavedCluster, saveBase, saveCold } from '#test/support/restore.js'
import { waitFor } from '#test/support/wait.js'

const SUBS: Readonly<Record<string, string>> = {
  [WEST]: '55555555-5555-4555-8555-555555555551',
  [EAST]: '55555555-5555-4555-8555-555555555552',
}

let pair: RegionPair
let pools = 0
let poolId = ''
let saved: SavedCluster | undefined

before(async () => {
  pair = await startPair({ batchRows: 100 })
  for (const side of [pair.west, pair.east]) side.lead()
})

beforeEach(async () => {
  saved?.remove()
  await bothFinished()
  pools += 1
  poolId = `us-west-2_Restore${String(pools).padStart(2, '0')}`
  await makePool(pair.west, poolId)
  await addUsers(pair.west, poolId, { from: 1, count: 200 })
  await beginReplica(pair.west, poolId, EAST)
  await waitForPhase(pair.east, { poolId, region: EAST, phase: 'READY' })
})

after(async () => {
  saved?.remove()
  await pair?.close()
})

async function bothFinished(): Promise<void> {
  await waitUntilFinished(pair.west, EAST)
  await waitUntilFinished(pair.east, WEST)
}

const keyOf = (side: Side) => `AKIA${side.region}${pools}`.toUpperCase().replaceAll('-', '')

/** What a side says about sessions, access keys and failed attempts. */
async function speak(side: Side): Promise<void> {
  const sub = SUBS[side.region] ?? ''
  const values = { user_pool_id: poolId, origin_region: side.region, replica_regions: [] }
  await side.sql`
    insert into sign_outs ${side.sql({ ...values, sub, signed_out_at: new Date() })}`
  await side.sql`
    insert into failed_attempts
      ${side.sql({ ...values, sub, failures: 7, last_failure_at: new Date() })}`
  await side.sql`
    insert into access_key_deletions (origin_region, access_key_id, deleted_at)
    values (${side.region}, ${keyOf(side)}, now())`
}

/** Whether `side` knows all that `speaker` said. */
async function knows(side: Side, speaker: Side): Promise<boolean> {
  const sub = SUBS[speaker.region] ?? ''
  const [row] = await side.sql<{ known: boolean }[]>`
    select exists (select from sign_outs where user_pool_id = ${poolId} and sub = ${sub})
       and exists (select from access_key_deletions where access_key_id = ${keyOf(speaker)})
       and (select failures from twinpool_failed_attempts(${poolId}, ${sub})) >= 7 as known`
  return row?.known === true
}

async function allKnown(): Promise<boolean> {
  const sides = [pair.west, pair.east]
  for (const side of sides) {
    for (const speaker of sides) if (!(await knows(side, speaker))) return false
  }
  return true
}

/** Both have said something, and a beat of each that came later has arrived at the other. */
async function bothSpeak(): Promise<void> {
  await speak(pair.west)
  await speak(pair.east)
  await waitFor(allKnown, { what: 'both to know what both said', timeoutMs: 60_000 })
  for (const side of [pair.west, pair.east]) {
    const other = side === pair.west ? pair.east : pair.west
    const [now] = await side.sql<{ at: string }[]>`select clock_timestamp()::text as at`
    await waitFor(
      async () => {
        const [beat] = await other.sql`
          select from heartbeats where origin_region = ${side.region}
             and beat_at > ${now?.at ?? ''}::text::timestamptz`
        return beat !== undefined
      },
      { what: `a beat of ${side.region}`, timeoutMs: 60_000 },
    )
  }
}

async function rebuilds(): Promise<readonly number[]> {
  const peers = [await pair.west.replication.peers(), await pair.east.replication.peers()]
  return peers.map(([peer]) => peer?.rebuilds ?? 0)
}

/** After `restored` ran, both copies are made anew once, and both Regions are equal. */
async function assertMended(restored: () => Promise<void>): Promise<void> {
  const before = await rebuilds()
  await restored()
  await waitFor(
    async () => (await rebuilds()).every((count, index) => count > (before[index] ?? 0)),
    { what: 'both copies to be made anew', timeoutMs: 30_000 },
  )
  await bothFinished()
  await waitFor(allKnown, { what: 'both to know what both said', timeoutMs: 60_000 })
  await assertEqualSides(pair.west, pair.east, poolId)
  // Rows stream on, and nothing is made anew once more.
  const settled = await rebuilds()
  await addUsers(pair.west, poolId, { from: 5000, count: 10 })
  await assertEqualSides(pair.west, pair.east, poolId)
  assert.deepEqual(await rebuilds(), settled)
  const grown = settled.map((count, index) => count - (before[index] ?? 0))
  assert.ok(Math.max(...grown) <= 2, `made anew ${grown.join(' and ')} times`)
}

/** Users change names with users that are new, so that old rows stand in the way. */
async function moveNames(): Promise<void> {
  await pair.west.sql`
    update users set username_hash = sha256((sub::text || 'moved')::bytea), email_hash = null
     where user_pool_id = ${poolId} and sub = md5(${poolId} || 1)::uuid`
  await pair.west.sql`
    insert into users (user_pool_id, sub, username_hash, email_hash, status, profile_sealed,
      created_at, modified_at)
    values (${poolId}, gen_random_uuid(), sha256((${poolId} || 'u1')::bytea),
      sha256((${poolId} || 'e1')::bytea), 'CONFIRMED', '', now(), now())`
}

test('a secondary that is restored from a cold copy', async () => {
  saved = await saveCold(pair.east.cluster)
  await moveNames()
  await addUsers(pair.west, poolId, { from: 300, count: 50 })
  await bothSpeak()
  await waitFor(async () => (await countUsers(pair.east, poolId)) === 251, { what: 'users' })
  await assertMended(() => (saved as SavedCluster).restore())
  assert.equal(await countUsers(pair.east, poolId), 261)
})

test('a primary that is restored with its slots', async () => {
  saved = await saveCold(pair.west.cluster)
  const later = `us-west-2_Later${pools}`
  await makePool(pair.west, later)
  await beginReplica(pair.west, later, EAST)
  await waitForPhase(pair.east, { poolId: later, region: EAST, phase: 'READY' })
  await moveNames()
  await addUsers(pair.west, poolId, { from: 300, count: 50 })
  await bothSpeak()
  await assertEqualSides(pair.west, pair.east, poolId)
  await assertMended(async () => {
    await (saved as SavedCluster).restore()
    // A user is made again under a name that the secondary still has, by another key.
    await pair.west.sql`
      insert into users (user_pool_id, sub, username_hash, status, profile_sealed, created_at,
        modified_at)
      values (${poolId}, gen_random_uuid(), sha256((${poolId} || 'u300')::bytea), 'CONFIRMED', '',
        now(), now())`
  })
  assert.equal(await countUsers(pair.east, poolId), 211, 'the owner decides which users there are')
  const kept = await pair.east.sql`select from user_pools where user_pool_id = ${later}`
  assert.equal(kept.length, 1, 'a pool whose owner has lost it is kept')
})

test('a primary that is restored from a base backup, without its slots', async () => {
  saved = await saveBase(pair.west.cluster)
  await addUsers(pair.west, poolId, { from: 300, count: 50 })
  await bothSpeak()
  await assertEqualSides(pair.west, pair.east, poolId)
  await assertMended(() => (saved as SavedCluster).restore())
  assert.equal(await countUsers(pair.east, poolId), 210)
})

test('a Region that has not noticed that it went back in time is not copied from', async () => {
  saved = await saveBase(pair.west.cluster)
  await addUsers(pair.west, poolId, { from: 300, count: 50 })
  await bothSpeak()
  await assertEqualSides(pair.west, pair.east, poolId)
  await assertMended(async () => {
    await pair.west.rest()
    const [, before] = await rebuilds()
    await (saved as SavedCluster).restore()
    // Its slot is gone with what came after the backup, but what it lost must not go here too.
    await systemClock.wait(2000)
    assert.equal((await rebuilds())[1], before)
    assert.equal(await countUsers(pair.east, poolId), 250)
    pair.west.lead()
  })
  assert.equal(await countUsers(pair.east, poolId), 210)
})

test('a primary that is restored from one backup twice loses no pool either time', async () => {
  saved = await saveCold(pair.west.cluster)
  const later = [`us-west-2_Twice${pools}a`, `us-west-2_Twice${pools}b`]
  for (const each of later) {
    await makePool(pair.west, each)
    // By a node whose clock is ahead.
    await pair.west.sql`
      update user_pools set created_at = now() + interval '40 seconds'
       where user_pool_id = ${each}`
    await beginReplica(pair.west, each, EAST)
    await waitForPhase(pair.east, { poolId: each, region: EAST, phase: 'READY' })
    const { databaseId: before } = await sourceOfEast()
    await saved.restore()
    await waitFor(async () => (await sourceOfEast()).databaseId !== before, {
      what: 'another database to be noticed',
      timeoutMs: 30_000,
    })
    await bothFinished()
  }
  const kept = await pair.east.sql<{ id: string }[]>`
    select user_pool_id as id from user_pools where user_pool_id = any(${later}) order by 1`
  assert.deepEqual(
    kept.map(({ id }) => id),
    later,
  )
})

/** What the secondary says of the database that its copy came from. */
async function sourceOfEast() {
  const [peer] = await pair.east.replication.peers()
  return required(peer, 'the peer')
}

test('a primary whose log begins a new timeline, though nothing was lost', async () => {
  await bothSpeak()
  await assertMended(async () => {
    await pair.west.cluster.stop()
    const now = await saveStopped(pair.west)
    await now.restore({ asRecovery: true })
    now.remove()
  })
  assert.equal(await countUsers(pair.east, poolId), 210)
})

async function saveStopped(side: Side): Promise<SavedCluster> {
  // `saveCold` stops a cluster that runs; one that is stopped is started and stopped once more.
  await side.cluster.start()
  return saveCold(side.cluster)
}

test('servers that are killed and come back have lost nothing, nothing is made anew', async () => {
  await bothSpeak()
  const before = await rebuilds()
  await Promise.all([pair.west.cluster.kill(), pair.east.cluster.kill()])
  await Promise.all([pair.west.cluster.start(), pair.east.cluster.start()])
  await addUsers(pair.west, poolId, { from: 300, count: 50 })
  await assertEqualSides(pair.west, pair.east, poolId)
  await waitFor(allKnown, { what: 'both to know what both said', timeoutMs: 60_000 })
  assert.deepEqual(await rebuilds(), before)
})

test('a stream that fails on a row is rebuilt, and the row arrives', async () => {
  const [before = 0] = (await rebuilds()).slice(1)
  // An unexplained row holds a name that the owner gives to another user.
  await pair.east.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    await tx`set local twinpool.finished = 'yes'`
    await tx`
      insert into users (user_pool_id, sub, replica_regions, username_hash, status, profile_sealed,
        created_at, modified_at)
      values (${poolId}, gen_random_uuid(), ${[WEST, EAST]}, sha256((${poolId} || 'u900')::bytea),
        'CONFIRMED', '', now(), now())`
  })
  await addUsers(pair.west, poolId, { from: 900, count: 1 })
  await waitFor(async () => (await rebuilds())[1] === before + 1, {
    what: 'the copy to be made anew',
    timeoutMs: 30_000,
  })
  await bothFinished()
  await assertEqualSides(pair.west, pair.east, poolId)
  const [peer] = await pair.east.replication.peers()
  assert.match(peer?.rebuildReason ?? '', /^rows could not be applied \d+ times$/)
})
