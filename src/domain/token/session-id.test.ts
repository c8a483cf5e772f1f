import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  CLOCK_SKEW_MAX_MS,
  isSessionId,
  isSignedOut,
  sessionId,
  sessionStartAt,
  sessionStartMs,
  signOutMs,
} from './session-id.js'

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

const NOW = 1_764_000_000_000
const begun = (atMs: number) => sessionId(atMs, randomBytes(10))

test('a sign-out ends what began before it, by a clock that is 30 s ahead or behind', () => {
  for (const skewMs of [-30_000, 0, 30_000, CLOCK_SKEW_MAX_MS]) {
    assert.equal(isSignedOut(begun(NOW - 1 + skewMs), signOutMs(NOW)), true, `${skewMs}`)
  }
  assert.equal(isSignedOut(begun(NOW + CLOCK_SKEW_MAX_MS + 1), signOutMs(NOW)), false)
})

test('a session that begins after a known sign-out goes on, by any clock', () => {
  const signedOut = signOutMs(NOW)
  for (const nowMs of [NOW - 30_000, NOW, NOW + 30_000, NOW + 100_000]) {
    assert.equal(isSignedOut(begun(sessionStartAt(nowMs, signedOut)), signedOut), false)
  }
  assert.equal(sessionStartAt(NOW, undefined), NOW)
  assert.equal(sessionStartAt(signedOut + 5, signedOut), signedOut + 5)
})

test('the next sign-out ends such a session too', () => {
  const again = begun(sessionStartAt(NOW + 1, signOutMs(NOW)))
  assert.equal(isSignedOut(again, signOutMs(NOW + 2)), true)
})

test('the session of the caller is ended by whatever clock it began', () => {
  const caller = begun(NOW + 3_600_000)
  assert.equal(isSignedOut(caller, signOutMs(NOW)), false)
  assert.equal(isSignedOut(caller, signOutMs(NOW, caller)), true)
  assert.equal(signOutMs(NOW, begun(NOW)), signOutMs(NOW))
})

test('a random UUID is no session ID', () => {
  assert.equal(isSessionId(begun(NOW)), true)
  assert.equal(isSessionId('2e3f1f0c-3c0b-4a57-9c2f-0a1b2c3d4e5f'), false)
  assert.equal(isSessionId('7'.repeat(36)), false)
})
