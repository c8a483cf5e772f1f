// The list of travelling tables in the code against what the migrations say of themselves.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import postgres from 'postgres'
import { readShapes, TRAVELLING_TABLES } from '#adapters/postgres/replication/tables.js'
import { cloneDatabase } from '#test/support/database.js'

const HEADER = /-- family: (\w+)\n(?:--[^\n]*\n)*create table if not exists (\w+)/g
const ADOPTION = /call twinpool_adopt\('(\w+)', '(\w+)',\s*'([^']+)'/g

function migrationTexts(): string {
  const files = readdirSync('migrations').filter((name) => name.endsWith('.sql'))
  assert.ok(files.length >= 5, 'the migrations are there')
  return files
    .sort()
    .map((name) => readFileSync(join('migrations', name), 'utf8'))
    .join('\n')
}

test('the list names the tables whose migration says that they travel', () => {
  const stated = [...migrationTexts().matchAll(HEADER)]
    .map(([, family, table]) => ({ name: table, family }))
    .filter(({ family }) => family !== 'regional')
  assert.ok(stated.length >= 19, 'headers were found')
  const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) =>
    String(a.name) < String(b.name) ? -1 : 1
  assert.deepEqual([...TRAVELLING_TABLES].sort(byName), stated.sort(byName))
})

test('each logs whole old rows, and no index has the Regions of a row', async () => {
  const database = await cloneDatabase()
  const sql = postgres(database.url, { max: 1 })
  try {
    const tables = TRAVELLING_TABLES.map((table) => table.name)
    const logged = await sql<{ name: string; identity: string }[]>`
      select relname as name, relreplident as identity from pg_class
       where relnamespace = current_schema()::regnamespace and relname = any(${tables})`
    assert.equal(logged.length, tables.length)
    for (const { name, identity } of logged) assert.equal(identity, 'f', name)
    const indexed = await sql<{ name: string }[]>`
      select i.indexrelid::regclass::text as name from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[])
       where a.attname = 'replica_regions'`
    assert.deepEqual([...indexed], [])
  } finally {
    await sql.end()
    await database.drop()
  }
})

test('each is adopted with its family and its key', async () => {
  const database = await cloneDatabase()
  const sql = postgres(database.url, { max: 1 })
  try {
    const shapes = await readShapes(sql)
    assert.equal(shapes.length, TRAVELLING_TABLES.length)
    const adoptions = new Map(
      [...migrationTexts().matchAll(ADOPTION)].map(([, name, family, keys]) => [
        name,
        { family, keys },
      ]),
    )
    for (const shape of shapes) {
      const adoption = adoptions.get(shape.name)
      const family = shape.name === 'user_pools' ? 'pool' : shape.family
      assert.equal(adoption?.family, family, shape.name)
      assert.equal(adoption?.keys, shape.keys.map((key) => key.name).join(', '), shape.name)
      const [first, second] = shape.keys.map((key) => key.name)
      if (shape.family === 'directory') assert.equal(first, 'user_pool_id', shape.name)
      if (shape.family === 'runtime') {
        assert.deepEqual([first, second], ['user_pool_id', 'origin_region'], shape.name)
      }
      if (shape.family === 'account') assert.equal(first, 'origin_region', shape.name)
    }
  } finally {
    await sql.end()
    await database.drop()
  }
})
