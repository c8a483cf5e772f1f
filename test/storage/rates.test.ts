// The seconds that the processes of a Region share.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openStorage, type TestStorage } from '#test/support/database.js'

const CREATION = { category: 'UserCreation', free: 50, times: 1, wanted: 5 } as const

describe('rates', () => {
  let storage: TestStorage
  before(async () => {
    storage = await openStorage({ poolSize: 8 })
  })
  after(() => storage.close())

  test('a second is never given away twice, however many take of it at once', async () => {
    const { rateWindows } = storage.repositories
    const begunAt = Math.floor(Date.now() / 1000)
    const grants = await Promise.all(
      Array.from({ length: 60 }, () => rateWindows.take('a', CREATION)),
    )
    const seconds = Math.floor(Date.now() / 1000) - begunAt + 1
    const sum = grants.reduce((total, { granted }) => total + granted, 0)
    assert.ok(sum >= 50 && sum <= 50 * seconds, `${sum} in ${seconds} s`)
    assert.ok(grants.every(({ endsInMs }) => endsInMs > 0 && endsInMs <= 1000))
    const { granted } = await rateWindows.take('b', CREATION)
    assert.equal(granted, 5, 'another bucket has a second of its own')
  })

  test('a bucket has what is provisioned, as many times as it is said to', async () => {
    const { rateWindows, provisionedLimits } = storage.repositories
    assert.equal(await provisionedLimits.find('UserCreation'), undefined)
    await provisionedLimits.set('UserCreation', 60)
    await provisionedLimits.set('UserCreation', 70)
    assert.equal(await provisionedLimits.find('UserCreation'), 70)
    const whole = { ...CREATION, times: 3, wanted: 1000 }
    assert.equal((await rateWindows.take('c', whole)).granted, 210)
  })
})
