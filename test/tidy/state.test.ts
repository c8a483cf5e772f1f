import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shippedSources, sourceOf } from './sources.js'
import { modulesHoldNoState } from './state.js'

test('modules hold no state', () => {
  assert.deepEqual(modulesHoldNoState(shippedSources()), [])
})

const PLANTED = [
  'let count = 0',
  'export let count = 0',
  'var count = 0',
  'const cache = new Map<string, string>()',
  'export const seen = new Set()',
  'const known = new WeakMap()',
  'const list: string[] = []',
  'const table: Record<string, string> = {}',
]

for (const text of PLANTED) {
  test(`planted: ${text}`, () => {
    assert.equal(modulesHoldNoState([sourceOf('src/app/a.ts', text)]).length, 1)
  })
}

test('constants are no state', () => {
  const text = `
    const names: ReadonlySet<string> = new Set(['a'])
    const cells = new Map([['a', 1]])
    const table: Readonly<Record<string, string>> = {}
    const none: readonly string[] = []
    const limits = { max: 1 }
    export const codes = ['a', 'b'] as const
    export function f() { let n = 0; const m = new Map(); return [n, m] }
  `
  assert.deepEqual(modulesHoldNoState([sourceOf('src/app/a.ts', text)]), [])
})
