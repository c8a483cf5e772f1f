// Isolation of pools: every method of every repository is called for pool B, with B's identifiers
// and with A's, and pool A must neither be seen nor change. The list of methods is taken from the
// repositories themselves, so a method without a case fails here.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { directoryTables, regionalTables, runtimeTables } from '#adapters/postgres/pool-tables.js'
import type { Repositories } from '#adapters/postgres/repositories.js'
import type { PrimaryPool, RegionalPool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import {
  bytes,
  JTI,
  makeFullPool,
  NOW,
  newClient,
  newUser,
  OTHER_SUB,
  SETTINGS,
  SUB,
} from './pools.js'

type AnyPool = PrimaryPool & RegionalPool

/** Identifiers that no two pools share. */
interface Ids {
  readonly clientId: string
  readonly domain: string
  readonly regionalDomain: string
}

type Call = (r: Repositories, pool: AnyPool, ids: Ids) => Promise<unknown>

/**
 * - `reads`: what B gets differs from what A gets and has nothing of A in it.
 * - `writes`: B changes, A does not.
 * - `none`: has no pool, for this reason.
 */
type Case =
  | { readonly reads: Call; readonly isById?: true }
  | { readonly writes: Call; readonly isByOwnIds?: true }
  | { readonly none: string }

const page = { afterId: undefined, limit: 10 }
const key = { id: 'key', purpose: 'data', kmsKeyArn: undefined, createdAtMs: NOW } as const
const group = {
  name: 'group',
  description: 'changed',
  roleArn: undefined,
  precedence: 2,
  createdAtMs: NOW,
  modifiedAtMs: NOW,
}

const CASES: Readonly<Record<string, Case>> = {
  'transactions.run': { none: 'runs what others do' },

  'pools.find': { reads: (r, pool) => r.pools.find(pool.id) },
  'pools.insert': {
    writes: (r, pool) =>
      r.transactions.run((tx) =>
        r.pools.insert(
          {
            id: `${pool.id}-new`,
            name: 'new',
            settings: SETTINGS,
            tier: 'LITE',
            issuerType: 'ORIGINAL',
            kmsKeyArn: undefined,
            createdAtMs: NOW,
          },
          tx,
        ),
      ),
  },
  'pools.update': { writes: (r, pool) => r.pools.update(pool, { name: 'x', modifiedAtMs: NOW }) },
  'pools.remove': { writes: (r, pool) => r.pools.remove(pool) },
  'pools.page': { none: 'lists the pools of the Region' },

  'replicas.list': { reads: (r, pool) => r.replicas.list(pool) },
  'replicas.insert': {
    writes: (r, pool) =>
      r.transactions.run((tx) =>
        r.replicas.insert(pool, { region: 'eu-west-1', createdAtMs: NOW }, tx),
      ),
  },
  'replicas.setPhase': { writes: (r, pool) => r.replicas.setPhase(pool, 'us-east-1', 'DELETING') },
  'replicas.remove': { writes: (r, pool) => r.replicas.remove(pool, 'us-east-1') },

  'clients.resolve': { reads: (r, _, ids) => r.clients.resolve(ids.clientId), isById: true },
  'clients.find': { reads: (r, pool, ids) => r.clients.find(pool, ids.clientId) },
  'clients.page': { reads: (r, pool) => r.clients.page(pool, page) },
  'clients.insert': {
    writes: (r, pool) =>
      r.transactions.run((tx) =>
        r.clients.insert(pool, newClient(pool.id, { clientId: 'brand-new' }), tx),
      ),
  },
  'clients.update': {
    writes: (r, pool, { clientId }) =>
      r.clients.update(pool, newClient(pool.id, { clientId, name: 'changed' })),
  },
  'clients.remove': { writes: (r, pool, ids) => r.clients.remove(pool, ids.clientId) },
  'clients.secrets': { reads: (r, pool, ids) => r.clients.secrets(pool, ids.clientId) },
  'clients.insertSecret': {
    writes: (r, pool, { clientId }) =>
      r.clients.insertSecret(pool, {
        clientId,
        secretId: 'new',
        secretSealed: bytes('new'),
        createdAtMs: NOW,
      }),
  },
  'clients.removeSecret': {
    writes: (r, pool, ids) => r.clients.removeSecret(pool, ids.clientId, 'secret'),
  },

  'resourceServers.find': { reads: (r, pool) => r.resourceServers.find(pool, 'server') },
  'resourceServers.page': { reads: (r, pool) => r.resourceServers.page(pool, page) },
  'resourceServers.insert': {
    writes: (r, pool) =>
      r.resourceServers.insert(pool, { identifier: 'new', name: 'new', scopes: [] }),
  },
  'resourceServers.update': {
    writes: (r, pool) =>
      r.resourceServers.update(pool, { identifier: 'server', name: 'changed', scopes: [] }),
  },
  'resourceServers.remove': { writes: (r, pool) => r.resourceServers.remove(pool, 'server') },

  'domains.resolve': { reads: (r, _, ids) => r.domains.resolve(ids.domain), isById: true },
  'domains.list': { reads: (r, pool) => r.domains.list(pool) },
  'domains.insert': {
    writes: (r, pool, ids) =>
      r.domains.insert(pool, {
        poolId: pool.id,
        domain: `${ids.domain}-new`,
        settings: {},
        createdAtMs: NOW,
      }),
  },
  'domains.update': {
    writes: (r, pool, ids) =>
      r.domains.update(pool, {
        poolId: pool.id,
        domain: ids.domain,
        settings: { changed: true },
        createdAtMs: NOW,
      }),
  },
  'domains.remove': { writes: (r, pool, ids) => r.domains.remove(pool, ids.domain) },

  'groups.find': { reads: (r, pool) => r.groups.find(pool, 'group') },
  'groups.page': { reads: (r, pool) => r.groups.page(pool, { afterName: undefined, limit: 5 }) },
  'groups.insert': { writes: (r, pool) => r.groups.insert(pool, { ...group, name: 'new' }) },
  'groups.update': { writes: (r, pool) => r.groups.update(pool, group) },
  'groups.remove': { writes: (r, pool) => r.groups.remove(pool, 'group') },
  'groups.addMember': {
    writes: async (r, pool) => {
      await r.users.insert(
        pool,
        newUser({ sub: OTHER_SUB, usernameHash: bytes('n'), emailHash: undefined }),
      )
      await r.groups.addMember(pool, 'group', OTHER_SUB, NOW)
    },
  },
  'groups.removeMember': { writes: (r, pool) => r.groups.removeMember(pool, 'group', SUB) },
  'groups.ofUser': {
    reads: (r, pool) => r.groups.ofUser(pool, SUB, { afterName: undefined, limit: 5 }),
  },
  'groups.members': {
    reads: (r, pool) => r.groups.members(pool, 'group', { afterSub: undefined, limit: 5 }),
  },

  'users.findBySub': { reads: (r, pool) => r.users.findBySub(pool, SUB) },
  'users.find': {
    reads: (r, pool) =>
      r.users.find(pool, {
        usernameHash: bytes('nobody'),
        alias: { kind: 'email', hash: bytes('email') },
      }),
  },
  'users.signInFacts': {
    reads: (r, pool) => r.users.signInFacts(pool, { usernameHash: bytes('username') }),
  },
  'users.refreshFacts': {
    reads: (r, pool) => r.users.refreshFacts(pool, { sub: SUB, originJti: JTI }),
  },
  'users.page': {
    reads: (r, pool) => r.users.page(pool, { afterSub: undefined, limit: 10, term: 1n }),
  },
  'users.estimate': { reads: (r, pool) => r.users.estimate(pool) },
  'users.insert': {
    writes: (r, pool) =>
      r.users.insert(
        pool,
        newUser({ sub: OTHER_SUB, usernameHash: bytes('new'), emailHash: undefined }),
      ),
  },
  'users.update': { writes: (r, pool) => r.users.update(pool, newUser({ status: 'CHANGED' })) },
  'users.remove': { writes: (r, pool) => r.users.remove(pool, SUB) },
  'users.releaseAlias': {
    writes: (r, pool) => r.users.releaseAlias(pool, { kind: 'email', hash: bytes('email') }),
  },

  'dataKeys.list': { reads: (r, pool) => r.dataKeys.list(pool) },
  'dataKeys.insert': {
    writes: (r, pool) =>
      r.transactions.run((tx) =>
        r.dataKeys.insert(pool.id, { ...key, id: 'new', wrapped: bytes('new') }, tx),
      ),
  },
  'dataKeys.rewrap': {
    writes: (r, pool) =>
      r.transactions.run((tx) => r.dataKeys.rewrap(pool, [{ ...key, wrapped: bytes('new') }], tx)),
  },
  'signingKeys.list': { reads: (r, pool) => r.signingKeys.list(pool) },
  'signingKeys.insert': {
    writes: (r, pool) =>
      r.transactions.run((tx) =>
        r.signingKeys.insert(
          pool.id,
          { kid: 'new', publicJwk: {}, privateKeySealed: bytes('new'), createdAtMs: NOW },
          tx,
        ),
      ),
  },

  'regionalSettings.set': {
    writes: (r, pool) => r.regionalSettings.set(pool, { smsConfiguration: 'changed' }),
  },
  'regionalSettings.setTags': { writes: (r, pool) => r.regionalSettings.setTags(pool, { x: 'y' }) },
  'regionalSettings.insert': {
    writes: (r, pool) => r.regionalSettings.insert(pool.id, { settings: {}, tags: {} }),
  },
  'regionalSettings.remove': { writes: (r, pool) => r.regionalSettings.remove(pool.id) },
  'regionalDomains.list': { reads: (r, pool) => r.regionalDomains.list(pool) },
  'regionalDomains.insert': {
    writes: (r, pool, ids) =>
      r.regionalDomains.insert(pool, {
        poolId: pool.id,
        domain: `${ids.regionalDomain}-new`,
        settings: {},
        createdAtMs: NOW,
      }),
  },
  'regionalDomains.remove': {
    writes: (r, pool, ids) => r.regionalDomains.remove(pool, ids.regionalDomain),
  },

  'codes.put': {
    writes: (r, pool) =>
      r.codes.put(pool, {
        sub: SUB,
        purpose: 'sign-up',
        codeHash: bytes('654321'),
        expiresAtMs: NOW,
      }),
  },
  'codes.take': {
    writes: (r, pool) =>
      r.codes.take(pool, { sub: SUB, purpose: 'sign-up', codeHash: bytes('123456'), nowMs: NOW }),
  },
  'codes.remove': { writes: (r, pool) => r.codes.remove(pool, SUB) },
  'outbox.insert': {
    writes: (r, pool) =>
      r.outbox.insert(pool, {
        poolId: pool.id,
        messageId: SUB,
        messageSealed: bytes('new'),
        createdAtMs: NOW,
      }),
  },
  'outbox.list': { reads: (r, pool) => r.outbox.list({ poolId: pool.id, limit: 10 }) },

  'signOuts.add': { writes: (r, pool) => r.signOuts.add(pool, SUB, NOW + 99_999) },
  'signOuts.latestMs': { reads: (r, pool) => r.signOuts.latestMs(pool, SUB) },
  'revocations.add': { writes: (r, pool) => r.revocations.add(pool, OTHER_SUB, NOW) },
  'revocations.has': { reads: (r, pool) => r.revocations.has(pool, JTI) },
  'sessions.facts': { reads: (r, pool) => r.sessions.facts(pool, { sub: SUB, originJti: JTI }) },
  'rotationUses.use': { writes: (r, pool) => r.rotationUses.use(pool, OTHER_SUB, NOW, NOW) },
  'usedSessions.take': { writes: (r, pool) => r.usedSessions.take(pool, OTHER_SUB, NOW) },
  'failedAttempts.addFailure': {
    writes: (r, pool) => r.failedAttempts.addFailure(pool, SUB, NOW + 5000),
  },
  'failedAttempts.facts': { reads: (r, pool) => r.failedAttempts.facts(pool, SUB) },
  'failedAttempts.addSuccess': {
    writes: (r, pool) => r.failedAttempts.addSuccess(pool, SUB, NOW + 5000),
  },
  'activations.set': {
    writes: (r, pool) =>
      r.activations.set(pool, { region: 'us-east-1', isActive: false, changedAtMs: NOW }),
  },

  'accessKeys.find': { none: 'of the deployment' },
  'accessKeys.list': { none: 'of the deployment' },
  'accessKeys.insert': { none: 'of the deployment' },
  'accessKeys.remove': { none: 'of the deployment' },
}

/** Methods of all repositories, as `repository.method`. */
function methodsOf(repositories: Repositories): readonly string[] {
  return Object.entries(repositories).flatMap(([name, repository]) => {
    const prototype = Object.getPrototypeOf(repository) as object
    const owner = prototype === Object.prototype ? (repository as object) : prototype
    return Object.getOwnPropertyNames(owner)
      .filter((method) => method !== 'constructor')
      .map((method) => `${name}.${method}`)
  })
}

const idsOf = (pool: AnyPool): Ids => ({
  clientId: newClient(pool.id).clientId,
  domain: `domain-${pool.id}`,
  regionalDomain: `regional-${pool.id}`,
})

/** Everything of a value as text, bytes readable. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return String(part)
    const isBuffer = typeof part === 'object' && part !== null && 'data' in part && 'type' in part
    return isBuffer ? Buffer.from(part.data as number[]).toString('utf8') : part
  }) ?? 'undefined'

describe('isolation of pools', () => {
  let storage: TestStorage
  let made = 0
  before(async () => {
    storage = await openStorage()
  })
  after(() => storage.close())

  async function makePair(): Promise<{ a: AnyPool; b: AnyPool }> {
    made += 1
    const r = storage.repositories
    const a = await makeFullPool(r, { id: `a${made}`, mark: 'a', usersCount: 2, atMs: NOW })
    const b = await makeFullPool(r, { id: `b${made}`, mark: 'b', usersCount: 1, atMs: NOW + 1000 })
    return { a, b }
  }

  async function rowsOf(poolPrefix: string): Promise<readonly string[]> {
    const rows: string[] = []
    for (const table of [...directoryTables, ...runtimeTables, ...regionalTables]) {
      const found = await storage.database.query((sql) =>
        sql.unsafe<{ row: string }[]>(
          `select t::text as row from ${table} t where starts_with(user_pool_id, $1) order by 1`,
          [poolPrefix],
        ),
      )
      rows.push(...found.map(({ row }) => `${table}: ${row}`))
    }
    return rows
  }

  test('every method has a case, and every case a method', () => {
    const methods = methodsOf(storage.repositories)
    assert.ok(methods.length > 60, `saw ${methods.length} methods`)
    assert.deepEqual([...methods].sort(), Object.keys(CASES).sort())
  })

  test('a full pool has a row in every table', async () => {
    const { a } = await makePair()
    const seen = new Set((await rowsOf(a.id)).map((row) => row.split(':')[0]))
    const tables = [...directoryTables, ...runtimeTables, ...regionalTables]
    // Jobs have a repository of their own.
    assert.deepEqual(
      tables.filter((table) => !seen.has(table)),
      ['jobs'],
    )
  })

  test('the checks see what they are made for', async () => {
    const { a, b } = await makePair()
    const r = storage.repositories
    const seen = await r.users.findBySub(a, SUB)
    assert.throws(() => assertNothingOf(a, seen))
    assert.throws(() => assertNothingOf(a, { poolId: a.id }))
    assertNothingOf(a, await r.users.findBySub(b, SUB))
    const before = await rowsOf(a.id)
    await r.users.update(a, newUser({ status: 'CHANGED' }))
    assert.notDeepEqual(await rowsOf(a.id), before)
  })

  for (const [name, how] of Object.entries(CASES)) {
    if ('none' in how) continue
    test(name, async () => {
      const { a, b } = await makePair()
      const r = storage.repositories
      const before = await rowsOf(a.id)
      assert.ok(before.length > 15)
      if ('reads' in how) {
        const ofA = await how.reads(r, a, idsOf(a))
        const ofB = await how.reads(r, b, idsOf(b))
        assert.notDeepEqual(ofB, ofA)
        assertNothingOf(a, ofB)
        // A pool's own configuration may be asked for by anybody who knows the identifier.
        if (!how.isById) assertNothingOf(a, await how.reads(r, b, idsOf(a)))
      } else {
        const untouched = await rowsOf(b.id)
        await how.writes(r, b, idsOf(b))
        assert.notDeepEqual(await rowsOf(b.id), untouched, 'B changed')
        assert.deepEqual(await rowsOf(a.id), before, 'A did not change')
        if (name !== 'pools.remove') {
          // With A's identifiers: no matter how it ends, A stays as it was.
          await how.writes(r, b, idsOf(a)).catch(() => undefined)
          assert.deepEqual(await rowsOf(a.id), before, 'A did not change by its own identifiers')
        }
      }
    })
  }

  function assertNothingOf(pool: AnyPool, value: unknown): void {
    const text = textOf(value)
    assert.ok(!text.includes(`"${pool.id}"`), text)
    assert.doesNotMatch(text, /"(?:profile|secret|wrapped|private|message) a"|:"a"/, text)
  }
})
