// Walks the diagram of requirements.ts: every edge, from its node, by the state that takes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refused } from '../refusal.js'
import type { UserStatus } from '../user/user.js'
import { type AuthState, nextRequirement, type Requirement } from './requirements.js'

const NOW = 1_000_000
const ALL_FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_USER_AUTH',
]

function begin(flow: string, change: Partial<AuthState> & { isAdmin?: boolean } = {}): AuthState {
  const { isAdmin = false, ...rest } = change
  return {
    request: { flow, isAdmin },
    pool: { isPrimary: true },
    client: { explicitAuthFlows: ALL_FLOWS },
    provenFactors: [],
    user: undefined,
    nowMs: NOW,
    ...rest,
  }
}

function proven(
  status: UserStatus,
  change: { isEnabled?: boolean; isPrimary?: boolean; temporaryUntilMs?: number } = {},
): AuthState {
  const { isEnabled = true, isPrimary = true, temporaryUntilMs } = change
  return begin('USER_SRP_AUTH', {
    pool: { isPrimary },
    provenFactors: ['password'],
    user: { isEnabled, status, temporaryUntilMs },
  })
}

const TOKENS: Requirement = { kind: 'tokens' }
const REFRESH: Requirement = { kind: 'refresh' }
const challenge = (name: 'PASSWORD' | 'PASSWORD_VERIFIER' | 'NEW_PASSWORD_REQUIRED') =>
  ({ kind: 'challenge', name }) as const
/** Edges by the name of the node that they begin at, in the order of the diagram. */
const EDGES: Readonly<Record<string, readonly (readonly [string, AuthState, object])[]>> = {
  begin: [
    ['admin flow', begin('ADMIN_USER_PASSWORD_AUTH'), refused('flow-of-other-side')],
    ['admin flow, old name', begin('ADMIN_NO_SRP_AUTH'), refused('flow-of-other-side')],
    [
      'password flow by an admin',
      begin('USER_PASSWORD_AUTH', { isAdmin: true }),
      refused('flow-of-other-side'),
    ],
    [
      'not among the client’s',
      begin('USER_SRP_AUTH', { client: { explicitAuthFlows: ['ALLOW_USER_AUTH'] } }),
      refused('flow-not-enabled', 'USER_SRP_AUTH'),
    ],
    ['no such flow', begin('NO_AUTH'), refused('flow-not-enabled', 'NO_AUTH')],
    ['choice', begin('USER_AUTH'), refused('flow-not-implemented', 'USER_AUTH')],
    ['custom', begin('CUSTOM_AUTH'), refused('flow-not-implemented', 'CUSTOM_AUTH')],
    ['refresh', begin('REFRESH_TOKEN_AUTH'), REFRESH],
    ['refresh, old name', begin('REFRESH_TOKEN'), REFRESH],
    ['password', begin('USER_PASSWORD_AUTH'), challenge('PASSWORD')],
    ['admin', begin('ADMIN_USER_PASSWORD_AUTH', { isAdmin: true }), challenge('PASSWORD')],
    ['admin, old name', begin('ADMIN_NO_SRP_AUTH', { isAdmin: true }), challenge('PASSWORD')],
    ['SRP', begin('USER_SRP_AUTH'), challenge('PASSWORD_VERIFIER')],
    ['SRP by an admin', begin('USER_SRP_AUTH', { isAdmin: true }), challenge('PASSWORD_VERIFIER')],
    [
      'settings of the old kind leave SRP open',
      begin('USER_SRP_AUTH', { client: { explicitAuthFlows: [] } }),
      challenge('PASSWORD_VERIFIER'),
    ],
    [
      'and the password flow closed',
      begin('USER_PASSWORD_AUTH', { client: { explicitAuthFlows: [] } }),
      refused('flow-not-enabled', 'USER_PASSWORD_AUTH'),
    ],
  ],
  'password proven': [
    ['disabled', proven('CONFIRMED', { isEnabled: false }), refused('user-disabled')],
    [
      'disabled, whatever else',
      proven('FORCE_CHANGE_PASSWORD', { isEnabled: false }),
      refused('user-disabled'),
    ],
    ['unconfirmed', proven('UNCONFIRMED'), refused('user-not-confirmed')],
    ['reset', proven('RESET_REQUIRED'), refused('password-reset-required')],
    [
      'temporary password at its end',
      proven('FORCE_CHANGE_PASSWORD', { temporaryUntilMs: NOW }),
      refused('temporary-password-expired'),
    ],
    [
      'at its end on a secondary',
      proven('FORCE_CHANGE_PASSWORD', { temporaryUntilMs: NOW, isPrimary: false }),
      refused('temporary-password-expired'),
    ],
    ['secondary', proven('FORCE_CHANGE_PASSWORD', { isPrimary: false }), refused('primary-only')],
    [
      'temporary password',
      proven('FORCE_CHANGE_PASSWORD', { temporaryUntilMs: NOW + 1 }),
      challenge('NEW_PASSWORD_REQUIRED'),
    ],
    [
      'temporary password without an end',
      proven('FORCE_CHANGE_PASSWORD'),
      challenge('NEW_PASSWORD_REQUIRED'),
    ],
    ['confirmed', proven('CONFIRMED'), TOKENS],
    ['confirmed on a secondary', proven('CONFIRMED', { isPrimary: false }), TOKENS],
  ],
}

for (const [node, edges] of Object.entries(EDGES)) {
  for (const [edge, state, expected] of edges) {
    test(`${node}: ${edge}`, () => assert.deepEqual(nextRequirement(state), expected))
  }
}

test('every requirement is reached by an edge', () => {
  const reached = new Set(
    Object.values(EDGES)
      .flat()
      .map(([, state]) => nextRequirement(state))
      .map((found) =>
        'name' in found ? found.name : 'reason' in found ? found.reason : found.kind,
      ),
  )
  assert.deepEqual([...reached].sort(), [
    'NEW_PASSWORD_REQUIRED',
    'PASSWORD',
    'PASSWORD_VERIFIER',
    'flow-not-enabled',
    'flow-not-implemented',
    'flow-of-other-side',
    'password-reset-required',
    'primary-only',
    'refresh',
    'temporary-password-expired',
    'tokens',
    'user-disabled',
    'user-not-confirmed',
  ])
})

test('without a proof there are no tokens, whoever the user is', () => {
  for (const status of ['CONFIRMED', 'FORCE_CHANGE_PASSWORD'] as const) {
    const state = { ...proven(status), provenFactors: [] }
    assert.deepEqual(nextRequirement(state), challenge('PASSWORD_VERIFIER'))
  }
})

test('a new password leads from a temporary one to tokens', () => {
  const asked = proven('FORCE_CHANGE_PASSWORD')
  assert.deepEqual(nextRequirement(asked), challenge('NEW_PASSWORD_REQUIRED'))
  assert.deepEqual(nextRequirement(proven('CONFIRMED')), TOKENS)
})
