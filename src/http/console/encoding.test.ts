import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseEncoding } from './encoding.js'

test('the best encoding that the client accepts and that there is', () => {
  const both = ['br', 'gzip'] as const
  const cases: readonly [string | undefined, readonly ('br' | 'gzip')[], string | undefined][] = [
    ['gzip, deflate, br', both, 'br'],
    ['gzip, deflate, br', ['gzip'], 'gzip'],
    ['GZIP', both, 'gzip'],
    ['br;q=0, gzip', both, 'gzip'],
    ['br;q=0.5, gzip;q=0.8', both, 'gzip'],
    ['*', both, 'br'],
    ['*;q=0', both, undefined],
    ['br;q=nonsense', both, undefined],
    ['identity', both, undefined],
    ['', both, undefined],
    [undefined, both, undefined],
    ['br', [], undefined],
  ]
  for (const [accepted, available, expected] of cases) {
    assert.equal(chooseEncoding(accepted, available), expected, accepted)
  }
})
