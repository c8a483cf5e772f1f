// Isolation of pools: every method of every repository is called for pool B, with B's identifiers
// and with A's, and pool A must neither be seen nor change. The list of methods is taken from the
// repositories themselves, so a method without a case fails here.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CachedRepository, Repository } from '#adapters/postgres/connection/repository.js'
import {
  directoryTables,
  regionalTables,
  runtimeTables,
} from '#adapters/postgres/replication/tables.js'
import type { Repositories } from '#adapters/postgres/repositories.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { type AnyPool, CASES, type Ids } from './isolation-cases.js'
import { FACTOR_CASES, fillFactors } from './isolation-factors.js'
import { IMPORT_CASES } from './isolation-imports.js'
import { NO_POOL_CASES } from './isolation-no-pool.js'
import { fillUsage, USAGE_CASES } from './isolation-usage.js'
import { makeFullPool, NOW, newClient, newUser, SUB } from './pools.js'

/** Methods of all repositories, as `repository.method`. */
function methodsOf(repositories: Repositories): readonly string[] {
  return Object.entries(repositories).flatMap(([name, repository]) => {
    const methods: string[] = []
    // What all repositories have in common runs statements, and has none of its own.
    const ends: unknown[] = [Repository.prototype, CachedRepository.prototype, Object.prototype]
    for (let owner = repository as object; !ends.includes(owner); ) {
      const prototype = Object.getPrototypeOf(owner) as object
      const isInstance = owner === repository && prototype !== Object.prototype
      if (!isInstance) methods.push(...Object.getOwnPropertyNames(owner))
      owner = prototype
    }
    return methods.filter((method) => method !== 'constructor').map((method) => `${name}.${method}`)
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

const ALL_CASES = {
  ...{ ...CASES, ...FACTOR_CASES, ...IMPORT_CASES, ...USAGE_CASES },
  ...NO_POOL_CASES,
}

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
    await fillFactors(r, a, 'a')
    await fillFactors(r, b, 'b')
    await fillUsage(r, a, 'a')
    await fillUsage(r, b, 'b')
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
    assert.deepEqual([...methods].sort(), Object.keys(ALL_CASES).sort())
  })

  test('a full pool has a row in every table', async () => {
    const { a } = await makePair()
    const seen = new Set((await rowsOf(a.id)).map((row) => row.split(':')[0]))
    const tables = [...directoryTables, ...runtimeTables, ...regionalTables]
    // Authenticators have no repository: apps are among the factors in the user's row. Conflicts
    // come of two Regions' uses, and jobs have a repository of their own.
    assert.deepEqual(
      tables.filter((table) => !seen.has(table)),
      ['authenticators', 'rotation_conflicts', 'jobs'],
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

  for (const [name, how] of Object.entries(ALL_CASES)) {
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
