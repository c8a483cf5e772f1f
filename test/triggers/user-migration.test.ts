// Users whom only the customer's function knows.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { throws } from '#test/support/lambda-service.js'
import { claimsOf, failure, PASSWORD } from '#test/support/test-api.js'
import { ClientMetadata, common, normal, TriggerRig } from '#test/support/trigger-rig.js'

describe('user migration', () => {
  let rig: TriggerRig
  before(async () => {
    rig = await TriggerRig.start()
  })
  after(() => rig.stop())
  afterEach(() => rig.reset())

  test('UserMigration: the event, and a user who is there from then on', async () => {
    const app = await rig.makeApp(['UserMigration'])
    rig.instead = {
      UserMigration: ({ request }) =>
        request['password'] === PASSWORD
          ? {
              userAttributes: { email: 'jo@example.com', email_verified: 'true', sub: 'theirs' },
              finalUserStatus: 'CONFIRMED',
              messageAction: 'SUPPRESS',
            }
          : throws('Bad password'),
    }
    assert.ok((await rig.signIn(app, 'jo')).AuthenticationResult?.AccessToken)
    assert.deepEqual(normal(rig.one()), {
      ...common(app, 'UserMigration_Authentication', 'jo'),
      request: { password: PASSWORD, validationData: ClientMetadata },
      response: {
        userAttributes: null,
        forceAliasCreation: null,
        enableSMSMFA: null,
        finalUserStatus: null,
        messageAction: null,
        desiredDeliveryMediums: null,
      },
    })
    const user = await rig.statusOf(app, 'jo')
    assert.equal(user.UserStatus, 'CONFIRMED')
    assert.ok(user.UserAttributes?.some(({ Name, Value }) => Name === 'sub' && Value !== 'theirs'))
    assert.ok((await rig.signIn(app, 'jo')).AuthenticationResult?.AccessToken)
    assert.deepEqual(rig.take(), [])
    const wrong = new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: app.clientId,
      AuthParameters: { USERNAME: 'kim', PASSWORD: 'another' },
    })
    await assert.rejects(
      rig.api.cognito.send(wrong),
      failure('UserLambdaValidationException', 'UserMigration failed with error Bad password.'),
    )
    assert.deepEqual(rig.one().request, { password: 'another', validationData: null })
    await assert.rejects(rig.statusOf(app, 'kim'), failure('UserNotFoundException'))
  })

  test('UserMigration: without CONFIRMED a new password, and what is no user', async () => {
    const app = await rig.makeApp(['UserMigration'])
    rig.instead = { UserMigration: () => ({ userAttributes: { email: 'lea@example.com' } }) }
    await assert.rejects(
      rig.signIn(app, 'lea'),
      failure('PasswordResetRequiredException', 'Password reset required for the user'),
    )
    assert.equal((await rig.statusOf(app, 'lea')).UserStatus, 'RESET_REQUIRED')
    for (const response of [
      {},
      { userAttributes: 'x' },
      { userAttributes: { email: 1 } },
      { userAttributes: { email: 'no address' } },
      { userAttributes: { unknown: 'x' } },
    ]) {
      rig.instead = { UserMigration: () => response }
      await assert.rejects(
        rig.signIn(app, 'max'),
        failure('InvalidLambdaResponseException', 'Unrecognizable lambda output'),
        JSON.stringify(response),
      )
    }
    await assert.rejects(rig.statusOf(app, 'max'), failure('UserNotFoundException'))
  })

  test('UserMigration with SMS as second factor, and what it needs', async () => {
    const app = await rig.makeApp(['UserMigration'])
    const migrated = {
      userAttributes: { phone_number: '+12065550100', phone_number_verified: 'true' },
      finalUserStatus: 'CONFIRMED',
      enableSMSMFA: true,
    }
    rig.instead = { UserMigration: () => migrated }
    const invalid = failure('InvalidLambdaResponseException', 'Unrecognizable lambda output')
    await assert.rejects(rig.signIn(app, 'pat'), invalid)
    await rig.api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: app.poolId,
        MfaConfiguration: 'OPTIONAL',
        SmsMfaConfiguration: {
          SmsConfiguration: {
            SnsCallerArn: 'arn:aws:iam::123456789012:role/sms',
            ExternalId: 'external',
          },
        },
      }),
    )
    rig.instead = { UserMigration: () => ({ ...migrated, userAttributes: {} }) }
    await assert.rejects(rig.signIn(app, 'pat'), invalid)
    await assert.rejects(rig.statusOf(app, 'pat'), failure('UserNotFoundException'))
    rig.instead = { UserMigration: () => migrated }
    assert.equal((await rig.signIn(app, 'pat')).ChallengeName, 'SMS_MFA')
    assert.deepEqual((await rig.statusOf(app, 'pat')).UserMFASettingList, ['SMS_MFA'])
    assert.equal((await rig.signIn(app, 'pat')).ChallengeName, 'SMS_MFA')
  })

  test('UserMigration of a forgotten password, by a name that is an address', async () => {
    const app = await rig.makeApp(['UserMigration'], { UsernameAttributes: ['email'] })
    rig.instead = {
      UserMigration: ({ userName }) => ({
        userAttributes: { email: userName, email_verified: 'true' },
        messageAction: 'SUPPRESS',
      }),
    }
    const Username = 'nan@example.com'
    const { ClientId } = { ClientId: app.clientId }
    await rig.api.cognito.send(new ForgotPasswordCommand({ ClientId, Username, ClientMetadata }))
    const event = rig.one()
    assert.equal(event['triggerSource'], 'UserMigration_ForgotPassword')
    assert.deepEqual(event.request, { validationData: null, clientMetadata: ClientMetadata })
    const user = await rig.statusOf(app, Username)
    assert.equal(user.UserStatus, 'RESET_REQUIRED')
    const ConfirmationCode = await rig.api.code(app.poolId, required(user.Username, 'name'))
    const confirm = { ClientId, Username, ConfirmationCode, Password: PASSWORD }
    await rig.api.cognito.send(new ConfirmForgotPasswordCommand(confirm))
    assert.ok((await rig.signIn(app, Username)).AuthenticationResult?.AccessToken)
  })

  test('40 sign-ins of one unknown user at once bring it along once', async () => {
    const app = await rig.makeApp(['UserMigration'])
    rig.instead = {
      UserMigration: () => ({ userAttributes: {}, finalUserStatus: 'CONFIRMED' }),
    }
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => rig.signIn(app, 'olga')))
    assert.ok(outcomes.every(({ AuthenticationResult: result }) => result?.AccessToken))
    const subs = outcomes.map(({ AuthenticationResult: result }) =>
      String(claimsOf(required(result?.AccessToken, 'token'))['sub']),
    )
    assert.equal(new Set(subs).size, 1)
  })
})
