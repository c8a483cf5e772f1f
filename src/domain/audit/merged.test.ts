import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mergedEntries, withoutEnded } from './merged.js'

const merged = (...regions: readonly (readonly [string, boolean])[]) =>
  mergedEntries(
    regions.map(([entries, isEnd]) => ({ entries: [...entries], isEnd })),
    (entry) => entry,
  ).join('')

describe('entries of several Regions', () => {
  test('are one list, the newest first', () => {
    assert.equal(merged(['ECA', true], ['FDB', true]), 'FEDCBA')
    assert.equal(merged(['ECA', true], ['', true]), 'ECA')
    assert.equal(merged(), '')
  })

  test('wait while a Region may have newer ones that are not loaded', () => {
    assert.equal(merged(['EC', false], ['FDBA', true]), 'FEDC')
    assert.equal(merged(['ED', false], ['FCBA', false]), 'FED')
    assert.equal(merged(['', false], ['FD', true]), '')
  })

  test('of one moment keep the order of their Region', () => {
    const entries = [
      { at: 'B', seq: 2 },
      { at: 'B', seq: 1 },
    ]
    const list = mergedEntries([{ entries, isEnd: true }], ({ at }) => at)
    assert.deepEqual(
      list.map(({ seq }) => seq),
      [2, 1],
    )
  })
})

test('a call that ended is one entry, and one that did not is its beginning', () => {
  const entry = (event: string, requestId: string) => ({ event, requestId })
  const entries = [
    entry('ended', '1'),
    entry('began', '2'),
    entry('began', '1'),
    entry('refused', '3'),
  ]
  const left = withoutEnded(entries, (each) => each)
  assert.deepEqual(
    left.map(({ event, requestId }) => `${event} ${requestId}`),
    ['ended 1', 'began 2', 'refused 3'],
  )
})
