import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import postgres from 'postgres'
import { removeExpired } from '#adapters/postgres/regional/expired-rows.js'
import { removeOrphans } from '#adapters/postgres/regional/orphans.js'
import {
  directoryTables,
  regionalTables,
  runtimeTables,
} from '#adapters/postgres/replication/tables.js'
import type { Pool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { bytes, MINUTE, makeFullPool, makePool, NOW, rotated, SUB } from './pools.js'

const HOUR = 60 * MINUTE
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const sessionOf = (originJti: string) => ({
  originJti,
  sub: uuid(9),
  clientId: 'app',
  createdAtMs: NOW,
  lastActiveAtMs: NOW,
  activitySealed: bytes('x'),
})

/** Uses of codes of each Region that are over, and one that is not. */
async function addKeyHealth({ repositories }: TestStorage, pool: Pool): Promise<void> {
  const failure = { action: 'kms:Decrypt', refusal: 'disabled' }
  const [before, today] = [NOW - 91 * 24 * HOUR, NOW]
  await repositories.keyHealth.record(pool, { kmsKeyArn: 'arn', failure }, before)
  await repositories.keyHealth.record(pool, { kmsKeyArn: 'arn', failure: undefined }, today)
}

/** Processes and samples of more than an hour ago, and of less. */
async function addLooks({ database }: TestStorage): Promise<void> {
  for (const [id, atMs] of [
    [uuid(1), NOW - HOUR - 1],
    [uuid(2), NOW - HOUR + 1],
  ] as const) {
    const at = new Date(atMs)
    await database.query(
      (sql) => sql`
        with processes as (
          insert into nodes values (${id}, 'host', 1, '1', '2', ${at}, ${at}, false))
        insert into replication_samples values (${at}, 'us-east-1', 1, 2, 3, 4)`,
    )
  }
}

async function addCodes(west: TestStorage, east: TestStorage, pool: Pool): Promise<void> {
  const [ours, theirs] = [west.repositories.totpUses, east.repositories.totpUses]
  await ours.use(pool, { step: 1, sub: uuid(1), atMs: NOW - 2 * HOUR })
  await ours.use(pool, { step: 1, sub: uuid(2), atMs: NOW - MINUTE })
  await theirs.use(pool, { step: 1, sub: uuid(3), atMs: NOW - 2 * HOUR })
}

/** A chunk of an upload of eight days ago, and one of six. */
async function addUploads({ database }: TestStorage, poolId: string): Promise<void> {
  for (const days of [8, 6]) {
    const at = new Date(NOW - days * 24 * HOUR)
    await database.query(
      (sql) => sql`
        insert into user_import_chunks
          (user_pool_id, job_id, upload_id, chunk, first_line, lines_sealed, created_at)
        values (${poolId}, 'job', ${uuid(days)}, 0, 1, '', ${at})`,
    )
  }
}

/** A session that is over and one that is not, and one of another Region. */
async function addAttempts(west: TestStorage, east: TestStorage, pool: Pool): Promise<void> {
  const { failedAttempts } = west.repositories
  await failedAttempts.addFailure(pool, uuid(1), NOW - 2 * HOUR)
  await failedAttempts.addFailure(pool, uuid(2), NOW - 2 * HOUR)
  await failedAttempts.addSuccess(pool, uuid(2), NOW - MINUTE)
  await east.repositories.failedAttempts.addFailure(pool, uuid(3), NOW - 2 * HOUR)
}

async function addSessions(west: TestStorage, east: TestStorage, pool: Pool): Promise<void> {
  for (const [{ repositories: r }, originJti, expiresAtMs] of [
    [west, uuid(1), NOW - 1],
    [west, uuid(2), NOW + 1],
    [east, uuid(3), NOW - 1],
  ] as const) {
    await r.userSessions.begin(pool, { ...sessionOf(originJti), expiresAtMs }, 9)
  }
}

/** An event and a word of it, over a moment ago and in a moment, and over in another Region. */
async function addEvents(west: TestStorage, east: TestStorage, poolId: string): Promise<void> {
  for (const [{ database }, id, expiresAtMs] of [
    [west, uuid(1), NOW - 1],
    [west, uuid(2), NOW + 1],
    [east, uuid(3), NOW - 1],
  ] as const) {
    const at = new Date(expiresAtMs)
    const { region } = database
    await database.query(
      (sql) => sql`
        with events as (
          insert into auth_events (user_pool_id, origin_region, event_id, sub, step, created_at,
            expires_at, event_sealed)
          values (${poolId}, ${region}, ${id}, ${id}, 1, ${at}, ${at}, ''))
        insert into auth_event_feedback (user_pool_id, origin_region, event_id, sub, value,
          provider, given_at, expires_at)
        values (${poolId}, ${region}, ${id}, ${id}, 'Valid', 'Admin', ${at}, ${at})`,
    )
  }
}

const USAGE_TABLES = [
  'monthly_active_users',
  'machine_token_counts',
  'replica_periods',
  'endpoint_uses',
]

/** A row of each table of usage that is over and one that is not, and one over in the east. */
async function addUsage(west: TestStorage, east: TestStorage, poolId: string): Promise<void> {
  const recorder = uuid(7)
  for (const [{ repositories: r, database }, month, day] of [
    [west, '2026-09', '2026-10-31'],
    [west, '2026-10', '2026-11-01'],
    [east, '2026-09', '2026-10-31'],
  ] as const) {
    const use = { clientId: '', kind: 'JWKS', issuerForm: 'ORIGINAL', host: 'h' } as const
    await r.usageRows.addActiveUsers([{ poolId, sub: uuid(1), month, tier: 'PLUS' }])
    await r.usageRows.raiseTokenCounts(recorder, [{ poolId, clientId: 'app', month, tokens: 1 }])
    await r.usageRows.raiseEndpointUses(recorder, [
      { ...use, poolId, day, userAgent: 'none', calls: 1, lastSeenMs: Date.parse(day) },
    ])
    const until = new Date(Date.parse(day) - 31 * 24 * HOUR)
    await database.query(
      (sql) => sql`
        insert into replica_periods (user_pool_id, origin_region, region, since, until)
        values (${poolId}, ${database.region}, 'us-east-1', ${until}, ${until})`,
    )
  }
}

describe('cleaning', () => {
  let west: TestStorage
  let east: TestStorage
  before(async () => {
    west = await openStorage()
    east = await openStorage({ region: 'us-east-1', url: west.url })
  })
  after(async () => {
    await east.close()
    await west.close()
  })

  async function countsOf(poolId: string): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {}
    for (const table of [...directoryTables, ...runtimeTables, ...regionalTables]) {
      const [row] = await west.database.query((sql) =>
        sql.unsafe<{ n: number }[]>(
          `select count(*)::int as n from ${table} where user_pool_id = $1`,
          [poolId],
        ),
      )
      if (row !== undefined && row.n > 0) counts[table] = row.n
    }
    return counts
  }

  test('usage goes month by month and day by day', async () => {
    const pool = await makePool(west.repositories, 'metered')
    await addUsage(west, east, pool.id)
    const usage = { monthsFromMs: Date.parse('2026-10-01'), daysFromMs: Date.parse('2026-11-01') }
    const removed = await removeExpired(west.database, { nowMs: NOW, usage })
    const kept = await countsOf(pool.id)
    for (const table of USAGE_TABLES) {
      assert.deepEqual([removed[table], kept[table]], [1, 2], table)
    }
    await removeExpired(east.database, { nowMs: NOW, usage })
    const left = await countsOf(pool.id)
    for (const table of USAGE_TABLES) assert.equal(left[table], 1, table)
  })

  test('expired rows of this Region go, in batches; others stay', async () => {
    const pool = await makePool(west.repositories, 'expiring')
    for (let n = 0; n < 25; n += 1) {
      await west.repositories.revocations.add(pool, uuid(n), NOW - 1)
      await west.repositories.rotationUses.use(
        pool,
        rotated(uuid(n), NOW - 9, n < 5 ? NOW + 1 : NOW - 1),
      )
    }
    await west.repositories.revocations.add(pool, uuid(99), NOW + 1)
    await east.repositories.revocations.add(pool, uuid(98), NOW - 1)
    await west.repositories.usedSessions.take(pool, { id: uuid(1), expiresAtMs: NOW - 1 }, 1)
    await west.repositories.usedSessions.take(pool, { id: uuid(2), expiresAtMs: NOW + 1 }, 1)
    const code = { purpose: 'sign-up', codeHash: bytes('x') }
    const window = { purpose: 'sign-up', sendsMax: 5, windowMs: MINUTE }
    const sends = west.repositories.codes
    await sends.countSend(pool, { ...window, sub: uuid(1), nowMs: NOW - 2 * MINUTE })
    await sends.countSend(pool, { ...window, sub: uuid(2), nowMs: NOW })
    await west.repositories.codes.put(pool, { ...code, sub: uuid(1), expiresAtMs: NOW - 1 })
    await west.repositories.codes.put(pool, { ...code, sub: uuid(2), expiresAtMs: NOW + 1 })
    await addAttempts(west, east, pool)
    await addCodes(west, east, pool)
    await addSessions(west, east, pool)
    await addUploads(west, pool.id)
    await addEvents(west, east, pool.id)
    const message = { poolId: pool.id, messageSealed: bytes('x') }
    const outbox = west.repositories.outbox
    await outbox.insert(pool, { ...message, messageId: uuid(1), createdAtMs: NOW - 2 * HOUR })
    await outbox.insert(pool, { ...message, messageId: uuid(2), createdAtMs: NOW })
    await Promise.all([addKeyHealth(west, pool), addLooks(west)])
    const options = { nowMs: NOW, outboxTtlMs: HOUR, batchRows: 10 }
    const first = await removeExpired(west.database, { ...options, batchesMax: 1 })
    assert.deepEqual(first, {
      revocations: 10,
      rotation_uses: 10,
      user_sessions: 1,
      auth_events: 1,
      auth_event_feedback: 1,
      codes: 1,
      send_limits: 1,
      used_sessions: 1,
      rotation_families: 10,
      failed_attempts: 1,
      totp_uses: 1,
      user_import_chunks: 1,
      key_health: 1,
      ...{ nodes: 1, replication_samples: 1, console_links: 0 },
      outbox: 1,
    })
    const second = await removeExpired(west.database, options)
    assert.deepEqual([second['revocations'], second['rotation_uses']], [15, 10])
    assert.deepEqual(await countsOf(pool.id), {
      user_pools: 1,
      revocations: 2,
      rotation_uses: 5,
      user_sessions: 2,
      auth_events: 2,
      auth_event_feedback: 2,
      failed_attempts: 2,
      totp_uses: 2,
      codes: 1,
      send_limits: 1,
      used_sessions: 1,
      rotation_families: 5,
      user_import_chunks: 1,
      key_health: 1,
      outbox: 1,
    })
    assert.equal((await removeExpired(east.database, options))['revocations'], 1)
  })

  test('links into the console that nobody used go when they are over', async () => {
    const { consoleLinks } = west.repositories
    await consoleLinks.insert({ linkId: uuid(1), expiresAtMs: NOW - 1 })
    await consoleLinks.insert({ linkId: uuid(2), expiresAtMs: NOW + 1 })
    assert.equal((await removeExpired(west.database, { nowMs: NOW }))['console_links'], 1)
    assert.equal(await consoleLinks.take({ linkId: uuid(1), nowMs: NOW - HOUR }), 'absent')
    assert.equal(await consoleLinks.take({ linkId: uuid(2), nowMs: NOW }), 'taken')
  })

  test('a removed pool leaves nothing that this Region owned', async () => {
    const options = { mark: 'a', usersCount: 2, atMs: NOW }
    const pool = await makeFullPool(west.repositories, { id: 'removed', ...options })
    const kept = await makeFullPool(west.repositories, { id: 'kept', ...options })
    await east.repositories.signOuts.add(pool, SUB, NOW)
    const before = await countsOf('kept')
    await west.repositories.pools.remove(pool)
    assert.deepEqual(await countsOf('removed'), { sign_outs: 1 })
    assert.deepEqual(await countsOf(kept.id), before)
    assert.equal(await west.repositories.pools.find('removed'), undefined)
    assert.equal(await west.repositories.clients.resolve('client-of-removed'), undefined)
    // The other Region clears what it owned once the pool has been away for the time of grace.
    assert.deepEqual(await removeOrphans(east.database, { nowMs: NOW }), [])
    assert.deepEqual(await countsOf('removed'), { sign_outs: 1 })
    assert.deepEqual(await removeOrphans(west.database, { nowMs: NOW + 2 * HOUR }), ['removed'])
    assert.deepEqual(await countsOf('removed'), { sign_outs: 1 }, 'not the row of the other Region')
    await removeOrphans(east.database, { nowMs: NOW + 2 * HOUR })
    assert.deepEqual(await removeOrphans(east.database, { nowMs: NOW + 4 * HOUR }), ['removed'])
    assert.deepEqual(await countsOf('removed'), {})
  })

  test('a pool that is away for a moment keeps its regional rows', async () => {
    const options = { mark: 'a', usersCount: 1, atMs: NOW }
    const pool = await makeFullPool(west.repositories, { id: 'blinking', ...options })
    const full = await countsOf(pool.id)
    const sql = postgres(west.url, {
      max: 1,
      connection: { 'twinpool.region': 'us-west-2' },
      onnotice: () => undefined,
    })
    const [row] = await sql`delete from user_pools where user_pool_id = ${pool.id} returning *`
    assert.deepEqual(await removeOrphans(west.database, { nowMs: NOW }), [])
    await sql`insert into user_pools ${sql(row ?? {})}`
    assert.deepEqual(await removeOrphans(west.database, { nowMs: NOW + 2 * HOUR }), [])
    // It goes again: the time of grace begins anew.
    await sql`delete from user_pools where user_pool_id = ${pool.id}`
    assert.deepEqual(await removeOrphans(west.database, { nowMs: NOW + 3 * HOUR }), [])
    await sql`insert into user_pools ${sql(row ?? {})}`
    await sql.end()
    assert.deepEqual(await countsOf(pool.id), full)
    await removeOrphans(west.database, { nowMs: NOW + 5 * HOUR })
    assert.deepEqual(await countsOf(pool.id), full)
  })
})
