import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback } from '#test/support/network.js'
import { waitFor } from '#test/support/wait.js'

test('loopback is told from the rest by name', () => {
  for (const host of ['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.9.8.7', '[::1]']) {
    assert.equal(isLoopback(host), true, host)
  }
  for (const host of [
    'example.com',
    'localhost.example.com',
    '128.0.0.1',
    '10.0.0.1',
    'a127.0.0.1',
  ]) {
    assert.equal(isLoopback(host), false, host)
  }
})

test('waitFor returns the state it was asked for', async () => {
  let calls = 0
  const state = () => (++calls < 3 ? undefined : calls)
  assert.equal(await waitFor(state, { what: 'the third call', intervalMs: 1 }), 3)
})

test('waitFor takes an error for "not yet", and names it in the end', async () => {
  const cause = new TypeError('planted')
  const options = { what: 'a miracle', timeoutMs: 10, intervalMs: 1 }
  await assert.rejects(
    waitFor(() => Promise.reject(cause), options),
    { message: 'waited 10 ms in vain for a miracle', cause },
  )
  await assert.rejects(
    waitFor(() => false, options),
    { cause: undefined },
  )
})
