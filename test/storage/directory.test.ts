import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { InvariantError, required } from '#base/assert.js'
import type { PrimaryPool, RegionalPool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { bytes, makePool, NOW, newClient, poolOf, SETTINGS } from './pools.js'

describe('directory', () => {
  let storage: TestStorage
  let pool: PrimaryPool & RegionalPool
  let made = 0
  before(async () => {
    storage = await openStorage()
  })
  after(() => storage.close())
  beforeEach(async () => {
    made += 1
    pool = await makePool(storage.repositories, `pool${String(made).padStart(3, '0')}`)
  })

  test('a pool is what was inserted, and the second insert says that it exists', async () => {
    const { pools, unitOfWork } = storage.repositories
    assert.deepEqual(pool, {
      id: pool.id,
      name: `name of ${pool.id}`,
      region: 'us-west-2',
      primaryRegion: 'us-west-2',
      homeRegion: 'us-west-2',
      replicaRegions: ['us-west-2'],
      role: 'PRIMARY',
      status: 'ACTIVE',
      tier: 'ESSENTIALS',
      issuerType: 'ORIGINAL',
      kmsKeyArn: undefined,
      settings: SETTINGS,
      regionalSettings: {},
      tags: {},
      createdAtMs: NOW,
      modifiedAtMs: NOW,
    })
    const again = await unitOfWork.run((bound) =>
      bound.pools.insert({ ...pool, name: 'other', tier: 'LITE' }),
    )
    assert.equal(again, 'exists')
    assert.equal((await poolOf(storage.repositories, pool.id)).tier, 'ESSENTIALS')
    assert.equal(await pools.find('nowhere'), undefined)
  })

  test('an update changes what it names and nothing else', async () => {
    const { pools } = storage.repositories
    await pools.update(pool, { kmsKeyArn: 'arn:key', modifiedAtMs: NOW + 1 })
    const first = await poolOf(storage.repositories, pool.id)
    assert.deepEqual(first, { ...pool, kmsKeyArn: 'arn:key', modifiedAtMs: NOW + 1 })
    const settings = { ...SETTINGS, mfaConfiguration: 'OPTIONAL' } as const
    await pools.update(first, {
      name: 'renamed',
      settings,
      tier: 'PLUS',
      issuerType: 'UPDATED',
      modifiedAtMs: NOW + 2,
    })
    const second = await poolOf(storage.repositories, pool.id)
    assert.deepEqual(second, {
      ...first,
      name: 'renamed',
      settings,
      tier: 'PLUS',
      issuerType: 'UPDATED',
      modifiedAtMs: NOW + 2,
    })
    await pools.update(second, { kmsKeyArn: null, modifiedAtMs: NOW + 3 })
    assert.equal((await poolOf(storage.repositories, pool.id)).kmsKeyArn, undefined)
  })

  test('an update upon an old state writes nothing', async () => {
    const { pools } = storage.repositories
    const rename = (name: string) => pools.update(pool, { name, modifiedAtMs: NOW })
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const outcomes = await Promise.all(names.map(rename))
    assert.equal(outcomes.filter((outcome) => outcome === 'written').length, 1)
    const winner = names[outcomes.indexOf('written')]
    const found = await poolOf(storage.repositories, pool.id)
    // The clock stood still, and the state is another one all the same.
    assert.deepEqual(found, { ...pool, name: winner, modifiedAtMs: NOW + 1 })
    assert.equal(await rename('late'), 'conflict')
    await pools.remove(found)
    assert.equal(await pools.update(found, { name: 'gone', modifiedAtMs: NOW }), 'conflict')
  })

  test('a moment that a person wrote is one that can be updated', async () => {
    await storage.database.query(
      (sql) => sql`
        update user_pools set modified_at = '2026-06-01T12:00:00.123999Z'
         where user_pool_id = ${pool.id}`,
    )
    storage.cache.clear()
    const found = await poolOf(storage.repositories, pool.id)
    const { pools } = storage.repositories
    assert.equal(await pools.update(found, { name: 'new', modifiedAtMs: NOW }), 'written')
  })

  test('pools come by pages in the order of their IDs', async () => {
    const { pools } = storage.repositories
    await makePool(storage.repositories, 'page1')
    await makePool(storage.repositories, 'page2')
    const first = await pools.page({ afterId: 'page', limit: 1 })
    const rest = await pools.page({ afterId: 'page1', limit: 1 })
    assert.deepEqual(
      [...first, ...rest].map((each) => [each.id, each.name, each.replicaRegions]),
      [
        ['page1', 'name of page1', ['us-west-2']],
        ['page2', 'name of page2', ['us-west-2']],
      ],
    )
  })

  test('regional settings and tags are kept apart', async () => {
    const { regionalSettings } = storage.repositories
    assert.equal(await regionalSettings.setTags(pool, { team: 'identity' }), 'written')
    assert.equal(
      await regionalSettings.set(pool, { emailConfiguration: { from: 'a@example.com' } }),
      'written',
    )
    const found = await poolOf(storage.repositories, pool.id)
    assert.deepEqual(
      [found.tags, found.regionalSettings],
      [{ team: 'identity' }, { emailConfiguration: { from: 'a@example.com' } }],
    )
    // `pool` is from before.
    assert.equal(await regionalSettings.setTags(pool, { team: 'other' }), 'conflict')
    assert.equal(await regionalSettings.set(pool, {}), 'conflict')
    const same = await poolOf(storage.repositories, pool.id)
    assert.deepEqual(same, found)
    await regionalSettings.insert(pool.id, { settings: {}, tags: { new: 'yes' } })
    assert.deepEqual((await poolOf(storage.repositories, pool.id)).tags, { new: 'yes' })
    await regionalSettings.remove(pool.id)
    assert.deepEqual((await poolOf(storage.repositories, pool.id)).tags, {})
  })

  test('clients: insert, resolve with secrets, update, remove', async () => {
    const { clients, unitOfWork } = storage.repositories
    const client = newClient(pool.id)
    const insert = () => unitOfWork.run((bound) => bound.clients.insert(pool, client))
    assert.equal(await insert(), 'inserted')
    assert.equal(await insert(), 'exists')
    const secret = { clientId: client.clientId, secretId: 's1', createdAtMs: NOW }
    const max = { max: 2 }
    const one = { ...secret, secretSealed: bytes('one') }
    assert.equal(await clients.insertSecret(pool, one, max), 'inserted')
    assert.equal(await clients.removeSecret(pool, client.clientId, 's1'), 'last')
    const two = {
      ...secret,
      secretId: 's0',
      secretSealed: bytes('two'),
      createdAtMs: NOW + 1,
    }
    assert.equal(await clients.insertSecret(pool, two, max), 'inserted')
    const third = { ...two, secretId: 's2' }
    assert.equal(await clients.insertSecret(pool, third, max), 'too-many')
    const stray = { ...two, clientId: 'absent' }
    assert.equal(await clients.insertSecret(pool, stray, max), 'absent')
    const resolved = required(await clients.resolve(client.clientId), 'client')
    assert.deepEqual(resolved.client, client)
    assert.equal(resolved.poolId, pool.id)
    assert.deepEqual(
      resolved.secrets.map((each) => [each.secretId, Buffer.from(each.secretSealed).toString()]),
      [
        ['s1', 'one'],
        ['s0', 'two'],
      ],
    )
    assert.equal(await clients.removeSecret(pool, client.clientId, 's1'), 'removed')
    assert.equal(await clients.removeSecret(pool, client.clientId, 's1'), 'absent')
    assert.equal((await clients.resolve(client.clientId))?.secrets.length, 1)
    const change = { name: 'changed', settings: client.settings, modifiedAtMs: NOW + 9 }
    const changed = { ...client, ...change }
    assert.deepEqual(await clients.update(pool, client, change), changed)
    assert.equal(await clients.update(pool, client, change), 'conflict')
    // A clock that stands still or goes back makes no two states of one moment.
    const again = await clients.update(pool, changed, { ...change, modifiedAtMs: NOW })
    assert.deepEqual(again, { ...changed, modifiedAtMs: NOW + 10 })
    await clients.update(pool, { ...changed, modifiedAtMs: NOW + 10 }, change)
    changed.modifiedAtMs = NOW + 11
    assert.deepEqual((await clients.find(pool, client.clientId))?.client, changed)
    assert.equal(
      await clients.update(pool, newClient(pool.id, { clientId: 'no' }), change),
      'conflict',
    )
    assert.equal(await clients.remove(pool, client.clientId), 'removed')
    assert.equal(await clients.remove(pool, client.clientId), 'absent')
    assert.equal(await clients.resolve(client.clientId), undefined)
    const left = await storage.database.query(
      (sql) => sql`select from client_secrets where client_id = ${client.clientId}`,
    )
    assert.equal(left.length, 0)
  })

  test('a client ID is given away once, whichever pool asks', async () => {
    const { clients, unitOfWork } = storage.repositories
    const other = await makePool(storage.repositories, `${pool.id}-other`)
    const clientId = `chosen-${pool.id}`
    const askers = [pool, other, pool, other, pool, other]
    const outcomes = await Promise.all(
      askers.map((asker) =>
        unitOfWork.run((bound) => bound.clients.insert(asker, newClient(asker.id, { clientId }))),
      ),
    )
    assert.deepEqual(outcomes.sort(), [...Array<string>(5).fill('exists'), 'inserted'])
    const holder = required(await clients.resolve(clientId), 'client')
    for (const each of [pool, other]) {
      const own = await clients.find(each, clientId)
      assert.deepEqual(own, each.id === holder.poolId ? holder : undefined)
    }
    // One that never came about leaves the ID free.
    const failed = unitOfWork.run(async (bound) => {
      await bound.clients.insert(pool, newClient(pool.id, { clientId: `${clientId}-2` }))
      throw new TypeError('planted')
    })
    await assert.rejects(failed, TypeError)
    const again = newClient(other.id, { clientId: `${clientId}-2` })
    assert.equal(await unitOfWork.run((bound) => bound.clients.insert(other, again)), 'inserted')
  })

  test('resource servers: words for conflicts and absence, pages by bytes', async () => {
    const { resourceServers } = storage.repositories
    const server = (identifier: string) => ({
      identifier,
      name: identifier,
      scopes: [{ name: 'read', description: 'may read' }],
    })
    assert.equal(await resourceServers.insert(pool, server('b')), 'inserted')
    assert.equal(await resourceServers.insert(pool, server('b')), 'exists')
    await resourceServers.insert(pool, server('B'))
    await resourceServers.insert(pool, server('a'))
    const first = await resourceServers.page(pool, { afterId: undefined, limit: 2 })
    const rest = await resourceServers.page(pool, { afterId: 'a', limit: 2 })
    assert.deepEqual(
      [...first, ...rest].map((each) => each.identifier),
      ['B', 'a', 'b'],
    )
    assert.deepEqual(await resourceServers.find(pool, 'b'), server('b'))
    assert.equal(await resourceServers.update(pool, { ...server('b'), scopes: [] }), 'updated')
    assert.deepEqual((await resourceServers.find(pool, 'b'))?.scopes, [])
    assert.equal(await resourceServers.update(pool, server('c')), 'absent')
    assert.equal(await resourceServers.remove(pool, 'b'), 'removed')
    assert.equal(await resourceServers.remove(pool, 'b'), 'absent')
    assert.equal(await resourceServers.find(pool, 'b'), undefined)
  })

  test('a domain name is given away once, whichever pool asks', async () => {
    const { domains, regionalDomains } = storage.repositories
    const other = await makePool(storage.repositories, `${pool.id}-other`)
    const domain = { poolId: pool.id, domain: 'acme', settings: { v: 1 }, createdAtMs: NOW }
    const outcomes = await Promise.all([
      domains.insert(pool, domain),
      domains.insert(other, { ...domain, poolId: other.id }),
      regionalDomains.insert(pool, domain),
      regionalDomains.insert(other, { ...domain, poolId: other.id }),
    ])
    assert.deepEqual(outcomes.sort(), ['exists', 'exists', 'exists', 'inserted'])
    const holder = required(await domains.resolve('acme'), 'domain').poolId
    assert.ok([pool.id, other.id].includes(holder))
    for (const each of [pool, other]) {
      await domains.remove(each, 'acme')
      await regionalDomains.remove(each, 'acme')
    }
    assert.equal(await domains.resolve('acme'), undefined)
    assert.equal(await domains.insert(pool, domain), 'inserted')
    const changed = { ...domain, settings: { v: 2 } }
    assert.equal(await domains.update(pool, changed), 'updated')
    assert.deepEqual(await domains.resolve('acme'), changed)
    assert.deepEqual(await domains.list(pool), [changed])
    assert.equal(await domains.update(other, changed), 'absent')
    assert.equal(await domains.remove(other, 'acme'), 'absent')
  })

  test('groups: words for conflicts and absence', async () => {
    const { groups } = storage.repositories
    const group = {
      name: 'admins',
      description: undefined,
      roleArn: 'arn:role',
      precedence: 0,
      createdAtMs: NOW,
      modifiedAtMs: NOW,
    }
    assert.equal(await groups.insert(pool, group), 'inserted')
    assert.equal(await groups.insert(pool, group), 'exists')
    assert.deepEqual(await groups.find(pool, 'admins'), group)
    const nothing = { description: undefined, roleArn: undefined, precedence: undefined }
    const changed = { ...group, description: 'all of them', modifiedAtMs: NOW + 1 }
    assert.deepEqual(
      await groups.update(pool, 'admins', {
        ...nothing,
        description: 'all of them',
        modifiedAtMs: NOW + 1,
      }),
      changed,
    )
    assert.deepEqual(await groups.find(pool, 'admins'), changed)
    assert.equal(await groups.update(pool, 'none', group), undefined)
    const changes = [{ description: 'both' }, { roleArn: 'arn:other' }, { precedence: 7 }]
    await Promise.all(
      changes.map((change) =>
        groups.update(pool, 'admins', { ...nothing, ...change, modifiedAtMs: NOW + 2 }),
      ),
    )
    assert.deepEqual(
      await groups.find(pool, 'admins'),
      Object.assign({ ...group, modifiedAtMs: NOW + 2 }, ...changes),
    )
    assert.equal(await groups.remove(pool, 'admins'), 'removed')
    assert.equal(await groups.remove(pool, 'admins'), 'absent')
  })

  test('keys: the newest first; rewrapping is all or nothing', async () => {
    const { dataKeys, signingKeys, unitOfWork } = storage.repositories
    const key = (id: string, createdAtMs: number) => ({
      id,
      purpose: 'data' as const,
      kmsKeyArn: undefined,
      wrapped: bytes(`wrapped ${id}`),
      encryptionContext: `arn of ${id}`,
      createdAtMs,
    })
    await unitOfWork.run(async (bound) => {
      await bound.dataKeys.insert(pool.id, key('old', NOW))
      await bound.dataKeys.insert(pool.id, key('new', NOW + 1))
      const jwk = { publicJwk: { kty: 'RSA', n: 'x' }, privateKeySealed: bytes('sealed') }
      const first = { kid: 'k1', tokenUse: undefined, ...jwk, createdAtMs: NOW }
      await bound.signingKeys.insert(pool.id, first)
      const missing = { kid: 'k2', tokenUse: 'id' as const, ...jwk, createdAtMs: NOW + 1 }
      assert.equal(await bound.signingKeys.insertMissing(pool, missing), 'inserted')
      const late = { ...missing, kid: 'k3' }
      assert.equal(await bound.signingKeys.insertMissing(pool, late), 'exists')
    })
    const wrapped = async () =>
      (await dataKeys.list(pool)).map((each) => Buffer.from(each.wrapped).toString())
    assert.deepEqual(await wrapped(), ['wrapped new', 'wrapped old'])
    assert.deepEqual(
      (await signingKeys.list(pool)).map(({ kid, tokenUse }) => [kid, tokenUse]),
      [
        ['k2', 'id'],
        ['k1', undefined],
      ],
    )
    const rewrapped = [
      { ...key('old', NOW), wrapped: bytes('anew'), kmsKeyArn: 'arn:key' },
      { ...key('missing', NOW), wrapped: bytes('anew') },
    ]
    const fails = unitOfWork.run((bound) => bound.dataKeys.rewrap(pool, rewrapped))
    await assert.rejects(fails, InvariantError)
    assert.deepEqual(await wrapped(), ['wrapped new', 'wrapped old'])
    await unitOfWork.run((bound) => bound.dataKeys.rewrap(pool, rewrapped.slice(0, 1)))
    assert.deepEqual(await wrapped(), ['wrapped new', 'anew'])
    assert.equal((await dataKeys.list(pool))[1]?.kmsKeyArn, 'arn:key')
  })

  test('messages of the outbox: the newest first, of one pool or all', async () => {
    const { outbox } = storage.repositories
    const other = await makePool(storage.repositories, `${pool.id}-other`)
    const message = (poolId: string, n: number) => ({
      poolId,
      messageId: `00000000-0000-4000-8000-00000000000${n}`,
      messageSealed: bytes(`message ${n}`),
      createdAtMs: NOW + n,
    })
    await outbox.insert(pool, message(pool.id, 1))
    await outbox.insert(other, message(other.id, 2))
    await outbox.insert(pool, message(pool.id, 3))
    const momentsOf = async (poolId: string | undefined, limit: number) =>
      (await outbox.list({ poolId, limit })).map((each) => each.createdAtMs - NOW)
    assert.deepEqual(await momentsOf(undefined, 2), [3, 2])
    assert.deepEqual(await momentsOf(pool.id, 9), [3, 1])
  })
})
