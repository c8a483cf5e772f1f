// Walks the diagram of second-factor.ts: every edge, by the state that takes it.
import {
  APP,
  type Edge,
  EMAIL,
  MAIL,
  OFF,
  ON,
  OPTIONAL,
  PHONE,
  proven,
  SMS,
  walk,
  withApp,
} from '#test/support/auth-states.js'
import { refused } from '../refusal.js'
import { challenge, TOKENS } from './state.js'

const SECOND: readonly Edge[] = [
  ['OFF', proven({ factors: withApp(), attributes: PHONE }), TOKENS],
  ['OPTIONAL, none', proven({ mfa: OPTIONAL, attributes: { ...EMAIL, ...PHONE } }), TOKENS],
  ['OPTIONAL, app', proven({ mfa: OPTIONAL, factors: withApp() }), challenge(APP)],
  ['OPTIONAL, app switched off', proven({ mfa: OPTIONAL, factors: withApp([]) }), TOKENS],
  [
    'the pool no longer offers apps',
    proven({ mfa: { ...OPTIONAL, methods: [] }, factors: withApp() }),
    challenge(APP),
  ],
  [
    'OPTIONAL, address opted in',
    proven({ mfa: OPTIONAL, attributes: PHONE, factors: { mfa: { enabled: [SMS] } } }),
    challenge(SMS),
  ],
  [
    'opted in, and the address is gone',
    proven({ mfa: OPTIONAL, factors: { mfa: { enabled: [SMS] } } }),
    refused('mfa-method-absent'),
  ],
  [
    'opted in, and the pool has no messages',
    proven({
      mfa: { ...OPTIONAL, methods: [APP] },
      attributes: PHONE,
      factors: { mfa: { enabled: [SMS] } },
    }),
    TOKENS,
  ],
  [
    'OPTIONAL, several',
    proven({ mfa: OPTIONAL, attributes: PHONE, factors: withApp([APP, SMS]) }),
    challenge('SELECT_MFA_TYPE', [SMS, APP]),
  ],
  [
    'several, one preferred',
    proven({ mfa: OPTIONAL, attributes: PHONE, factors: withApp([APP, SMS], SMS) }),
    challenge(SMS),
  ],
  [
    'several, one chosen',
    proven({ mfa: OPTIONAL, attributes: PHONE, factors: withApp([APP, SMS]), chosen: APP }),
    challenge(APP),
  ],
  [
    'one chosen that is not the user’s',
    proven({ mfa: OPTIONAL, attributes: PHONE, factors: withApp([APP, SMS]), chosen: MAIL }),
    challenge('SELECT_MFA_TYPE', [SMS, APP]),
  ],
  ['ON, phone', proven({ mfa: ON, attributes: PHONE }), challenge(SMS)],
  ['ON, e-mail', proven({ mfa: ON, attributes: EMAIL }), challenge(MAIL)],
  [
    'ON, both',
    proven({ mfa: ON, attributes: { ...EMAIL, ...PHONE } }),
    challenge('SELECT_MFA_TYPE', [SMS, MAIL]),
  ],
  [
    'ON, both, one for recovery',
    proven({ mfa: { ...ON, recoveryAddress: 'email' }, attributes: { ...EMAIL, ...PHONE } }),
    challenge(SMS),
  ],
  [
    'ON, app and phone',
    proven({ mfa: ON, attributes: PHONE, factors: withApp() }),
    challenge('SELECT_MFA_TYPE', [SMS, APP]),
  ],
  ['ON, app alone', proven({ mfa: ON, factors: withApp() }), challenge(APP)],
  ['ON, none', proven({ mfa: ON }), challenge('MFA_SETUP', [APP, MAIL])],
  [
    'ON, only the address for recovery',
    proven({ mfa: { ...ON, recoveryAddress: 'email' }, attributes: EMAIL }),
    challenge('MFA_SETUP', [APP]),
  ],
  ['ON, none, on a secondary', proven({ mfa: ON, isPrimary: false }), refused('primary-only')],
  [
    'ON, nothing to set up',
    proven({ mfa: { ...ON, methods: [SMS] } }),
    refused('mfa-method-absent'),
  ],
  [
    'a word of a later version is as ON',
    proven({ mfa: { ...OFF, configuration: 'ALWAYS' } }),
    challenge('MFA_SETUP', [APP, MAIL]),
  ],
  [
    'a device that stands for it',
    proven({ mfa: ON, factors: withApp(), device: 'instead-of-mfa' }),
    challenge('DEVICE_SRP_AUTH'),
  ],
  [
    'a device that does not',
    proven({ mfa: ON, factors: withApp(), device: 'besides-mfa' }),
    challenge(APP),
  ],
  [
    'a device is nothing to set up with',
    proven({ mfa: ON, device: 'instead-of-mfa' }),
    challenge('MFA_SETUP', [APP, MAIL]),
  ],
  [
    'apps are not taken here',
    proven({ mfa: { ...ON, takesSoftwareTokens: false }, factors: withApp() }),
    refused('primary-only'),
  ],
  [
    'apps are not taken here, and there is another',
    proven({
      mfa: { ...ON, takesSoftwareTokens: false },
      attributes: PHONE,
      factors: withApp([APP], APP),
    }),
    challenge(SMS),
  ],
  [
    'met by a second factor',
    proven({ mfa: ON, factors: withApp(), proven: ['password', 'software-token'] }),
    TOKENS,
  ],
  [
    'the same factor twice is one',
    proven({ mfa: ON, factors: withApp(), proven: ['password', 'password'] }),
    challenge(APP),
  ],
  [
    'an address is not asked twice',
    proven({ mfa: ON, attributes: EMAIL, factors: withApp(), proven: ['email-code'] }),
    challenge(APP),
  ],
  [
    'a passkey is one factor',
    proven({ mfa: ON, factors: withApp(), proven: ['platform-passkey', 'user-verification'] }),
    challenge(APP),
  ],
  [
    'or enough, where it verified the user',
    proven({
      mfa: { ...ON, isPasskeyEnough: true },
      proven: ['roaming-passkey', 'user-verification'],
    }),
    TOKENS,
  ],
  [
    'and not where it did not',
    proven({
      mfa: { ...ON, isPasskeyEnough: true },
      factors: withApp(),
      proven: ['roaming-passkey'],
    }),
    challenge(APP),
  ],
  [
    'the risk demands one, of who has an address',
    proven({ mfa: OPTIONAL, attributes: PHONE, risk: 'mfa' }),
    challenge(SMS),
  ],
  [
    'and of who has an app',
    proven({ mfa: OPTIONAL, factors: withApp(), risk: 'mfa-or-block' }),
    challenge(APP),
  ],
  ['of who has none if possible', proven({ mfa: OPTIONAL, risk: 'mfa' }), TOKENS],
  [
    'of who has none in any case',
    proven({ mfa: OPTIONAL, risk: 'mfa-or-block' }),
    refused('security-reasons'),
  ],
  [
    'in a pool without MFA in any case',
    proven({ factors: withApp(), risk: 'mfa-or-block' }),
    refused('security-reasons'),
  ],
  ['in a pool without MFA if possible', proven({ factors: withApp(), risk: 'mfa' }), TOKENS],
  [
    'in a pool with MFA of who has to set one up',
    proven({ mfa: ON, risk: 'mfa-or-block' }),
    refused('security-reasons'),
  ],
  [
    'a device is not enough then',
    proven({ mfa: OPTIONAL, factors: withApp(), device: 'instead-of-mfa', risk: 'mfa' }),
    challenge(APP),
  ],
  [
    'one that was shown is',
    proven({
      mfa: OPTIONAL,
      factors: withApp(),
      proven: ['password', 'software-token'],
      risk: 'mfa-or-block',
    }),
    TOKENS,
  ],
]

walk('second factor', SECOND, [
  'DEVICE_SRP_AUTH',
  'EMAIL_OTP',
  'MFA_SETUP',
  'SELECT_MFA_TYPE',
  'SMS_MFA',
  'SOFTWARE_TOKEN_MFA',
  'mfa-method-absent',
  'primary-only',
  'security-reasons',
  'tokens',
])
