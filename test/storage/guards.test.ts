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

/** A row of each table of usage, of the west. */
async function addUsageRows(owner: postgres.Sql): Promise<void> {
  const user = owner`select user_pool_id, sub from users limit 1`
  await owner`
    insert into monthly_active_users (user_pool_id, origin_region, month, sub, tier)
    select user_pool_id, 'us-west-2', '2026-11-01', sub, 'PLUS' from (${user}) u`
  await owner`
    insert into machine_token_counts
      (user_pool_id, origin_region, recorder_id, client_id, month, tokens)
    select user_pool_id, 'us-west-2', gen_random_uuid(), 'app', '2026-11-01', 1 from (${user}) u`
  await owner`
    insert into replica_periods (user_pool_id, origin_region, region, since, until)
    select user_pool_id, 'us-west-2', 'us-east-1', now(), now() from (${user}) u`
  await owner`
    insert into endpoint_uses (user_pool_id, origin_region, recorder_id, day, client_id, kind,
      issuer_form, host, user_agent, calls, last_seen_at)
    select user_pool_id, 'us-west-2', gen_random_uuid(), '2026-11-27', '', 'JWKS', 'ORIGINAL',
           'localhost', 'none', 1, now()
      from (${user}) u`
}

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
    const user = owner`select user_pool_id, sub from users limit 1`
    await owner`
      insert into authenticators (user_pool_id, sub, kind, authenticator_sealed, created_at)
      select user_pool_id, sub, 'TOTP', '', now() from (${user}) u`
    await owner`
      insert into passkeys (user_pool_id, credential_hash, sub, passkey_sealed, created_at)
      select user_pool_id, 'hash', sub, '', now() from (${user}) u`
    await owner`
      insert into devices (user_pool_id, sub, device_key, device_sealed, created_at, modified_at)
      select user_pool_id, sub, 'device', '', now(), now() from (${user}) u`
    await owner`
      insert into totp_uses (user_pool_id, origin_region, sub, last_step, used_at)
      select user_pool_id, 'us-west-2', sub, 1, now() from (${user}) u`
    await owner`
      insert into passkey_uses
        (user_pool_id, origin_region, credential_hash, sub, sign_count, used_at)
      select user_pool_id, 'us-west-2', 'hash', sub, 1, now() from (${user}) u`
    await owner`
      insert into user_sessions (user_pool_id, origin_region, origin_jti, sub, client_id,
        created_at, last_active_at, expires_at, activity_sealed)
      select user_pool_id, 'us-west-2', gen_random_uuid(), sub, '', now(), now(), now(), ''
        from (${user}) u`
    await owner`
      insert into signing_certificates
        (user_pool_id, serial_number, certificate, private_key_sealed, created_at)
      select user_pool_id, '40', '', '', now() from (${user}) u`
    await owner`
      insert into auth_events (user_pool_id, origin_region, event_id, sub, step, created_at,
        expires_at, event_sealed)
      select user_pool_id, 'us-west-2', gen_random_uuid(), sub, 1, now(), now(), ''
        from (${user}) u`
    await owner`
      insert into auth_event_feedback (user_pool_id, origin_region, event_id, sub, value, provider,
        given_at, expires_at)
      select user_pool_id, 'us-west-2', gen_random_uuid(), sub, 'Valid', 'Admin', now(), now()
        from (${user}) u`
    await addUsageRows(owner)
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

  describe('the home and the owner of a pool', () => {
    const CODE = /home Region of user pool pool is us-west-2/
    let owner: Sql
    /** Applies rows as the worker of a subscription does. */
    let worker: Sql
    before(() => {
      const options = { max: 1, onnotice: () => undefined }
      owner = postgres(west.url, { ...options, connection: { 'twinpool.region': 'us-west-2' } })
      worker = postgres(west.url, {
        ...options,
        connection: { 'twinpool.region': 'us-west-2', session_replication_role: 'replica' },
      })
    })
    after(async () => {
      await owner.end()
      await worker.end()
    })
    const read = async () => {
      const [pool] = await owner`
        select name, home_region, owner_region, owner_epoch from user_pools
         where user_pool_id = 'pool'`
      return pool
    }

    test('are the Region that made it, in the first epoch', async () => {
      const { name: _, ...ownership } = (await read()) ?? {}
      assert.deepEqual(ownership, {
        home_region: 'us-west-2',
        owner_region: 'us-west-2',
        owner_epoch: 1,
      })
    })

    test('the home never changes, and the owner is the first of its Regions', async () => {
      await assert.rejects(owner`update user_pools set home_region = 'us-east-1'`, CODE)
      await assert.rejects(owner`update user_pools set home_region = null`, CODE)
      await assert.rejects(owner`update user_pools set owner_region = 'us-east-1'`, {
        constraint_name: 'user_pools_owner_is_first',
      })
    })

    test('what an owner of an earlier epoch says is left out when it arrives', async () => {
      await owner`update user_pools set owner_epoch = 3, name = 'now' where user_pool_id = 'pool'`
      const arrive = (epoch: number | null, name: string) =>
        worker`
          update user_pools set owner_epoch = ${epoch}, name = ${name}
           where user_pool_id = 'pool'`
      await arrive(2, 'of before')
      await arrive(null, 'of long before')
      await worker`
        insert into user_pools (user_pool_id, replica_regions, name, settings, tier, issuer_type,
          created_at, modified_at, owner_epoch)
        select user_pool_id, replica_regions, 'again', settings, tier, issuer_type, created_at,
          modified_at, 2 from user_pools where user_pool_id = 'pool'`
      assert.equal((await read())?.['name'], 'now')
      await arrive(3, 'of this epoch')
      assert.equal((await read())?.['name'], 'of this epoch')
      await arrive(4, 'of the next')
      assert.deepEqual(await read(), {
        name: 'of the next',
        home_region: 'us-west-2',
        owner_region: 'us-west-2',
        owner_epoch: 4,
      })
    })
  })
})
