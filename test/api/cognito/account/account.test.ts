import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  ChangePasswordCommand,
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  attributesOf,
  claimsOf,
  failure,
  invalid,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const UNAUTHORIZED = notAuthorized('A client attempted to write unauthorized attribute')

describe('the account of a signed-in user', () => {
  let api: TestApi
  let poolId: string
  let app: TestClient
  let limited: TestClient

  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      AliasAttributes: ['email'],
      Schema: [
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
        { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
      ],
    })
    app = await api.makeClient(poolId)
    limited = await api.makeClient(poolId, {
      ReadAttributes: ['email'],
      WriteAttributes: ['email', 'nickname'],
    })
  })
  after(() => api.stop())

  const me = (AccessToken: string) => api.cognito.send(new GetUserCommand({ AccessToken }))
  const mine = async (token: string) => {
    const { sub: _, ...attributes } = attributesOf((await me(token)).UserAttributes)
    return attributes
  }
  const write = (AccessToken: string, attributes: Readonly<Record<string, string>>) =>
    api.cognito.send(
      new UpdateUserAttributesCommand({ AccessToken, UserAttributes: attributeList(attributes) }),
    )
  const erase = (AccessToken: string, ...UserAttributeNames: string[]) =>
    api.cognito.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames }))
  const sendCode = (AccessToken: string, AttributeName: string) =>
    api.cognito.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }))
  const verify = (AccessToken: string, AttributeName: string, Code: string) =>
    api.cognito.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }))
  const change = (AccessToken: string, PreviousPassword: string, ProposedPassword: string) =>
    api.cognito.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }))

  test('a client reads and writes what it may', async () => {
    const attributes = { email: 'ann@example.com', name: 'Ann', 'custom:plan': 'gold' }
    const sub = await api.makeUser(poolId, 'ann', attributes)
    const full = (await api.signIn(app, 'ann')).access
    const { $metadata: _, ...shown } = await me(full)
    assert.deepEqual(
      { ...shown, UserAttributes: attributesOf(shown.UserAttributes) },
      { Username: 'ann', UserAttributes: { sub, ...attributes } },
    )
    const narrow = (await api.signIn(limited, 'ann')).access
    assert.deepEqual(await mine(narrow), { email: 'ann@example.com' })
    await assert.rejects(write(narrow, { name: 'X' }), UNAUTHORIZED)
    await assert.rejects(erase(narrow, 'name'), UNAUTHORIZED)
    await assert.rejects(write(full, { email_verified: 'true' }), UNAUTHORIZED)
    const { CodeDeliveryDetailsList } = await write(narrow, { nickname: 'A' })
    assert.deepEqual(CodeDeliveryDetailsList, [])
    assert.equal((await mine(full))['nickname'], 'A')
    await erase(full, 'nickname', 'custom:plan')
    assert.deepEqual(Object.keys(await mine(full)).sort(), ['email', 'name'])
    const profile = ['oidc:profile', 'email']
    const profiled = await api.makeClient(poolId, {
      ReadAttributes: profile,
      WriteAttributes: profile,
    })
    const { access, id } = await api.signIn(profiled, 'ann')
    await write(access, { family_name: 'Lee' })
    assert.deepEqual(await mine(access), {
      email: 'ann@example.com',
      family_name: 'Lee',
      name: 'Ann',
    })
    assert.equal(claimsOf(id)['name'], 'Ann')
    assert.equal(claimsOf(id)['custom:plan'], undefined)
    for (const attributes of [{ 'custom:plan': 'x' }, { address: 'x' }]) {
      await assert.rejects(write(access, attributes), UNAUTHORIZED)
    }
    await erase(access, 'family_name')
    await assert.rejects(erase(access, 'custom:plan'), UNAUTHORIZED)
    const fixed = invalid('user.custom:fixed: Attribute cannot be updated.\n')
    await assert.rejects(write(full, { 'custom:fixed': 'x' }), fixed)
    await assert.rejects(erase(full, 'custom:fixed'), fixed)
    const required = invalid('user.sub: Required attribute cannot be deleted.\n')
    await assert.rejects(erase(full, 'sub'), required)
  })

  test('a changed address is proven by a code', async () => {
    await api.makeUser(poolId, 'ben', { email: 'ben@example.com', email_verified: 'true' })
    const token = (await api.signIn(app, 'ben')).access
    const { CodeDeliveryDetailsList } = await write(token, { email: 'ben@new.example' })
    assert.deepEqual(CodeDeliveryDetailsList, [
      { Destination: 'b***@n***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    ])
    assert.equal((await mine(token))['email_verified'], 'false')
    const [message] = await api.messages(poolId, 'ben')
    const { Code, Reason, Destination } = required(message, 'message')
    assert.deepEqual([Reason, Destination], ['UpdateUserAttribute', 'ben@new.example'])
    const wrong = Code === '000000' ? '000001' : '000000'
    await assert.rejects(
      verify(token, 'email', wrong),
      failure('CodeMismatchException', 'Invalid verification code provided, please try again.'),
    )
    await verify(token, 'email', Code)
    assert.equal((await mine(token))['email_verified'], 'true')
    await assert.rejects(
      verify(token, 'email', Code),
      failure('ExpiredCodeException', 'Invalid code provided, please request a code again.'),
    )
    assert.deepEqual((await api.signIn(app, 'ben@new.example')).access.length > 0, true)
  })

  test('a code is sent again on request, for addresses only', async () => {
    await api.makeUser(poolId, 'cat', { email: 'cat@example.com' })
    const token = (await api.signIn(app, 'cat')).access
    const { CodeDeliveryDetails } = await sendCode(token, 'email')
    assert.deepEqual(CodeDeliveryDetails, {
      Destination: 'c***@e***',
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    })
    const code = await api.code(poolId, 'cat')
    // The code was for the address of then.
    await write(token, { email: 'cat@other.example' })
    const now = await api.code(poolId, 'cat')
    if (now !== code) {
      await assert.rejects(verify(token, 'email', code), failure('CodeMismatchException'))
    }
    await assert.rejects(
      sendCode(token, 'phone_number'),
      invalid('User does not have a phone_number attribute.'),
    )
    const other = invalid('Invalid attribute name. Only phone_number and email can be verified.')
    await assert.rejects(sendCode(token, 'name'), other)
    await assert.rejects(verify(token, 'name', '123456'), other)
    await api.makeUser(poolId, 'rival', { email: 'cat@other.example', email_verified: 'true' })
    await assert.rejects(
      verify(token, 'email', now),
      failure('AliasExistsException', 'An account with the email already exists.'),
    )
  })

  test('who changes a password knows the old one', async () => {
    await api.makeUser(poolId, 'dan')
    const { access } = await api.signIn(app, 'dan')
    const next = 'Another-horse-8-stable'
    const wrong = notAuthorized('Incorrect username or password.')
    await assert.rejects(change(access, 'Wrong-horse-9-field', next), wrong)
    const nothing = new ChangePasswordCommand({ AccessToken: access, ProposedPassword: next })
    await assert.rejects(api.cognito.send(nothing), wrong)
    await assert.rejects(
      change(access, PASSWORD, 'alllowercase'),
      failure(
        'InvalidPasswordException',
        'Password did not conform with policy: Password must have uppercase characters',
      ),
    )
    await change(access, PASSWORD, next)
    await assert.rejects(api.signIn(app, 'dan'), wrong)
    await api.signIn(app, 'dan', next)
    let outcome: unknown
    for (let guess = 0; guess < 8; guess += 1) {
      outcome = await change(access, 'Wrong-horse-9-field', next).catch((e: Error) => e.name)
    }
    assert.equal(outcome, 'LimitExceededException')
  })

  test('a user leaves', async () => {
    await api.makeUser(poolId, 'eve')
    const { access } = await api.signIn(app, 'eve')
    await api.cognito.send(new DeleteUserCommand({ AccessToken: access }))
    const absent = failure('UserNotFoundException', 'User does not exist.')
    await assert.rejects(me(access), absent)
    const find = new AdminGetUserCommand({ UserPoolId: poolId, Username: 'eve' })
    await assert.rejects(api.cognito.send(find), absent)
  })

  test('only a genuine access token opens the account', async () => {
    await api.makeUser(poolId, 'fox')
    const { access, id, refresh } = await api.signIn(app, 'fox')
    const refused = notAuthorized('Invalid Access Token')
    const [header = '', payload = '', signature = ''] = access.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const forge = (change: object) =>
      Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')
    const other = await api.makePool()
    const foreign = await api.makeClient(other)
    await api.makeUser(other, 'fox')
    const tokens = [
      id,
      `${header}.${forge({ username: 'ann' })}.${signature}`,
      `${header}.${forge({ client_id: foreign.clientId })}.${signature}`,
      `${header}.${forge({ client_id: 'nobody' })}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
      `${header}.${payload}.`,
    ]
    for (const token of tokens) await assert.rejects(me(token), refused, token)
    await assert.rejects(me(refresh), failure('NotAuthorizedException'))
    for (const call of [
      () => write('x.y.z', { name: 'x' }),
      () => erase('x.y.z', 'name'),
      () => sendCode('x.y.z', 'email'),
      () => verify('x.y.z', 'email', '123456'),
      () => change('x.y.z', PASSWORD, PASSWORD),
    ]) {
      await assert.rejects(call(), refused)
    }
  })
})
