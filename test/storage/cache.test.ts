import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { PoolCache } from '#adapters/postgres/cache/pool-cache.js'
import { required } from '#base/assert.js'
import type { PrimaryPool, RegionalPool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { waitFor } from '#test/support/wait.js'
import { bytes, makePool, NOW, newClient, poolOf } from './pools.js'

describe('cache of configuration', () => {
  // Two nodes of one Region.
  let one: TestStorage
  let two: TestStorage
  let pool: PrimaryPool & RegionalPool
  let made = 0
  before(async () => {
    one = await openStorage()
    two = await openStorage({ url: one.url })
  })
  after(async () => {
    await two.close()
    await one.close()
  })
  beforeEach(async () => {
    made += 1
    pool = await makePool(one.repositories, `pool${made}`)
  })

  /** Statements that `work` sent to the database. */
  async function statementsOf(storage: TestStorage, work: () => Promise<unknown>): Promise<number> {
    const { database } = storage
    const original = database.query.bind(database)
    let statements = 0
    database.query = ((...parts: Parameters<typeof original>) => {
      statements += 1
      return original(...parts)
    }) as typeof database.query
    try {
      await work()
    } finally {
      database.query = original
    }
    return statements
  }

  /** Waits until the node has heard of every change that was committed before. */
  async function hearAll({ configChanges }: TestStorage): Promise<void> {
    const marker = `marker${made}`
    let unsubscribe: () => void = () => undefined
    const heard = new Promise<void>((resolve) => {
      unsubscribe = configChanges.onPoolChange((poolId) => void (poolId === marker && resolve()))
    })
    // Notices arrive in the order of the commits.
    await one.database.query((sql) => sql`select pg_notify('twinpool_pool', ${marker})`)
    await heard
    unsubscribe()
  }

  test('what was read once is not read again, and is the very same value', async () => {
    const { pools, clients } = one.repositories
    await one.repositories.unitOfWork.run((bound) => bound.clients.insert(pool, newClient(pool.id)))
    const load = async () => {
      await pools.find(pool.id)
      await clients.resolve(newClient(pool.id).clientId)
    }
    await waitFor(async () => (await statementsOf(one, load)) === 0, { what: 'a warm cache' })
    assert.equal(pools.find(pool.id), pools.find(pool.id), 'the same settled promise')
  })

  test('of two pools with one client ID the older is served, whatever was cached', async () => {
    const { clients } = two.repositories
    const other = await makePool(one.repositories, `${pool.id}-other`)
    const clientId = `shared-by-${pool.id}`
    // As replication would bring it: without asking whether the ID is free.
    const arrive = (poolId: string, createdAtMs: number) =>
      one.database.query(
        (sql) => sql`
          insert into user_pool_clients (user_pool_id, client_id, name, settings, created_at,
            modified_at)
          values (${poolId}, ${clientId}, ${`client of ${poolId}`},
            ${sql.json(newClient(poolId).settings as never)}, ${new Date(createdAtMs)}, now())`,
      )
    const serves = (poolId: string) =>
      waitFor(async () => (await clients.resolve(clientId))?.poolId === poolId, {
        what: `${poolId} to be served`,
      })
    await arrive(other.id, NOW + 5)
    await serves(other.id)
    await arrive(pool.id, NOW + 4)
    await serves(pool.id)
    for (const each of [pool, other]) {
      assert.equal((await clients.find(each, clientId))?.client.name, `client of ${each.id}`)
    }
    assert.equal(await one.repositories.clients.remove(pool, clientId), 'removed')
    await serves(other.id)
    // Of the same age: the first by ID, which is the same everywhere.
    await arrive(pool.id, NOW + 5)
    await serves(pool.id < other.id ? pool.id : other.id)
  })

  test('of two pools with one domain the older is served, whatever was cached', async () => {
    const { domains } = two.repositories
    const other = await makePool(one.repositories, `${pool.id}-other`)
    const domain = `shared-by-${pool.id}`
    const serves = (poolId: string) =>
      waitFor(async () => (await domains.resolve(domain))?.poolId === poolId, {
        what: `${poolId} to be served`,
      })
    const own = { poolId: other.id, domain, settings: {}, createdAtMs: NOW + 5 }
    await one.repositories.regionalDomains.insert(other, own)
    await serves(other.id)
    await one.database.query(
      (sql) => sql`
        insert into user_pool_domains (user_pool_id, domain, settings, created_at)
        values (${pool.id}, ${domain}, '{}', ${new Date(NOW + 4)})`,
    )
    await serves(pool.id)
    await one.repositories.domains.remove(pool, domain)
    await serves(other.id)
  })

  test('concurrent misses share one load', async () => {
    two.cache.clear()
    const statements = await statementsOf(two, () =>
      Promise.all(Array.from({ length: 50 }, () => two.repositories.pools.find(pool.id))),
    )
    assert.equal(statements, 1)
  })

  test('absence is remembered until something comes, and takes no room from others', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `nobody-${at}`)
    const askAll = async () => {
      for (const name of names)
        assert.equal(await two.repositories.domains.resolve(name), undefined)
    }
    await hearAll(two)
    await two.repositories.pools.find(pool.id)
    assert.equal(await statementsOf(two, askAll), names.length)
    assert.equal(await statementsOf(two, askAll), 0)
    const known = async () => void (await two.repositories.pools.find(pool.id))
    assert.equal(await statementsOf(two, known), 0)

    assert.equal(await one.repositories.pools.find('later'), undefined)
    assert.equal(await two.repositories.pools.find('later'), undefined)
    await makePool(one.repositories, 'later')
    assert.equal((await one.repositories.pools.find('later'))?.name, 'name of later')
    await waitFor(async () => (await two.repositories.pools.find('later')) !== undefined, {
      what: 'the notice',
      intervalMs: 2,
    })
  })

  test('a writer sees its own write at once, the other node soon', async () => {
    const nameOn = async (node: TestStorage) => (await node.repositories.pools.find(pool.id))?.name
    assert.equal(await nameOn(two), pool.name)
    await one.repositories.pools.update(pool, { name: 'first', modifiedAtMs: NOW })
    assert.equal(await nameOn(one), 'first')
    await waitFor(async () => (await nameOn(two)) === 'first', {
      what: 'the notice',
      intervalMs: 2,
    })
  })

  test('each kind of configuration is forgotten when it changes', async () => {
    const r = one.repositories
    const clientId = newClient(pool.id).clientId
    const on = two.repositories
    const domain = { poolId: pool.id, domain: `d-${pool.id}`, settings: {}, createdAtMs: NOW }
    const key = { id: 'k', purpose: 'data', kmsKeyArn: undefined, createdAtMs: NOW } as const
    const changes: readonly [string, () => Promise<unknown>, () => Promise<unknown>][] = [
      [
        'client',
        () => r.unitOfWork.run((bound) => bound.clients.insert(pool, newClient(pool.id))),
        () => on.clients.resolve(clientId),
      ],
      [
        'secret',
        () =>
          r.clients.insertSecret(
            pool,
            { clientId, secretId: 's', secretSealed: bytes('s'), createdAtMs: NOW },
            { max: 2 },
          ),
        async () => (await on.clients.resolve(clientId))?.secrets.length,
      ],
      [
        'data key',
        () =>
          r.unitOfWork.run((bound) =>
            bound.dataKeys.insert(pool.id, {
              ...key,
              wrapped: bytes('w'),
              encryptionContext: undefined,
            }),
          ),
        async () => (await on.dataKeys.list(pool)).length,
      ],
      [
        'resource server',
        () => r.resourceServers.insert(pool, { identifier: 'i', name: 'n', scopes: [] }),
        () => on.resourceServers.find(pool, 'i'),
      ],
      ['domain', () => r.domains.insert(pool, domain), () => on.domains.resolve(domain.domain)],
      [
        'domain change',
        () => r.domains.update(pool, { ...domain, settings: { v: 2 } }),
        async () => JSON.stringify((await on.domains.resolve(domain.domain))?.settings),
      ],
      [
        'tags',
        () => r.regionalSettings.setTags(pool, { a: 'b' }),
        async () => JSON.stringify((await on.pools.find(pool.id))?.tags),
      ],
      [
        'client removal',
        () => r.clients.remove(pool, clientId),
        () => on.clients.resolve(clientId),
      ],
    ]
    for (const [what, change, read] of changes) {
      const old = await read()
      await change()
      await waitFor(async () => (await read()) !== old, { what, intervalMs: 2 })
    }
  })

  test('an access key that one node deleted stops on the other', async () => {
    const accessKeyId = `AKIA${made}`
    const key = { accessKeyId, secretSealed: bytes('s'), policy: {}, createdAtMs: NOW }
    await one.repositories.accessKeys.insert(key)
    const find = () => two.repositories.accessKeys.find(accessKeyId)
    assert.notEqual(await find(), undefined)
    await waitFor(async () => (await statementsOf(two, find)) === 0, { what: 'a warm cache' })
    await one.repositories.accessKeys.remove(accessKeyId)
    await waitFor(async () => (await find()) === undefined, { what: 'the notice', intervalMs: 2 })
  })

  test('a change inside a transaction shows when it is committed', async () => {
    const { pools, unitOfWork } = one.repositories
    await unitOfWork.run(async (bound) => {
      await bound.pools.update(pool, { name: 'inside', modifiedAtMs: NOW })
      assert.equal((await pools.find(pool.id))?.name, pool.name)
    })
    assert.equal((await pools.find(pool.id))?.name, 'inside')
  })

  test('a load that a change overtook is not kept', async () => {
    const { database } = two
    two.cache.clear()
    const original = database.query.bind(database)
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let hasRead = false
    database.query = (async (...parts: Parameters<typeof original>) => {
      const value = await original(...parts)
      hasRead = true
      await held
      return value
    }) as typeof database.query
    const early = two.repositories.pools.find(pool.id)
    database.query = original
    await waitFor(() => hasRead, { what: 'the old row', intervalMs: 2 })
    await one.repositories.pools.update(pool, { name: 'newer', modifiedAtMs: NOW })
    // The notice reaches node two while its load still has the old row in hand.
    let noticed = false
    const stop = two.configChanges.onPoolChange(() => {
      noticed = true
    })
    const newer = await poolOf(one.repositories, pool.id)
    await one.repositories.pools.update(newer, { name: 'newest', modifiedAtMs: NOW })
    await waitFor(() => noticed, { what: 'the notice', intervalMs: 2 })
    stop()
    release()
    assert.equal((await early)?.name, pool.name)
    assert.equal((await two.repositories.pools.find(pool.id))?.name, 'newest')
  })

  test('a failed load is not kept', async () => {
    const { database } = two
    two.cache.clear()
    const original = database.query.bind(database)
    database.query = (() => Promise.reject(new Error('planted'))) as typeof database.query
    await assert.rejects(two.repositories.pools.find(pool.id), /planted/)
    database.query = original
    assert.equal((await two.repositories.pools.find(pool.id))?.id, pool.id)
  })

  test('it keeps no more than it may, and what is in use stays', async () => {
    const cache = new PoolCache({
      database: one.database,
      configChanges: one.configChanges,
      poolsMax: 3,
    })
    const ids: string[] = []
    for (let n = 0; n < 6; n += 1) {
      const id = `bounded${n}`
      ids.push(id)
      await makePool(one.repositories, id)
    }
    // Notices of the pools just made come late and would empty what the test fills.
    const used = required(ids[0], 'pool')
    await waitFor(
      async () => {
        for (const id of ids) {
          await cache.pool(used)
          await cache.pool(id)
        }
        const usedAgain = await statementsOf(one, () => cache.pool(used))
        const oldAgain = await statementsOf(one, () => cache.pool(required(ids[1], 'pool')))
        return usedAgain === 0 && oldAgain === 1
      },
      { what: 'the one in use to stay and the others to go' },
    )
    cache.close()
  })

  test('nothing is taken from memory while no process listens', async () => {
    const deaf = { isListening: true, onPoolChange: none, onAccountChange: none, onReconnect: none }
    const cache = new PoolCache({ database: one.database, configChanges: deaf as never })
    await cache.pool(pool.id)
    assert.equal(await statementsOf(one, () => cache.pool(pool.id)), 0)
    deaf.isListening = false
    assert.equal(await statementsOf(one, () => cache.pool(pool.id)), 1)
    assert.equal(await statementsOf(one, () => cache.pool(pool.id)), 1)
  })

  test('the listening connection comes back and empties the cache', async () => {
    await two.repositories.pools.find(pool.id)
    let reconnects = 0
    const stop = two.configChanges.onReconnect(() => {
      reconnects += 1
    })
    await one.database.query(
      (sql) => sql`
        select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'twinpool-notices' and datname = current_database()`,
    )
    await waitFor(() => reconnects > 0 && two.configChanges.isListening, {
      what: 'listening again',
    })
    stop()
    assert.equal(await statementsOf(two, () => two.repositories.pools.find(pool.id)), 1)
    await waitFor(() => one.configChanges.isListening, { what: 'node one listening again' })
  })
})

const none = () => () => undefined
