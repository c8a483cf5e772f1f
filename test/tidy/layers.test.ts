import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsFollowLayers, importsHaveNoCycle, layerOf, noBarrels } from './layers.js'
import { allSources, shippedSources, sourceOf } from './sources.js'

test('imports follow the layers', () => {
  const sources = shippedSources()
  const layers = new Set(sources.map(({ path }) => layerOf(path)))
  for (const layer of ['base', 'domain', 'ports', 'flows', 'operations', 'http', 'adapters']) {
    assert.ok(layers.has(layer), `saw no file of ${layer}`)
  }
  assert.deepEqual(importsFollowLayers(sources), [])
})

test('imports have no cycle', () => {
  assert.deepEqual(importsHaveNoCycle(allSources()), [])
})

test('no file only passes on what others export', () => {
  assert.deepEqual(noBarrels(allSources()), [])
})

const PLANTED: readonly (readonly [path: string, text: string, complaint: RegExp])[] = [
  ['src/base/a.ts', "import { b } from '#domain/b.js'", /base may not know domain/],
  ['src/domain/a.ts', "import type { b } from '#contract/b.js'", /domain may not know contract/],
  ['src/flows/a.ts', "const b = await import('#operations/b.js')", /flows may not know operations/],
  ['src/flows/a.ts', "type B = import('#http/b.js').B", /flows may not know http/],
  ['src/operations/a.ts', "export { b } from '#adapters/b.js'", /operations may not know adapters/],
  ['src/kms/a.ts', "import { b } from '#operations/b.js'", /kms may not know operations/],
  ['src/edge/a.ts', "import { b } from '#operations/b.js'", /edge may not know operations/],
  ['src/cli/up.ts', "import { b } from '#adapters/keys/b.js'", /cli may not know adapters/],
  ['src/domain/a.ts', "import { b } from '../base/b.js'", /write #base/],
  ['src/domain/a.ts', "import { b } from './b'", /write the \.js/],
  ['src/domain/a.ts', "import { b } from '../../test/b.js'", /does not ship/],
  ['src/domain/a.ts', "import { readFileSync } from 'node:fs'", /no input or output/],
  ['src/http/a.ts', "import { setTimeout } from 'node:timers/promises'", /use Clock/],
  ['src/http/a.ts', "import postgres from 'postgres'", /adapters\\\/postgres/],
  ['src/flows/a.ts', "import { fastify } from 'fastify'", /http\|edge\|kms/],
  ['src/flows/a.ts', "import { x } from '@smithy/core/schema'", /contract/],
  ['src/http/aws-json/a.ts', "import { b } from '#flows/b.js'", /passes through an operation/],
  ['src/shared/a.ts', "import { b } from '#base/b.js'", /is in no layer/],
]

for (const [path, text, complaint] of PLANTED) {
  test(`planted: ${path} with ${text}`, () => {
    const complaints = importsFollowLayers([sourceOf(path, text)])
    assert.equal(complaints.length, 1)
    assert.match(complaints[0] ?? '', complaint)
  })
}

test('what the table allows passes', () => {
  const allowed = [
    sourceOf('src/flows/a.ts', "import { createHmac } from 'node:crypto'\nimport '#ports/b.js'"),
    sourceOf('src/http/oauth/a.ts', "import { b } from '#flows/b.js'"),
    sourceOf('src/adapters/postgres/a.ts', "import postgres from 'postgres'"),
    sourceOf('src/compose.ts', "import { b } from '#adapters/b.js'"),
    sourceOf('src/cli/up.ts', "import { b } from '#adapters/postgres/embedded.js'"),
  ]
  assert.deepEqual(importsFollowLayers(allowed), [])
})

test('planted: a cycle of three, and none through types', () => {
  const cycle = [
    sourceOf('src/base/a.ts', "import { b } from './b.js'"),
    sourceOf('src/base/b.ts', "import { c } from '#base/c.js'"),
    sourceOf('src/base/c.ts', "import { a } from './a.js'"),
  ]
  assert.deepEqual(importsHaveNoCycle(cycle), [
    'src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts',
  ])
  const types = [
    sourceOf('src/base/a.ts', "import { b } from './b.js'"),
    sourceOf('src/base/b.ts', "import type { a } from './a.js'"),
  ]
  assert.deepEqual(importsHaveNoCycle(types), [])
})

test('planted: a barrel', () => {
  const barrel = sourceOf('src/base/index.ts', "export * from './a.js'\nexport { b } from './b.js'")
  assert.equal(noBarrels([barrel]).length, 1)
  assert.deepEqual(noBarrels([sourceOf('src/base/a.ts', 'export const a = 1')]), [])
})
