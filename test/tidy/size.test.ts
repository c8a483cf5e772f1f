import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBelow, textOf } from '../../scripts/tree.js'
import { filesAreShort, functionsAreShort, linesAreShort } from './size.js'
import { allSources, sourceOf } from './sources.js'

test('files are short', () => {
  assert.deepEqual(filesAreShort(allSources()), [])
})

test('functions are short', () => {
  assert.deepEqual(functionsAreShort(allSources()), [])
})

test('lines are short, in SQL and scripts too', () => {
  const others = [...filesBelow('migrations'), ...filesBelow('.ci'), ...filesBelow('bin')]
  assert.ok(others.length >= 6)
  const files = others.map((path) => ({ path, lines: textOf(path).split('\n') }))
  assert.deepEqual(linesAreShort([...allSources(), ...files]), [])
})

test('planted: a long file', () => {
  const long = sourceOf('src/app/a.ts', 'f()\n'.repeat(401))
  assert.equal(filesAreShort([long]).length, 1)
  assert.deepEqual(filesAreShort([sourceOf('src/app/a.ts', 'f()\n'.repeat(400))]), [])
})

test('planted: long functions of every kind', () => {
  const body = `{\n${'f()\n'.repeat(69)}}`
  const kinds = [
    `function a() ${body}`,
    `const a = () => ${body}`,
    `const a = { async run() ${body} }`,
    `class A { #a() ${body} }`,
    `test('a', async () => ${body})`,
  ]
  for (const text of kinds) {
    assert.equal(functionsAreShort([sourceOf('test/a/a.test.ts', text)]).length, 1, text)
  }
  const short = `function a() {\n${'f()\n'.repeat(68)}}`
  assert.deepEqual(functionsAreShort([sourceOf('src/app/a.ts', short)]), [])
  assert.deepEqual(functionsAreShort([sourceOf('test/a.ts', `describe('a', () => ${body})`)]), [])
  const nested = `function a() {\nconst b = () => ${short.slice(13)}\nf()\n}`
  assert.deepEqual(functionsAreShort([sourceOf('test/a.ts', nested)]), [])
  assert.equal(functionsAreShort([sourceOf('src/app/a.ts', nested)]).length, 1)
})

test('planted: a long line, counted in characters', () => {
  const lines = (line: string) => linesAreShort([{ path: 'a.sql', lines: ['', line] }])
  assert.deepEqual(lines('x'.repeat(101)), ['a.sql:2 has 101 columns'])
  assert.deepEqual(lines('é'.repeat(100)), [])
  assert.deepEqual(lines(`// https://example.com/${'x'.repeat(90)}`), [])
})
