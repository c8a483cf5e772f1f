import assert from 'node:assert/strict'
import { test } from 'node:test'
import { additions, type PeerColumn } from './peer-schema.js'
import type { TableShape } from './tables.js'

const shape: TableShape = {
  name: 'sign_outs',
  family: 'runtime',
  keys: [],
  columns: ['sub', 'signed_out_at'],
}
const column = (change: Partial<PeerColumn>): PeerColumn => ({
  table: 'sign_outs',
  name: 'reason',
  type: 'text',
  is_required: false,
  fallback: null,
  ...change,
})
const of = (change: Partial<PeerColumn>) => additions([shape], [column(change)])
const begin = 'alter table "sign_outs" add column if not exists "reason"'

test('only columns that are missing in tables that exist are added', () => {
  assert.deepEqual(of({ name: 'sub' }), [])
  assert.deepEqual(of({ table: 'of_tomorrow' }), [])
  assert.deepEqual(of({}), [`${begin} text`])
})

test('types and plain defaults are followed', () => {
  const required = { is_required: true }
  const cases: readonly (readonly [Partial<PeerColumn>, string])[] = [
    [{ ...required, fallback: "'user''s'::text" }, `text default 'user''s'::text not null`],
    [{ ...required, type: 'integer', fallback: '-1' }, 'integer default -1 not null'],
    [
      { ...required, type: 'integer', fallback: "'-1'::integer" },
      "integer default '-1'::integer not null",
    ],
    [{ type: 'text[]', fallback: "'{}'::text[]" }, "text[] default '{}'::text[]"],
    [{ type: 'text[]', fallback: 'ARRAY[]::text[]' }, 'text[] default ARRAY[]::text[]'],
    [{ type: 'numeric(10,2)' }, 'numeric(10,2)'],
    [
      { ...required, type: 'timestamp with time zone', fallback: 'now()' },
      'timestamp with time zone default now() not null',
    ],
    [{ ...required, type: 'boolean', fallback: 'false' }, 'boolean default false not null'],
  ]
  for (const [change, rest] of cases) assert.deepEqual(of(change), [`${begin} ${rest}`])
})

test('a default that is no plain value is left out where rows may do without', () => {
  assert.deepEqual(of({ fallback: "lower('A'::text)" }), [`${begin} text`])
})

test('what cannot be followed, or is no definition at all, is refused', () => {
  const refused: readonly Partial<PeerColumn>[] = [
    { is_required: true },
    { is_required: true, fallback: "lower('A'::text)" },
    { name: 'x"; drop table users; --' },
    { name: 'Reason' },
    { type: 'text; drop table users' },
    { type: 'text default pg_sleep(9)' },
    { is_required: true, fallback: "''); drop table users; --" },
    { is_required: true, fallback: "'\\'; drop table users; --'" },
  ]
  for (const change of refused) assert.throws(() => of(change), /cannot be followed/)
})
