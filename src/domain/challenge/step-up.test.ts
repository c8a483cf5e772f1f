// Levels, goals and the edges of step-up.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  user,
  walk,
  withApp,
} from '#test/support/auth-states.js'
import type { AcrLevel } from '../pool/acr-settings.js'
import { refused } from '../refusal.js'
import type { AuthFactor } from './factors.js'
import { challenge, type FirstChoice, type PoolMfa, TOKENS } from './state.js'
import { choicesToward, creditedFactors, goalOf, levelOf } from './step-up.js'

test('what factors are worth', () => {
  const rows: readonly (readonly [readonly AuthFactor[], AcrLevel | undefined])[] = [
    [[], undefined],
    [['custom'], undefined],
    [['device'], undefined],
    [['user-verification'], undefined],
    [['software-token'], undefined],
    [['password'], 1],
    [['password', 'device'], 1],
    [['sms-code'], 2],
    [['email-code'], 2],
    [['sms-code', 'email-code'], 2],
    [['platform-passkey'], 3],
    [['roaming-passkey', 'user-verification'], 3],
    [['password', 'sms-code'], 3],
    [['email-code', 'password'], 3],
    [['password', 'software-token'], 4],
  ]
  for (const [factors, level] of rows) assert.equal(levelOf(factors), level, factors.join())
})

test('what a token credits', () => {
  assert.deepEqual(creditedFactors(['pwd', 'otp', 'mfa']), ['password', 'software-token'])
  assert.deepEqual(creditedFactors(['swk', 'hwk', 'sms', 'email_otp']), [
    'platform-passkey',
    'roaming-passkey',
    'sms-code',
    'email-code',
  ])
  assert.deepEqual(creditedFactors(['fed', 'mfa', 'constructor', '']), [])
})

const PASSWORD: readonly FirstChoice[] = ['PASSWORD_SRP', 'PASSWORD']
const means = (mfa: PoolMfa, whom = user(), available: readonly FirstChoice[] = PASSWORD) => ({
  pool: { isPrimary: true, mfa, firstFactors: ['PASSWORD'] },
  user: whom,
  available,
})
const withPhone = user({ attributes: PHONE })

test('the goal is the first target within reach', () => {
  const goal = (level: AcrLevel) => ({ kind: 'goal', goal: level })
  const unreachable = refused('level-unreachable')
  const app = user({ factors: withApp() })
  for (const [targets, credit, from, expected] of [
    [[1], [], means(OFF), goal(1)],
    [[2], [], means(OFF), unreachable],
    [[4, 1], [], means(OFF), goal(1)],
    [[4, 3, 1], [], means(OPTIONAL, withPhone), goal(3)],
    // A level that is asked for asks for the factor, too, if nobody switched MFA off.
    [[3], [], means(OFF, withPhone), unreachable],
    [[4, 1], [], means(OPTIONAL, app), goal(4)],
    [[4], [], means({ ...OPTIONAL, takesSoftwareTokens: false }, app), unreachable],
    [[2], [], means(OFF, user(), ['EMAIL_OTP']), goal(2)],
    [[3], [], means(OFF, user(), ['WEB_AUTHN']), goal(3)],
    // Higher than asked for is good enough.
    [[2], [], means(OPTIONAL, withPhone), goal(2)],
    [[4], ['password'], means(OPTIONAL, app), goal(4)],
    [[1], ['password'], means(OPTIONAL, app), refused('level-reached')],
    [[2], ['password', 'sms-code'], means(OPTIONAL, app), refused('level-reached')],
    [[4, 1], ['password'], means(OPTIONAL), refused('level-reached')],
    [[3], ['email-code'], means(OFF), goal(3)],
  ] as const) {
    const found = goalOf(targets, credit, from)
    assert.deepEqual(found, expected, `${targets.join()} with ${credit.join()}`)
  }
})

test('a sign-in begins with what leads to its goal', () => {
  const every: readonly FirstChoice[] = [...PASSWORD, 'EMAIL_OTP', 'WEB_AUTHN']
  const all = means(OPTIONAL, withPhone, every)
  assert.deepEqual(choicesToward(1, [], all), every)
  assert.deepEqual(choicesToward(2, [], all), every)
  assert.deepEqual(choicesToward(3, [], all), [...PASSWORD, 'WEB_AUTHN'])
  assert.deepEqual(choicesToward(4, [], all), [])
  assert.deepEqual(choicesToward(3, ['email-code'], all), [...PASSWORD, 'WEB_AUTHN'])
  assert.deepEqual(choicesToward(3, ['password'], all), ['EMAIL_OTP', 'WEB_AUTHN'])
})

const toward = (goal: AcrLevel | undefined, state: ReturnType<typeof proven>) => ({
  ...state,
  goal,
})
const BOTH = { ...EMAIL, ...PHONE }

const EDGES: readonly Edge[] = [
  ['no goal', toward(undefined, proven({ mfa: OPTIONAL, attributes: PHONE })), TOKENS],
  ['reached', toward(1, proven({ mfa: OPTIONAL, attributes: PHONE })), TOKENS],
  ['the only one', toward(3, proven({ mfa: OPTIONAL, attributes: PHONE })), challenge(SMS)],
  [
    'several',
    toward(3, proven({ mfa: OPTIONAL, attributes: BOTH })),
    challenge('SELECT_MFA_TYPE', [SMS, MAIL]),
  ],
  [
    'the chosen one',
    toward(3, proven({ mfa: OPTIONAL, attributes: BOTH, chosen: MAIL })),
    challenge(MAIL),
  ],
  [
    'the preferred one',
    toward(3, proven({ mfa: OPTIONAL, attributes: PHONE, factors: withApp([APP], APP) })),
    challenge(APP),
  ],
  [
    'a preferred one that does not lead there',
    toward(4, proven({ mfa: OPTIONAL, attributes: PHONE, factors: withApp([APP, SMS], SMS) })),
    challenge(APP),
  ],
  [
    'none any more',
    toward(4, proven({ mfa: OPTIONAL, attributes: PHONE })),
    refused('level-unreachable'),
  ],
  ['MFA off', toward(3, proven({ mfa: OFF, attributes: PHONE })), refused('level-unreachable')],
  [
    'what the pool requires comes all the same',
    toward(1, proven({ mfa: ON, attributes: PHONE })),
    challenge(SMS),
  ],
  [
    'and so does a new password',
    toward(3, proven({ mfa: ON, attributes: PHONE, status: 'FORCE_CHANGE_PASSWORD' })),
    challenge('NEW_PASSWORD_REQUIRED'),
  ],
]

walk('step towards the goal', EDGES, [
  'EMAIL_OTP',
  'NEW_PASSWORD_REQUIRED',
  'SELECT_MFA_TYPE',
  'SMS_MFA',
  'SOFTWARE_TOKEN_MFA',
  'level-unreachable',
  'tokens',
])
