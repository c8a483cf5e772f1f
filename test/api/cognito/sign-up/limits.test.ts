import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, before, describe, test } from 'node:test'
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import {
  attributeList,
  attributesOf,
  failure,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const WORDS = 'Attempt limit exceeded, please try after some time.'
const LIMIT = failure('LimitExceededException', WORDS)
const PROVEN = { email: 'somebody@example.com', email_verified: 'true' }

describe('limits of codes', () => {
  let api: TestApi
  let poolId: string
  let plain: TestClient
  let hiding: TestClient
  let cognito: CognitoIdentityProviderClient

  before(async () => {
    api = await startTestApi({ limits: { codesPerHourMax: 3 } })
    cognito = api.cognito
    poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } },
    })
    plain = await api.makeClient(poolId, { PreventUserExistenceErrors: 'LEGACY' })
    hiding = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
  })
  after(() => api.stop())

  const signUp = (Username: string) =>
    cognito.send(
      new SignUpCommand({
        ClientId: plain.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: `${Username}@example.com` }),
      }),
    )
  const forgot = (Username: string, { clientId: ClientId } = plain) =>
    cognito.send(new ForgotPasswordCommand({ ClientId, Username }))
  const resend = (Username: string, { clientId: ClientId } = plain) =>
    cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username }))
  const reset = (
    Username: string,
    ConfirmationCode: string,
    { clientId: ClientId } = plain,
    Password = 'Another-horse-8-stable',
  ) =>
    cognito.send(
      new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }),
    )
  const confirm = (Username: string, ConfirmationCode: string, { clientId: ClientId } = plain) =>
    cognito.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }))

  /** How each of `times` calls ends. */
  async function endings(times: number, call: () => Promise<unknown>): Promise<string[]> {
    const all: string[] = []
    for (let n = 0; n < times; n += 1) {
      all.push(
        await call().then(
          () => 'sent',
          ({ name, message }: Error) => `${name}: ${message}`,
        ),
      )
    }
    return all
  }
  const CONFIRMED = 'InvalidParameterException: User is already confirmed.'
  const LIMITED = `LimitExceededException: ${WORDS}`
  const wrongOf = (code: string) => (code === '000000' ? '000001' : '000000')

  test('a forgotten password gets so many codes an hour', async () => {
    await api.makeUser(poolId, 'ann', PROVEN)
    assert.deepEqual(await endings(4, () => forgot('ann')), ['sent', 'sent', 'sent', LIMITED])
    assert.equal((await api.messages(poolId, 'ann')).length, 3)
    // The last code that was sent is good, and using it makes no room.
    await reset('ann', await api.code(poolId, 'ann'))
    await assert.rejects(forgot('ann'), LIMIT)
    await api.makeUser(poolId, 'ben', PROVEN)
    await forgot('ben')
    // What an administrator sends is not counted, nor refused.
    const UserPoolId = poolId
    const byAdmin = () =>
      cognito.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: 'ann' }))
    assert.deepEqual(await endings(4, byAdmin), ['sent', 'sent', 'sent', 'sent'])
  })

  test('a sign-up gets so many new codes an hour, besides its first', async () => {
    await signUp('cat')
    assert.deepEqual(await endings(4, () => resend('cat')), ['sent', 'sent', 'sent', LIMITED])
    await confirm('cat', await api.code(poolId, 'cat'))
  })

  test('an address gets so many codes an hour, however they are asked for', async () => {
    await api.makeUser(poolId, 'dan', { email: 'dan@example.com' })
    const AccessToken = (await api.signIn(plain, 'dan')).access
    const write = (email: string) =>
      cognito.send(
        new UpdateUserAttributesCommand({ AccessToken, UserAttributes: attributeList({ email }) }),
      )
    const ask = () =>
      cognito.send(
        new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: 'email' }),
      )
    await ask()
    await write('dan@second.example')
    await ask()
    await assert.rejects(ask(), LIMIT)
    // The operation declares no LimitExceededException. Nothing is written without its code.
    await assert.rejects(write('dan@third.example'), failure('TooManyRequestsException', WORDS))
    const { UserAttributes } = await cognito.send(new GetUserCommand({ AccessToken }))
    assert.equal(attributesOf(UserAttributes)['email'], 'dan@second.example')
    assert.equal((await api.messages(poolId, 'dan')).length, 3)
    // Other purposes have codes of their own, and other attributes need none.
    await cognito.send(
      new UpdateUserAttributesCommand({
        AccessToken,
        UserAttributes: attributeList({ nickname: 'D' }),
      }),
    )
  })

  test('neither limits nor guesses tell who exists', async () => {
    const UserPoolId = poolId
    await api.makeUser(poolId, 'known', PROVEN)
    await api.makeUser(poolId, 'silent')
    await api.makeUser(poolId, 'disabled', PROVEN)
    await cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: 'disabled' }))
    await cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username: 'invited', MessageAction: 'SUPPRESS' }),
    )
    const everybody = ['known', 'silent', 'disabled', 'invited', 'nobody']
    for (const name of everybody) {
      const resent = await endings(4, () => resend(name, hiding))
      // A user who asks to confirm again learns that it is done; sign-up pages send them to sign
      // in.
      const isConfirmed = name === 'known' || name === 'silent'
      const told = Array<string>(4).fill(CONFIRMED)
      assert.deepEqual(resent, isConfirmed ? told : ['sent', 'sent', 'sent', LIMITED], name)
      const early = await endings(1, () => reset(name, '123456', hiding))
      const sent = await endings(4, () => forgot(name, hiding))
      const real = name === 'known' ? wrongOf(await api.code(poolId, name)) : '123456'
      const weak = await endings(1, () => reset(name, real, hiding, 'weak'))
      const guesses = await endings(6, () => reset(name, real, hiding))
      assert.deepEqual(
        [early, sent, weak.map((text) => text.split(':')[0]), guesses.map((t) => t.split(':')[0])],
        [
          ['ExpiredCodeException: Invalid code provided, please request a code again.'],
          ['sent', 'sent', 'sent', LIMITED],
          ['InvalidPasswordException'],
          [...Array<string>(5).fill('CodeMismatchException'), 'LimitExceededException'],
        ],
        name,
      )
    }
    for (const name of everybody.slice(1)) {
      assert.deepEqual(await api.messages(poolId, name), [], name)
    }
  })

  test('guesses at a sign-up that never was end like others', async () => {
    await signUp('eve')
    await resend('eve')
    const wrong = wrongOf(await api.code(poolId, 'eve'))
    await resend('nobody-else', hiding)
    const guesses = (name: string, code: string) => endings(6, () => confirm(name, code, hiding))
    const real = await guesses('eve', wrong)
    assert.equal(real[5], LIMITED)
    assert.deepEqual(await guesses('nobody-else', '123456'), real)
  })

  describe('ConfirmSignUp', () => {
    const MISMATCH = 'CodeMismatchException: Invalid verification code provided, please try again.'
    const LIKE_ALL = [...Array<string>(5).fill(MISMATCH), LIMITED]

    test('says nothing of a user before the code is right', async () => {
      const UserPoolId = await api.makePool({
        AliasAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
      })
      const app = await api.makeClient(UserPoolId, { PreventUserExistenceErrors: 'ENABLED' })
      const email = 'signed-up@example.com'
      await cognito.send(
        new SignUpCommand({
          ClientId: app.clientId,
          Username: 'signed-up',
          Password: PASSWORD,
          UserAttributes: attributeList({ email }),
        }),
      )
      const code = await api.code(UserPoolId, 'signed-up')
      await api.makeUser(UserPoolId, 'confirmed', {
        email: 'confirmed@example.com',
        email_verified: 'true',
      })
      await cognito.send(
        new AdminCreateUserCommand({ UserPoolId, Username: 'invited', MessageAction: 'SUPPRESS' }),
      )
      const names = ['confirmed', 'confirmed@example.com', 'invited', 'nobody', 'no@example.com']
      for (const name of names) {
        // Other names of one user are counted as one.
        const expected = name === 'confirmed@example.com' ? Array(6).fill(LIMITED) : LIKE_ALL
        assert.deepEqual(await endings(6, () => confirm(name, '123456', app)), expected, name)
      }
      const ofSignedUp = await endings(6, () => confirm('signed-up', wrongOf(code), app))
      assert.deepEqual(ofSignedUp, LIKE_ALL)
    })

    test('says the status after the right code', async () => {
      await signUp('gil')
      const code = await api.code(poolId, 'gil')
      await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: poolId, Username: 'gil' }))
      const message = 'User cannot be confirmed. Current status is CONFIRMED'
      assert.deepEqual(await endings(1, () => confirm('gil', wrongOf(code), hiding)), [MISMATCH])
      const told = failure('NotAuthorizedException', message)
      await assert.rejects(confirm('gil', code, hiding), told)
      // The service's default says it at once.
      await assert.rejects(confirm('gil', wrongOf(code)), told)
      await assert.rejects(confirm('nobody', code), failure('UserNotFoundException'))
    })

    test('says nothing where sign-up is closed', async () => {
      const closed = await api.makePool({
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      })
      const app = await api.makeClient(closed, { PreventUserExistenceErrors: 'ENABLED' })
      await api.makeUser(closed, 'hal')
      for (const name of ['hal', 'nobody']) {
        assert.deepEqual(await endings(6, () => confirm(name, '123456', app)), LIKE_ALL, name)
      }
    })

    test('a code outlives an alias that is taken, and is good for insisting', async () => {
      const aliased = await api.makePool({
        AliasAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
      })
      const app = await api.makeClient(aliased)
      const email = 'one@example.com'
      await api.makeUser(aliased, 'holder', { email, email_verified: 'true' })
      await cognito.send(
        new SignUpCommand({
          ClientId: app.clientId,
          Username: 'claimant',
          Password: PASSWORD,
          UserAttributes: attributeList({ email }),
        }),
      )
      const code = await api.code(aliased, 'claimant')
      await assert.rejects(confirm('claimant', code, app), failure('AliasExistsException'))
      await cognito.send(
        new ConfirmSignUpCommand({
          ClientId: app.clientId,
          Username: 'claimant',
          ConfirmationCode: code,
          ForceAliasCreation: true,
        }),
      )
      await api.signIn(app, email)
      await assert.rejects(confirm('claimant', code, app), failure('NotAuthorizedException'))
    })
  })

  test('who guesses from another network does not keep a user from recovery', async () => {
    await api.makeUser(poolId, 'ida', PROVEN)
    const attacker = new CognitoIdentityProviderClient({
      region: 'us-west-2',
      endpoint: api.endpoint,
      credentials: ROOT_ACCESS_KEY,
      maxAttempts: 1,
      requestHandler: { httpAgent: new Agent({ localAddress: '127.0.0.9' }) },
    })
    const wrong = (ConfirmationCode: string) =>
      attacker.send(
        new ConfirmForgotPasswordCommand({
          ClientId: plain.clientId,
          Username: 'ida',
          ConfirmationCode,
          Password: 'Another-horse-8-stable',
        }),
      )
    // All the codes that there are in an hour, and all the guesses at each of them.
    for (let n = 0; n < 3; n += 1) {
      await attacker.send(new ForgotPasswordCommand({ ClientId: plain.clientId, Username: 'ida' }))
      const guessed = wrongOf(await api.code(poolId, 'ida'))
      assert.equal((await endings(7, () => wrong(guessed))).at(-1), LIMITED)
    }
    await assert.rejects(forgot('ida'), LIMIT)
    const code = await api.code(poolId, 'ida')
    await assert.rejects(wrong(code), LIMIT)
    attacker.destroy()
    await reset('ida', code)
    await api.signIn(plain, 'ida', 'Another-horse-8-stable')
  })

  test('only the bearer of the code learns that a password was in use', async () => {
    await api.makeUser(poolId, 'fay', PROVEN)
    await forgot('fay')
    const code = await api.code(poolId, 'fay')
    const mismatch = failure(
      'CodeMismatchException',
      'Invalid verification code provided, please try again.',
    )
    await assert.rejects(reset('fay', wrongOf(code), plain, PASSWORD), mismatch)
    await assert.rejects(
      reset('fay', code, plain, PASSWORD),
      failure('PasswordHistoryPolicyViolationException'),
    )
    await reset('fay', code)
  })
})
