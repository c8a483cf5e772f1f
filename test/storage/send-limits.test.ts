// How many messages of a purpose a user is sent, beyond what runtime.test.ts has of it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { PrimaryPool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { MINUTE, makePool, NOW, SUB } from './pools.js'

describe('limits of sends', () => {
  let storage: TestStorage
  let pool: PrimaryPool
  before(async () => {
    storage = await openStorage({ poolSize: 2 })
    pool = await makePool(storage.repositories, 'sends')
  })
  after(() => storage.close())

  test('a send that did not happen makes room for one, and never for two', async () => {
    const { codes } = storage.repositories
    const send = { sub: SUB, purpose: 'undone', sendsMax: 2, windowMs: MINUTE, nowMs: NOW }
    const count = () => codes.countSend(pool, send)
    await codes.uncountSend(pool, send)
    assert.deepEqual(
      [await count(), await count(), await count()],
      ['counted', 'counted', 'too-many'],
    )
    await codes.uncountSend(pool, { ...send, purpose: 'other' })
    assert.equal(await count(), 'too-many')
    await codes.uncountSend(pool, send)
    assert.deepEqual([await count(), await count()], ['counted', 'too-many'])
    for (let n = 0; n < 3; n += 1) await codes.uncountSend(pool, send)
    assert.deepEqual(
      [await count(), await count(), await count()],
      ['counted', 'counted', 'too-many'],
    )
  })
})
