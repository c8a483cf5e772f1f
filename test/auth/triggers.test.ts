// Which triggers a sign-in calls, in which order, and that each gets the context of its request.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  CreateResourceServerCommand,
  CreateUserPoolDomainCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'
import { type PreTokenGenerationEvent, type TokenClaims, TriggerError } from '#ports/triggers.js'
import { type RecordedCall, RecordingTriggers } from '#test/support/recording-triggers.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import {
  claimsOf,
  failure,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const ClientMetadata = { campaign: 'spring' }
const UserContextData = { IpAddress: '203.0.113.9', EncodedData: 'abc' }
const WRONG = notAuthorized('Incorrect username or password.')

const PRE = 'PreAuthentication_Authentication'
const POST = 'PostAuthentication_Authentication'
const TOKENS = 'TokenGeneration_Authentication'
const MIGRATION = 'UserMigration_Authentication'

describe('triggers of a sign-in', () => {
  const recording = new RecordingTriggers()
  let api: TestApi
  let app: TestClient
  let telling: TestClient
  before(async () => {
    api = await startTestApi({ triggers: recording.triggers })
    const poolId = await api.makePool()
    app = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
    telling = await api.makeClient(poolId, { PreventUserExistenceErrors: 'LEGACY' })
    for (const name of ['rosa', 'lena', 'dora']) await api.makeUser(poolId, name)
    recording.take()
  })
  after(() => api.stop())
  afterEach(() => {
    recording.instead = {}
    recording.take()
  })

  const signIn = (USERNAME: string, client = app, password = PASSWORD) =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD: password },
        ClientMetadata,
        UserContextData,
      }),
    )

  const nameOf = ({ event }: RecordedCall) => (event['user'] as { username: string }).username

  /** The one request context of all calls. */
  function contextOf(calls: readonly RecordedCall[]) {
    const [first, ...rest] = calls.map(({ event }) => event.request)
    for (const other of rest) assert.deepEqual(other, first)
    const context = required(first, 'a call')
    // A decoded map has no prototype, which is nothing to compare here.
    return { ...context, clientMetadata: { ...context.clientMetadata } }
  }

  test('a password: before, after, and before the tokens', async () => {
    const { AuthenticationResult: result, $metadata } = await signIn('rosa')
    const calls = recording.take()
    assert.deepEqual(
      calls.map(({ event }) => event['source']),
      [PRE, POST, TOKENS],
    )
    const { eventId, requestId, userAgent, sourceIp, noteUser, ...rest } = contextOf(calls)
    assert.deepEqual(rest, {
      operation: 'InitiateAuth',
      clientMetadata: ClientMetadata,
      userContextData: {
        // The app has no secret to prove that it may name its users' addresses.
        ipAddress: undefined,
        encodedData: 'abc',
        serverName: undefined,
        serverPath: undefined,
        httpHeaders: [],
      },
    })
    assert.ok(noteUser, 'a sign-in is metered')
    assert.equal(requestId, $metadata.requestId)
    assert.match(userAgent ?? '', /aws-sdk-js/)
    assert.match(sourceIp, /^(?:127\.0\.0\.1|::1)$/)
    for (const token of [result?.AccessToken, result?.IdToken]) {
      assert.equal(claimsOf(required(token, 'token'))['event_id'], eventId)
    }
    for (const call of calls) {
      const { event } = call
      assert.equal(event.pool.id, app.poolId)
      assert.equal(event.client?.clientId, app.clientId)
      assert.equal(nameOf(call), 'rosa')
    }
  })

  test('each request has an event ID of its own', async () => {
    await signIn('rosa')
    const first = contextOf(recording.take())
    await signIn('rosa')
    assert.notEqual(contextOf(recording.take()).eventId, first.eventId)
  })

  test('the admin API brings what it knows of the user’s device', async () => {
    await api.cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: app.poolId,
        ClientId: app.clientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'rosa', PASSWORD },
        ContextData: {
          IpAddress: '203.0.113.10',
          ServerName: 'shop.example',
          ServerPath: '/login',
          HttpHeaders: [{ headerName: 'accept-language', headerValue: 'de' }],
        },
      }),
    )
    const { operation, clientMetadata, userContextData } = contextOf(recording.take())
    assert.equal(operation, 'AdminInitiateAuth')
    assert.deepEqual(clientMetadata, {})
    assert.deepEqual(userContextData, {
      ipAddress: '203.0.113.10',
      encodedData: undefined,
      serverName: 'shop.example',
      serverPath: '/login',
      httpHeaders: [{ name: 'accept-language', value: 'de' }],
    })
  })

  test('SRP: before in the first call, the rest in the second', async () => {
    const srp = new SrpClient()
    const challenge = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: 'lena', SRP_A: srp.publicA },
      }),
    )
    const begun = recording.take()
    assert.deepEqual(
      begun.map(({ event }) => event['source']),
      [PRE],
    )
    const given = challenge.ChallengeParameters ?? {}
    const timestamp = timestampOf(new Date())
    const secretBlock = required(given['SECRET_BLOCK'], 'block')
    const answered = await api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: app.clientId,
        ChallengeName: 'PASSWORD_VERIFIER',
        Session: challenge.Session,
        ClientMetadata,
        ChallengeResponses: {
          USERNAME: 'lena',
          PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
          PASSWORD_CLAIM_SIGNATURE: srp.sign({
            poolId: app.poolId,
            userId: 'lena',
            password: PASSWORD,
            salt: required(given['SALT'], 'salt'),
            publicB: required(given['SRP_B'], 'B'),
            secretBlock,
            timestamp,
          }),
          TIMESTAMP: timestamp,
        },
      }),
    )
    const finished = recording.take()
    assert.deepEqual(
      finished.map(({ event }) => event['source']),
      [POST, TOKENS],
    )
    const { eventId, operation, clientMetadata } = contextOf(finished)
    assert.notEqual(eventId, contextOf(begun).eventId)
    assert.equal(operation, 'RespondToAuthChallenge')
    assert.deepEqual(clientMetadata, ClientMetadata)
    const access = required(answered.AuthenticationResult?.AccessToken, 'access token')
    assert.equal(claimsOf(access)['event_id'], eventId)
  })

  test('a temporary password: nothing after it before the new one', async () => {
    const temporary = 'Temporary-horse-7'
    await api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: app.poolId,
        Username: 'nora',
        MessageAction: 'SUPPRESS',
        TemporaryPassword: temporary,
      }),
    )
    recording.take()
    const { Session } = await signIn('nora', app, temporary)
    assert.deepEqual(recording.takeSources(), [PRE])
    await api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: app.clientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: 'nora', NEW_PASSWORD: PASSWORD },
      }),
    )
    assert.deepEqual(recording.takeSources(), [POST, 'TokenGeneration_NewPasswordChallenge'])
  })

  test('a refresh: before the tokens only, which keep the event of the sign-in', async () => {
    const { refresh, access } = await api.signIn(app, 'rosa')
    recording.take()
    const renew = new InitiateAuthCommand({
      ClientId: app.clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: refresh },
      ClientMetadata,
    })
    const get = new GetTokensFromRefreshTokenCommand({
      ClientId: app.clientId,
      RefreshToken: refresh,
      ClientMetadata,
    })
    for (const send of [() => api.cognito.send(renew), () => api.cognito.send(get)]) {
      const { AuthenticationResult: result } = await send()
      const calls = recording.take()
      assert.deepEqual(
        calls.map(({ event }) => event['source']),
        ['TokenGeneration_RefreshTokens'],
      )
      assert.deepEqual(contextOf(calls).clientMetadata, ClientMetadata)
      const renewed = claimsOf(required(result?.AccessToken, 'access token'))
      assert.equal(renewed['event_id'], claimsOf(access)['event_id'])
    }
  })

  test('a wrong password, a disabled user, and no user', async () => {
    await assert.rejects(signIn('dora', app, 'Wrong-horse-9-field'), WRONG)
    assert.deepEqual(recording.takeSources(), [PRE])
    const disable = { UserPoolId: app.poolId, Username: 'dora' }
    await api.cognito.send(new AdminDisableUserCommand(disable))
    await assert.rejects(signIn('dora'), notAuthorized('User is disabled.'))
    assert.deepEqual(recording.takeSources(), [PRE])
    await assert.rejects(signIn('nobody'), WRONG)
    const calls = recording.take()
    assert.deepEqual(
      calls.map(({ event }) => event['source']),
      [MIGRATION, PRE],
    )
    assert.equal(calls[0]?.event['username'], 'nobody')
    assert.equal(calls[0]?.event['password'], PASSWORD)
    assert.equal(calls[1]?.event['user'], undefined)
    // For a client that may learn who exists, the sign-in ends before.
    await assert.rejects(signIn('nobody', telling), failure('UserNotFoundException'))
    assert.deepEqual(recording.takeSources(), [MIGRATION])
  })

  test('no trigger while a name is locked out', async () => {
    for (let guess = 0; guess < 5; guess += 1) {
      await assert.rejects(signIn('ghost', app, 'Wrong-horse-9-field'), WRONG)
    }
    recording.take()
    await assert.rejects(signIn('ghost'), notAuthorized('Password attempts exceeded'))
    assert.deepEqual(recording.takeSources(), [])
  })

  test('a user who was brought along signs in at once', async () => {
    recording.instead = {
      async userMigration() {
        await api.makeUser(app.poolId, 'frida')
        return 'migrated' as const
      },
    }
    assert.ok((await signIn('frida')).AuthenticationResult?.AccessToken)
    const calls = recording.take().filter(({ event }) => event.request.operation === 'InitiateAuth')
    assert.deepEqual(
      calls.map(({ event }) => event['source']),
      [MIGRATION, PRE, POST, TOKENS],
    )
    assert.equal(nameOf(required(calls[1], 'a call')), 'frida')
  })

  test('what the trigger makes of the claims is signed', async () => {
    recording.instead = {
      preTokenGeneration: async <C extends Partial<TokenClaims>>({
        claims,
      }: PreTokenGenerationEvent<C>): Promise<C> => ({
        ...claims,
        access: { ...claims.access, tenant: '42' },
      }),
    }
    const { access, id } = await api.signIn(app, 'rosa')
    assert.equal(claimsOf(access)['tenant'], '42')
    assert.ok(!('tenant' in claimsOf(id)))
  })

  test('a trigger that throws refuses, and no token leaves', async () => {
    const refuse = () => {
      throw new DependencyError('planted', { isRetryable: false })
    }
    for (const point of [
      'preAuthentication',
      'postAuthentication',
      'preTokenGeneration',
    ] as const) {
      recording.instead = { [point]: refuse }
      await assert.rejects(signIn('rosa'), failure('InternalErrorException'), point)
    }
    recording.instead = {
      preAuthentication() {
        throw new TriggerError('PreAuthentication', 'refused', 'Closed today')
      },
    }
    const text = 'PreAuthentication failed with error Closed today.'
    await assert.rejects(signIn('rosa'), failure('UserLambdaValidationException', text))
    recording.instead = {}
    assert.ok((await signIn('rosa')).AuthenticationResult?.AccessToken)
  })

  test('a machine: before its token, with its own metadata', async () => {
    const { cognito, endpoint } = api
    const UserPoolId = app.poolId
    await cognito.send(
      new CreateResourceServerCommand({
        UserPoolId,
        Identifier: 'orders',
        Name: 'orders',
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads orders' }],
      }),
    )
    await cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'triggers-test' }))
    const machine = await api.makeClient(UserPoolId, {
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
      AllowedOAuthFlowsUserPoolClient: true,
    })
    const ask = async (metadata: string) => {
      const response = await fetch(`${endpoint}/domain/triggers-test/oauth2/token`, {
        method: 'POST',
        headers: { 'user-agent': 'machine/2' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: machine.clientId,
          client_secret: required(machine.secret, 'secret'),
          aws_client_metadata: metadata,
        }),
      })
      assert.equal(response.status, 200)
      const [call, ...more] = recording.take()
      assert.equal(more.length, 0)
      return required(call, 'a call').event
    }
    const event = await ask('{"tenant":"42","depth":{"x":1}}')
    assert.equal(event['source'], 'TokenGeneration_ClientCredentials')
    assert.equal(event['user'], undefined)
    assert.equal(event.client?.clientId, machine.clientId)
    const { eventId, requestId, sourceIp, ...rest } = event.request
    assert.ok(eventId && requestId && sourceIp)
    assert.deepEqual(rest, {
      operation: 'client_credentials',
      userAgent: 'machine/2',
      clientMetadata: { tenant: '42' },
      userContextData: undefined,
    })
    for (const metadata of ['', 'x', '[]', 'null', '1']) {
      assert.deepEqual((await ask(metadata)).request.clientMetadata, {}, metadata)
    }
  })
})
