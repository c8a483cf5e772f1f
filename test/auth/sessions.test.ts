// Challenge sessions as the API judges them: genuine ones that are used where, when or by whom they
// must not be, and forged ones.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminRespondToAuthChallengeCommand,
  AssociateSoftwareTokenCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { openLocated, sealLocated } from '#domain/token/sealed-token.js'
import {
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { readTokenKey } from '#test/support/token-key.js'

const TEMPORARY = 'Temporary-horse-7'
const BAD_SESSION = notAuthorized('Invalid session for the user.')
const EXPIRED = notAuthorized('Invalid session for the user, session is expired.')

describe('challenge sessions', () => {
  let api: TestApi
  let app: TestClient
  let second: TestClient
  let other: TestClient
  let tokenKey: Uint8Array
  before(async () => {
    api = await startTestApi()
    const poolId = await api.makePool()
    app = await api.makeClient(poolId)
    second = await api.makeClient(poolId)
    other = await api.makeClient(await api.makePool())
    tokenKey = await readTokenKey(api, poolId)
    for (const client of [app, other]) await invite(client, 'nora')
  })
  after(() => api.stop())

  const invite = ({ poolId: UserPoolId }: TestClient, Username: string) =>
    api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        MessageAction: 'SUPPRESS',
        TemporaryPassword: TEMPORARY,
      }),
    )
  async function begin(client = app): Promise<string> {
    const { Session } = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'nora', PASSWORD: TEMPORARY },
      }),
    )
    return required(Session, 'session')
  }
  const respond = (Session: string, client = app) =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: client.clientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: 'nora', NEW_PASSWORD: PASSWORD },
      }),
    )
  const locator = () => ({ purpose: 'session', version: 1, poolId: app.poolId })
  /** A session as the service would have sealed it with other contents. */
  async function forged(change: Readonly<Record<string, unknown>>): Promise<string> {
    const contents = openLocated(tokenKey, locator(), await begin()) as object
    return sealLocated(tokenKey, locator(), randomBytes(24), { ...contents, ...change })
  }

  test('one is its client’s, its pool’s and its Region’s', async () => {
    await assert.rejects(respond(await begin(), second), BAD_SESSION)
    await assert.rejects(respond(await begin(other)), BAD_SESSION)
    await assert.rejects(respond(await begin(), other), BAD_SESSION)
    await assert.rejects(respond(await forged({ region: 'us-east-1' })), BAD_SESSION)
    await assert.rejects(respond(await forged({ clientId: second.clientId })), BAD_SESSION)
    const elsewhere = new AdminRespondToAuthChallengeCommand({
      UserPoolId: other.poolId,
      ClientId: other.clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: await begin(),
      ChallengeResponses: { USERNAME: 'nora', NEW_PASSWORD: PASSWORD },
    })
    await assert.rejects(api.cognito.send(elsewhere), BAD_SESSION)
  })

  test('one ends', async () => {
    await assert.rejects(respond(await forged({ expiresAtMs: Date.now() })), EXPIRED)
  })

  test('one of another version, user or password is none', async () => {
    const contents = openLocated(tokenKey, locator(), await begin())
    for (const version of [0, 2]) {
      const text = sealLocated(tokenKey, { ...locator(), version }, randomBytes(24), contents)
      await assert.rejects(respond(text), BAD_SESSION)
    }
    await assert.rejects(respond(await forged({ sub: randomUUID() })), BAD_SESSION)
    const challenge = { name: 'NEW_PASSWORD_REQUIRED', salt: 'ab' }
    await assert.rejects(respond(await forged({ challenge })), BAD_SESSION)
    const waiting = { name: 'SRP_SESSION_REFERENCE' }
    await assert.rejects(respond(await forged({ challenge: waiting })), BAD_SESSION)
  })

  test('one whose header was changed, or that was cut, is none', async () => {
    const text = await begin()
    const [header = '', ...rest] = text.split('.')
    const members = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as object
    const kid = other.poolId
    const renamed = Buffer.from(JSON.stringify({ ...members, kid })).toString('base64url')
    await assert.rejects(respond([renamed, ...rest].join('.')), BAD_SESSION)
    await assert.rejects(respond([renamed, ...rest].join('.'), other), BAD_SESSION)
    await assert.rejects(respond(text.slice(0, -1)), BAD_SESSION)
    await assert.rejects(respond(text.slice(0, text.length >> 1)), BAD_SESSION)
  })

  /** Operations that may bring a session and nothing else. */
  const alone = [
    (Session: string) => api.cognito.send(new AssociateSoftwareTokenCommand({ Session })),
    (Session: string) =>
      api.cognito.send(new VerifySoftwareTokenCommand({ Session, UserCode: '123456' })),
  ]

  test('one alone is enough to be known by', async () => {
    for (const call of alone) {
      for (const session of [await begin(), await begin(second), await begin(other)]) {
        // Known, and not of a sign-in that sets something up.
        await assert.rejects(call(session), BAD_SESSION)
      }
      await assert.rejects(call(await forged({ expiresAtMs: Date.now() })), EXPIRED)
    }
  })

  test('one alone that is forged, or not of here, is none', async () => {
    const [header = '', ...rest] = (await begin()).split('.')
    const members = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as object
    const withPool = (kid: string) => {
      const changed = Buffer.from(JSON.stringify({ ...members, kid })).toString('base64url')
      return [changed, ...rest].join('.')
    }
    const bad = [
      'a'.repeat(40),
      [header, ...rest].join('.').slice(0, -4),
      withPool(other.poolId),
      withPool('us-west-2_NoSuchPool'),
      await forged({ region: 'us-east-1' }),
      await forged({ clientId: other.clientId }),
      await forged({ clientId: 'absent' }),
    ]
    for (const call of alone) {
      for (const session of bad) await assert.rejects(call(session), BAD_SESSION, session)
    }
  })

  test('one alone ends with its client and its pool', async () => {
    const gone = await api.makeClient(await api.makePool())
    await invite(gone, 'nora')
    const { poolId: UserPoolId, clientId: ClientId } = gone
    const ofClient = await begin(gone)
    const client = new DeleteUserPoolClientCommand({ UserPoolId, ClientId })
    await api.cognito.send(client)
    for (const call of alone) await assert.rejects(call(ofClient), BAD_SESSION)
    await api.cognito.send(new DeleteUserPoolCommand({ UserPoolId }))
    for (const call of alone) await assert.rejects(call(ofClient), BAD_SESSION)
  })

  test('one is good once, also when it is sealed again', async () => {
    const text = await begin()
    const contents = openLocated(tokenKey, locator(), text)
    assert.ok((await respond(text)).AuthenticationResult?.AccessToken)
    await assert.rejects(respond(text), BAD_SESSION)
    const again = sealLocated(tokenKey, locator(), randomBytes(24), contents)
    await assert.rejects(respond(again), BAD_SESSION)
  })
})
