import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distinctHeaders } from './raw-headers.js'

test('every value is kept, by the name in lower case', () => {
  const headers = distinctHeaders(['Host', 'a', 'X-One', '1', 'host', 'b', 'x-one', '2'])
  assert.deepEqual({ ...headers }, { host: ['a', 'b'], 'x-one': ['1', '2'] })
})

test('names of the prototype are names like any other', () => {
  const headers = distinctHeaders(['__proto__', 'a', '__PROTO__', 'b', 'constructor', 'c'])
  assert.deepEqual(Object.keys(headers), ['__proto__', 'constructor'])
  assert.deepEqual(Object.entries(headers)[0]?.[1], ['a', 'b'])
  assert.equal(headers['toString'], undefined)
  assert.equal(({} as Record<string, unknown>)['a'], undefined)
})
