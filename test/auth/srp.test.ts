// SRP over HTTP: what an attacker may try who does not know the password, and the reference client.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  type AuthenticationResultType,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { signInBySrp } from '#cli/demo/people.js'
import { type Claim, N, SrpClient, signClaim, timestampOf } from '#test/support/srp-client.js'
import {
  claimsOf,
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
const BAD_SESSION = notAuthorized('Invalid session for the user.')
const USED_SESSION = notAuthorized('Invalid session for the user, session can only be used once.')

interface Challenge {
  readonly session: string | undefined
  readonly parameters: Readonly<Record<string, string>>
}

interface Answer {
  readonly client?: TestClient
  readonly password?: string
  readonly session?: string | undefined
  readonly block?: string
  readonly timestamp?: string
  readonly username?: string
  readonly signature?: string
  readonly srp?: SrpClient
}

describe('SRP', () => {
  let api: TestApi
  let poolId: string
  let app: TestClient
  let second: TestClient
  let foreign: TestClient

  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool()
    const hiding = { PreventUserExistenceErrors: 'ENABLED' } as const
    app = await api.makeClient(poolId, hiding)
    second = await api.makeClient(poolId, hiding)
    const otherPool = await api.makePool()
    foreign = await api.makeClient(otherPool, hiding)
    await api.makeUser(otherPool, 'alice')
    // A user for each test that counts failures, or one test would lock another out.
    for (const name of ['alice', 'bob', 'carl', 'dina', 'emma', 'finn', 'gwen', 'hugo']) {
      await api.makeUser(poolId, name)
    }
  })
  after(() => api.stop())

  async function start(
    username: string,
    client = app,
    publicA = new SrpClient().publicA,
  ): Promise<Challenge> {
    const response = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: username, SRP_A: publicA, ...hashed(client, username) },
      }),
    )
    assert.equal(response.ChallengeName, 'PASSWORD_VERIFIER')
    return {
      session: response.Session,
      parameters: required(response.ChallengeParameters, 'challenge'),
    }
  }

  function claimOf({ parameters }: Challenge, options: Answer = {}): Claim {
    const { USER_ID_FOR_SRP: userId = '', SALT: salt = '', SRP_B: publicB = '' } = parameters
    const { SECRET_BLOCK: block = '' } = parameters
    return {
      poolId: options.client?.poolId ?? poolId,
      userId,
      password: options.password ?? PASSWORD,
      salt,
      publicB,
      secretBlock: options.block ?? block,
      timestamp: options.timestamp ?? timestampOf(new Date()),
    }
  }

  function finish(
    challenge: Challenge,
    options: Answer = {},
  ): Promise<RespondToAuthChallengeCommandOutput> {
    const client = options.client ?? app
    const claim = claimOf(challenge, options)
    const username = options.username ?? claim.userId
    return api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: client.clientId,
        ChallengeName: 'PASSWORD_VERIFIER',
        Session: 'session' in options ? options.session : challenge.session,
        ChallengeResponses: {
          USERNAME: username,
          PASSWORD_CLAIM_SECRET_BLOCK: claim.secretBlock,
          PASSWORD_CLAIM_SIGNATURE:
            options.signature ?? (options.srp ?? new SrpClient()).sign(claim),
          TIMESTAMP: claim.timestamp,
          ...hashed(client, username),
        },
      }),
    )
  }

  const tokens = (response: { AuthenticationResult?: AuthenticationResultType | undefined }) =>
    required(response.AuthenticationResult, 'tokens')

  test('a password signs in without being sent, with the session or without', async () => {
    const { $metadata: _, ...first } = await finish(await start('alice'))
    const { AccessToken, IdToken, RefreshToken, ...rest } = tokens(first)
    assert.deepEqual(Object.keys(first).sort(), ['AuthenticationResult', 'ChallengeParameters'])
    assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' })
    assert.equal(claimsOf(required(IdToken, 'ID token'))['cognito:username'], 'alice')
    assert.ok(AccessToken && RefreshToken)
    tokens(await finish(await start('alice'), { session: undefined }))
  })

  test('the reference client signs in', async () => {
    const pool = { userPoolId: poolId, clientId: app.clientId }
    const { idToken } = await signInBySrp(api.endpoint, pool, 'hugo')
    assert.equal(claimsOf(idToken)['cognito:username'], 'hugo')
  })

  test('a client with a secret signs in with its hash and not without', async () => {
    const secretive = await api.makeClient(poolId, { GenerateSecret: true })
    const challenge = await start('alice', secretive)
    const bare = { ...secretive, secret: undefined }
    const { clientId } = secretive
    const missing = `Client ${clientId} is configured with secret but SECRET_HASH was not received`
    await assert.rejects(finish(challenge, { client: bare }), notAuthorized(missing))
    const wrong = { ...secretive, secret: 'another' }
    const mismatch = `Unable to verify secret hash for client ${clientId}`
    await assert.rejects(start('alice', bare), notAuthorized(missing))
    await assert.rejects(start('alice', wrong), notAuthorized(mismatch))
    await assert.rejects(finish(challenge, { client: wrong }), notAuthorized(mismatch))
    tokens(await finish(challenge, { client: secretive }))
  })

  test('a wrong password, or one of another pool', async () => {
    const wrong = finish(await start('bob'), { password: 'Wrong-horse-9-field' })
    await assert.rejects(wrong, WRONG)
    const { password: _, ...rest } = claimOf(await start('bob'))
    const challenge = await start('bob')
    const otherName = new SrpClient().sign({
      ...rest,
      password: PASSWORD,
      poolId: foreign.poolId,
    })
    await assert.rejects(finish(challenge, { signature: otherName }), WRONG)
  })

  test('one session is one guess, right or wrong', async () => {
    const challenge = await start('carl')
    const timestamp = timestampOf(new Date())
    tokens(await finish(challenge, { timestamp }))
    await assert.rejects(finish(challenge, { timestamp }), USED_SESSION)
    await assert.rejects(finish(challenge, { session: undefined }), USED_SESSION)
    const guessed = await start('carl')
    await assert.rejects(finish(guessed, { password: 'Wrong-horse-9-field' }), WRONG)
    await assert.rejects(finish(guessed), USED_SESSION)
    const raced = await start('carl')
    const outcomes = await Promise.allSettled([finish(raced), finish(raced), finish(raced)])
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  test('an earlier response does not fit another B, even with the same A', async () => {
    const [first, next] = [await start('dina'), await start('dina')]
    assert.notEqual(first.parameters['SRP_B'], next.parameters['SRP_B'])
    assert.equal(first.parameters['SALT'], next.parameters['SALT'])
    const timestamp = timestampOf(new Date())
    const signature = new SrpClient().sign(claimOf(first, { timestamp }))
    await assert.rejects(finish(next, { signature, timestamp }), WRONG)
    // A session of one sign-in does not carry the secret block of another.
    const mixed = finish(await start('dina'), { session: (await start('dina')).session })
    await assert.rejects(mixed, BAD_SESSION)
  })

  test('the secret block of another user, or of no user', async () => {
    const [own, others] = [await start('emma'), await start('finn')]
    const block = required(others.parameters['SECRET_BLOCK'], 'block')
    await assert.rejects(finish(own, { block, session: undefined }), BAD_SESSION)
    await assert.rejects(finish(own, { block, session: others.session }), BAD_SESSION)
    await assert.rejects(finish(others, { username: 'emma' }), BAD_SESSION)
    const genuine = Buffer.from(required(own.parameters['SECRET_BLOCK'], 'block'), 'base64')
    for (const at of [0, 20, genuine.length >> 1, genuine.length - 2]) {
      const tampered = Buffer.from(genuine)
      tampered[at] = (tampered[at] ?? 0) ^ 1
      const response = finish(own, { block: tampered.toString('base64') })
      await assert.rejects(response, failure('NotAuthorizedException'), `byte ${at}`)
    }
    await assert.rejects(finish(own, { block: 'AAAA' }), WRONG)
    await assert.rejects(finish(own, { session: 'x'.repeat(40) }), BAD_SESSION)
    tokens(await finish(own))
  })

  test('an A that gives the key away is refused, and what is no number', async () => {
    const refused = invalid('SRP_A is not a valid value.')
    const wrong = [0n, N, 2n * N, N + 1n].map((value) => value.toString(16))
    for (const publicA of [...wrong, '00', 'xyz', '0x12', '-2', ' 12', 'ab'.repeat(500)]) {
      await assert.rejects(start('emma', app, publicA), refused, publicA.slice(0, 20))
    }
    await assert.rejects(start('emma', app, ''), invalid('Missing required parameter SRP_A'))
  })

  test('a secret of zero proves nothing', async () => {
    // What A = 0 would lead to, tried with an A that the server takes.
    const challenge = await start('emma')
    const claim = claimOf(challenge)
    const digest = createHash('sha256').update('any').digest('hex')
    const signature = signClaim(0n, BigInt(`0x${digest}`), claim)
    await assert.rejects(finish(challenge, { signature, timestamp: claim.timestamp }), WRONG)
  })

  test('a claim is of now, in the form of a claim', async () => {
    for (const minutes of [-11, 11]) {
      const timestamp = timestampOf(new Date(Date.now() + minutes * 60_000))
      await assert.rejects(finish(await start('gwen'), { timestamp }), WRONG)
    }
    const timestamp = new Date().toISOString()
    await assert.rejects(finish(await start('gwen'), { timestamp }), WRONG)
    const late = timestampOf(new Date(Date.now() - 5 * 60_000))
    tokens(await finish(await start('gwen'), { timestamp: late }))
  })

  test('a session is its client’s, its pool’s and short-lived', async () => {
    await assert.rejects(finish(await start('alice'), { client: second }), BAD_SESSION)
    const abroad = finish(await start('alice', foreign), { session: undefined })
    await assert.rejects(abroad, WRONG)
    const old = await start('finn')
    const aheadMs = 4 * 60_000
    const timestamp = timestampOf(new Date(Date.now() + aheadMs))
    await api.atLater(aheadMs, () =>
      assert.rejects(
        finish(old, { timestamp }),
        notAuthorized('Invalid session for the user, session is expired.'),
      ),
    )
  })

  test('a user who does not exist looks like one who does', async () => {
    const real = await start('alice')
    const ghost = await start('ghost')
    const lengths = ({ parameters, session }: Challenge) => ({
      session: session?.length,
      salt: parameters['SALT']?.length,
      names: Object.keys(parameters).sort(),
    })
    // 'alice' and 'ghost' have five letters each.
    assert.deepEqual(lengths(ghost), lengths(real))
    const size = (challenge: Challenge, name: string) => challenge.parameters[name]?.length ?? 0
    for (const name of ['SRP_B', 'SECRET_BLOCK']) {
      const difference = Math.abs(size(ghost, name) - size(real, name))
      assert.ok(difference <= 8, `${name} differs by ${difference}`)
    }
    assert.equal(ghost.parameters['USERNAME'], 'ghost')
    const again = await start('ghost')
    assert.equal(again.parameters['SALT'], ghost.parameters['SALT'])
    assert.notEqual(again.parameters['SRP_B'], ghost.parameters['SRP_B'])
    assert.notEqual((await start('spook')).parameters['SALT'], ghost.parameters['SALT'])
    await assert.rejects(finish(ghost), WRONG)
    await assert.rejects(finish(ghost), USED_SESSION)
    const telling = await api.makeClient(poolId, { PreventUserExistenceErrors: 'LEGACY' })
    await assert.rejects(
      start('ghost', telling),
      failure('UserNotFoundException', 'User does not exist.'),
    )
  })

  test('guesses lock a user out, and a user who does not exist as well', async () => {
    for (const name of ['bob', 'phantom']) {
      const outcomes: string[] = []
      for (let guess = 0; guess < 8; guess += 1) {
        const response = start(name).then((challenge) =>
          finish(challenge, { password: 'Wrong-horse-9-field' }),
        )
        outcomes.push(await response.then(String, (error: Error) => error.message))
      }
      assert.equal(outcomes.at(-1), 'Password attempts exceeded', name)
    }
  })
})
