// Which triggers confirmations and messages call, with what, and what their responses and refusals
// do.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminConfirmSignUpCommand,
  AdminResetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  GetUserAttributeVerificationCodeCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { attributeList, failure, type TestClient } from '#test/support/test-api.js'
import {
  ABSENT,
  ClientMetadata,
  OTHER_PASSWORD,
  refusing,
  startTriggerStage,
  type TriggerStage,
  UNREADABLE,
  userOf,
} from './trigger-stage.js'

describe('triggers of confirmations and messages', () => {
  let on: TriggerStage
  before(async () => {
    on = await startTriggerStage()
  })
  after(() => on.stop())
  afterEach(() => on.reset())

  test('confirmations', async () => {
    await on.signUp('maria')
    on.recording.take()
    const wrong = await on.wrongCode('maria')
    await assert.rejects(on.confirm('maria', wrong), failure('CodeMismatchException'))
    on.takeCalls('ConfirmSignUp', [], on.app)
    const source = 'PostConfirmation_ConfirmSignUp'
    await on.confirm('maria', await on.code('maria'))
    const [event] = on.takeCalls('ConfirmSignUp', [source], on.app)
    assert.equal(userOf(event).status, 'CONFIRMED')
    assert.equal(userOf(event).attributes['email_verified'], 'true')

    await on.signUp('nadja')
    on.recording.take()
    const byAdmin = { UserPoolId: on.app.poolId, Username: 'nadja', ClientMetadata }
    await on.api.cognito.send(new AdminConfirmSignUpCommand(byAdmin))
    const [confirmed] = on.takeCalls('AdminConfirmSignUp', [source])
    assert.equal(userOf(confirmed).username, 'nadja')
    await assert.rejects(
      on.api.cognito.send(new AdminConfirmSignUpCommand(byAdmin)),
      failure('NotAuthorizedException'),
    )
    on.takeCalls('AdminConfirmSignUp', [])
  })

  test('a refusal after a confirmation is told, and takes nothing back', async () => {
    await on.signUp('olga')
    const { instead, error } = refusing('postConfirmation')
    on.recording.instead = instead
    await assert.rejects(on.confirm('olga', await on.code('olga')), error)
    assert.equal((await on.find('olga')).status, 'CONFIRMED')
    await on.forgot('olga')
    await assert.rejects(on.resetPassword('olga', await on.code('olga')), error)
    on.recording.instead = {}
    assert.ok((await on.api.signIn(on.app, 'olga', OTHER_PASSWORD)).access)
  })

  test('a forgotten password: the message, and the confirmation', async () => {
    await on.makeVerified(on.app, 'paula')
    on.recording.take()
    await on.forgot('paula')
    on.takeCalls('ForgotPassword', ['CustomMessage_ForgotPassword'], on.app)
    const wrong = await on.wrongCode('paula')
    await assert.rejects(on.resetPassword('paula', wrong), failure('CodeMismatchException'))
    on.takeCalls('ConfirmForgotPassword', [], on.app)
    await on.resetPassword('paula', await on.code('paula'))
    const source = 'PostConfirmation_ConfirmForgotPassword'
    const [event] = on.takeCalls('ConfirmForgotPassword', [source], on.app)
    assert.equal(userOf(event).username, 'paula')
    await on.api.cognito.send(
      new AdminResetUserPasswordCommand({
        UserPoolId: on.app.poolId,
        Username: 'paula',
        ClientMetadata,
      }),
    )
    on.takeCalls('AdminResetUserPassword', ['CustomMessage_ForgotPassword'])
  })

  test('a forgotten password of a user whom only the customer’s code knows', async () => {
    await assert.rejects(on.forgot('quirin'), ABSENT)
    const [event] = on.takeCalls('ForgotPassword', ['UserMigration_ForgotPassword'], on.app)
    assert.deepEqual([event?.['username'], event?.['password']], ['quirin', undefined])
    // A client that must not learn who exists is told of a delivery, as ever.
    assert.ok((await on.forgot('quirin', on.hiding)).CodeDeliveryDetails)
    on.takeCalls('ForgotPassword', ['UserMigration_ForgotPassword'], on.hiding)
    const { instead, error } = refusing('userMigration')
    on.recording.instead = instead
    await assert.rejects(on.forgot('quirin'), error)
    on.recording.instead = {
      async userMigration() {
        await on.makeVerified(on.app, 'quirin')
        return 'migrated' as const
      },
    }
    assert.equal((await on.forgot('quirin')).CodeDeliveryDetails?.Destination, 'q***@e***')
    on.recording.take()
    await on.forgot('quirin')
    on.takeCalls('ForgotPassword', ['CustomMessage_ForgotPassword'], on.app)
  })

  test('texts of the customer’s code go out in place of the pool’s', async () => {
    on.recording.instead = {
      customMessage: () => ({ emailSubject: 'Hi {username}', emailMessage: 'Code: {####}' }),
    }
    await on.signUp('rita')
    on.recording.take()
    await on.resend('rita')
    on.takeCalls('ResendConfirmationCode', ['CustomMessage_ResendCode'], on.app)
    for (const { Subject, Body, Code } of await on.messages('rita')) {
      assert.deepEqual([Subject, Body], ['Hi rita', `Code: ${Code}`])
    }
    on.recording.instead = { customMessage: () => ({ smsMessage: 'SMS {####}' }) }
    await on.resend('rita')
    const { Body, Code } = required((await on.messages('rita'))[0], 'message')
    assert.equal(Body, `Your confirmation code is ${Code}`)
    on.recording.instead = { customMessage: () => ({ emailMessage: 'No code in here' }) }
    await assert.rejects(on.resend('rita'), UNREADABLE)
    assert.equal((await on.messages('rita')).length, 3)
    await on.confirm('rita', await on.code('rita'))
  })

  test('a code that is asked for again and refused: the one of before is still good', async () => {
    await on.signUp('sonja')
    const { instead, error } = refusing('customMessage')
    on.recording.instead = instead
    await assert.rejects(on.resend('sonja'), error)
    on.recording.instead = {}
    await on.confirm('sonja', await on.code('sonja'))
  })

  test('changed addresses and their codes', async () => {
    await on.makeVerified(on.app, 'tanja')
    const { access: AccessToken } = await on.api.signIn(on.app, 'tanja')
    on.recording.take()
    const change = (email: string) =>
      on.api.cognito.send(
        new UpdateUserAttributesCommand({
          AccessToken,
          UserAttributes: attributeList({ email, name: 'T' }),
          ClientMetadata,
        }),
      )
    await change('new@example.com')
    const [event] = on.takeCalls(
      'UpdateUserAttributes',
      ['CustomMessage_UpdateUserAttribute'],
      on.app,
    )
    assert.equal(userOf(event).attributes['email'], 'new@example.com')
    await change('new@example.com')
    on.takeCalls('UpdateUserAttributes', [], on.app)
    await on.api.cognito.send(
      new GetUserAttributeVerificationCodeCommand({
        AccessToken,
        AttributeName: 'email',
        ClientMetadata,
      }),
    )
    const asked = 'GetUserAttributeVerificationCode'
    on.takeCalls(asked, ['CustomMessage_VerifyUserAttribute'], on.app)
    const { instead, error } = refusing('customMessage')
    on.recording.instead = instead
    await assert.rejects(change('other@example.com'), error)
    assert.equal((await on.find('tanja')).attributes['email'], 'new@example.com')
    // Neither the code of before nor its address is gone.
    const Code = await on.code('tanja')
    await on.api.cognito.send(
      new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code }),
    )
    assert.equal((await on.find('tanja')).attributes['email_verified'], 'true')
  })

  test('an address that an administrator changes', async () => {
    const change = async (client: TestClient, name: string) => {
      await on.makeVerified(client, name)
      on.recording.take()
      await on.api.cognito.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: client.poolId,
          Username: name,
          UserAttributes: attributeList({ email: `new-${name}@example.com` }),
          ClientMetadata,
        }),
      )
      return on.recording.takeSources()
    }
    assert.deepEqual(await change(on.app, 'ursula'), [])
    // It waits for its proof, so a code goes out.
    assert.deepEqual(await change(on.aliased, 'ursula'), ['CustomMessage_UpdateUserAttribute'])
  })
})
