import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBelow, textOf } from '../../scripts/tree.js'
import { complaintsAboutTables, tablesIn } from './tables.js'

function complaints(files: readonly (readonly [path: string, text: string])[]) {
  const tables = files.flatMap(([path, text]) => tablesIn(path, text))
  return complaintsAboutTables(tables, files.map(([, text]) => text).join('\n'))
}

test('tables keep the rules of their family', () => {
  const paths = filesBelow('migrations').filter((path) => path.endsWith('.sql'))
  assert.ok(paths.length >= 5, `saw ${paths.length} migrations`)
  const files = paths.map((path) => [path, textOf(path)] as const)
  const tables = files.flatMap(([path, text]) => tablesIn(path, text))
  const created = files.flatMap(([, text]) => [...text.matchAll(/^\s*create table/gim)])
  assert.equal(tables.length, created.length, 'every table was read')
  for (const family of ['directory', 'regional', 'runtime', 'account']) {
    assert.ok(
      tables.some((table) => table.family === family),
      `saw no ${family} table`,
    )
  }
  assert.deepEqual(complaints(files), [])
})

const GOOD = `
-- Groups of a pool.
-- family: directory
create table if not exists groups (
  user_pool_id text not null,
  group_name text not null, -- bigserial would not travel
  replica_regions text[] not null,
  primary key (user_pool_id, group_name)
);
call twinpool_adopt('groups', 'directory', 'user_pool_id, group_name');
`

test('a table that keeps the rules passes', () => {
  assert.deepEqual(complaints([['a.sql', GOOD]]), [])
  const regional = '-- family: regional\ncreate table t (\n  id bigserial primary key\n);\n'
  assert.deepEqual(complaints([['a.sql', regional]]), [])
})

const PLANTED: readonly (readonly [from: string, to: string, complaint: RegExp])[] = [
  ['-- family: directory\n', '', /names no family/],
  ['family: directory', 'family: global', /names no family/],
  ['-- family: directory\n', '-- family: directory\n\n', /names no family/],
  ['primary key (user_pool_id, group_name)', 'check (true)', /no primary key/],
  ['primary key (user_pool_id, ', 'primary key (group_name, ', /begins with user_pool_id/],
  ['group_name text not null,', 'group_name bigserial,', /sequence/],
  ['group_name text', 'n int generated always as identity, group_name text', /sequence/],
  ['replica_regions text[] not null', 'replica_regions text[]', /replica_regions/],
  ["call twinpool_adopt('groups'", "call twinpool_adopt('users'", /twinpool_adopt/],
  ["adopt('groups', 'directory'", "adopt('groups', 'runtime'", /twinpool_adopt/],
]

for (const [from, to, complaint] of PLANTED) {
  test(`planted: ${JSON.stringify(to)} for ${JSON.stringify(from)}`, () => {
    assert.ok(GOOD.includes(from))
    const found = complaints([['a.sql', GOOD.replace(from, to)]])
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0] ?? '', complaint)
  })
}

test('planted: a runtime key that does not say where the row was made', () => {
  const text = GOOD.replaceAll('directory', 'runtime')
  assert.match(complaints([['a.sql', text]])[0] ?? '', /user_pool_id, origin_region/)
})

/** Columns that are added without `if not exists`: a peer may have had them added before. */
function bareAdditions(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .filter((line) => /\badd column\b(?! if not exists)/i.test(line))
}

test('columns are added only if they do not exist', () => {
  const texts = filesBelow('migrations').map(textOf)
  const added = texts.flatMap((text) => [...text.matchAll(/\badd column if not exists\b/gi)])
  assert.ok(added.length >= 3, `saw ${added.length} additions`)
  assert.deepEqual(texts.flatMap(bareAdditions), [])
  const planted = 'alter table users add column x text;\n-- add column in words'
  assert.deepEqual(bareAdditions(planted), ['alter table users add column x text;'])
})
