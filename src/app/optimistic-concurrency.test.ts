import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { assertCurrent, ConflictError, retryOnConflict } from './optimistic-concurrency.js'

/** Services that note how long was waited. */
function servicesWith(byte: number) {
  const waits: number[] = []
  const clock: Clock = {
    nowMs: () => 0,
    wait: async (delayMs) => {
      waits.push(delayMs)
      return true
    },
  }
  const random: Random = {
    bytes: (length) => new Uint8Array(length).fill(byte),
    uuid: () => '',
    text: () => '',
  }
  return { clock, random, waits }
}

test('what is fresh is tried once, and nobody waits', async () => {
  const services = servicesWith(255)
  assert.equal(await retryOnConflict(services, async (tries) => `done at ${tries}`), 'done at 0')
  assert.deepEqual(services.waits, [])
})

test('stale, as a word or as the end of a transaction, is tried again after a while', async () => {
  const services = servicesWith(255)
  const outcome = await retryOnConflict(services, async (tries) => {
    if (tries === 0) return 'conflict'
    assertCurrent(tries < 3 ? 'conflict' : 'written')
    return tries
  })
  assert.equal(outcome, 3)
  assert.deepEqual(services.waits, [5, 10, 15])
  const lucky = servicesWith(0)
  await retryOnConflict(lucky, async (tries) => (tries === 0 ? 'conflict' : tries))
  assert.deepEqual(lucky.waits, [0])
})

test('it ends, and other errors pass at once', async () => {
  const services = servicesWith(128)
  let tried = 0
  const never = retryOnConflict(services, async () => {
    tried += 1
    throw new ConflictError('planted')
  })
  assert.equal(await never, 'conflict')
  assert.equal(tried, 20)
  const broken = retryOnConflict(services, async (tries) => {
    assert.equal(tries, 0)
    throw new TypeError('planted')
  })
  await assert.rejects(broken, TypeError)
})
