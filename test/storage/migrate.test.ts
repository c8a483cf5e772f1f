import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import postgres from 'postgres'
import { MigrationError, migrate } from '#adapters/postgres/connection/migrate.js'
import {
  directoryTables,
  regionalTables,
  runtimeTables,
} from '#adapters/postgres/replication/tables.js'
import { systemRandom } from '#adapters/system/random.js'
import { serviceKeyCanary } from '#app/crypto/service-key-canary.js'
import { openStorage, quietLog, sharedCluster, type TestStorage } from '#test/support/database.js'
import { makeFullPool, NOW } from './pools.js'

const REGIONS = ['us-west-2', 'us-east-1']
const FILES = readdirSync('migrations').filter((name) => name.endsWith('.sql'))

describe('migrations', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'twinpool-migrations-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function emptyDatabase(name: string): Promise<string> {
    const cluster = await sharedCluster()
    const admin = postgres(cluster.urlOf('postgres'), { max: 1 })
    await admin.unsafe(`create database ${name}`)
    await admin.end()
    return cluster.urlOf(name)
  }
  const run = (url: string, changes: object = {}) =>
    migrate({ url, region: 'us-west-2', regions: REGIONS, log: quietLog, ...changes })

  /** A copy of the package's files that a test may change. */
  function copyOfFiles(name: string): string {
    const directory = join(folder, name)
    cpSync('migrations', directory, { recursive: true })
    return directory
  }

  test('an empty database gets each file once, also from nodes that start at once', async () => {
    const url = await emptyDatabase('migrate_once')
    const outcomes = await Promise.all([run(url), run(url), run(url)])
    const applied = outcomes.flatMap((outcome) => outcome.applied)
    assert.deepEqual(applied.sort(), [...FILES].sort())
    assert.deepEqual((await run(url)).applied, [])
  })

  test('every file is safe to run twice, with rows there', async () => {
    const storage = await openStorage()
    await makeFullPool(storage.repositories, { id: 'p', mark: 'a', usersCount: 2, atMs: NOW })
    const rowsOf = async () => JSON.stringify(await allRows(storage))
    const before = await rowsOf()
    const sql = postgres(storage.url, { max: 1, onnotice: () => undefined })
    for (const name of [...FILES].sort()) {
      await sql.unsafe(readFileSync(join('migrations', name), 'utf8')).simple()
    }
    await sql.end()
    assert.equal(await rowsOf(), before)
    await storage.close()
  })

  test('a file that fails leaves nothing, and the next start goes on', async () => {
    const url = await emptyDatabase('migrate_fails')
    const directory = copyOfFiles('fails')
    const broken = join(directory, '0999_broken.sql')
    writeFileSync(broken, 'create table half (id int); select 1/0;')
    await assert.rejects(run(url, { directory }))
    writeFileSync(broken, 'create table half (id int);')
    assert.deepEqual((await run(url, { directory })).applied, ['0999_broken.sql'])
  })

  test('a database that is newer than the program is refused', async () => {
    const url = await emptyDatabase('migrate_newer')
    const directory = copyOfFiles('newer')
    writeFileSync(join(directory, '0999_future.sql'), 'select 1')
    await run(url, { directory })
    await assert.rejects(
      run(url),
      (error) => error instanceof MigrationError && /newer.*0999_future\.sql/.test(error.message),
    )
  })

  test('a file that changed after it was applied is refused', async () => {
    const url = await emptyDatabase('migrate_changed')
    const directory = copyOfFiles('changed')
    await run(url, { directory })
    const name = FILES[0] ?? ''
    writeFileSync(join(directory, name), `${readFileSync(join(directory, name), 'utf8')}-- more\n`)
    await assert.rejects(
      run(url, { directory }),
      (error) => error instanceof MigrationError && error.message.startsWith(name),
    )
  })

  test('a database of another Region is refused; the list of Regions may change', async () => {
    const url = await emptyDatabase('migrate_region')
    await run(url)
    await assert.rejects(
      run(url, { region: 'us-east-1' }),
      (error) =>
        error instanceof MigrationError && /belongs to the Region us-west-2/.test(error.message),
    )
    await run(url, { regions: ['eu-west-1', 'us-west-2'] })
    const sql = postgres(url, { max: 1 })
    const rows = await sql<{ region: string; position: number }[]>`
      select region, position from deployment_regions order by position`
    const [{ id } = { id: '' }] = await sql<{ id: string }[]>`
      select database_id as id from this_region`
    await sql.end()
    assert.deepEqual(
      rows.map((row) => row.region),
      ['eu-west-1', 'us-west-2'],
    )
    assert.match(id, /^[0-9a-f-]{36}$/)
  })

  test('a service key other than that of the database is refused', async () => {
    const url = await emptyDatabase('migrate_service_key')
    const canaryOf = (byte: number) =>
      serviceKeyCanary({ serviceKey: Buffer.alloc(32, byte), random: systemRandom })
    // Without a canary yet, the first of two that begin at once decides.
    const [one, two] = await Promise.allSettled([
      run(url, { canary: canaryOf(1) }),
      run(url, { canary: canaryOf(2) }),
    ])
    assert.deepEqual([one.status, two.status].sort(), ['fulfilled', 'rejected'])
    const [right, wrong] = one.status === 'fulfilled' ? [1, 2] : [2, 1]
    await run(url, { canary: canaryOf(right) })
    await assert.rejects(run(url, { canary: canaryOf(wrong) }), (error) => {
      assert.ok(error instanceof MigrationError)
      assert.match(error.message, /^The database of us-west-2 is sealed under another service key/)
      return true
    })
    await run(url, { canary: canaryOf(right) })
  })

  test('every table states its family, and pools are removed from all of theirs', async () => {
    const stated = new Map<string, string>()
    for (const name of FILES) {
      const text = readFileSync(join('migrations', name), 'utf8')
      const tables = text.matchAll(
        /-- family: (\w+)\ncreate (?:unlogged )?table if not exists (\w+)/g,
      )
      for (const [, family = '', table = ''] of tables) stated.set(table, family)
    }
    const storage = await openStorage()
    const columns = await storage.database.query(
      (sql) => sql<{ table_name: string; has_pool: boolean }[]>`
        select table_name::text, bool_or(column_name = 'user_pool_id') as has_pool
          from information_schema.columns where table_schema = 'public' group by 1`,
    )
    await storage.close()
    assert.ok(columns.length > 25, `saw ${columns.length} tables`)
    assert.deepEqual(
      columns.map((each) => each.table_name).filter((table) => !stated.has(table)),
      [],
    )
    const known = [...directoryTables, ...runtimeTables, ...regionalTables, 'orphaned_pools']
    const withPool = columns.filter((each) => each.has_pool).map((each) => each.table_name)
    assert.deepEqual(withPool.sort(), known.sort())
    for (const table of directoryTables) assert.equal(stated.get(table), 'directory')
    for (const table of runtimeTables) assert.equal(stated.get(table), 'runtime')
    for (const table of regionalTables) assert.equal(stated.get(table), 'regional')
  })
})

async function allRows(storage: TestStorage): Promise<unknown> {
  const tables = [...directoryTables, ...runtimeTables, ...regionalTables, 'this_region']
  const rows: unknown[] = []
  for (const table of tables) {
    rows.push(
      ...(await storage.database.query((sql) =>
        sql.unsafe(`select '${table}' as name, t::text as row from ${table} t order by 2`),
      )),
    )
  }
  assert.ok(rows.length > 20)
  return rows
}
