// The matrix of sign-ins: first factor, MFA of the pool, state of the user, client-side or by an
// administrator, primary or ACTIVE secondary. One table says how each ends; each cell is a sign-in
// through the SDK.
// Cognito: developer guide, "Adding MFA to a user pool" and "Multi-Region replication", 2026. All
// pools have every second factor. Codes for a forgotten password go to the e-mail address first, as
// by default; so that address is a second factor only of those who opted in to it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { activateReplica, EAST, WEST } from '#test/support/replicated-pool.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { FIRST_FACTORS } from './matrix-flows.js'
import { addMatrixUsers, nameOf, USERS, type UserState } from './matrix-users.js'
import { createMfaPool, type ReplicatedPlace, setMfa } from './replicated.js'

const MODES = ['OFF', 'OPTIONAL', 'ON'] as const
type Mode = (typeof MODES)[number]

const TOKENS = 'tokens'
const APP = 'SOFTWARE_TOKEN_MFA'
const SMS = 'SMS_MFA'
const MAIL = 'EMAIL_OTP'
const SELECT = 'SELECT_MFA_TYPE'
/** What writes the directory: a secondary refuses the sign-in. */
const SETUP = 'MFA_SETUP'
const NEW_PASSWORD = 'NEW_PASSWORD_REQUIRED'
const WRITES: readonly string[] = [SETUP, NEW_PASSWORD]

const UNCONFIRMED = 'UserNotConfirmedException: User is not confirmed.'
const RESET = 'PasswordResetRequiredException: Password reset required for the user'
const DISABLED = 'NotAuthorizedException: User is disabled.'
const INCORRECT = 'NotAuthorizedException: Incorrect username or password.'
const SECONDARY = /^OperationNotEnabledException: /

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
  'temporary password': [NEW_PASSWORD, NEW_PASSWORD, NEW_PASSWORD],
  'temporary password, with a phone number': [NEW_PASSWORD, NEW_PASSWORD, NEW_PASSWORD],
  unconfirmed: [UNCONFIRMED, UNCONFIRMED, UNCONFIRMED],
  reset: [RESET, RESET, RESET],
  disabled: [DISABLED, DISABLED, DISABLED],
  'disabled, with an app': [DISABLED, DISABLED, DISABLED],
}

describe('the matrix of sign-ins', () => {
  let nodes: TwoNodes
  const places = new Map<Mode, ReplicatedPlace>()

  before(async () => {
    nodes = await startTwoNodes()
    for (const mode of MODES) {
      const place = await createMfaPool(nodes)
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
  const endOf = async (
    region: string,
    mode: Mode,
    state: UserState,
    factor: string,
    password?: string,
  ) => {
    const place = places.get(mode)
    const run = FIRST_FACTORS[factor]
    assert.ok(place && run)
    const { cognito } = region === WEST ? nodes.west : nodes.east
    const attempt = { cognito, place, username: nameOf(state) }
    cells += 1
    return run(password === undefined ? attempt : { ...attempt, password })
  }

  for (const state of USERS) {
    for (const [column, mode] of MODES.entries()) {
      const expected = TABLE[state][column] ?? ''
      for (const factor of Object.keys(FIRST_FACTORS)) {
        test(`${state}, MFA ${mode}, ${factor}`, async () => {
          assert.equal(await endOf(WEST, mode, state, factor), expected, 'at the primary')
          const there = await endOf(EAST, mode, state, factor)
          if (WRITES.includes(expected)) assert.match(there, SECONDARY)
          else assert.equal(there, expected, 'at the secondary')
        })
      }
    }
  }

  test('a wrong password tells nothing of a state', async () => {
    for (const state of USERS) {
      for (const mode of MODES) {
        for (const region of [WEST, EAST]) {
          const end = await endOf(region, mode, state, 'SRP, client', 'Wrong-password-1')
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
