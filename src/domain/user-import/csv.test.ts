import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, headerOf, parseHeader } from './csv.js'

test('a backslash keeps a comma or a backslash in a value; quotes are values', () => {
  assert.deepEqual(fieldsOf('a, b ,,"c,d"'), ['a', 'b', '', '"c', 'd"'])
  assert.deepEqual(fieldsOf('a\\,b,c\\\\,d\\e\r'), ['a,b', 'c\\', 'd\\e'])
})

test('a header has every column once; that of hashes only if there are hashes', () => {
  const wanted = headerOf([{ name: 'email' }, { name: 'custom:size' }])
  assert.deepEqual(wanted.slice(-3), ['cognito:username', 'custom:size', 'password_hash'])
  const without = wanted.slice(0, -1)
  const line = without.toReversed().join(' , ')
  assert.deepEqual(parseHeader(line, { wanted, hasHashes: false }), {
    kind: 'header',
    columns: without.toReversed(),
  })
  assert.deepEqual(parseHeader(line, { wanted, hasHashes: true }), {
    kind: 'problem',
    problem: 'The CSV header does not have the column password_hash.',
  })
})
