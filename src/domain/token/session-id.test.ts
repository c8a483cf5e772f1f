import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { isSignedOut, sessionId, sessionStartMs } from './session-id.js'

test('a session ID is a UUIDv7 that tells its start', () => {
  const now = 1_795_000_000_123
  const id = sessionId(now, randomBytes(10))
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(sessionStartMs(id), now)
})

test('a sign-out ends the sessions that began before it, and no later one', () => {
  const id = sessionId(1000, randomBytes(10))
  assert.equal(isSignedOut(id, 1000), true)
  assert.equal(isSignedOut(id, 999), false)
  assert.equal(isSignedOut(id, undefined), false)
})
