// The second wall: whatever the code believes, the database refuses to write a row that another
// Region owns. Tried with plain SQL on every table that travels.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import postgres, { type Sql } from 'postgres'
import { TRAVELLING_TABLES } from '#adapters/postgres/replication/tables.js'
import { InvariantError } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { bytes, makeFullPool, NOW, newUser, OTHER_SUB, SUB } from './pools.js'

const isRefusal = (error: unknown) =>
  error instanceof postgres.PostgresError && error.code === 'TP001'

describe('ownership guards', () => {
  let west: TestStorage
  let east: TestStorage
  let raw: Sql
  let nobody: Sql
  before(async () => {
    west = await openStorage()
    east = await openStorage({ region: 'us-east-1', url: west.url })
    await makeFullPool(west.repositories, { id: 'pool', mark: 'a', usersCount: 1, atMs: NOW })
    await west.repositories.accessKeys.insert({
      accessKeyId: 'AKIA',
      secretSealed: bytes('x'),
      policy: {},
      createdAtMs: NOW,
    })
    const options = { max: 1, onnotice: () => undefined }
    raw = postgres(west.url, { ...options, connection: { 'twinpool.region': 'us-east-1' } })
    nobody = postgres(west.url, options)
    const own = { ...options, connection: { 'twinpool.region': 'us-west-2' } }
    const owner = postgres(west.url, own)
    await owner`insert into heartbeats (origin_region, beat_at) values ('us-west-2', now())`
    await owner`
      insert into access_key_deletions (origin_region, access_key_id, deleted_at)
      values ('us-west-2', 'AKIAOLD', now())`
    await owner.end()
  })
  after(async () => {
    await raw.end()
    await nobody.end()
    await east.close()
    await west.close()
  })

  for (const { name, family } of TRAVELLING_TABLES) {
    test(`${name}: rows of another Region stay as they are`, async () => {
      const owner = family === 'directory' ? 'replica_regions[1]' : 'origin_region'
      for (const sql of [raw, nobody]) {
        const rows = await sql`
          select * from ${sql(name)} where ${sql.unsafe(owner)} = 'us-west-2' limit 1`
        assert.equal(rows.length, 1, 'there is a row to try')
        await assert.rejects(
          sql`update ${sql(name)} set replica_regions = '{us-east-1}'`,
          isRefusal,
        )
        await assert.rejects(sql`delete from ${sql(name)}`, isRefusal)
        const copy = { ...rows[0], replica_regions: ['us-west-2'] }
        await assert.rejects(sql`insert into ${sql(name)} ${sql(copy)}`, isRefusal)
      }
    })
  }

  for (const { name, family } of TRAVELLING_TABLES) {
    test(`${name}: a Region cannot give its rows away`, async () => {
      const owner = postgres(west.url, {
        max: 1,
        onnotice: () => undefined,
        connection: { 'twinpool.region': 'us-west-2' },
      })
      try {
        const gift =
          family === 'directory'
            ? owner`update ${owner(name)} set replica_regions = '{us-east-1,us-west-2}'`
            : owner`update ${owner(name)} set origin_region = 'us-east-1'`
        await assert.rejects(gift, isRefusal)
        // What stays with its owner may change.
        const kept = await owner`
          update ${owner(name)} set replica_regions = replica_regions || '{eu-west-1}'::text[]`
        assert.ok(kept.count > 0, 'there is a row to change')
        await owner`
          update ${owner(name)} set replica_regions = array_remove(replica_regions, 'eu-west-1')`
      } finally {
        await owner.end()
      }
    })
  }

  test('a repository on the wrong side shows a bug, not an SQL error', async () => {
    const pool = await west.repositories.pools.find('pool')
    const write = east.repositories.users.insert(
      pool as never,
      newUser({ sub: OTHER_SUB, usernameHash: bytes('new'), emailHash: undefined }),
    )
    await assert.rejects(write, InvariantError)
    const update = east.repositories.users.update(pool as never, newUser())
    await assert.rejects(update, InvariantError)
  })

  test('a row without a pool is not made', async () => {
    const pool = { ...(await west.repositories.pools.find('pool')), id: 'gone' }
    const write = west.repositories.signOuts.add(pool as never, SUB, NOW)
    await assert.rejects(write, (error) => error instanceof DependencyError && !error.isRetryable)
  })

  test('maintenance may clear rows of others, only while it says so', async () => {
    const cleared = raw.begin(async (sql) => {
      await sql`set local twinpool.maintenance = 'on'`
      const { count } = await sql`delete from group_memberships`
      assert.equal(count, 1)
      throw new Error('rolled back')
    })
    await assert.rejects(cleared, /rolled back/)
    await assert.rejects(raw`delete from group_memberships`, isRefusal)
  })
})
