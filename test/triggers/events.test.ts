// Events of sign-up, confirmation, messages and sign-in as functions get them, what becomes of
// their responses, and the errors of those that cannot be used.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  ConfirmSignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { throws } from '#test/support/lambda-service.js'
import { failure, notAuthorized } from '#test/support/test-api.js'
import {
  ClientMetadata,
  common,
  type Event,
  normal,
  TriggerRig,
} from '#test/support/trigger-rig.js'

describe('events of triggers', () => {
  let rig: TriggerRig
  before(async () => {
    rig = await TriggerRig.start()
  })
  after(() => rig.stop())
  afterEach(() => rig.reset())

  test('PreSignUp: the event, and a user who is confirmed and proven', async () => {
    const app = await rig.makeApp(['PreSignUp'], { AutoVerifiedAttributes: ['email'] })
    rig.instead = { PreSignUp: () => ({ autoConfirmUser: true, autoVerifyEmail: true }) }
    const { UserConfirmed } = await rig.signUp(app, 'ada', { email: 'ada@example.com' })
    assert.equal(UserConfirmed, true)
    assert.deepEqual(normal(rig.one()), {
      ...common(app, 'PreSignUp_SignUp', 'ada'),
      request: {
        userAttributes: { email: 'ada@example.com' },
        validationData: { captcha: 'ok' },
        clientMetadata: ClientMetadata,
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    })
    const user = await rig.statusOf(app, 'ada')
    assert.equal(user.UserStatus, 'CONFIRMED')
    const verified = user.UserAttributes?.find(({ Name }) => Name === 'email_verified')
    assert.equal(verified?.Value, 'true')
  })

  test('PreSignUp of an administrator: no client, and nothing that is heeded', async () => {
    const app = await rig.makeApp(['PreSignUp'])
    rig.instead = { PreSignUp: () => ({ autoConfirmUser: true }) }
    await rig.api.cognito.send(
      new AdminCreateUserCommand({ UserPoolId: app.poolId, Username: 'bob', ClientMetadata }),
    )
    assert.deepEqual(normal(rig.one()), {
      ...common(app, 'PreSignUp_AdminCreateUser', 'bob'),
      callerContext: { awsSdkVersion: 'aws-sdk-js-3', clientId: 'CLIENT_ID_NOT_APPLICABLE' },
      request: { userAttributes: {}, validationData: null, clientMetadata: ClientMetadata },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    })
    assert.equal((await rig.statusOf(app, 'bob')).UserStatus, 'FORCE_CHANGE_PASSWORD')
  })

  test('a function that throws, and responses that cannot be used', async () => {
    const app = await rig.makeApp(['PreSignUp'], { AutoVerifiedAttributes: ['email'] })
    const refuses = async (made: (event: Event) => unknown, name: string, text: string) => {
      rig.instead = { PreSignUp: made }
      await assert.rejects(rig.signUp(app, 'carl'), failure(name, text), made.toString())
    }
    await refuses(
      () => throws('Bad password'),
      'UserLambdaValidationException',
      'PreSignUp failed with error Bad password.',
    )
    const invalid = ['InvalidLambdaResponseException', 'Unrecognizable lambda output'] as const
    await refuses(() => '<html>', ...invalid)
    await refuses(() => '', ...invalid)
    await refuses(() => 'null', ...invalid)
    await refuses(() => '[]', ...invalid)
    await refuses(() => '{"version":"1"}', ...invalid)
    for (const member of ['version', 'triggerSource', 'userName', 'request', 'response']) {
      await refuses((event) => ({ version: '1', ...event, [member]: null }), ...invalid)
    }
    await refuses((event) => ({ ...event, response: [] }), ...invalid)
    await refuses(() => ({ autoConfirmUser: 'true' }), ...invalid)
    // To verify an address that there is not.
    await refuses(() => ({ autoVerifyEmail: true }), ...invalid)
    await refuses(
      () =>
        (
          _call: unknown,
          response: { writeHead(status: number, headers: object): void; end(): void },
        ) => {
          response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' })
          response.end()
        },
      'UnexpectedLambdaException',
      'PreSignUp invocation failed due to error ResourceNotFoundException.',
    )
    await assert.rejects(rig.statusOf(app, 'carl'), failure('UserNotFoundException'))
    rig.instead = {}
    await rig.signUp(app, 'carl')
  })

  test('PostConfirmation of a sign-up, which an error does not take back', async () => {
    const app = await rig.makeApp(['PostConfirmation'], { AutoVerifiedAttributes: ['email'] })
    const { UserSub: sub } = await rig.signUp(app, 'dora', { email: 'dora@example.com' })
    assert.deepEqual(rig.take(), [])
    rig.instead = { PostConfirmation: () => throws('later') }
    const ConfirmationCode = await rig.api.code(app.poolId, 'dora')
    const confirm = new ConfirmSignUpCommand({
      ClientId: app.clientId,
      Username: 'dora',
      ConfirmationCode,
      ClientMetadata,
    })
    await assert.rejects(
      rig.api.cognito.send(confirm),
      failure('UserLambdaValidationException', 'PostConfirmation failed with error later.'),
    )
    assert.deepEqual(normal(rig.one()), {
      ...common(app, 'PostConfirmation_ConfirmSignUp', 'dora'),
      request: {
        userAttributes: {
          sub,
          'cognito:user_status': 'CONFIRMED',
          email: 'dora@example.com',
          email_verified: 'true',
        },
        clientMetadata: ClientMetadata,
      },
      response: {},
    })
    assert.equal((await rig.statusOf(app, 'dora')).UserStatus, 'CONFIRMED')
  })

  test('PreAuthentication and PostAuthentication', async () => {
    const app = await rig.makeApp(
      ['PreAuthentication', 'PostAuthentication'],
      { AliasAttributes: ['email'] },
      { PreventUserExistenceErrors: 'ENABLED' },
    )
    const attributes = {
      email: 'Eve@example.com',
      email_verified: 'True',
      'custom:x_verified': 'T',
    }
    const { 'custom:x_verified': _, ...given } = attributes
    const sub = await rig.api.makeUser(app.poolId, 'eve', given)
    await rig.signIn(app, 'eve')
    const userAttributes = {
      sub,
      'cognito:user_status': 'CONFIRMED',
      'cognito:email_alias': 'Eve@example.com',
      email: 'Eve@example.com',
      email_verified: 'true',
    }
    const [pre, post, ...more] = rig.take()
    assert.equal(more.length, 0)
    assert.deepEqual(normal(required(pre, 'pre')), {
      ...common(app, 'PreAuthentication_Authentication', 'eve'),
      request: { userAttributes, validationData: ClientMetadata, userNotFound: false },
      response: {},
    })
    assert.deepEqual(normal(required(post, 'post')), {
      ...common(app, 'PostAuthentication_Authentication', 'eve'),
      // Metadata of the beginning is for the functions before the proof.
      request: { userAttributes, newDeviceUsed: false },
      response: {},
    })
    await assert.rejects(
      rig.signIn(app, 'nobody', {}),
      notAuthorized('Incorrect username or password.'),
    )
    const { request, userName } = rig.one()
    assert.equal(userName, 'nobody')
    assert.deepEqual(request, { userAttributes: {}, validationData: null, userNotFound: true })
    rig.instead = { PreAuthentication: () => throws('Closed today') }
    await assert.rejects(
      rig.signIn(app, 'eve'),
      failure('UserLambdaValidationException', 'PreAuthentication failed with error Closed today.'),
    )
  })

  test('CustomMessage: the event, texts, and texts that cannot be used', async () => {
    const pool = {
      AutoVerifiedAttributes: ['phone_number' as const],
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    }
    const app = await rig.makeApp(['CustomMessage'], pool)
    rig.instead = { CustomMessage: () => ({ smsMessage: 'Welcome {####}' }) }
    const phone = { phone_number: '+12065550100' }
    const { UserSub: sub } = await rig.signUp(app, 'fay', phone)
    assert.deepEqual(normal(rig.one()), {
      ...common(app, 'CustomMessage_SignUp', 'fay'),
      request: {
        userAttributes: { sub, 'cognito:user_status': 'UNCONFIRMED', ...phone },
        codeParameter: '{####}',
        linkParameter: '{##Click Here##}',
        usernameParameter: null,
        clientMetadata: ClientMetadata,
      },
      response: { smsMessage: null, emailMessage: null, emailSubject: null },
    })
    const [message] = await rig.api.messages(app.poolId, 'fay')
    assert.equal(message?.Body, `Welcome ${message?.Code}`)
    for (const response of [
      { smsMessage: 'no place' },
      { smsMessage: `{####}${'x'.repeat(135)}` },
      { smsMessage: 1 },
      // E-mail texts need a sender of the customer's own.
      { emailMessage: 'Welcome {####}' },
      { emailSubject: 'Welcome' },
    ]) {
      rig.instead = { CustomMessage: () => response }
      await assert.rejects(
        rig.signUp(app, 'gil', phone),
        failure('InvalidLambdaResponseException', 'Unrecognizable lambda output'),
        JSON.stringify(response),
      )
    }
    rig.instead = {}
    rig.take()
    const invite = new AdminCreateUserCommand({
      UserPoolId: app.poolId,
      Username: 'hal',
      UserAttributes: [{ Name: 'phone_number', Value: '+12065550101' }],
    })
    await rig.api.cognito.send(invite)
    const invited = rig.one()
    assert.equal(invited['triggerSource'], 'CustomMessage_AdminCreateUser')
    assert.equal(invited.request['usernameParameter'], '{username}')
    assert.ok(!('clientMetadata' in invited.request))
  })

  test('CustomMessage with a sender of the customer’s own has texts of e-mail', async () => {
    const app = await rig.makeApp(['CustomMessage'], {
      AutoVerifiedAttributes: ['email'],
      EmailConfiguration: {
        EmailSendingAccount: 'DEVELOPER',
        SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
      },
    })
    const texts = { emailMessage: 'Welcome {####}', emailSubject: 'Hi' }
    rig.instead = { CustomMessage: () => texts }
    await rig.signUp(app, 'ivy', { email: 'ivy@example.com' })
    assert.equal(rig.one()['triggerSource'], 'CustomMessage_SignUp')
  })
})
