import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import {
  attributeList,
  attributesOf,
  failure,
  hashed,
  invalid,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const WRONG = notAuthorized('Incorrect username or password.')
const LOCKED = notAuthorized('Password attempts exceeded')
const BAD_SESSION = notAuthorized('Invalid session for the user.')
const NEXT = 'Another-horse-8-stable'

describe('sign-in', () => {
  let api: TestApi
  let UserPoolId: string
  let app: TestClient
  let hiding: TestClient

  before(async () => {
    api = await startTestApi()
    UserPoolId = await api.makePool({
      Schema: [{ Name: 'name', Required: true, Mutable: true }],
    })
    app = await api.makeClient(UserPoolId, { PreventUserExistenceErrors: 'LEGACY' })
    hiding = await api.makeClient(UserPoolId, { PreventUserExistenceErrors: 'ENABLED' })
    await api.makeUser(UserPoolId, 'alice')
  })
  after(() => api.stop())

  const start = (AuthFlow: string, parameters: Record<string, string>, client = app) =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: AuthFlow as 'USER_PASSWORD_AUTH',
        AuthParameters: parameters,
      }),
    )
  const startAdmin = (
    AuthFlow: string,
    parameters: Record<string, string>,
    client = app,
    poolId = UserPoolId,
  ) =>
    api.cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: poolId,
        ClientId: client.clientId,
        AuthFlow: AuthFlow as 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: parameters,
      }),
    )
  const named = (USERNAME: string, password = PASSWORD) => ({ USERNAME, PASSWORD: password })
  const invite = (Username: string, attributes: Readonly<Record<string, string>> = {}) =>
    api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        TemporaryPassword: PASSWORD,
        MessageAction: 'SUPPRESS',
        UserAttributes: attributeList(attributes),
      }),
    )
  const response = (Session: string | undefined, responses: Record<string, string>, client = app) =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: client.clientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: responses,
      }),
    )
  const atLater = <T>(aheadMs: number, run: () => Promise<T>) => api.atLater(aheadMs, run)

  test('a password signs in', async () => {
    const { $metadata: _, ...answered } = await start('USER_PASSWORD_AUTH', named('alice'))
    const { AccessToken, IdToken, RefreshToken, ...rest } = required(
      answered.AuthenticationResult,
      'tokens',
    )
    assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' })
    assert.deepEqual(answered.ChallengeParameters, {})
    for (const token of [AccessToken, IdToken]) assert.equal(token?.split('.').length, 3)
    assert.equal(RefreshToken?.split('.').length, 5)
    const admin = await startAdmin('ADMIN_USER_PASSWORD_AUTH', named('alice'))
    assert.ok(admin.AuthenticationResult?.AccessToken)
  })

  test('an absent user and a wrong password', async () => {
    const absent = failure('UserNotFoundException', 'User does not exist.')
    const flow = 'USER_PASSWORD_AUTH'
    await assert.rejects(start(flow, named('nobody')), absent)
    await assert.rejects(start(flow, named('nobody'), hiding), WRONG)
    await assert.rejects(start(flow, named('alice', 'x'), hiding), WRONG)
    await assert.rejects(start(flow, named('alice', 'x')), WRONG)
    await assert.rejects(startAdmin('ADMIN_USER_PASSWORD_AUTH', named('nobody')), absent)
    await api.signIn(app, 'alice')
  })

  test('what a call must bring', async () => {
    const flow = 'USER_PASSWORD_AUTH'
    const missing = (name: string) => invalid(`Missing required parameter ${name}`)
    await assert.rejects(start(flow, { PASSWORD }), missing('USERNAME'))
    await assert.rejects(start(flow, { USERNAME: 'alice' }), missing('PASSWORD'))
    await assert.rejects(start('USER_SRP_AUTH', { USERNAME: 'alice' }), missing('SRP_A'))
    await assert.rejects(start('REFRESH_TOKEN_AUTH', {}), missing('REFRESH_TOKEN'))
    await assert.rejects(response('x'.repeat(30), { USERNAME: 'alice' }), missing('NEW_PASSWORD'))
  })

  test('a custom sign-in without functions is refused, though the client has it', async () => {
    const wide = await api.makeClient(UserPoolId, {
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
    })
    const refused = {
      name: 'InvalidUserPoolConfigurationException',
      message: 'Custom auth lambda trigger is not configured for the user pool.',
    }
    await assert.rejects(start('CUSTOM_AUTH', named('alice'), wide), refused)
    await assert.rejects(startAdmin('CUSTOM_AUTH', named('alice'), wide), refused)
    assert.ok((await start('USER_PASSWORD_AUTH', named('alice'), wide)).AuthenticationResult)
  })

  test('a flow must be among the client’s', async () => {
    const srpOnly = await api.makeClient(UserPoolId, {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    })
    const refused = (flow: string) => invalid(`${flow} flow not enabled for this client`)
    const parameters = { ...named('alice'), REFRESH_TOKEN: 'x' }
    for (const flow of ['USER_PASSWORD_AUTH', 'CUSTOM_AUTH', 'USER_AUTH']) {
      await assert.rejects(start(flow, parameters, srpOnly), refused(flow))
    }
    for (const flow of ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN']) {
      await assert.rejects(start(flow, parameters, srpOnly), refused('Refresh Token'))
    }
    const flow = 'ADMIN_USER_PASSWORD_AUTH'
    await assert.rejects(
      startAdmin(flow, named('alice'), srpOnly),
      invalid('Auth flow not enabled for this client'),
    )
    const other = await api.makeClient(UserPoolId, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    })
    await assert.rejects(
      start('USER_SRP_AUTH', { USERNAME: 'alice', SRP_A: '2' }, other),
      invalid('USER_SRP_AUTH is not enabled for the client.'),
    )
    // Admin flows are for callers who signed, and the others' password flow is not for them.
    const unsupported = invalid('Initiate Auth method not supported')
    await assert.rejects(start(flow, named('alice')), unsupported)
    await assert.rejects(startAdmin('USER_PASSWORD_AUTH', named('alice')), unsupported)
  })

  test('a client of another pool is not there', async () => {
    const foreign = await api.makeClient(await api.makePool())
    const absent = { name: 'ResourceNotFoundException' }
    await assert.rejects(startAdmin('ADMIN_USER_PASSWORD_AUTH', named('alice'), foreign), absent)
    const user = failure('UserNotFoundException')
    await api.signIn(app, 'alice')
    const telling = await api.makeClient(foreign.poolId, { PreventUserExistenceErrors: 'LEGACY' })
    await assert.rejects(api.signIn(telling, 'alice'), user)
  })

  test('SECRET_HASH proves the client for the name', async () => {
    const secretive = await api.makeClient(UserPoolId, { GenerateSecret: true })
    const { clientId } = secretive
    const missing = `Client ${clientId} is configured with secret but SECRET_HASH was not received`
    const wrong = notAuthorized(`Unable to verify secret hash for client ${clientId}`)
    const flow = 'USER_PASSWORD_AUTH'
    await assert.rejects(start(flow, named('alice'), secretive), notAuthorized(missing))
    const others = { ...named('alice'), ...hashed(secretive, 'bob') }
    await assert.rejects(start(flow, others, secretive), wrong)
    const { refresh } = await api.signIn(secretive, 'alice')
    const renew = (more: Record<string, string>) =>
      start('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refresh, ...more }, secretive)
    await assert.rejects(renew({}), notAuthorized(missing))
    await assert.rejects(renew(hashed(secretive, 'bob')), wrong)
    assert.ok((await renew(hashed(secretive, 'alice'))).AuthenticationResult?.AccessToken)
  })

  test('wrong passwords make the wait grow, for absent users too', async () => {
    await api.makeUser(UserPoolId, 'victim')
    for (const name of ['victim', 'phantom']) {
      const guess = (password = 'x') => start('USER_PASSWORD_AUTH', named(name, password), hiding)
      for (let count = 0; count < 5; count += 1) await assert.rejects(guess(), WRONG)
      await assert.rejects(guess(), LOCKED, name)
      await assert.rejects(guess(PASSWORD), LOCKED, name)
      // Each failure after a wait doubles the next one.
      await atLater(1_500, () => assert.rejects(guess(), WRONG, name))
      await atLater(2_500, () => assert.rejects(guess(PASSWORD), LOCKED, name))
    }
    await atLater(10_000, () => api.signIn(hiding, 'victim'))
    await api.signIn(hiding, 'victim')
  })

  test('a temporary password asks for a lasting one', async () => {
    const email = { email: 'ned@example.com', email_verified: 'true' }
    await invite('ned', email)
    const { $metadata: _, Session, ...challenge } = await start('USER_PASSWORD_AUTH', named('ned'))
    const { userAttributes = '', ...parameters } = challenge.ChallengeParameters ?? {}
    assert.deepEqual(JSON.parse(userAttributes), email)
    assert.deepEqual(
      { ...challenge, ChallengeParameters: parameters },
      {
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        ChallengeParameters: {
          USER_ID_FOR_SRP: 'ned',
          requiredAttributes: '["userAttributes.name"]',
        },
      },
    )
    const responses = (more: Record<string, string> = {}) => ({
      USERNAME: 'ned',
      NEW_PASSWORD: NEXT,
      'userAttributes.name': 'Ned',
      ...more,
    })
    // Mistakes do not end the session.
    await assert.rejects(
      response(Session, responses({ NEW_PASSWORD: 'weak' })),
      failure('InvalidPasswordException'),
    )
    await assert.rejects(
      response(Session, { USERNAME: 'ned', NEW_PASSWORD: NEXT }),
      invalid('Invalid attributes given, name is missing'),
    )
    await assert.rejects(
      response(Session, responses({ 'userAttributes.email_verified': 'true' })),
      notAuthorized('A client attempted to write unauthorized attribute'),
    )
    await assert.rejects(response(Session, responses({ USERNAME: 'alice' })), BAD_SESSION)
    await assert.rejects(response(Session, responses(), hiding), BAD_SESSION)
    await assert.rejects(response('x'.repeat(40), responses()), BAD_SESSION)
    const { AuthenticationResult } = await response(
      Session,
      responses({ 'userAttributes.email': 'other@example.com' }),
    )
    assert.ok(AuthenticationResult?.AccessToken)
    await assert.rejects(response(Session, responses()), BAD_SESSION)
    const find = new AdminGetUserCommand({ UserPoolId, Username: 'ned' })
    const user = await api.cognito.send(find)
    assert.equal(user.UserStatus, 'CONFIRMED')
    const { sub: __, ...attributes } = attributesOf(user.UserAttributes)
    // An address that changed on the way is not a proven one.
    assert.deepEqual(attributes, {
      name: 'Ned',
      email: 'other@example.com',
      email_verified: 'false',
    })
    await api.signIn(app, 'ned', NEXT)
  })

  test('a temporary password expires, and so does its session', async () => {
    await invite('olga')
    const { Session } = await start('USER_PASSWORD_AUTH', named('olga'))
    const responses = { USERNAME: 'olga', NEW_PASSWORD: NEXT, 'userAttributes.name': 'O' }
    await atLater(4 * 60_000, () =>
      assert.rejects(
        response(Session, responses),
        notAuthorized('Invalid session for the user, session is expired.'),
      ),
    )
    await atLater(8 * 86_400_000, () =>
      assert.rejects(
        start('USER_PASSWORD_AUTH', named('olga')),
        notAuthorized('Temporary password has expired and must be reset by an administrator.'),
      ),
    )
    const again = new AdminSetUserPasswordCommand({
      UserPoolId,
      Username: 'olga',
      Password: NEXT,
      Permanent: false,
    })
    await api.cognito.send(again)
    const { ChallengeName } = await start('USER_PASSWORD_AUTH', named('olga', NEXT))
    assert.equal(ChallengeName, 'NEW_PASSWORD_REQUIRED')
  })

  test('an administrator responds to challenges on behalf of a user', async () => {
    await invite('pete')
    const respond = (
      ChallengeName: 'NEW_PASSWORD_REQUIRED' | 'PASSWORD_VERIFIER',
      Session: string | undefined,
      responses: Record<string, string>,
      client = app,
    ) =>
      api.cognito.send(
        new AdminRespondToAuthChallengeCommand({
          UserPoolId,
          ClientId: client.clientId,
          ChallengeName,
          Session,
          ChallengeResponses: responses,
        }),
      )
    const { Session } = await startAdmin('ADMIN_USER_PASSWORD_AUTH', named('pete'))
    const answered = { USERNAME: 'pete', NEW_PASSWORD: NEXT, 'userAttributes.name': 'Pete' }
    const foreign = await api.makeClient(await api.makePool())
    const elsewhere = respond('NEW_PASSWORD_REQUIRED', Session, answered, foreign)
    await assert.rejects(elsewhere, failure('ResourceNotFoundException'))
    assert.ok((await respond('NEW_PASSWORD_REQUIRED', Session, answered)).AuthenticationResult)
    const srp = new SrpClient()
    const challenge = await startAdmin('USER_SRP_AUTH', {
      USERNAME: 'pete',
      SRP_A: srp.publicA,
    })
    const given = challenge.ChallengeParameters ?? {}
    const timestamp = timestampOf(new Date())
    const secretBlock = required(given['SECRET_BLOCK'], 'block')
    const signature = srp.sign({
      poolId: UserPoolId,
      userId: 'pete',
      password: NEXT,
      salt: required(given['SALT'], 'salt'),
      publicB: required(given['SRP_B'], 'B'),
      secretBlock,
      timestamp,
    })
    const { AuthenticationResult } = await respond('PASSWORD_VERIFIER', challenge.Session, {
      USERNAME: 'pete',
      PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
      PASSWORD_CLAIM_SIGNATURE: signature,
      TIMESTAMP: timestamp,
    })
    assert.ok(AuthenticationResult?.IdToken)
  })
})
