import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  type CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  DeleteUserAttributesCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  ListUsersCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  attributesOf,
  claimsOf,
  failure,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const MISMATCH = failure(
  'CodeMismatchException',
  'Invalid verification code provided, please try again.',
)
const EXPIRED = failure(
  'ExpiredCodeException',
  'Invalid code provided, please request a code again.',
)
const ALIAS_EXISTS = failure('AliasExistsException', 'An account with the email already exists.')

describe('addresses that are held back until they are verified', () => {
  let api: TestApi
  let poolId: string
  let app: TestClient
  let cognito: CognitoIdentityProviderClient

  before(async () => {
    api = await startTestApi()
    cognito = api.cognito
    poolId = await api.makePool({
      AutoVerifiedAttributes: ['email', 'phone_number'],
      AliasAttributes: ['email', 'phone_number'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    })
    app = await api.makeClient(poolId, { PreventUserExistenceErrors: 'LEGACY' })
  })
  after(() => api.stop())

  const mine = async (AccessToken: string) => {
    const { UserAttributes } = await cognito.send(new GetUserCommand({ AccessToken }))
    const { sub: _, ...attributes } = attributesOf(UserAttributes)
    return attributes
  }
  const write = (AccessToken: string, attributes: Readonly<Record<string, string>>) =>
    cognito.send(
      new UpdateUserAttributesCommand({ AccessToken, UserAttributes: attributeList(attributes) }),
    )
  const writeAsAdmin = (Username: string, attributes: Readonly<Record<string, string>>) =>
    cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: poolId,
        Username,
        UserAttributes: attributeList(attributes),
      }),
    )
  const verify = (AccessToken: string, Code: string, AttributeName = 'email') =>
    cognito.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }))
  const newest = async (username: string) =>
    required((await api.messages(poolId, username))[0], 'message')
  const listed = async (email: string) => {
    const { Users } = await cognito.send(
      new ListUsersCommand({ UserPoolId: poolId, Filter: `email = "${email}"` }),
    )
    return Users?.map(({ Username }) => Username)
  }
  /** A user with a proven address, signed in. */
  const member = async (name: string) => {
    const email = `${name}@old.example`
    await api.makeUser(poolId, name, { email, email_verified: 'true' })
    return (await api.signIn(app, name)).access
  }
  const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000')

  test('the old value is in force until a code proves the new one', async () => {
    const token = await member('ann')
    const old = { email: 'ann@old.example', email_verified: 'true' }
    const { CodeDeliveryDetailsList } = await write(token, { email: 'ann@new.example', name: 'A' })
    assert.deepEqual(CodeDeliveryDetailsList, [
      { Destination: 'a***@n***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    ])
    const { Code, Reason, Destination } = await newest('ann')
    assert.deepEqual([Reason, Destination], ['UpdateUserAttribute', 'ann@new.example'])
    // What is not held back is in force at once.
    assert.deepEqual(await mine(token), { ...old, name: 'A' })
    const { UserAttributes } = await cognito.send(
      new AdminGetUserCommand({ UserPoolId: poolId, Username: 'ann' }),
    )
    assert.equal(attributesOf(UserAttributes)['email'], old.email)
    assert.deepEqual([await listed(old.email), await listed('ann@new.example')], [['ann'], []])
    const claims = claimsOf((await api.signIn(app, 'ann@old.example')).id)
    assert.deepEqual([claims['email'], claims['email_verified']], [old.email, true])
    await assert.rejects(
      api.signIn(app, 'ann@new.example'),
      failure('UserNotFoundException', 'User does not exist.'),
    )
    await cognito.send(new ForgotPasswordCommand({ ClientId: app.clientId, Username: 'ann' }))
    assert.equal((await newest('ann')).Destination, old.email)
    await assert.rejects(verify(token, wrongOf(Code)), MISMATCH)
    assert.equal((await mine(token))['email'], old.email)
    await verify(token, Code)
    assert.deepEqual(await mine(token), {
      email: 'ann@new.example',
      email_verified: 'true',
      name: 'A',
    })
    await api.signIn(app, 'ann@new.example')
    await assert.rejects(api.signIn(app, old.email), failure('UserNotFoundException'))
    assert.deepEqual([await listed(old.email), await listed('ann@new.example')], [[], ['ann']])
    await assert.rejects(verify(token, Code), EXPIRED)
  })

  test('a later update replaces the value that waits, and its code', async () => {
    const token = await member('ben')
    await write(token, { email: 'ben@first.example' })
    const first = (await newest('ben')).Code
    await write(token, { email: 'ben@second.example' })
    const second = (await newest('ben')).Code
    if (first !== second) await assert.rejects(verify(token, first), MISMATCH)
    // Asked for again, the code goes to the address that waits.
    const { CodeDeliveryDetails } = await cognito.send(
      new GetUserAttributeVerificationCodeCommand({ AccessToken: token, AttributeName: 'email' }),
    )
    assert.equal(CodeDeliveryDetails?.Destination, 'b***@s***')
    const again = await newest('ben')
    assert.equal(again.Destination, 'ben@second.example')
    await verify(token, again.Code)
    assert.equal((await mine(token))['email'], 'ben@second.example')
  })

  test('the current value, or none, lets nothing wait any longer', async () => {
    const token = await member('cat')
    await write(token, { email: 'cat@new.example' })
    const { Code } = await newest('cat')
    const { CodeDeliveryDetailsList } = await write(token, { email: 'cat@old.example' })
    assert.deepEqual(CodeDeliveryDetailsList, [])
    await assert.rejects(verify(token, Code), MISMATCH)
    assert.deepEqual(await mine(token), { email: 'cat@old.example', email_verified: 'true' })
    await write(token, { email: 'cat@new.example' })
    const later = (await newest('cat')).Code
    const names = { AccessToken: token, UserAttributeNames: ['email'] }
    await cognito.send(new DeleteUserAttributesCommand(names))
    assert.deepEqual(await mine(token), {})
    await assert.rejects(verify(token, later), EXPIRED)
    // Nor does a first value show before it is proven.
    await write(token, { email: 'cat@third.example' })
    assert.deepEqual(await mine(token), {})
    await write(token, { email: '' })
    await assert.rejects(verify(token, (await newest('cat')).Code), EXPIRED)
  })

  test('an address that the pool does not hold back changes at once', async () => {
    const token = await member('dan')
    await write(token, { phone_number: '+15550101', email: 'dan@new.example' })
    assert.deepEqual(await mine(token), {
      email: 'dan@old.example',
      email_verified: 'true',
      phone_number: '+15550101',
      phone_number_verified: 'false',
    })
    const destinations = (await api.messages(poolId, 'dan')).map((m) => m.Destination)
    assert.deepEqual(destinations.sort(), ['+15550101', 'dan@new.example'])
  })

  test('what an administrator writes waits, unless it is said to be verified', async () => {
    const token = await member('eve')
    await writeAsAdmin('eve', { email: 'eve@new.example', nickname: 'E' })
    const old = { email: 'eve@old.example', email_verified: 'true', nickname: 'E' }
    assert.deepEqual(await mine(token), old)
    const { Code, Destination } = await newest('eve')
    assert.equal(Destination, 'eve@new.example')
    // What is said of the proof of the new address is not said of the old one.
    await writeAsAdmin('eve', { email: 'eve@new.example', email_verified: 'false' })
    assert.deepEqual(await mine(token), old)
    // A proof without an address is that of the address in force.
    await writeAsAdmin('eve', { email_verified: 'true' })
    assert.deepEqual(await mine(token), old)
    const sent = (await api.messages(poolId, 'eve')).length
    await writeAsAdmin('eve', { email: 'eve@sure.example', email_verified: 'true' })
    assert.equal((await mine(token))['email'], 'eve@sure.example')
    assert.equal((await api.messages(poolId, 'eve')).length, sent)
    await api.signIn(app, 'eve@sure.example')
    await assert.rejects(verify(token, Code), MISMATCH)
    await writeAsAdmin('eve', { email: 'eve@last.example' })
    await verify(token, (await newest('eve')).Code)
    assert.equal((await mine(token))['email'], 'eve@last.example')
  })

  test('an alias that another user holds cannot be proven', async () => {
    const token = await member('fay')
    await member('gus')
    await write(token, { email: 'gus@old.example' })
    await assert.rejects(verify(token, (await newest('fay')).Code), ALIAS_EXISTS)
    assert.equal((await mine(token))['email'], 'fay@old.example')
  })

  test('an address in place of a user name is refused at once when it is taken', async () => {
    const byEmail = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      UsernameAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    })
    const client = await api.makeClient(byEmail)
    await api.makeUser(byEmail, 'ida@old.example', { email_verified: 'true' })
    await api.makeUser(byEmail, 'jan@old.example', { email_verified: 'true' })
    const { access } = await api.signIn(client, 'ida@old.example')
    const taken = failure('AliasExistsException', 'An account with the given email already exists.')
    await assert.rejects(write(access, { email: 'jan@old.example' }), taken)
    await write(access, { email: 'ida@new.example' })
    await api.signIn(client, 'ida@old.example')
    const username = claimsOf(access)['username'] as string
    const [message] = await api.messages(byEmail, username)
    await verify(access, required(message, 'message').Code)
    await api.signIn(client, 'ida@new.example')
    await assert.rejects(api.signIn(client, 'ida@old.example'), failure('UserNotFoundException'))
  })

  test('a sign-up waits for nothing but its confirmation', async () => {
    const Username = 'kay'
    const { clientId: ClientId } = app
    await cognito.send(
      new SignUpCommand({
        ClientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: 'kay@new.example' }),
      }),
    )
    const { Code: ConfirmationCode } = await newest(Username)
    await cognito.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }))
    const { access } = await api.signIn(app, Username)
    assert.deepEqual(await mine(access), { email: 'kay@new.example', email_verified: 'true' })
  })
})
