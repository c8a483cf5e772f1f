// Choice-based sign-in (USER_AUTH): what a name may begin with, what it goes straight to, and codes
// as the first factor; alike for names without a user.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  type CreateUserPoolClientCommandInput,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { SrpClient } from '#test/support/srp-client.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'

const FLOWS: CreateUserPoolClientCommandInput['ExplicitAuthFlows'] = [
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
]
const MISMATCH = {
  name: 'CodeMismatchException',
  message: 'Invalid code or auth state for the user.',
}
const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }

describe('choice-based sign-in', () => {
  let api: TestApi
  let poolId: string
  let app: TestClient
  let telling: TestClient
  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } },
    })
    const ExplicitAuthFlows = FLOWS
    app = await api.makeClient(poolId, { ExplicitAuthFlows, PreventUserExistenceErrors: 'ENABLED' })
    telling = await api.makeClient(poolId, {
      ExplicitAuthFlows,
      PreventUserExistenceErrors: 'LEGACY',
    })
  })
  after(() => api.stop())

  const start = (USERNAME: string, more: Record<string, string> = {}, client = app) =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, ...more },
      }),
    )
  const respond = (
    ChallengeName: 'SELECT_CHALLENGE' | 'EMAIL_OTP' | 'SMS_OTP' | 'PASSWORD',
    Session: string | undefined,
    ChallengeResponses: Record<string, string>,
    client = app,
  ) =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: client.clientId,
        ChallengeName,
        Session,
        ChallengeResponses,
      }),
    )
  const emailCode = (USERNAME: string, Session: string | undefined, EMAIL_OTP_CODE: string) =>
    respond('EMAIL_OTP', Session, { USERNAME, EMAIL_OTP_CODE })

  test('a name alone is asked to choose, in one step or in two', async () => {
    const addresses = { email: 'ann@example.com', phone_number: '+12065550100' }
    await api.makeUser(poolId, 'ann', addresses)
    const asked = await start('ann')
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    assert.deepEqual(asked.AvailableChallenges, [
      'PASSWORD_SRP',
      'PASSWORD',
      'EMAIL_OTP',
      'SMS_OTP',
    ])
    assert.deepEqual(asked.ChallengeParameters, {})
    const choose = (more: Record<string, string>, session = asked.Session) =>
      respond('SELECT_CHALLENGE', session, { USERNAME: 'ann', ...more })
    await assert.rejects(choose({ ANSWER: 'WEB_AUTHN' }), {
      name: 'InvalidParameterException',
      message: 'Selected challenge is not available.',
    })
    await assert.rejects(choose({ ANSWER: 'PASSWORD' }), {
      name: 'InvalidParameterException',
      message: 'Missing required parameter PASSWORD',
    })
    const signedIn = await choose({ ANSWER: 'PASSWORD', PASSWORD })
    assert.ok(signedIn.AuthenticationResult?.AccessToken)
    // The choice was made.
    await assert.rejects(choose({ ANSWER: 'PASSWORD', PASSWORD }), {
      name: 'NotAuthorizedException',
      message: 'Invalid session for the user, session can only be used once.',
    })
    const wrong = await start('ann')
    await assert.rejects(
      choose({ ANSWER: 'PASSWORD', PASSWORD: 'Wrong-password-1' }, wrong.Session),
      INCORRECT,
    )
    const byName = await start('ann')
    const answered = await respond('PASSWORD', byName.Session, { USERNAME: 'ann', PASSWORD })
    assert.ok(answered.AuthenticationResult)
    const sent = await choose({ ANSWER: 'SMS_OTP' }, (await start('ann')).Session)
    assert.equal(sent.ChallengeName, 'SMS_OTP')
    const SMS_OTP_CODE = await api.code(poolId, 'ann')
    const texted = await respond('SMS_OTP', sent.Session, { USERNAME: 'ann', SMS_OTP_CODE })
    assert.ok(texted.AuthenticationResult)
  })

  test('what is preferred and available is gone straight to', async () => {
    await api.makeUser(poolId, 'ben', { email: 'ben@example.com' })
    const sent = await start('ben', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    assert.equal(sent.ChallengeName, 'EMAIL_OTP')
    assert.deepEqual(sent.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'])
    assert.deepEqual(sent.ChallengeParameters, {
      CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
      CODE_DELIVERY_DESTINATION: 'b***@e***',
      USER_ID_FOR_SRP: 'ben',
      USERNAME: 'ben',
    })
    const code = await api.code(poolId, 'ben')
    assert.match(code, /^\d{8}$/)
    await assert.rejects(emailCode('ben', sent.Session, '00000000'), MISMATCH)
    assert.ok((await emailCode('ben', sent.Session, code)).AuthenticationResult)
    await assert.rejects(emailCode('ben', sent.Session, code), MISMATCH)
    const signedIn = await start('ben', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD })
    assert.ok(signedIn.AuthenticationResult)
    await assert.rejects(start('ben', { PREFERRED_CHALLENGE: 'PASSWORD' }), {
      message: 'Missing required parameter PASSWORD',
    })
    const SRP_A = new SrpClient().publicA
    const srp = await start('ben', { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A })
    assert.equal(srp.ChallengeName, 'PASSWORD_VERIFIER')
    assert.equal(srp.ChallengeParameters?.['USER_ID_FOR_SRP'], 'ben')
    for (const PREFERRED_CHALLENGE of ['SMS_OTP', 'WEB_AUTHN', 'NONSENSE']) {
      const other = await start('ben', { PREFERRED_CHALLENGE })
      assert.equal(other.ChallengeName, 'SELECT_CHALLENGE')
    }
  })

  test('an administrator begins one, too', async () => {
    await api.makeUser(poolId, 'cat', { email: 'cat@example.com' })
    const { ChallengeName, AvailableChallenges } = await api.cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: poolId,
        ClientId: app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'cat' },
      }),
    )
    assert.equal(ChallengeName, 'SELECT_CHALLENGE')
    assert.deepEqual(AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'])
  })

  test('a code confirms the user and the address', async () => {
    await api.cognito.send(
      new SignUpCommand({
        ClientId: app.clientId,
        Username: 'dan',
        Password: PASSWORD,
        UserAttributes: [{ Name: 'email', Value: 'dan@example.com' }],
      }),
    )
    const sent = await start('dan', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    const code = await api.code(poolId, 'dan')
    assert.ok((await emailCode('dan', sent.Session, code)).AuthenticationResult)
    const user = await api.cognito.send(
      new AdminGetUserCommand({ UserPoolId: poolId, Username: 'dan' }),
    )
    assert.equal(user.UserStatus, 'CONFIRMED')
    const verified = user.UserAttributes?.find(({ Name }) => Name === 'email_verified')
    assert.equal(verified?.Value, 'true')
  })

  test('a user with a temporary password has no code', async () => {
    await api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: 'eve',
        TemporaryPassword: PASSWORD,
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }],
      }),
    )
    const asked = await start('eve', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
  })

  test('nobody looks like somebody to a client that hides users', async () => {
    await api.makeUser(poolId, 'fay', { email: 'fay@example.com', phone_number: '+12065550101' })
    const shape = (response: {
      readonly ChallengeParameters?: Record<string, string> | undefined
    }) => Object.keys(response.ChallengeParameters ?? {}).sort()
    const whole = (await start('fay')).AvailableChallenges?.join()
    // A name that happens to be offered what this user is.
    let [nobody, n] = ['nobody', 0]
    while ((await start(nobody)).AvailableChallenges?.join() !== whole) nobody = `nobody${++n}`
    for (const more of [{}, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }]) {
      const [real, decoy, again] = [
        await start('fay', more),
        await start(nobody, more),
        await start(nobody, more),
      ]
      assert.equal(decoy.ChallengeName, real.ChallengeName)
      assert.deepEqual(decoy.AvailableChallenges, real.AvailableChallenges)
      assert.deepEqual(shape(decoy), shape(real))
      assert.deepEqual(again.ChallengeParameters, decoy.ChallengeParameters)
    }
    let address = 'nobody@example.com'
    const preferred = { PREFERRED_CHALLENGE: 'EMAIL_OTP' }
    while ((await start(address, preferred)).ChallengeName !== 'EMAIL_OTP') address = `n${address}`
    const sent = await start(address, preferred)
    assert.equal(sent.ChallengeParameters?.['CODE_DELIVERY_DESTINATION'], 'n***@e***')
    const real = await start('fay', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    for (const [name, session] of [
      ['fay', real.Session],
      [address, sent.Session],
    ] as const) {
      const endings: string[] = []
      for (let guess = 0; guess < 6; guess += 1) {
        await emailCode(name, session, '00000000').catch((error: Error) =>
          endings.push(`${error.name} ${error.message}`),
        )
      }
      assert.deepEqual(endings, [
        ...Array.from({ length: 5 }, () => `${MISMATCH.name} ${MISMATCH.message}`),
        'NotAuthorizedException Invalid session for the user, session can only be used once.',
      ])
    }
    assert.deepEqual(await api.messages(poolId, address), [])
    await assert.rejects(start(nobody, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD }), INCORRECT)
    await assert.rejects(start('nobody', {}, telling), {
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    })
  })

  test('a disabled user gets no code', async () => {
    await api.makeUser(poolId, 'gus', { email: 'gus@example.com' })
    await api.cognito.send(new AdminDisableUserCommand({ UserPoolId: poolId, Username: 'gus' }))
    const sent = await start('gus', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    assert.equal(sent.ChallengeName, 'EMAIL_OTP')
    assert.deepEqual(await api.messages(poolId, 'gus'), [])
  })

  test('the flow and the factors must be allowed', async () => {
    const closed = await api.makeClient(poolId)
    await api.makeUser(poolId, 'hal', { email: 'hal@example.com' })
    await assert.rejects(start('hal', {}, closed), {
      name: 'InvalidParameterException',
      message: 'USER_AUTH flow not enabled for this client',
    })
    await assert.rejects(start(''), { name: 'InvalidParameterException' })
    const plain = await api.makePool()
    const client = await api.makeClient(plain, { ExplicitAuthFlows: FLOWS })
    await api.makeUser(plain, 'hal', { email: 'hal@example.com' })
    const asked = await start('hal', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, client)
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
    await assert.rejects(
      respond('SELECT_CHALLENGE', asked.Session, { USERNAME: 'hal', ANSWER: 'EMAIL_OTP' }, client),
      { message: 'Selected challenge is not available.' },
    )
    // Another pool's session, and another client's.
    const own = await start('hal')
    const proof = { USERNAME: 'hal', ANSWER: 'PASSWORD', PASSWORD }
    for (const other of [client, telling]) {
      await assert.rejects(respond('SELECT_CHALLENGE', own.Session, proof, other), {
        name: 'NotAuthorizedException',
        message: 'Invalid session for the user.',
      })
    }
    await assert.rejects(respond('SELECT_CHALLENGE', own.Session, { ...proof, USERNAME: 'ann' }), {
      message: 'Invalid session for the user.',
    })
  })
})
