import assert from 'node:assert/strict'
import { test } from 'node:test'
import { originalUses } from './original-uses.js'

const USE = {
  ClientId: 'c1',
  IssuerForm: 'ORIGINAL',
  Kind: 'JWKS',
  Host: 'api.example.com',
  UserAgent: 'verifier/1',
  Calls: 2,
  LastSeen: 100,
}

test('uses of the ORIGINAL issuer are one row for each caller, the latest first', () => {
  const rows = originalUses([
    { ...USE, Day: '2026-11-26' },
    { ...USE, Day: '2026-11-27', Calls: 3, LastSeen: 200 },
    { ...USE, UserAgent: 'verifier/2', LastSeen: 300 },
    { ...USE, ClientId: undefined, LastSeen: 50 },
  ])
  assert.deepEqual(
    rows.map(({ clientId, userAgent, calls, lastSeen }) => [clientId, userAgent, calls, lastSeen]),
    [
      ['c1', 'verifier/2', 2, 300],
      ['c1', 'verifier/1', 5, 200],
      [undefined, 'verifier/1', 2, 50],
    ],
  )
})

test('uses of the UPDATED issuer and of none are no such rows', () => {
  const others = ['UPDATED', 'NONE'].map((IssuerForm) => ({ ...USE, IssuerForm }))
  assert.deepEqual(originalUses(others), [])
})
