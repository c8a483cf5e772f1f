import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  type SignUpCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  attributesOf,
  failure,
  invalid,
  notAuthorized,
  PASSWORD,
  secretHash,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const ABSENT = 'Username/client id combination not found.'
const MISMATCH = 'Invalid verification code provided, please try again.'
const EXPIRED = 'Invalid code provided, please request a code again.'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('sign-up', () => {
  let api: TestApi
  let poolId: string
  let app: TestClient
  let hiding: TestClient
  let secretive: TestClient

  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Schema: [
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
        { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
      ],
    })
    app = await api.makeClient(poolId, { PreventUserExistenceErrors: 'LEGACY' })
    hiding = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
    secretive = await api.makeClient(poolId, { GenerateSecret: true })
  })
  after(() => api.stop())

  const signUp = (Username: string, more: Partial<SignUpCommandInput> = {}) =>
    api.cognito.send(
      new SignUpCommand({
        ClientId: app.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: `${Username}@example.com` }),
        ...more,
      }),
    )
  const confirm = (Username: string, ConfirmationCode: string, client = app, more = {}) =>
    api.cognito.send(
      new ConfirmSignUpCommand({ ClientId: client.clientId, Username, ConfirmationCode, ...more }),
    )
  const resend = (Username: string, client = app) =>
    api.cognito.send(new ResendConfirmationCodeCommand({ ClientId: client.clientId, Username }))
  const forgot = (Username: string, client = app, more = {}) =>
    api.cognito.send(new ForgotPasswordCommand({ ClientId: client.clientId, Username, ...more }))
  const reset = (Username: string, ConfirmationCode: string, Password: string, client = app) =>
    api.cognito.send(
      new ConfirmForgotPasswordCommand({
        ClientId: client.clientId,
        Username,
        ConfirmationCode,
        Password,
      }),
    )
  const find = (Username: string, UserPoolId = poolId) =>
    api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))

  const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000')

  test('a user signs up, gets a code and is confirmed by it', async () => {
    const { $metadata: _, UserSub, ...rest } = await signUp('alice')
    assert.match(required(UserSub, 'sub'), UUID)
    assert.deepEqual(rest, {
      UserConfirmed: false,
      CodeDeliveryDetails: {
        Destination: 'a***@e***',
        DeliveryMedium: 'EMAIL',
        AttributeName: 'email',
      },
    })
    assert.equal((await find('alice')).UserStatus, 'UNCONFIRMED')
    await assert.rejects(
      api.signIn(app, 'alice'),
      failure('UserNotConfirmedException', 'User is not confirmed.'),
    )
    const [message] = await api.messages(poolId, 'alice')
    const { Code, Body, Reason, Medium, Destination, Subject } = required(message, 'message')
    assert.match(Code, /^\d{6}$/)
    assert.equal(Body, `Your confirmation code is ${Code}`)
    assert.deepEqual(
      { Reason, Medium, Destination, Subject },
      {
        Reason: 'SignUp',
        Medium: 'EMAIL',
        Destination: 'alice@example.com',
        Subject: 'Your verification code',
      },
    )
    await assert.rejects(
      confirm('alice', wrongOf(Code)),
      failure('CodeMismatchException', MISMATCH),
    )
    await confirm('alice', Code)
    const user = await find('alice')
    assert.equal(user.UserStatus, 'CONFIRMED')
    assert.deepEqual(attributesOf(user.UserAttributes), {
      sub: UserSub,
      email: 'alice@example.com',
      email_verified: 'true',
    })
    await api.signIn(app, 'alice')
    const again = notAuthorized('User cannot be confirmed. Current status is CONFIRMED')
    await assert.rejects(confirm('alice', Code), again)
  })

  test('names, passwords and attributes that cannot be', async () => {
    await signUp('bob')
    await assert.rejects(signUp('bob'), failure('UsernameExistsException', 'User already exists'))
    await assert.rejects(
      signUp('weak', { Password: 'short' }),
      failure(
        'InvalidPasswordException',
        'Password did not conform with policy: Password not long enough',
      ),
    )
    const unknown = signUp('odd', { UserAttributes: attributeList({ 'custom:none': 'x' }) })
    await assert.rejects(
      unknown,
      invalid(
        'Attributes did not conform to the schema: custom:none: Attribute does not exist in the ' +
          'schema.\n',
      ),
    )
    const email = attributeList({ email: 'nowhere' })
    const malformed = signUp('odd', { UserAttributes: email })
    await assert.rejects(malformed, invalid('Invalid email address format.'))
    await assert.rejects(find('odd'), failure('UserNotFoundException', 'User does not exist.'))
  })

  test('an attribute that is not the client’s to write is not authorized', async () => {
    const limited = await api.makeClient(poolId, { WriteAttributes: ['email'] })
    const message = 'A client attempted to write unauthorized attribute'
    const other = signUp('carol', {
      ClientId: limited.clientId,
      UserAttributes: attributeList({ 'custom:plan': 'gold' }),
    })
    await assert.rejects(other, notAuthorized(message))
    const proof = signUp('carol', {
      UserAttributes: attributeList({ email: 'c@example.com', email_verified: 'true' }),
    })
    await assert.rejects(proof, notAuthorized(message))
  })

  test('a client with a secret proves it for the name', async () => {
    const ClientId = secretive.clientId
    const missing = notAuthorized(
      `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
    )
    const wrong = notAuthorized(`Unable to verify secret hash for client ${ClientId}`)
    await assert.rejects(signUp('dora', { ClientId }), missing)
    const SecretHash = required(secretHash(secretive, 'dora'), 'hash')
    await assert.rejects(signUp('other', { ClientId, SecretHash }), wrong)
    await assert.rejects(signUp('dora', { ClientId, SecretHash: 'AAAA' }), wrong)
    await signUp('dora', { ClientId, SecretHash })
    await assert.rejects(confirm('dora', '123456', secretive), missing)
    await assert.rejects(resend('dora', secretive), missing)
    await assert.rejects(forgot('dora', secretive), missing)
    await assert.rejects(forgot('dora', secretive, { SecretHash: 'AAAA' }), wrong)
    await assert.rejects(reset('dora', '123456', PASSWORD, secretive), missing)
    await confirm('dora', await api.code(poolId, 'dora'), secretive, { SecretHash })
  })

  test('a new code replaces the earlier one', async () => {
    await signUp('erin')
    const first = await api.code(poolId, 'erin')
    const { CodeDeliveryDetails } = await resend('erin')
    assert.deepEqual(CodeDeliveryDetails, {
      Destination: 'e***@e***',
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    })
    const second = await api.code(poolId, 'erin')
    if (first !== second) {
      await assert.rejects(confirm('erin', first), failure('CodeMismatchException', MISMATCH))
    }
    await confirm('erin', second)
    await assert.rejects(resend('erin'), invalid('User is already confirmed.'))
  })

  test('a code proves the address it was sent to, and not one that came after', async () => {
    await signUp('moved')
    const old = await api.code(poolId, 'moved')
    await api.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: poolId,
        Username: 'moved',
        UserAttributes: attributeList({ email: 'elsewhere@example.com' }),
      }),
    )
    await assert.rejects(confirm('moved', old), failure('CodeMismatchException', MISMATCH))
    await resend('moved')
    await confirm('moved', await api.code(poolId, 'moved'))
  })

  test('guesses at a code are bounded', async () => {
    await signUp('frank')
    const code = await api.code(poolId, 'frank')
    let last: unknown
    for (let guess = 0; guess < 20; guess += 1) {
      last = await confirm('frank', wrongOf(code)).catch((error: Error) => error.name)
      if (last !== 'CodeMismatchException') break
    }
    assert.equal(last, 'LimitExceededException')
    await assert.rejects(
      confirm('frank', code),
      failure('LimitExceededException', 'Attempt limit exceeded, please try after some time.'),
    )
  })

  test('only LEGACY clients learn who exists', async () => {
    const absent = failure('UserNotFoundException', ABSENT)
    await assert.rejects(confirm('nobody', '123456'), absent)
    await assert.rejects(resend('nobody'), absent)
    await assert.rejects(forgot('nobody'), absent)
    await assert.rejects(reset('nobody', '123456', PASSWORD), absent)
    const expired = failure('ExpiredCodeException', EXPIRED)
    const mismatch = failure('CodeMismatchException', MISMATCH)
    await assert.rejects(confirm('nobody', '123456', hiding), mismatch)
    await assert.rejects(reset('nobody', '123456', PASSWORD, hiding), expired)
    for (const call of [resend, forgot]) {
      const { CodeDeliveryDetails: details } = await call('nobody', hiding)
      assert.deepEqual((await call('nobody', hiding)).CodeDeliveryDetails, details)
      assert.deepEqual((await call('Nobody@corp.example', hiding)).CodeDeliveryDetails, {
        Destination: 'N***@c***',
        DeliveryMedium: 'EMAIL',
        AttributeName: 'email',
      })
      assert.match(required(details?.Destination, 'destination'), /^[a-z]\*{3}@[a-z]\*{3}$/)
    }
  })

  test('a caller learns that a user is confirmed, unless the user is disabled', async () => {
    await signUp('lena')
    const { CodeDeliveryDetails } = await resend('lena', hiding)
    await confirm('lena', await api.code(poolId, 'lena'))
    const sent = (await api.messages(poolId, 'lena')).length
    const confirmed = invalid('User is already confirmed.')
    await assert.rejects(resend('lena', hiding), confirmed)
    await assert.rejects(resend('lena'), confirmed)
    assert.deepEqual((await forgot('lena', hiding)).CodeDeliveryDetails, CodeDeliveryDetails)
    const user = { UserPoolId: poolId, Username: 'lena' }
    await api.cognito.send(new AdminDisableUserCommand(user))
    assert.deepEqual((await resend('lena', hiding)).CodeDeliveryDetails, CodeDeliveryDetails)
    assert.equal((await api.messages(poolId, 'lena')).length, sent + 1)
    await assert.rejects(resend('lena'), confirmed)
    await signUp('mute', { UserAttributes: [] })
    const details = (await resend('mute', hiding)).CodeDeliveryDetails
    assert.equal(details?.DeliveryMedium, 'EMAIL')
    assert.deepEqual((await forgot('mute', hiding)).CodeDeliveryDetails, details)
    assert.deepEqual(await api.messages(poolId, 'mute'), [])
  })

  test('a forgotten password is replaced by a code', async () => {
    await api.makeUser(poolId, 'gina', { email: 'gina@example.com', email_verified: 'true' })
    const { CodeDeliveryDetails } = await forgot('gina')
    assert.deepEqual(CodeDeliveryDetails, {
      Destination: 'g***@e***',
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    })
    const [message] = await api.messages(poolId, 'gina')
    const { Code, Body, Reason } = required(message, 'message')
    assert.equal(Reason, 'ForgotPassword')
    assert.equal(Body, `Your password reset code is ${Code}`)
    await api.signIn(app, 'gina')
    const next = 'Another-horse-8-stable'
    await assert.rejects(reset('gina', wrongOf(Code), next), failure('CodeMismatchException'))
    // A password that is refused does not use the code up.
    await assert.rejects(reset('gina', Code, 'weak'), failure('InvalidPasswordException'))
    await reset('gina', Code, next)
    await assert.rejects(reset('gina', Code, next), failure('ExpiredCodeException', EXPIRED))
    await api.signIn(app, 'gina', next)
    await assert.rejects(api.signIn(app, 'gina'), failure('NotAuthorizedException'))
  })

  test('a password cannot be recovered without a proven address', async () => {
    await api.makeUser(poolId, 'hank', { email: 'hank@example.com' })
    const message =
      'Cannot reset password for the user as there is no registered/verified email or phone_number'
    await assert.rejects(forgot('hank'), invalid(message))
    const { CodeDeliveryDetails } = await forgot('hank', hiding)
    assert.equal(CodeDeliveryDetails?.DeliveryMedium, 'EMAIL')
    assert.deepEqual(await api.messages(poolId, 'hank'), [])
  })

  test('the client decides the pool', async () => {
    const otherPool = await api.makePool({ AutoVerifiedAttributes: ['email'] })
    const other = await api.makeClient(otherPool, { PreventUserExistenceErrors: 'LEGACY' })
    await signUp('ivan')
    const code = await api.code(poolId, 'ivan')
    await assert.rejects(confirm('ivan', code, other), failure('UserNotFoundException', ABSENT))
    await signUp('ivan', { ClientId: other.clientId })
    if ((await api.code(otherPool, 'ivan')) !== code) {
      await assert.rejects(confirm('ivan', code, other), failure('CodeMismatchException'))
    }
    const nowhere = signUp('ivan', { ClientId: 'a'.repeat(26) })
    const message = `User pool client ${'a'.repeat(26)} does not exist.`
    await assert.rejects(nowhere, failure('ResourceNotFoundException', message))
  })

  test('a pool may leave the creation of users to its administrators', async () => {
    const closed = await api.makePool({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    })
    const client = await api.makeClient(closed)
    await assert.rejects(
      signUp('judy', { ClientId: client.clientId }),
      notAuthorized('SignUp is not permitted for this user pool'),
    )
  })

  test('without an address that the pool verifies there is no code', async () => {
    const { CodeDeliveryDetails } = await signUp('kim', { UserAttributes: [] })
    assert.equal(CodeDeliveryDetails, undefined)
    const message = 'Cannot resend codes. Auto verification not turned on.'
    await assert.rejects(resend('kim'), invalid(message))
  })
})
