import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportsAreExplained, filesBeginWithWhy, suppressionsHaveReasons } from './comments.js'
import { allSources, type Rule, shippedSources, sourceOf } from './sources.js'

test('files of the inner layers begin with what they are and why', () => {
  assert.deepEqual(filesBeginWithWhy(shippedSources()), [])
})

test('exports of domain and ports are explained', () => {
  const ports = shippedSources().filter(({ path }) => path.startsWith('src/ports/'))
  assert.ok(ports.length >= 5)
  assert.deepEqual(exportsAreExplained(shippedSources()), [])
})

test('suppressions and open ends have a reason', () => {
  const all = allSources()
  assert.ok(all.reduce((count, source) => count + source.syntax.comments.length, 0) >= 500)
  assert.deepEqual(suppressionsHaveReasons(all), [])
})

function complaints(rule: Rule, text: string): number {
  return rule([sourceOf('src/ports/a.ts', text)]).length
}

test('planted: a file without a beginning', () => {
  assert.equal(complaints(filesBeginWithWhy, 'export const a = 1'), 1)
  assert.equal(complaints(filesBeginWithWhy, '// Codes.\nexport const a = 1'), 1)
  const late = `export const a = 1\n// ${'why '.repeat(30)}`
  assert.equal(complaints(filesBeginWithWhy, late), 1)
  const header = `// ${'what and '.repeat(4)}\n// ${'why '.repeat(10)}\nexport const a = 1`
  assert.equal(complaints(filesBeginWithWhy, header), 0)
})

test('planted: exports that are not explained', () => {
  for (const text of [
    'export interface A {}',
    '// A line is no doc comment.\nexport const a = 1',
    '/* Nor is this. */\nexport function a() {}',
    '/** Of b. */\nexport type B = 1\nexport type C = 2',
  ]) {
    assert.equal(complaints(exportsAreExplained, text), 1, text)
  }
  const explained = `
    /** A pool. */
    export interface A {}
    /** Finds it. */
    export function find(a: string): string
    export function find(a: number): string
    export function find(a: unknown) { return a }
    export { b } from './b.js'
    const inner = 1
  `
  assert.equal(complaints(exportsAreExplained, explained), 0)
})

test('planted: suppressions without a reason', () => {
  const ignore = `biome-${'ignore'}`
  for (const text of [
    `// ${ignore} lint/style/noDefaultExport`,
    `// ${ignore} lint/style/noDefaultExport: why`,
    `// ${ignore}-all lint/a/b`,
    '// @ts-expect-error',
    '/* @ts-ignore because of a very good reason */',
    '// @ts-nocheck',
    '// TODO: later',
    '// FIXME',
  ]) {
    assert.equal(complaints(suppressionsHaveReasons, text), 1, text)
  }
  for (const text of [
    `// ${ignore} lint/style/noDefaultExport: node loads it by this export`,
    '// @ts-expect-error the driver has no types for this',
    '// TODO(#12): follow the service when it says',
    "const a = '// FIXME'",
  ]) {
    assert.equal(complaints(suppressionsHaveReasons, text), 0, text)
  }
})
