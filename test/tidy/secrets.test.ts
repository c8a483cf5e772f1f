import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBelow, textOf } from '../../scripts/tree.js'
import { secretsIn } from './secrets.js'

test('the tree holds no keys, tokens or paths of a person', () => {
  const paths = filesBelow('')
  assert.ok(paths.length >= 250, `saw ${paths.length} files`)
  for (const path of ['package.json', 'README.md', '.ci/run', 'src/config/config.ts']) {
    assert.ok(paths.includes(path), `did not see ${path}`)
  }
  assert.deepEqual(
    paths.flatMap((path) => secretsIn(path, textOf(path))),
    [],
  )
})

test('planted: each kind of secret', () => {
  const planted = [
    `-----BEGIN RSA PRIVATE ${'KEY'}-----`,
    `-----BEGIN PRIVATE ${'KEY'}-----`,
    `token: ey${'J'}${'hbGciOi'.repeat(6)}.x.y`,
    `AKI${'A'}QWERTYUIOP123456`,
    `see /wor${'k'}/notes.md`,
    `see ../share${'d'}/notes.md`,
    `made by a helper sessio${'n'}`,
  ]
  for (const text of planted) assert.equal(secretsIn('docs/a.md', text).length, 1, text)
  const harmless = [
    '-----BEGIN CERTIFICATE-----',
    `AKI${'A'}IOSFODNN7EXAMPLE`,
    `AKI${'A'}ROOTROOTROOTROOT`,
    `AKI${'A'}NOTHINGXXXXXXXXX`,
    'src/wor' + 'k/a.ts, and homework/',
    'eyJ is how a token begins',
  ]
  for (const text of harmless) assert.deepEqual(secretsIn('docs/a.md', text), [], text)
})
