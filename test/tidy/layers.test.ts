import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  importsFollowLayers,
  importsHaveNoCycle,
  LAYERS,
  layerOf,
  noBarrels,
  pagesNeedNoNode,
} from './layers.js'
import { allSources, shippedSources, sourceOf } from './sources.js'

test('imports follow the layers', () => {
  const sources = shippedSources()
  const layers = new Set(sources.map(({ path }) => layerOf(path)))
  for (const layer of Object.keys(LAYERS)) {
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

test('what pages run needs no Node.js', () => {
  assert.deepEqual(pagesNeedNoNode(allSources()), [])
  const planted = [
    sourceOf('console/src/a.tsx', "import { b } from '#domain/b.js'"),
    sourceOf('console/src/c.ts', "import { d } from '#api/d.js'"),
    sourceOf('src/domain/b.ts', "import { b } from '#base/b.js'"),
    sourceOf('src/base/b.ts', "import { Buffer } from 'node:buffer'"),
  ]
  const [deep = '', outside = '', ...others] = pagesNeedNoNode(planted)
  assert.match(deep, /b\.ts.* imports node:buffer/)
  assert.match(outside, /c\.ts.* imports #api\/d\.js: pages may know/)
  assert.deepEqual(others, [])
})

const PLANTED: readonly (readonly [path: string, text: string, complaint: RegExp])[] = [
  ['src/base/a.ts', "import { b } from '#domain/b.js'", /base may not know domain/],
  ['src/domain/a.ts', "import type { b } from '#contract/b.js'", /domain may not know contract/],
  ['src/app/a.ts', "const b = await import('#api/b.js')", /app may not know api/],
  ['src/app/a.ts', "type B = import('#http/b.js').B", /app may not know http/],
  [
    'src/app/auth/a.ts',
    "import { b } from '#app/replication/b.js'",
    /may not know app.replication/,
  ],
  ['src/api/protocol/a.ts', "import { b } from '#api/cognito/b.js'", /may not know api.cognito/],
  ['src/api/kms/a.ts', "import { b } from '#api/cognito/b.js'", /may not know api.cognito/],
  ['src/api/kms/a.ts', "import { b } from '../protocol/b.js'", /write #api.protocol/],
  ['src/api/cognito/a.ts', "export { b } from '#adapters/b.js'", /cognito may not know adapters/],
  ['src/kms/a.ts', "import { b } from '#api/kms/b.js'", /kms may not know api.kms/],
  ['src/edge/a.ts', "import { b } from '#app/b.js'", /edge may not know app/],
  ['src/cli/up.ts', "import { b } from '#adapters/kms/b.js'", /cli may not know adapters/],
  ['src/cli/up.ts', "import { b } from '#edge/b.js'", /cli may not know edge/],
  [
    'src/adapters/link/a.ts',
    "import { b } from '#adapters/system/b.js'",
    /may not know adapters.sys/,
  ],
  ['src/node/compose.ts', "import { b } from '#adapters/system/b.js'", /from the entry points/],
  ['src/adapters/system/a.ts', "import { b } from '#domain/b.js'", /may not know domain/],
  ['src/domain/a.ts', "import { b } from '../base/b.js'", /write #base/],
  ['src/domain/a.ts', "import { b } from './b'", /write the \.js/],
  ['src/domain/a.ts', "import { b } from '../../test/b.js'", /does not ship/],
  ['src/domain/a.ts', "import { readFileSync } from 'node:fs'", /no input or output/],
  ['src/http/a.ts', "import { setTimeout } from 'node:timers/promises'", /use Clock/],
  ['src/http/a.ts', "import postgres from 'postgres'", /adapters\\\/postgres/],
  ['src/app/a.ts', "import { pino } from 'pino'", /adapters/],
  ['src/app/a.ts', "import { x } from '@smithy/core/schema'", /contract/],
  ['src/http/region-link/a.ts', "import { b } from '#app/b.js'", /the transport knows nothing/],
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
    sourceOf('src/app/a.ts', "import { createHmac } from 'node:crypto'\nimport '#ports/b.js'"),
    sourceOf('src/http/oauth/a.ts', "import { b } from '#app/b.js'"),
    sourceOf('src/adapters/postgres/a.ts', "import postgres from 'postgres'"),
    sourceOf('src/node/compose.ts', "import { b } from '#adapters/b.js'"),
    sourceOf('src/node/main.ts', "import { b } from '#adapters/system/b.js'"),
    sourceOf('src/api/cognito/a.ts', "import { b } from '#api/protocol/b.js'"),
    sourceOf('src/cli/up.ts', "import { b } from '#adapters/postgres-embedded/cluster.js'"),
  ]
  assert.deepEqual(importsFollowLayers(allowed), [])
})

test('planted: a cycle of three, and one through a type', () => {
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
  assert.deepEqual(importsHaveNoCycle(types), ['src/base/a.ts -> src/base/b.ts -> src/base/a.ts'])
})

test('planted: a barrel', () => {
  const barrel = sourceOf('src/base/index.ts', "export * from './a.js'\nexport { b } from './b.js'")
  assert.equal(noBarrels([barrel]).length, 1)
  assert.deepEqual(noBarrels([sourceOf('src/base/a.ts', 'export const a = 1')]), [])
})
