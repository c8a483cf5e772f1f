// The matrix of custom sign-ins: alone and behind SRP, MFA of the pool, state of the user,
// client-side or by an administrator, primary or ACTIVE secondary. Each cell is a whole sign-in
// through the SDK, written as the challenges on its way.
// Cognito: developer guide, "Custom authentication challenge Lambda triggers" and "Adding MFA to a
// user pool", 2026. Alone, a custom sign-in is what the customer's functions make of it, whatever
// the pool says of MFA. Behind SRP, the second factor comes between the password and the functions.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { required } from '#base/assert.js'
import { activateReplica, EAST, WEST } from '#test/support/replicated-pool.js'
import { totpCode } from '#test/support/totp.js'
import { triggerModules } from '#test/support/trigger-module.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { configureEast, customConfig, customFunctions } from './custom-functions.js'
import { admin, bySrp, client, type Side, type Step } from './matrix-flows.js'
import { addMatrixUsers, nameOf, USERS, type UserState } from './matrix-users.js'
import { type Walker, walk } from './matrix-walk.js'
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
import { addAppUser, createMfaPool, type ReplicatedPlace, sentCode, setMfa } from './replicated.js'

const ALONE = 'CUSTOM_CHALLENGE, tokens'
const BY_SMS = `SMS_MFA, ${ALONE}`
const BY_MAIL = `EMAIL_OTP, ${ALONE}`

const BEHIND_SRP: Readonly<Record<UserState, readonly [off: string, opt: string, on: string]>> = {
  //                                    OFF           OPTIONAL      ON
  plain: [ALONE, ALONE, SETUP],
  'with an e-mail address': [ALONE, ALONE, SETUP],
  'with a phone number': [ALONE, ALONE, BY_SMS],
  'with both addresses': [ALONE, ALONE, BY_SMS],
  'SMS enabled': [ALONE, BY_SMS, BY_SMS],
  'e-mail enabled': [ALONE, BY_MAIL, BY_MAIL],
  app: [ALONE, APP, APP],
  'app, not preferred, and SMS': [ALONE, SELECT, SELECT],
  'app preferred, and SMS': [ALONE, APP, APP],
  'app switched off': [ALONE, ALONE, SETUP],
  'app, no preference': [ALONE, APP, APP],
  'temporary password': [NEW_PASSWORD, NEW_PASSWORD, NEW_PASSWORD],
  'temporary password, with a phone number': [NEW_PASSWORD, NEW_PASSWORD, NEW_PASSWORD],
  unconfirmed: [UNCONFIRMED, UNCONFIRMED, UNCONFIRMED],
  reset: [RESET, RESET, RESET],
  disabled: [DISABLED, DISABLED, DISABLED],
  'disabled, with an app': [DISABLED, DISABLED, DISABLED],
}

/** Without a password only the state of the account counts, and behind the functions. */
const REFUSED: Partial<Record<UserState, string>> = {
  unconfirmed: UNCONFIRMED,
  reset: RESET,
  disabled: DISABLED,
  'disabled, with an app': DISABLED,
}

describe('the matrix of custom sign-ins', () => {
  const modules = triggerModules()
  let nodes: TwoNodes
  const places = new Map<Mode, ReplicatedPlace>()
  const secrets = new Map<string, string>()

  async function makePlace(mode: Mode): Promise<void> {
    const place = await createMfaPool(nodes, { LambdaConfig: customConfig(WEST) })
    await addMatrixUsers(nodes, place)
    for (const region of [WEST, EAST]) {
      secrets.set(`${mode}/${region}`, await addAppUser(nodes, place, `app-of-${region}`))
    }
    await setMfa(nodes, place.userPoolId, mode)
    places.set(mode, place)
  }

  before(async () => {
    nodes = await startTwoNodes({ functions: (region) => customFunctions(modules, region) })
    for (const mode of MODES) await makePlace(mode)
    await Promise.all(
      [...places.values()].map(async ({ userPoolId: UserPoolId }) => {
        await activateReplica(nodes, UserPoolId)
        await configureEast(nodes, UserPoolId)
      }),
    )
  })
  after(async () => {
    await nodes.close()
    modules.remove()
  })

  let cells = 0
  function walkerAt(region: string, mode: Mode, how: { username: string; side: Side }): Walker {
    const place = required(places.get(mode), mode)
    const { cognito } = region === WEST ? nodes.west : nodes.east
    const code = async () => (await sentCode(nodes, region, place, how.username)).Code
    return { ...how, cognito, place, answer: region, sentCode: code }
  }
  const alone = (walker: Walker): Promise<Step> =>
    walker.side.begin(walker, 'CUSTOM_AUTH', { USERNAME: walker.username })
  const behindSrp = (walker: Walker): Promise<Step> =>
    bySrp(walker.side, walker, { flow: 'CUSTOM_AUTH', more: { CHALLENGE_NAME: 'SRP_A' } })

  for (const state of USERS) {
    for (const [column, mode] of MODES.entries()) {
      for (const [sideName, side] of Object.entries({ client, admin })) {
        const who = { username: nameOf(state), side }
        test(`${state}, MFA ${mode}, custom alone, ${sideName}`, async () => {
          const refusal = REFUSED[state]
          const expected = refusal === undefined ? ALONE : `CUSTOM_CHALLENGE, ${refusal}`
          for (const region of [WEST, EAST]) {
            cells += 1
            const walker = walkerAt(region, mode, who)
            assert.equal(await walk(walker, alone(walker)), expected, region)
          }
        })
        test(`${state}, MFA ${mode}, custom behind SRP, ${sideName}`, async () => {
          const expected = BEHIND_SRP[state][column] ?? ''
          for (const region of [WEST, EAST]) {
            cells += 1
            const walker = walkerAt(region, mode, who)
            const end = await walk(walker, behindSrp(walker))
            if (region === EAST && WRITES.includes(expected)) assert.match(end, SECONDARY)
            else assert.equal(end, expected, region)
          }
        })
      }
    }
  }

  for (const mode of ['OPTIONAL', 'ON'] as const) {
    test(`MFA ${mode}: an app comes between the password and the functions`, async () => {
      for (const region of [WEST, EAST]) {
        const who = { username: `app-of-${region}`, side: client }
        const appCode = () => totpCode(required(secrets.get(`${mode}/${region}`), 'secret'))
        const walker = { ...walkerAt(region, mode, who), appCode }
        const end = await walk(walker, behindSrp(walker))
        assert.equal(end, `SOFTWARE_TOKEN_MFA, ${ALONE}`, region)
        const wrong = { ...walkerAt(region, mode, who), appCode: () => '00000x' }
        const refused = 'CodeMismatchException: Invalid code received for user'
        const failed = await walk(wrong, behindSrp(wrong))
        assert.equal(failed, `SOFTWARE_TOKEN_MFA, ${refused}`, region)
      }
    })
  }

  test('a wrong password or a wrong answer tells nothing of a state', async () => {
    for (const state of USERS) {
      for (const mode of MODES) {
        for (const region of [WEST, EAST]) {
          const walker = walkerAt(region, mode, { username: nameOf(state), side: client })
          const guess = { ...walker, password: 'Wrong-password-1' }
          const where = `${state}, MFA ${mode}, ${region}`
          assert.equal(await walk(guess, behindSrp(guess)), INCORRECT, where)
          const wrong = { ...walker, answer: 'another Region' }
          assert.equal(await walk(wrong, alone(wrong)), `CUSTOM_CHALLENGE, ${INCORRECT}`, where)
        }
      }
    }
  })

  test('every cell was reached', () => {
    assert.equal(cells, USERS.length * MODES.length * 2 * 2 * 2)
  })
})
