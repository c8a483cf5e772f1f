import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallLimit } from './call-limit.js'

test('as many run as may, and the next is rejected until one has ended', async () => {
  const limit = new CallLimit(2)
  const ends: (() => void)[] = []
  const call = () => new Promise<void>((resolve) => ends.push(resolve))
  const first = limit.run(call)
  limit.run(call)
  assert.equal(limit.run(call), undefined)
  assert.equal(ends.length, 2, 'a rejected call does not begin')
  ends[0]?.()
  await first
  assert.notEqual(limit.run(call), undefined)
})

test('a call that fails makes room too, and its error passes', async () => {
  const limit = new CallLimit(1)
  const failing = limit.run(() => Promise.reject(new TypeError('planted')))
  await assert.rejects(Promise.resolve(failing), TypeError)
  assert.equal(await limit.run(async () => 'done'), 'done')
})
