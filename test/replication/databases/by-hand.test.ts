// What hands do to the databases while both Regions are led: each is noticed and repaired by
// itself.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { VerifyNow } from '#app/replication/verify-now.js'
import type { LogFields, Logger } from '#base/log.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  beginReplica,
  byHand,
  countUsers,
  makePool,
  waitForPhase,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const USERS = 300

let pair: RegionPair
let pools = 0
let poolId = ''
const errors: { message: string; fields: LogFields | undefined }[] = []
const silence = () => undefined
const log: Logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: (message, fields) => void errors.push({ message, fields }),
}

before(async () => {
  pair = await startPair({ log, verifyRestMs: 200 })
  pair.west.lead()
  pair.east.lead()
})

beforeEach(async () => {
  pools += 1
  poolId = `us-west-2_ByHand${String(pools).padStart(3, '0')}`
  const { west, east } = pair
  await makePool(west, poolId)
  await addUsers(west, poolId, { from: 1, count: USERS })
  await beginReplica(west, poolId, EAST)
  await waitForPhase(east, { poolId, region: EAST, phase: 'READY' })
  await roundOf(west, EAST)
  errors.length = 0
})

after(() => pair.close())

/** What a side remembers of comparing the pool with another Region. */
async function verificationOf(side: Side, region: string) {
  const all = await side.verifications.list()
  return all.find((one) => one.poolId === poolId && one.region === region)
}

/** Waits until a comparison ends that began after now. */
async function roundOf(side: Side, region: string, rounds = 2): Promise<void> {
  for (let n = 0; n < rounds; n += 1) {
    const before = (await verificationOf(side, region))?.comparedAtMs ?? 0
    await waitFor(async () => ((await verificationOf(side, region))?.comparedAtMs ?? 0) > before, {
      what: `a comparison of ${poolId} with ${region}`,
    })
  }
}

function repairsLogged(): readonly (LogFields | undefined)[] {
  return errors
    .filter(({ message }) => message.startsWith('rows of ours were wrong'))
    .map(({ fields }) => fields)
}

test('rows deleted, changed and inserted there are repaired in two rounds', async () => {
  const { west, east } = pair
  const before = await verificationOf(west, EAST)
  assert.ok(before?.verifiedAtMs !== undefined, 'it was found equal')
  const ofPool = `user_pool_id = '${poolId}'`
  const some = (offset: number) => `select sub from users where ${ofPool} order by sub
    offset ${offset} limit 2`
  await byHand(east, `delete from users where sub in (${some(0)})`)
  await byHand(east, `update users set is_enabled = false where sub in (${some(10)})`)
  await byHand(
    east,
    `insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
     values ('${poolId}', '${WEST}', gen_random_uuid(), '{${WEST},${EAST}}', now())`,
  )
  await roundOf(west, EAST)
  await assertEqualSides(west, east, poolId)
  const found = await verificationOf(west, EAST)
  assert.ok(found && found.repairs > before.repairs)
  assert.equal(found.rowsResent - before.rowsResent, 4)
  assert.equal(found.rowsRemoved - before.rowsRemoved, 1)
  assert.ok((found.verifiedAtMs ?? 0) > before.verifiedAtMs, 'and found equal again')
  const logged = repairsLogged()
  assert.deepEqual(
    logged.map((fields) => fields?.['poolId']),
    logged.map(() => poolId),
  )
  assert.equal(
    logged.reduce((rows, fields) => rows + Number(fields?.['rows']), 0),
    5,
  )
})

test('the secondary repairs its own rows in the primary', async () => {
  const { west, east } = pair
  await east.sql`
    insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
    select user_pool_id, ${EAST}, sub, '{}', now() from users where user_pool_id = ${poolId}`
  await assertEqualSides(west, east, poolId)
  const gone = `delete from sign_outs where user_pool_id = '${poolId}'
    and origin_region = '${EAST}'`
  assert.equal(await byHand(west, gone), USERS)
  await roundOf(east, WEST)
  await assertEqualSides(west, east, poolId)
  assert.equal((await verificationOf(east, WEST))?.rowsResent, USERS)
})

/** Does something to a side while its leader rests, lets rows be missed, and leads again. */
async function whileResting(side: Side, statements: readonly string[]): Promise<void> {
  await side.rest()
  for (const statement of statements) await side.sql.unsafe(statement)
  await addUsers(pair.west, poolId, { from: 1000, count: 20 })
  await pair.west.sql`update groups set precedence = 7 where user_pool_id = ${poolId}`
}

async function assertMended(): Promise<void> {
  const { west, east } = pair
  await waitFor(async () => (await countUsers(east, poolId)) === USERS + 20, {
    what: 'the rows that were missed',
  })
  await assertEqualSides(west, east, poolId)
  // And the stream carries again what is written from now on.
  await addUsers(west, poolId, { from: 2000, count: 5 })
  const position = await west.replication.position()
  await waitFor(() => west.replication.hasConfirmed(EAST, position), { what: 'the stream' })
  assert.equal(await countUsers(east, poolId), USERS + 25)
  await assertNoConflicts(east)
}

async function missed(): Promise<void> {
  const { west, east } = pair
  const position = await west.replication.position()
  await waitFor(() => west.replication.hasConfirmed(EAST, position), { what: 'the stream' })
  assert.equal(await countUsers(east, poolId), USERS, 'the rows were missed')
}

const publication = 'to_us_east_1'
const subscription = 'from_us_west_2'

test('a table that was taken out of the publication comes back, and its rows', async () => {
  await whileResting(pair.west, [`alter publication ${publication} drop table users, groups`])
  await missed()
  pair.west.lead()
  await assertMended()
  assert.ok(errors.some(({ message }) => message.startsWith('publications had been changed')))
})

test('a row filter that was changed is put back, and what it kept away comes', async () => {
  const { west } = pair
  const tables = await west.sql<{ name: string }[]>`
    select tablename as name from pg_publication_tables where pubname = ${publication}`
  const all = tables.map(({ name }) => `table ${name} where (replica_regions = '{nowhere}')`)
  await whileResting(west, [`alter publication ${publication} set ${all.join(', ')}`])
  await missed()
  west.lead()
  await assertMended()
})

test('what a publication does not carry any more by its options is put back', async () => {
  await whileResting(pair.west, [`alter publication ${publication} set (publish = 'delete')`])
  await missed()
  pair.west.lead()
  await assertMended()
})

test('a publication that was dropped is made again, and what was missed comes', async () => {
  const { west } = pair
  await whileResting(west, [`drop publication ${publication}`])
  // A sender that begins anew has to decode what was written without a publication.
  await west.sql`
    select pg_terminate_backend(active_pid) from pg_replication_slots where active_pid is not null`
  west.lead()
  await assertMended()
})

test('a subscription that was disabled goes on', async () => {
  await whileResting(pair.east, [`alter subscription ${subscription} disable`])
  pair.east.lead()
  await assertMended()
})

test('a subscription that reads another publication reads its own again', async () => {
  const { west, east } = pair
  await west.sql.unsafe(`create publication other for table heartbeats`)
  await whileResting(east, [
    `alter subscription ${subscription} set publication other
       with (refresh = true, copy_data = false)`,
  ])
  await missed()
  east.lead()
  await assertMended()
  await west.sql.unsafe('drop publication other')
})

test('a comparison on demand says what differs, and repairs it on request', async () => {
  const { west, east } = pair
  await west.rest()
  const { region, replication, comparison, verifications, marking } = west
  const link = pair.link.of(region)
  const services = { region, replication, comparison, verifications, marking, link, log }
  const verifyNow = new VerifyNow({ ...services, clock: systemClock })
  const subject = (await verifyNow.list()).find((one) => one.poolId === poolId)
  assert.equal(subject?.region, EAST)
  assert.ok(subject.known?.verifiedAtMs !== undefined)
  await byHand(east, `delete from users where user_pool_id = '${poolId}' and is_enabled`)
  const signal = new AbortController().signal
  const next = async (repairs: boolean) => {
    const slice = await verifyNow.next({ subject, cursor: undefined, repairs, signal })
    assert.ok(slice !== 'incomplete')
    return [slice.differing, slice.resent, slice.left, slice.next]
  }
  assert.deepEqual(await next(false), [USERS, 0, USERS, undefined])
  assert.equal(repairsLogged().length, 0, 'looking changes and tells nothing')
  assert.deepEqual(await next(true), [USERS, USERS, 0, undefined])
  assert.equal(repairsLogged().length, 1)
  assert.deepEqual(await next(false), [0, 0, 0, undefined])
  west.lead()
  await assertEqualSides(west, east, poolId)
})

test('a comparison goes on where the process before stopped', async () => {
  const { west, east } = pair
  await west.rest()
  await west.verifications.saveCursor(
    { poolId, region: EAST },
    { table: 'group_memberships', after: undefined },
  )
  const deleted = `delete from users where sub = (select min(sub::text)::uuid from users
    where user_pool_id = '${poolId}')`
  assert.equal(await byHand(east, deleted), 1)
  const before = await verificationOf(west, EAST)
  assert.equal(before?.cursor?.table, 'group_memberships')
  const slices: (readonly string[])[] = []
  pair.link.onCall = (region, name, body) => {
    const { parts = [] } = body as { parts?: readonly { table: string; poolId?: string }[] }
    const tables = parts.filter((part) => part.poolId === poolId).map(({ table }) => table)
    if (region === EAST && name === 'row-digests' && tables.length > 0) slices.push(tables)
  }
  try {
    west.lead()
    await waitFor(
      async () => (await verificationOf(west, EAST))?.rowsResent === before.rowsResent + 1,
      { what: 'the user to be sent again' },
    )
  } finally {
    pair.link.onCall = () => undefined
  }
  // The rest of the first round does not look at users; the next one does.
  assert.equal(slices[0]?.[0], 'group_memberships')
  assert.ok(!slices[0].includes('users'))
  assert.ok(slices.slice(1).some((tables) => tables.includes('users')))
  await assertEqualSides(west, east, poolId)
})
