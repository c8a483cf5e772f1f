// Walks the diagram of requirements.ts: every edge, from its node, by the state that takes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  APP,
  begin,
  custom,
  type Edge,
  NOW,
  ON,
  OPTIONAL,
  proven,
  temporary,
  user,
  walk,
  withApp,
} from '#test/support/auth-states.js'
import { refused } from '../refusal.js'
import { nextRequirement } from './requirements.js'
import { challenge, type Requirement, TOKENS } from './state.js'

const REFRESH: Requirement = { kind: 'refresh' }

const BEGIN: readonly Edge[] = [
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
  ['choice', begin('USER_AUTH'), { kind: 'choose' }],
  [
    'choice, not among the client’s',
    begin('USER_AUTH', { client: { explicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] } }),
    refused('flow-not-enabled', 'USER_AUTH'),
  ],
  ['custom', begin('CUSTOM_AUTH'), { kind: 'define' }],
  [
    'custom, not among the client’s',
    begin('CUSTOM_AUTH', { client: { explicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] } }),
    refused('flow-not-enabled', 'CUSTOM_AUTH'),
  ],
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
]

const PROVEN: readonly Edge[] = [
  ['the risk blocks', proven({ risk: 'block' }), refused('security-reasons')],
  ['whatever comes next', temporary({ risk: 'block' }), refused('security-reasons')],
  ['the risk demands nothing', proven({ risk: 'none' }), TOKENS],
  ['disabled', proven({ isEnabled: false }), refused('user-disabled')],
  ['disabled, whatever else', temporary({ isEnabled: false }), refused('user-disabled')],
  ['unconfirmed', proven({ status: 'UNCONFIRMED' }), refused('user-not-confirmed')],
  ['reset', proven({ status: 'RESET_REQUIRED' }), refused('password-reset-required')],
  [
    'reset, by a code',
    proven({ status: 'RESET_REQUIRED', proven: ['email-code'] }),
    refused('password-reset-required'),
  ],
  [
    'temporary password at its end',
    temporary({ temporaryUntilMs: NOW }),
    refused('temporary-password-expired'),
  ],
  [
    'at its end on a secondary',
    temporary({ temporaryUntilMs: NOW, isPrimary: false }),
    refused('temporary-password-expired'),
  ],
  ['temporary on a secondary', temporary({ isPrimary: false }), refused('primary-only')],
  [
    'temporary password',
    temporary({ temporaryUntilMs: NOW + 1 }),
    challenge('NEW_PASSWORD_REQUIRED'),
  ],
  ['temporary password without an end', temporary(), challenge('NEW_PASSWORD_REQUIRED')],
  [
    'temporary password before the second factor',
    temporary({ mfa: ON, factors: withApp() }),
    challenge('NEW_PASSWORD_REQUIRED'),
  ],
  ['temporary password that was not needed', temporary({ proven: ['email-code'] }), TOKENS],
  ['confirmed', proven({}), TOKENS],
  ['confirmed on a secondary', proven({ isPrimary: false }), TOKENS],
  ['a remembered device', proven({ device: 'besides-mfa' }), challenge('DEVICE_SRP_AUTH')],
  [
    'a remembered device that nothing asks for',
    proven({ device: 'instead-of-mfa' }),
    challenge('DEVICE_SRP_AUTH'),
  ],
  ['a proven device', proven({ device: 'besides-mfa', proven: ['password', 'device'] }), TOKENS],
]

/** CUSTOM_AUTH behind SRP, of a user with an app. */
const behindPassword = (change: Parameters<typeof custom>[0]) =>
  custom({
    beginsWithSrp: true,
    provenFactors: ['password'],
    user: user({ factors: withApp() }),
    pool: { mfa: OPTIONAL },
    ...change,
  })

const CUSTOM: readonly Edge[] = [
  [
    'the risk blocks',
    custom({ defined: 'issue-tokens', user: user(), provenFactors: ['custom'], risk: 'block' }),
    refused('security-reasons'),
  ],
  [
    'the risk demands a second factor',
    custom({
      defined: 'issue-tokens',
      user: user(),
      provenFactors: ['custom'],
      risk: 'mfa-or-block',
    }),
    refused('security-reasons'),
  ],
  [
    'or one if possible',
    custom({ defined: 'issue-tokens', user: user(), provenFactors: ['custom'], risk: 'mfa' }),
    TOKENS,
  ],
  ['a further round', custom({ provenFactors: ['custom'], user: user() }), { kind: 'define' }],
  ['it fails', custom({ defined: 'fail' }), refused('incorrect-credentials')],
  ['challenge', custom({ defined: 'CUSTOM_CHALLENGE' }), challenge('CUSTOM_CHALLENGE')],
  [
    'password, where it begins with SRP',
    custom({ defined: 'PASSWORD_VERIFIER', beginsWithSrp: true }),
    challenge('PASSWORD_VERIFIER'),
  ],
  [
    'password, where it does not',
    custom({ defined: 'PASSWORD_VERIFIER' }),
    refused('trigger-response-invalid'),
  ],
  [
    'password again',
    custom({
      defined: 'PASSWORD_VERIFIER',
      beginsWithSrp: true,
      provenFactors: ['password'],
      user: user(),
    }),
    refused('trigger-response-invalid'),
  ],
  [
    'after the password, a second factor',
    custom({
      beginsWithSrp: true,
      provenFactors: ['password'],
      user: user({ factors: withApp() }),
      pool: { mfa: OPTIONAL },
    }),
    challenge(APP),
  ],
  [
    'after the password, the state of the account',
    custom({
      beginsWithSrp: true,
      provenFactors: ['password'],
      user: user({ status: 'FORCE_CHANGE_PASSWORD' }),
    }),
    challenge('NEW_PASSWORD_REQUIRED'),
  ],
  [
    'after both, the trigger',
    custom({
      beginsWithSrp: true,
      provenFactors: ['password', 'software-token'],
      user: user({ factors: withApp() }),
      pool: { mfa: OPTIONAL },
    }),
    { kind: 'define' },
  ],
  ['tokens for nobody', custom({ defined: 'issue-tokens' }), refused('incorrect-credentials')],
  ['tokens', custom({ defined: 'issue-tokens', user: user() }), TOKENS],
  [
    'tokens, without a second factor',
    custom({
      defined: 'issue-tokens',
      provenFactors: ['custom'],
      user: user({ factors: withApp() }),
      pool: { mfa: ON },
    }),
    TOKENS,
  ],
  [
    'tokens for the disabled',
    custom({ defined: 'issue-tokens', user: user({ isEnabled: false }) }),
    refused('user-disabled'),
  ],
  [
    'tokens for the unconfirmed',
    custom({ defined: 'issue-tokens', user: user({ status: 'UNCONFIRMED' }) }),
    refused('user-not-confirmed'),
  ],
  [
    'tokens after a reset',
    custom({ defined: 'issue-tokens', user: user({ status: 'RESET_REQUIRED' }) }),
    refused('password-reset-required'),
  ],
  [
    'the device comes last',
    custom({ defined: 'issue-tokens', user: user(), device: 'instead-of-mfa' }),
    challenge('DEVICE_SRP_AUTH'),
  ],
  ...[['custom', 'device'] as const, ['device'] as const].map(
    (provenFactors): Edge => [
      `the trigger is not asked again behind it: ${provenFactors}`,
      custom({ provenFactors, user: user() }),
      TOKENS,
    ],
  ),
  [
    'the device, whose user is disabled meanwhile',
    custom({ provenFactors: ['custom', 'device'], user: user({ isEnabled: false }) }),
    refused('user-disabled'),
  ],
  ...(['instead-of-mfa', 'besides-mfa', undefined] as const).map(
    (device): Edge => [
      `after the password, a second factor unless a device stands for it: ${device}`,
      behindPassword({ device }),
      device === 'instead-of-mfa' ? { kind: 'define' } : challenge(APP),
    ],
  ),
  [
    'a device that stands for the second factor proves itself at the end',
    behindPassword({ device: 'instead-of-mfa', provenFactors: ['password', 'custom'] }),
    { kind: 'define' },
  ],
  [
    'and without it nothing is issued',
    behindPassword({
      device: 'instead-of-mfa',
      provenFactors: ['password', 'custom'],
      defined: 'issue-tokens',
    }),
    challenge('DEVICE_SRP_AUTH'),
  ],
  [
    'nor where it is given up meanwhile',
    behindPassword({ provenFactors: ['password', 'custom'], defined: 'issue-tokens' }),
    challenge(APP),
  ],
]

walk('begin', BEGIN, [
  'PASSWORD',
  'PASSWORD_VERIFIER',
  'choose',
  'define',
  'flow-not-enabled',
  'flow-of-other-side',
  'refresh',
])
walk('first factor proven', PROVEN, [
  'DEVICE_SRP_AUTH',
  'NEW_PASSWORD_REQUIRED',
  'password-reset-required',
  'primary-only',
  'security-reasons',
  'temporary-password-expired',
  'tokens',
  'user-disabled',
  'user-not-confirmed',
])
walk('custom', CUSTOM, [
  'CUSTOM_CHALLENGE',
  'DEVICE_SRP_AUTH',
  'NEW_PASSWORD_REQUIRED',
  'PASSWORD_VERIFIER',
  'SOFTWARE_TOKEN_MFA',
  'define',
  'incorrect-credentials',
  'password-reset-required',
  'security-reasons',
  'tokens',
  'trigger-response-invalid',
  'user-disabled',
  'user-not-confirmed',
])

test('without a proof there are no tokens, whoever the user is', () => {
  for (const status of ['CONFIRMED', 'FORCE_CHANGE_PASSWORD'] as const) {
    const state = { ...proven({ status }), provenFactors: [] }
    assert.deepEqual(nextRequirement(state), challenge('PASSWORD_VERIFIER'))
  }
})

test('a new password leads from a temporary one to tokens', () => {
  assert.deepEqual(nextRequirement(temporary()), challenge('NEW_PASSWORD_REQUIRED'))
  assert.deepEqual(nextRequirement(proven({})), TOKENS)
})
