// The matrix of sign-ins: first factor, MFA of the pool, state of the user, client-side or by an
// administrator, primary or ACTIVE secondary. One table says how each ends; each cell is a sign-in
// through the SDK.
// Cognito: developer guide, "Adding MFA to a user pool" and "Multi-Region replication", 2026. All
// pools have every second factor. Codes for a forgotten password go to the e-mail address first, as
// by default; so that address is a second factor only of those who opted in to it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { required } from '#base/assert.js'
import { activateReplica, EAST, PASSWORD, WEST } from '#test/support/replicated-pool.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { CHOICES, FIRST_FACTORS } from './matrix-flows.js'
import { addMatrixUsers, nameOf, USERS, type UserState } from './matrix-users.js'
import {
  APP,
  DISABLED,
  INCORRECT,
  MODES,
  type Mode,
  NEW_PASSWORD,
  RESET,
  SECONDARY,
  SELECT,
  SETUP,
  UNCONFIRMED,
  WRITES,
} from './matrix-words.js'
import { createMfaPool, type ReplicatedPlace, sentCode, setMfa } from './replicated.js'

/** Codes are no first factor where MFA is required: the API refuses the two together. */
const ONLY_PASSWORD = ['PASSWORD'] as const
const WITH_CODES = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] as const

const TOKENS = 'tokens'
const SMS = 'SMS_MFA'
const MAIL = 'EMAIL_OTP'

const TABLE: Readonly<Record<UserState, readonly [off: string, optional: string, on: string]>> = {
  //                                    OFF           OPTIONAL      ON
  plain: [TOKENS, TOKENS, SETUP],
  'with an e-mail address': [TOKENS, TOKENS, SETUP],
  'with a phone number': [TOKENS, TOKENS, SMS],
  'with both addresses': [TOKENS, TOKENS, SMS],
  'SMS enabled': [TOKENS, SMS, SMS],
  'e-mail enabled': [TOKENS, MAIL, MAIL],
  app: [TOKENS, APP, APP],
  'app, not preferred, and SMS': [TOKENS, SELECT, SELECT],
  'app preferred, and SMS': [TOKENS, APP, APP],
  'app switched off': [TOKENS, TOKENS, SETUP],
  'app, no preference': [TOKENS, APP, APP],
  'temporary password': [NEW_PASSWORD, NEW_PASSWORD, NEW_PASSWORD],
  'temporary password, with a phone number': [NEW_PASSWORD, NEW_PASSWORD, NEW_PASSWORD],
  unconfirmed: [UNCONFIRMED, UNCONFIRMED, UNCONFIRMED],
  reset: [RESET, RESET, RESET],
  disabled: [DISABLED, DISABLED, DISABLED],
  'disabled, with an app': [DISABLED, DISABLED, DISABLED],
}

/** What a choice-based sign-in offers besides a password: E-mail code, SMS code. */
const CODES: Readonly<Record<UserState, readonly [off: string, optional: string, on: string]>> = {
  plain: ['', '', ''],
  'with an e-mail address': ['E', 'E', ''],
  'with a phone number': ['S', 'S', ''],
  'with both addresses': ['ES', 'ES', ''],
  // A second factor that is set up leaves no code as the first one.
  'SMS enabled': ['S', '', ''],
  'e-mail enabled': ['E', '', ''],
  app: ['', '', ''],
  'app, not preferred, and SMS': ['S', '', ''],
  'app preferred, and SMS': ['S', '', ''],
  'app switched off': ['', '', ''],
  'app, no preference': ['', '', ''],
  'temporary password': ['', '', ''],
  'temporary password, with a phone number': ['', '', ''],
  unconfirmed: ['', '', ''],
  reset: ['E', 'E', ''],
  disabled: ['', '', ''],
  'disabled, with an app': ['', '', ''],
}

/** How a sign-in ends that begins with a code. */
const endOfCode = (state: UserState) => (state === 'reset' ? RESET : TOKENS)

describe('the matrix of sign-ins', () => {
  let nodes: TwoNodes
  const places = new Map<Mode, ReplicatedPlace>()

  before(async () => {
    nodes = await startTwoNodes()
    for (const mode of MODES) {
      const factors = mode === 'ON' ? ONLY_PASSWORD : WITH_CODES
      const SignInPolicy = { AllowedFirstAuthFactors: [...factors] }
      const place = await createMfaPool(nodes, { Policies: { SignInPolicy } })
      await addMatrixUsers(nodes, place)
      await setMfa(nodes, place.userPoolId, mode)
      places.set(mode, place)
    }
    await Promise.all(
      [...places.values()].map(({ userPoolId }) => activateReplica(nodes, userPoolId)),
    )
  })
  after(() => nodes.close())

  let cells = 0
  const attemptAt = (region: string, mode: Mode, state: UserState) => {
    const place = required(places.get(mode), mode)
    const username = nameOf(state)
    const { cognito } = region === WEST ? nodes.west : nodes.east
    const code = async () => (await sentCode(nodes, region, place, username)).Code
    return { cognito, place, username, sentCode: code }
  }
  const endOf = async (
    region: string,
    mode: Mode,
    state: UserState,
    { factor, password = PASSWORD }: { readonly factor: string; readonly password?: string },
  ) => {
    cells += 1
    const run = required(FIRST_FACTORS[factor], factor)
    return run({ ...attemptAt(region, mode, state), password })
  }

  for (const state of USERS) {
    for (const [column, mode] of MODES.entries()) {
      const expected = TABLE[state][column] ?? ''
      for (const factor of Object.keys(FIRST_FACTORS)) {
        test(`${state}, MFA ${mode}, ${factor}`, async () => {
          assert.equal(await endOf(WEST, mode, state, { factor }), expected, 'at the primary')
          const there = await endOf(EAST, mode, state, { factor })
          if (WRITES.includes(expected)) assert.match(there, SECONDARY)
          else assert.equal(there, expected, 'at the secondary')
        })
      }
    }
  }

  for (const state of USERS) {
    for (const [column, mode] of MODES.entries()) {
      const codes = CODES[state][column] ?? ''
      for (const [side, choices] of Object.entries(CHOICES)) {
        test(`${state}, MFA ${mode}, choice, ${side}`, async () => {
          const names: string[] = [...codes].map((one) => (one === 'E' ? 'EMAIL_OTP' : 'SMS_OTP'))
          for (const region of [WEST, EAST]) {
            const attempt = attemptAt(region, mode, state)
            const offered = await choices.offered(attempt)
            assert.deepEqual(offered, ['PASSWORD_SRP', 'PASSWORD', ...names], region)
            for (const name of ['EMAIL_OTP', 'SMS_OTP']) {
              const end = await choices.byCode(name, attempt)
              const expected = names.includes(name) ? endOfCode(state) : 'SELECT_CHALLENGE'
              assert.equal(end, expected, `${name} at ${region}`)
            }
          }
        })
      }
    }
  }

  test('a wrong password tells nothing of a state', async () => {
    const wrong = { factor: 'SRP, client', password: 'Wrong-password-1' }
    for (const state of USERS) {
      for (const mode of MODES) {
        for (const region of [WEST, EAST]) {
          const end = await endOf(region, mode, state, wrong)
          assert.equal(end, INCORRECT, `${state}, MFA ${mode}, ${region}`)
        }
      }
    }
  })

  test('every cell was reached', () => {
    const { length } = Object.keys(FIRST_FACTORS)
    assert.equal(cells, USERS.length * MODES.length * 2 * (length + 1))
  })
})
