import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportsAreNamedWell, filesAreNamedWell } from './names.js'
import { allSources, sourceOf } from './sources.js'

test('files are named for what they hold', () => {
  assert.deepEqual(filesAreNamedWell(allSources()), [])
})

test('exports are named for what they are', () => {
  assert.deepEqual(exportsAreNamedWell(allSources()), [])
})

test('planted: file names', () => {
  for (const path of [
    'src/base/Bytes.ts',
    'src/base/two_words.ts',
    'src/base/utils.ts',
    'src/app/user-helper.ts',
    'src/http/index.ts',
    'src/helpers/a.ts',
  ]) {
    assert.equal(filesAreNamedWell([sourceOf(path, '')]).length, 1, path)
  }
  for (const path of ['src/base/bytes.test.ts', 'src/domain/credential/srp.ts']) {
    assert.deepEqual(filesAreNamedWell([sourceOf(path, '')]), [])
  }
})

test('planted: exported names', () => {
  for (const text of [
    'export class PoolManager {}',
    'export class BaseStore {}',
    'export const userHelper = 1',
    'export interface StoreImpl {}',
  ]) {
    assert.equal(exportsAreNamedWell([sourceOf('src/app/a.ts', text)]).length, 1, text)
  }
  const good = 'export class Pool {}\nexport const baseUrl = 1\nexport function handleRequest() {}'
  assert.deepEqual(exportsAreNamedWell([sourceOf('src/app/a.ts', good)]), [])
})
