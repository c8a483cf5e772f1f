import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullestOf } from './fullest.js'

const told = (region: string, id: string, ...sizes: readonly number[]) => ({ region, id, sizes })

function regionsOf(...tellings: readonly ReturnType<typeof told>[]): readonly string[] {
  const best = fullestOf(tellings, { idOf: ({ id }) => id, sizesOf: ({ sizes }) => sizes })
  return best.map(({ id, region }) => `${id}: ${region}`)
}

test('each pool is told by the Region that has most of it', () => {
  const tellings = [told('west', 'a', 2, 0), told('west', 'b', 1, 9)]
  const others = [told('east', 'a', 1, 9), told('east', 'b', 2, 0), told('east', 'c', 0, 0)]
  assert.deepEqual(regionsOf(...tellings, ...others), ['a: west', 'b: east', 'c: east'])
})

test('of equals the first one counts, and the next size where the first is equal', () => {
  assert.deepEqual(regionsOf(told('west', 'a', 1, 1), told('east', 'a', 1, 1)), ['a: west'])
  assert.deepEqual(regionsOf(told('west', 'a', 1, 1), told('east', 'a', 1, 2)), ['a: east'])
  assert.deepEqual(regionsOf(), [])
})
