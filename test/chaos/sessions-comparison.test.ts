import assert from 'node:assert/strict'
import { test } from 'node:test'

import { settledEnding } from './sessions-comparison.js'
import type { Ending } from './thing.js'

const ending = (changes: Partial<Ending>): Ending => ({
  what: 'GlobalSignOut',
  region: 'us-west-2',
  atMs: 10,
  isDirectory: false,
  isSure: false,
  hasTravelled: false,
  unknownAt: new Set(),
  ...changes,
})

test('a session that is over was surely ended, by the last that may have done it', () => {
  const both = ['us-west-2', 'us-east-1']
  const last = ending({ region: 'us-east-1', atMs: 30 })
  const earlier = ending({ atMs: 20, isDirectory: true, unknownAt: new Set(['us-east-1']) })
  assert.deepEqual(settledEnding([last, earlier], both), {
    ...last,
    isSure: true,
    isDirectory: true,
    hasTravelled: true,
    unknownAt: new Set(),
  })
  assert.equal(settledEnding([last], ['us-west-2'])?.hasTravelled, false)
  assert.equal(settledEnding([], both), undefined, 'nobody knows why')
})
