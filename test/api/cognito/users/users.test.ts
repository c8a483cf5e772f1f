import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ConfirmForgotPasswordCommand,
  GetUserCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  attributesOf,
  failure,
  invalid,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const ABSENT = failure('UserNotFoundException', 'User does not exist.')

describe('users', () => {
  let api: TestApi
  let UserPoolId: string
  let otherPool: string
  let app: TestClient

  before(async () => {
    api = await startTestApi()
    UserPoolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Schema: [
        { Name: 'name', Required: true, Mutable: true },
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
        { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
      ],
    })
    otherPool = await api.makePool()
    app = await api.makeClient(UserPoolId)
  })
  after(() => api.stop())

  const create = (Username: string, more: Partial<AdminCreateUserCommandInput> = {}) =>
    api.cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, ...more }))
  const find = (Username: string, poolId = UserPoolId) =>
    api.cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username }))
  const write = (Username: string, attributes: Readonly<Record<string, string>>) =>
    api.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId,
        Username,
        UserAttributes: attributeList(attributes),
      }),
    )
  const erase = (Username: string, ...UserAttributeNames: string[]) =>
    api.cognito.send(
      new AdminDeleteUserAttributesCommand({ UserPoolId, Username, UserAttributeNames }),
    )
  const setPassword = (Username: string, Password: string, Permanent: boolean) =>
    api.cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent }))
  const reset = (Username: string) =>
    api.cognito.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }))

  test('an administrator invites a user', async () => {
    const { User } = await create('alice', {
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: attributeList({ email: 'alice@example.com', email_verified: 'true' }),
    })
    const { UserCreateDate, UserLastModifiedDate, Attributes, ...rest } = required(User, 'user')
    assert.deepEqual(rest, {
      Username: 'alice',
      Enabled: true,
      UserStatus: 'FORCE_CHANGE_PASSWORD',
    })
    assert.equal(UserCreateDate?.getTime(), UserLastModifiedDate?.getTime())
    const { sub, ...attributes } = attributesOf(Attributes)
    assert.deepEqual(attributes, { email: 'alice@example.com', email_verified: 'true' })
    const { $metadata: _, ...found } = await find('alice')
    assert.deepEqual(found, {
      ...rest,
      UserAttributes: Attributes,
      UserCreateDate,
      UserLastModifiedDate,
    })
    assert.deepEqual((await find(required(sub, 'sub'))).Username, 'alice')
    const [message] = await api.messages(UserPoolId, 'alice')
    const { Code, Body, Subject } = required(message, 'message')
    assert.equal(Subject, 'Your temporary password')
    assert.equal(Body, `Your username is alice and temporary password is ${Code}.`)
    const exists = failure('UsernameExistsException', 'User account already exists')
    await assert.rejects(create('alice'), exists)
    await create('alice', { MessageAction: 'RESEND', DesiredDeliveryMediums: ['EMAIL'] })
    assert.equal((await api.messages(UserPoolId, 'alice')).length, 2)
  })

  test('an invitation that cannot be', async () => {
    await assert.rejects(
      create('weak', { TemporaryPassword: 'weak' }),
      failure('InvalidPasswordException'),
    )
    await assert.rejects(find('weak'), ABSENT)
    const twice = [
      { Name: 'name', Value: 'a' },
      { Name: 'name', Value: 'b' },
    ]
    await assert.rejects(create('twice', { UserAttributes: twice }), invalid())
    await assert.rejects(create('nobody', { MessageAction: 'RESEND' }), ABSENT)
    await api.makeUser(UserPoolId, 'settled')
    await assert.rejects(
      create('settled', { MessageAction: 'RESEND' }),
      failure(
        'UnsupportedUserStateException',
        'Resend not possible. status is not FORCE_CHANGE_PASSWORD',
      ),
    )
    await create('quiet', { MessageAction: 'SUPPRESS', DesiredDeliveryMediums: ['EMAIL'] })
    assert.deepEqual(await api.messages(UserPoolId, 'quiet'), [])
  })

  test('a user of another pool is not there', async () => {
    await api.makeUser(otherPool, 'stranger')
    const Username = 'stranger'
    const named = { UserPoolId, Username }
    const { cognito } = api
    await assert.rejects(find(Username), ABSENT)
    await assert.rejects(write(Username, { name: 'x' }), ABSENT)
    await assert.rejects(erase(Username, 'email'), ABSENT)
    await assert.rejects(setPassword(Username, PASSWORD, true), ABSENT)
    await assert.rejects(reset(Username), ABSENT)
    await assert.rejects(cognito.send(new AdminConfirmSignUpCommand(named)), ABSENT)
    await assert.rejects(cognito.send(new AdminDisableUserCommand(named)), ABSENT)
    await assert.rejects(cognito.send(new AdminEnableUserCommand(named)), ABSENT)
    await assert.rejects(cognito.send(new AdminDeleteUserCommand(named)), ABSENT)
    const nowhere = `${UserPoolId.slice(0, -1)}_`.replace(/_$/, 'Z')
    const absentPool = { name: 'ResourceNotFoundException' }
    if (nowhere !== UserPoolId) await assert.rejects(find(Username, nowhere), absentPool)
  })

  test('an administrator writes and removes attributes', async () => {
    await api.makeUser(UserPoolId, 'bob', {
      name: 'Bob',
      email: 'bob@example.com',
      email_verified: 'true',
    })
    const attributes = async () => {
      const { sub: _, ...others } = attributesOf((await find('bob')).UserAttributes)
      return others
    }
    await write('bob', { 'custom:plan': 'gold', email: 'new@example.com' })
    assert.deepEqual(await attributes(), {
      name: 'Bob',
      'custom:plan': 'gold',
      email: 'new@example.com',
      email_verified: 'false',
    })
    await write('bob', { email_verified: 'true', 'custom:plan': '' })
    const proven = { name: 'Bob', email: 'new@example.com', email_verified: 'true' }
    assert.deepEqual(await attributes(), proven)
    await assert.rejects(
      write('bob', { 'custom:fixed': 'x' }),
      invalid('user.custom:fixed: Attribute cannot be updated.\n'),
    )
    await assert.rejects(
      write('bob', { 'custom:none': 'x' }),
      invalid('user.custom:none: Attribute does not exist in the schema.\n'),
    )
    await assert.rejects(
      write('bob', { sub: 'x' }),
      invalid('Cannot modify the non-mutable attribute sub'),
    )
    for (const name of ['name', 'sub']) {
      await assert.rejects(
        erase('bob', name),
        invalid(`user.${name}: Required attribute cannot be deleted.\n`),
      )
    }
    await assert.rejects(
      erase('bob', 'custom:none'),
      invalid(
        'Invalid user attributes: user.custom:none: Attribute does not exist in the schema.\n',
      ),
    )
    assert.deepEqual(await attributes(), proven)
    await write('bob', { email: '' })
    assert.deepEqual(await attributes(), { name: 'Bob' })
    await write('bob', { email: 'b@example.com', email_verified: 'true' })
    await erase('bob', 'email')
    assert.deepEqual(await attributes(), { name: 'Bob' })
  })

  test('a sign-up may be confirmed without its code', async () => {
    const Username = 'carol'
    await api.cognito.send(
      new SignUpCommand({
        ClientId: app.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: 'carol@example.com', name: 'Carol' }),
      }),
    )
    const confirm = () => api.cognito.send(new AdminConfirmSignUpCommand({ UserPoolId, Username }))
    await confirm()
    const user = await find(Username)
    assert.equal(user.UserStatus, 'CONFIRMED')
    assert.equal(attributesOf(user.UserAttributes)['email_verified'], undefined)
    await api.signIn(app, Username)
    const again = notAuthorized('User cannot be confirmed. Current status is CONFIRMED')
    await assert.rejects(confirm(), again)
  })

  test('a disabled user cannot sign in, and old sessions do not come back', async () => {
    const Username = 'dave'
    await api.makeUser(UserPoolId, Username)
    const { access } = await api.signIn(app, Username)
    const me = () => api.cognito.send(new GetUserCommand({ AccessToken: access }))
    await me()
    await api.cognito.send(new AdminDisableUserCommand({ UserPoolId, Username }))
    assert.equal((await find(Username)).Enabled, false)
    await assert.rejects(api.signIn(app, Username), notAuthorized('User is disabled.'))
    await assert.rejects(
      api.signIn(app, Username, 'Wrong-horse-9-field'),
      notAuthorized('Incorrect username or password.'),
    )
    await assert.rejects(me(), failure('NotAuthorizedException'))
    await api.cognito.send(new AdminEnableUserCommand({ UserPoolId, Username }))
    assert.equal((await find(Username)).Enabled, true)
    await assert.rejects(me(), notAuthorized('Access Token has been revoked'))
    await api.signIn(app, Username)
  })

  test('passwords are set for good or for a first sign-in', async () => {
    await api.makeUser(UserPoolId, 'erin')
    const next = 'Another-horse-8-stable'
    await setPassword('erin', next, true)
    await assert.rejects(api.signIn(app, 'erin'), failure('NotAuthorizedException'))
    await api.signIn(app, 'erin', next)
    await setPassword('erin', PASSWORD, false)
    assert.equal((await find('erin')).UserStatus, 'FORCE_CHANGE_PASSWORD')
    await assert.rejects(
      setPassword('erin', 'short', true),
      failure(
        'InvalidPasswordException',
        'Password did not conform with policy: Password not long enough',
      ),
    )
  })

  test('a pool may remember passwords', async () => {
    const poolId = await api.makePool({
      Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } },
    })
    await api.makeUser(poolId, 'fay')
    const set = (Password: string) =>
      api.cognito.send(
        new AdminSetUserPasswordCommand({
          UserPoolId: poolId,
          Username: 'fay',
          Password,
          Permanent: true,
        }),
      )
    const used = failure(
      'PasswordHistoryPolicyViolationException',
      'Password has previously been used. Choose a different password.',
    )
    await assert.rejects(set(PASSWORD), used)
    await set('Second-one-1')
    await assert.rejects(set(PASSWORD), used)
    await set('Third-one-1')
    await set(PASSWORD)
  })

  test('an administrator makes a password void', async () => {
    const attributes = { email: 'gus@example.com', email_verified: 'true' }
    await api.makeUser(UserPoolId, 'gus', attributes)
    await reset('gus')
    assert.equal((await find('gus')).UserStatus, 'RESET_REQUIRED')
    await assert.rejects(
      api.signIn(app, 'gus'),
      failure('PasswordResetRequiredException', 'Password reset required for the user'),
    )
    const wrong = api.signIn(app, 'gus', 'Wrong-horse-9-field')
    await assert.rejects(wrong, notAuthorized('Incorrect username or password.'))
    const Password = 'Another-horse-8-stable'
    await api.cognito.send(
      new ConfirmForgotPasswordCommand({
        ClientId: app.clientId,
        Username: 'gus',
        ConfirmationCode: await api.code(UserPoolId, 'gus'),
        Password,
      }),
    )
    await api.signIn(app, 'gus', Password)
    await create('hal', { MessageAction: 'SUPPRESS' })
    await assert.rejects(
      reset('hal'),
      notAuthorized('User password cannot be reset in the current state.'),
    )
    await api.makeUser(UserPoolId, 'ida')
    await assert.rejects(
      reset('ida'),
      invalid(
        'Cannot reset password for the user as there is no registered/verified email or ' +
          'phone_number',
      ),
    )
  })

  test('a deleted user is gone, and so are the tokens', async () => {
    await api.makeUser(UserPoolId, 'jan')
    const { access } = await api.signIn(app, 'jan')
    const remove = () =>
      api.cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username: 'jan' }))
    await remove()
    await assert.rejects(find('jan'), ABSENT)
    await assert.rejects(remove(), ABSENT)
    const me = api.cognito.send(new GetUserCommand({ AccessToken: access }))
    await assert.rejects(me, ABSENT)
    await api.makeUser(UserPoolId, 'jan')
    const stale = api.cognito.send(new GetUserCommand({ AccessToken: access }))
    await assert.rejects(stale, ABSENT)
  })
})
