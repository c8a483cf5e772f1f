import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { progressOf, type SeedingSample, withSample } from './seeding-progress.js'

const samplesOf = (...all: readonly (readonly [atMs: number, rows: number])[]) =>
  all.reduce<readonly SeedingSample[]>(
    (samples, [atMs, rows]) => withSample(samples, { atMs, rows }),
    [],
  )

describe('the progress of a new replica', () => {
  test('has a rate and a time left after two samples', () => {
    const one = samplesOf([0, 100])
    assert.deepEqual(progressOf(one, 1000), {
      share: 0.1,
      rowsPerSecond: undefined,
      secondsLeft: undefined,
    })
    const two = samplesOf([0, 100], [2000, 300])
    assert.deepEqual(progressOf(two, 1000), { share: 0.3, rowsPerSecond: 100, secondsLeft: 7 })
  })

  test('follows the last half minute', () => {
    const samples = samplesOf([0, 0], [10_000, 100_000], [50_000, 100_100], [60_000, 100_200])
    assert.equal(progressOf(samples, 200_000).rowsPerSecond, 10)
  })

  test('begins anew when the rows do', () => {
    assert.deepEqual(samplesOf([0, 500], [1000, 20]), [{ atMs: 1000, rows: 20 }])
  })

  test('says nothing of the time left without a total or while nothing moves', () => {
    const moving = samplesOf([0, 0], [1000, 10])
    assert.equal(progressOf(moving, undefined).secondsLeft, undefined)
    assert.equal(progressOf(moving, 0).share, undefined)
    const stuck = samplesOf([0, 10], [1000, 10])
    assert.deepEqual(progressOf(stuck, 100), {
      share: 0.1,
      rowsPerSecond: 0,
      secondsLeft: undefined,
    })
    assert.equal(progressOf(stuck, 10).secondsLeft, 0)
    assert.equal(progressOf([], 10).share, 0)
  })

  test('never says more than all, when rows were added meanwhile', () => {
    assert.equal(progressOf(samplesOf([0, 12]), 10).share, 1)
  })
})
