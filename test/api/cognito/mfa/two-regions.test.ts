// Second factors in two Regions: what a code in one means in the other, and what a secondary does.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  AssociateSoftwareTokenCommand,
  GetUserPoolMfaConfigCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  activateReplica,
  addUser,
  cognitoOf,
  EAST,
  PASSWORD,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { attributesOf, claimsOf, failure } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'
import {
  addAppUser,
  addSentCodeUser,
  begin,
  createMfaPool,
  type ReplicatedPlace,
  SMS,
  sentCode,
  setMfa,
  settle,
  signInBy,
} from './replicated.js'

const USED = failure('ExpiredCodeException', 'Your software token has already been used once.')
const WRONG = failure('CodeMismatchException', 'Invalid code received for user')
const NOT_ENABLED = failure('OperationNotEnabledException')
const APP = 'SOFTWARE_TOKEN_MFA'

describe('two Regions', () => {
  let nodes: TwoNodes
  let place: ReplicatedPlace
  const secrets = new Map<string, string>()

  before(async () => {
    nodes = await startTwoNodes()
    place = await createMfaPool(nodes)
    for (const name of ['there', 'back', 'guessed', 'set-up']) {
      secrets.set(name, await addAppUser(nodes, place, name))
    }
    await addSentCodeUser(nodes, place, 'by-sms', 'SMS')
    await addSentCodeUser(nodes, place, 'by-mail', 'Email')
    await addUser(nodes, place.userPoolId, 'plain')
    await addUser(nodes, place.userPoolId, 'lifted', { phone_number: '+15555550100' })
    await activateReplica(nodes, place.userPoolId)
  })
  after(() => nodes.close())

  const code = (username: string, stepsAhead = 0) =>
    totpCode(secrets.get(username) ?? '', stepsAhead)
  const byApp = (region: string, username: string, given: string) =>
    signInBy(nodes, region, place, { username, name: APP, code: given })

  for (const [username, from, to] of [
    ['there', WEST, EAST],
    ['back', EAST, WEST],
  ] as const) {
    test(`a code of an app that was used at ${from} is not taken at ${to}`, async () => {
      const used = code(username)
      const token = await byApp(from, username, used)
      await settle(nodes, from, to, token)
      await assert.rejects(byApp(to, username, used), USED)
      await assert.rejects(byApp(from, username, used), USED)
      // The next one is.
      assert.ok(await byApp(to, username, code(username, 1)))
    })
  }

  test('a token of one Region is lifted to a higher level at the other', async () => {
    const names = new InitiateAuthCommand({
      ClientId: place.clientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: {
        USERNAME: 'lifted',
        PREFERRED_CHALLENGE: 'PASSWORD',
        PASSWORD,
        TARGET_ACR_VALUES: 'urn:cognito:loa:1',
      },
    })
    const { AuthenticationResult } = await nodes.west.cognito.send(names)
    const begun = await nodes.east.cognito.send(
      new InitiateAuthCommand({
        ClientId: place.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: {
          USERNAME: 'lifted',
          TARGET_ACR_VALUES: 'urn:cognito:loa:3',
          ACCESS_TOKEN: AuthenticationResult?.AccessToken ?? '',
        },
      }),
    )
    assert.equal(begun.ChallengeName, 'SMS_MFA')
    const lifted = await nodes.east.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: place.clientId,
        ChallengeName: 'SMS_MFA',
        Session: begun.Session,
        ChallengeResponses: {
          USERNAME: 'lifted',
          SMS_MFA_CODE: (await sentCode(nodes, EAST, place, 'lifted')).Code,
        },
      }),
    )
    const claims = claimsOf(lifted.AuthenticationResult?.AccessToken ?? '')
    assert.equal(claims['acr'], 'urn:cognito:loa:3')
    assert.deepEqual(claims['amr'], ['pwd', 'sms', 'mfa'])
  })

  test('wrong codes at one Region lock at the other', async () => {
    for (let n = 0; n < 5; n += 1) {
      await assert.rejects(byApp(EAST, 'guessed', '00000x'), WRONG)
    }
    const isLocked = async () => {
      try {
        await begin(nodes, WEST, place, 'guessed')
        return false
      } catch (error) {
        assert.equal((error as Error).message, 'Password attempts exceeded')
        return true
      }
    }
    await waitFor(isLocked, { what: 'the lock at the primary' })
  })

  for (const [username, name, medium] of [
    ['by-sms', 'SMS_MFA', 'SMS'],
    ['by-mail', 'EMAIL_OTP', 'EMAIL'],
  ] as const) {
    test(`a secondary sends the code of ${name} itself, and writes no user`, async () => {
      const read = new AdminGetUserCommand({ UserPoolId: place.userPoolId, Username: username })
      const before = await nodes.west.cognito.send(read)
      const sent = async () => {
        const message = await sentCode(nodes, EAST, place, username)
        assert.equal(message.Medium, medium)
        return message.Code
      }
      assert.ok(await signInBy(nodes, EAST, place, { username, name, code: sent }))
      const there = await nodes.east.cognito.send(read)
      assert.deepEqual(attributesOf(there.UserAttributes), attributesOf(before.UserAttributes))
      const verified = `${medium === 'SMS' ? 'phone_number' : 'email'}_verified`
      assert.notEqual(attributesOf(there.UserAttributes)[verified], 'true')
      // A code of one Region's session is none of the other's.
      await assert.rejects(
        signInBy(nodes, WEST, place, { username, name, code: sent }),
        failure('CodeMismatchException', 'Invalid code or auth state for the user.'),
      )
      const atHome = async () => (await sentCode(nodes, WEST, place, username)).Code
      assert.ok(await signInBy(nodes, WEST, place, { username, name, code: atHome }))
      const proven = await nodes.west.cognito.send(read)
      assert.equal(attributesOf(proven.UserAttributes)[verified], 'true')
    })
  }

  test('nothing is set up on a secondary', async () => {
    const { accessToken: AccessToken } = await signIn(nodes, EAST, place, 'plain')
    const east = nodes.east.cognito
    const settings = { Enabled: true }
    await assert.rejects(east.send(new AssociateSoftwareTokenCommand({ AccessToken })), NOT_ENABLED)
    await assert.rejects(
      east.send(new SetUserMFAPreferenceCommand({ AccessToken, SMSMfaSettings: settings })),
      NOT_ENABLED,
    )
    const other = await createMfaPool(nodes)
    await addUser(nodes, other.userPoolId, 'new')
    await setMfa(nodes, other.userPoolId, 'ON')
    await activateReplica(nodes, other.userPoolId)
    await assert.rejects(begin(nodes, EAST, other, 'new'), NOT_ENABLED)
    const { ChallengeName } = await begin(nodes, WEST, other, 'new')
    assert.equal(ChallengeName, 'MFA_SETUP')
  })

  test('of the MFA settings a secondary takes the transport of its text messages', async () => {
    const UserPoolId = place.userPoolId
    const east = nodes.east.cognito
    const own = { ...SMS, ExternalId: 'east' }
    await east.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId,
        SmsMfaConfiguration: { SmsConfiguration: own },
      }),
    )
    const at = async (region: string) => {
      const config = new GetUserPoolMfaConfigCommand({ UserPoolId })
      return cognitoOf(nodes, region).send(config)
    }
    assert.deepEqual((await at(EAST)).SmsMfaConfiguration?.SmsConfiguration, own)
    assert.deepEqual((await at(WEST)).SmsMfaConfiguration?.SmsConfiguration, SMS)
    assert.equal((await at(EAST)).MfaConfiguration, 'OPTIONAL')
    for (const [member, change] of [
      ['MfaConfiguration', { MfaConfiguration: 'ON' }],
      ['SoftwareTokenMfaConfiguration', { SoftwareTokenMfaConfiguration: { Enabled: false } }],
      ['EmailMfaConfiguration', { EmailMfaConfiguration: { Message: 'Now {####}' } }],
    ] as const) {
      const sms = { SmsMfaConfiguration: { SmsConfiguration: own } }
      await assert.rejects(
        east.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...sms, ...change })),
        failure(
          'InvalidParameterException',
          `${member} must match the primary Region's setting and can only be changed there.`,
        ),
      )
    }
  })
})

test('one setting has a secondary refuse those who have an app only', async () => {
  const nodes = await startTwoNodes({ signIn: { totpOnSecondary: false } })
  try {
    const place = await createMfaPool(nodes)
    const secret = await addAppUser(nodes, place, 'app')
    await activateReplica(nodes, place.userPoolId)
    await assert.rejects(begin(nodes, EAST, place, 'app'), NOT_ENABLED)
    const app = { username: 'app', name: APP, code: totpCode(secret) } as const
    assert.ok(await signInBy(nodes, WEST, place, app))
  } finally {
    await nodes.close()
  }
})
