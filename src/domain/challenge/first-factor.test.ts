// Walks the diagram of first-factor.ts: every edge, by the state that takes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chosen,
  type Edge,
  EMAIL,
  OFF,
  ON,
  OPTIONAL,
  PHONE,
  user,
  walk,
  withApp,
} from '#test/support/auth-states.js'
import { refused } from '../refusal.js'
import { availableChoices, decoyChoices } from './first-factor.js'
import { type AuthPool, type AuthUser, challenge, type PoolMfa } from './state.js'

const CHOICE: readonly Edge[] = [
  ['nothing is available', chosen({ available: [] }), refused('incorrect-credentials')],
  ...(['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const).flatMap(
    (name): readonly Edge[] => [
      [`answer ${name}`, chosen({ available: [name], answer: name }), challenge(name)],
      [`preferred ${name}`, chosen({ available: [name], preferred: name }), challenge(name)],
    ],
  ),
  [
    'answer PASSWORD_SRP',
    chosen({ available: ['PASSWORD_SRP'], answer: 'PASSWORD_SRP' }),
    challenge('PASSWORD_VERIFIER'),
  ],
  [
    'answer that is not available',
    chosen({ available: ['PASSWORD'], answer: 'EMAIL_OTP' }),
    refused('invalid-parameter', 'Selected challenge is not available.'),
  ],
  [
    'preferred one that is not available',
    chosen({ available: ['PASSWORD'], preferred: 'EMAIL_OTP' }),
    challenge('SELECT_CHALLENGE', ['PASSWORD']),
  ],
  [
    'nothing preferred',
    chosen({ available: ['PASSWORD_SRP', 'PASSWORD'] }),
    challenge('SELECT_CHALLENGE', ['PASSWORD_SRP', 'PASSWORD']),
  ],
]

walk('begin of USER_AUTH', CHOICE, [
  'EMAIL_OTP',
  'PASSWORD',
  'PASSWORD_VERIFIER',
  'SELECT_CHALLENGE',
  'SMS_OTP',
  'WEB_AUTHN',
  'incorrect-credentials',
  'invalid-parameter',
])

test('what a user can begin with', () => {
  const all = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN']
  const pool = (mfa: PoolMfa, firstFactors = all) => ({ isPrimary: true, mfa, firstFactors })
  const full = user({ attributes: { ...EMAIL, ...PHONE }, factors: { passkeyCount: 1 } })
  const secured = { ...full, factors: { ...full.factors, ...withApp() } }
  const password = ['PASSWORD_SRP', 'PASSWORD']
  const every = [...password, 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN']
  const enough = { isPasskeyEnough: true }
  const rows: readonly (readonly [string, AuthPool, AuthUser, readonly string[]])[] = [
    ['everything', pool(OFF), full, every],
    ['as far as it is allowed', pool(OFF, ['PASSWORD', 'SMS_OTP']), full, [...password, 'SMS_OTP']],
    ['only a password', pool(OFF), user(), password],
    ['no password', pool(OFF), { ...full, hasPassword: false }, every.slice(2)],
    ['nothing', pool(OFF), user({ hasPassword: false }), []],
    ['temporary', pool(OFF), { ...full, status: 'FORCE_CHANGE_PASSWORD' }, password],
    ['app, MFA off', pool(OFF), secured, every],
    ['OPTIONAL, none', pool(OPTIONAL), full, every],
    ['OPTIONAL, app', pool(OPTIONAL), secured, password],
    ['ON', pool(ON), full, password],
    ['ON, passkeys for two', pool({ ...ON, ...enough }), full, [...password, 'WEB_AUTHN']],
    [
      'OPTIONAL, passkeys for two',
      pool({ ...OPTIONAL, ...enough }),
      secured,
      [...password, 'WEB_AUTHN'],
    ],
    [
      'ON, passkeys for two, not wanted',
      pool({ ...ON, ...enough }),
      { ...full, factors: { passkeyCount: 1, mfa: { enabled: [], isPasskeyEnabled: false } } },
      password,
    ],
  ]
  for (const [name, where, who, expected] of rows) {
    assert.deepEqual(availableChoices(where, who), expected, name)
  }
})

test('names without a user have every list that users may have, and always the same', () => {
  const firstFactors = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN']
  const pool = { isPrimary: true, mfa: OFF, firstFactors }
  const traits = { hasEmail: false, hasPhone: false, takesPasskeys: true }
  const bytes = [0, 255]
  const draws = bytes.flatMap((a) =>
    bytes.flatMap((b) => bytes.flatMap((c) => bytes.map((d) => Uint8Array.of(a, b, c, d)))),
  )
  const listsOf = (where: AuthPool, known = traits) =>
    new Set(draws.map((drawn) => decoyChoices(where, drawn, known).join()))
  const wholeOf = (drawn: Uint8Array) => ({
    hasPassword: drawn[0] === 0,
    attributes: { ...(drawn[1] === 0 && EMAIL), ...(drawn[2] === 0 && PHONE) },
    factors: drawn[3] === 0 ? { passkeyCount: 1 } : {},
  })
  const ofUsers = draws.map((drawn) => availableChoices(pool, user(wholeOf(drawn))).join())
  assert.deepEqual([...listsOf(pool)].sort(), [...new Set(ofUsers)].filter(Boolean).sort())
  assert.ok(listsOf(pool).size > 10)
  const never = (where: AuthPool, known: typeof traits, choice: string) =>
    [...listsOf(where, known)].filter((list) => list.split(',').includes(choice))
  assert.deepEqual(never(pool, { ...traits, takesPasskeys: false }, 'WEB_AUTHN'), [])
  for (const list of listsOf(pool, { ...traits, hasEmail: true })) {
    assert.ok(list.includes('EMAIL_OTP'), list)
  }
  for (const list of listsOf(pool, { ...traits, hasPhone: true })) {
    assert.ok(list.includes('SMS_OTP'), list)
  }
  const plain = { ...pool, firstFactors: ['PASSWORD'] }
  assert.deepEqual([...listsOf(plain)], ['PASSWORD_SRP,PASSWORD'])
  assert.deepEqual([...listsOf({ ...pool, mfa: ON })], ['PASSWORD_SRP,PASSWORD'])
})
