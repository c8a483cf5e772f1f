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

test('each unique index is known to the triggers that replace rows of a copy', async () => {
  const database = await cloneDatabase()
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined })
  interface Trigger {
    readonly name: string
    readonly mode: string
    readonly columns: readonly string[]
    readonly body: string
  }
  const triggersOf = (table: string) => sql<Trigger[]>`
    select t.tgname as name, t.tgenabled as mode, p.prosrc as body,
           array(select a.attname::text from unnest(t.tgattr::int2[]) n
             join pg_attribute a on a.attrelid = t.tgrelid and a.attnum = n) as columns
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid
     where t.tgrelid = ${table}::regclass and t.tgname in ('replace_row', 'replace_name')`
  const uncovered = async (table: string) => {
    const indexes = await sql<{ primary: boolean; columns: readonly string[] }[]>`
      select i.indisprimary as primary, array(select a.attname::text
          from unnest(i.indkey::int2[]) with ordinality n(attnum, place)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = n.attnum
         order by n.place) as columns
        from pg_index i where i.indrelid = ${table}::regclass and i.indisunique`
    const triggers = await triggersOf(table)
    const [onInsert] = triggers.filter(({ name }) => name === 'replace_row')
    const [onUpdate] = triggers.filter(({ name }) => name === 'replace_name')
    assert.ok(indexes.some(({ primary }) => primary))
    return indexes.filter(({ primary, columns }) => {
      const same = columns.map((column) => `t.${column} = new.${column}`).join(' and ')
      const isInserted = onInsert?.mode === 'R' && onInsert.body.includes(same)
      const isUpdated = columns.every((column) => onUpdate?.columns.includes(column))
      return !isInserted || (!primary && !(isUpdated && onUpdate?.mode === 'R'))
    })
  }
  try {
    for (const { name } of TRAVELLING_TABLES) assert.deepEqual(await uncovered(name), [], name)
    // A migration that adds an index and forgets the triggers is found, and this repairs it.
    await sql`create unique index planted on groups (user_pool_id, precedence)`
    assert.equal((await uncovered('groups')).length, 1)
    await sql`call twinpool_make_replacing('groups')`
    assert.deepEqual(await uncovered('groups'), [])
  } finally {
    await sql.end()
    await database.drop()
  }
})
