// What a Region has taken and recorded, such as a code that is good once, outlives its database and
// its copy of the pool: the other Region says it again.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { required } from '#base/assert.js'
import { hoursIn, spanOfMonth } from '#domain/usage/month.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  beginReplica,
  makePool,
  waitForPhase,
  waitUntilFinished,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const SUB = '44444444-4444-4444-8444-444444444444'
const SUB_2 = '55555555-5555-4555-8555-555555555555'
const HASH = Buffer.from('a hash')
/** What a Region says again where another one may lose it. */
const ADOPTED = [
  'totp_uses',
  'passkey_uses',
  'user_sessions',
  'auth_events',
  'auth_event_feedback',
  'sign_outs',
  'monthly_active_users',
  'machine_token_counts',
  'replica_periods',
  'endpoint_uses',
]

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
  poolId = poolNamed('Taken')
})

after(() => pair.close())

const poolNamed = (name: string) => `us-west-2_${name}${String(pools).padStart(3, '0')}`

async function makeReplica(id: string): Promise<void> {
  await makePool(pair.west, id)
  await addUsers(pair.west, id, { from: 1, count: 1 })
  await beginReplica(pair.west, id, EAST)
  await waitForPhase(pair.east, { poolId: id, region: EAST, phase: 'READY' })
}

async function signOut(id: string): Promise<void> {
  await pair.east.sql`
    insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
    values (${id}, ${EAST}, ${SUB}, '{}', now())`
}

async function bothFinished(): Promise<void> {
  await waitUntilFinished(pair.west, EAST)
  await waitUntilFinished(pair.east, WEST)
}

/** What the east has taken and recorded: a code, a counter, a session and an event. */
async function addUses(): Promise<void> {
  const { sql } = pair.east
  await sql`
    insert into totp_uses (user_pool_id, origin_region, sub, replica_regions, last_step, used_at)
    values (${poolId}, ${EAST}, ${SUB}, '{}', 70, now())`
  await sql`
    insert into passkey_uses (user_pool_id, origin_region, credential_hash, sub, replica_regions,
      sign_count, used_at) values (${poolId}, ${EAST}, ${HASH}, ${SUB}, '{}', 7, now())`
  await sql`
    insert into user_sessions (user_pool_id, origin_region, origin_jti, sub, replica_regions,
      client_id, created_at, last_active_at, expires_at, activity_sealed)
    values (${poolId}, ${EAST}, ${SUB}, ${SUB}, '{}', 'app', now(), now(),
      now() + interval '1 hour', ${HASH})`
  await sql`
    insert into auth_events (user_pool_id, origin_region, event_id, sub, replica_regions, step,
      created_at, expires_at, event_sealed)
    values (${poolId}, ${EAST}, ${SUB}, ${SUB}, '{}', 1, now(), now() + interval '1 hour', ${HASH})`
  await sql`
    insert into auth_event_feedback (user_pool_id, origin_region, event_id, sub, replica_regions,
      value, provider, given_at, expires_at)
    values (${poolId}, ${EAST}, ${SUB}, ${SUB}, '{}', 'Invalid', 'Admin', now(),
      now() + interval '1 hour')`
  const month = '2026-11'
  const { usageRows } = pair.east.storage.repositories
  await usageRows.addActiveUsers([{ poolId, sub: SUB, month, tier: 'PLUS' }])
  await usageRows.raiseTokenCounts(SUB, [{ poolId, clientId: 'app', month, tokens: 12 }])
  const use = { clientId: '', day: '2026-11-27', kind: 'JWKS', issuerForm: 'UPDATED' } as const
  await usageRows.raiseEndpointUses(SUB, [
    { ...use, poolId, host: 'localhost', userAgent: 'none', calls: 3, lastSeenMs: Date.now() },
  ])
  await sql`
    insert into replica_periods (user_pool_id, origin_region, region, since, replica_regions, until)
    values (${poolId}, ${EAST}, ${EAST}, '2026-11-02', '{}', '2026-11-03')`
}

/** What was metered, with rows of all origins as readers fold them. */
async function meteredOf({ storage }: Side): Promise<string> {
  const { usageRows } = storage.repositories
  const [usage] = await usageRows.ofMonth('2026-11', [poolId])
  const page = { poolId, sinceDay: '2026-11-01', after: undefined, limit: 10 }
  const uses = await usageRows.endpointUses(page)
  const calls = uses.map((one) => one.calls)
  const { activeUsers, machineClients, replicas } = required(usage, 'usage')
  const hours = hoursIn(
    replicas.flatMap(({ periods }) => periods),
    required(spanOfMonth('2026-11'), 'month'),
  )
  return JSON.stringify([activeUsers.PLUS, machineClients[0]?.tokens, hours, calls])
}

test('what was used and recorded stays known when a secondary forgets its pool', async () => {
  await makeReplica(poolId)
  await addUses()
  const other = poolNamed('Another')
  await makeReplica(other)
  await signOut(other)
  await signOut(poolId)
  const isKnown = async () =>
    (await pair.west.sql`select from sign_outs where user_pool_id = ${poolId}`).length > 0
  await waitFor(isKnown, { what: 'what the east said' })
  await pair.west.replication.adoptRuntimeRows(poolId, EAST)
  for (const table of ADOPTED) {
    const rows = await pair.west.sql`
      select user_pool_id from ${pair.west.sql(table)} where origin_region = ${WEST}
         and user_pool_id in (${poolId}, ${other})`
    const pools = rows.map((row) => String(row['user_pool_id']))
    assert.deepEqual(pools, [poolId], table)
  }
})

test('codes, counters, sessions and events of a wiped secondary stay known', async () => {
  await makeReplica(poolId)
  await addUses()
  // What the west has said itself stays where it says more.
  await pair.west.sql`
    insert into totp_uses (user_pool_id, origin_region, sub, replica_regions, last_step, used_at)
    values (${poolId}, ${WEST}, ${SUB_2}, '{}', 9, now())`
  const known = async (side: Side) => {
    const [row] = await side.sql<{ known: string }[]>`
      select concat_ws(' ',
        (select max(last_step) from totp_uses where user_pool_id = ${poolId} and sub = ${SUB}),
        (select max(last_step) from totp_uses where user_pool_id = ${poolId} and sub = ${SUB_2}),
        (select max(sign_count) from passkey_uses where user_pool_id = ${poolId}),
        (select count(distinct origin_jti) from user_sessions where user_pool_id = ${poolId}),
        (select count(distinct event_id) from auth_events where user_pool_id = ${poolId}),
        (select max(value) from auth_event_feedback where user_pool_id = ${poolId})
      ) as known`
    return row?.known
  }
  for (const side of [pair.west, pair.east]) {
    await waitFor(async () => (await known(side)) === '70 9 7 1 1 Invalid', {
      what: 'the uses of both',
    })
  }
  const metered = JSON.stringify([1, 12, 24, [3]])
  const isMetered = async () => (await meteredOf(pair.west)) === metered
  await waitFor(isMetered, { what: 'what the east has metered' })
  for (let wipes = 0; wipes < 2; wipes += 1) {
    await pair.east.wipe()
    pair.east.lead()
    await bothFinished()
    for (const side of [pair.west, pair.east]) {
      await waitFor(async () => (await known(side)) === '70 9 7 1 1 Invalid', {
        what: 'the same uses',
      })
      await waitFor(async () => (await meteredOf(side)) === metered, { what: 'the same usage' })
    }
  }
})
