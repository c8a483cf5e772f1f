// Guesses side by side: however many passwords are tried for one name at once, and whichever way,
// a lock that bears five of them lets five be evaluated, and one more for each process.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  ChangePasswordCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { SrpClient } from '#test/support/srp-client.js'
import {
  failure,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const GUESSES = 400
const FREE = 5
const PROCESSES = 2

type Outcome = 'evaluated' | 'refused'

describe('guesses side by side', () => {
  let api: TestApi
  let endpoints: readonly string[]
  let client: TestClient
  before(async () => {
    api = await startTestApi()
    endpoints = [api.endpoint, (await api.addNode()).endpoint]
    const poolId = await api.makePool({ AliasAttributes: ['email'] })
    client = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
  })
  after(() => api.stop())

  /** A public call without the SDK, whose connections are bounded. */
  async function post(endpoint: string, operation: string, input: object) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    })
    return (await response.json()) as { __type?: string; message?: string } & Record<
      string,
      unknown
    >
  }

  function outcomeOf({ __type, message }: { __type?: string; message?: string }): Outcome {
    if (__type === 'TooManyRequestsException') return 'refused'
    if (__type === 'LimitExceededException') return 'refused'
    assert.equal(__type, 'NotAuthorizedException', message ?? 'a success')
    if (message === 'Password attempts exceeded') return 'refused'
    assert.equal(message, 'Incorrect username or password.')
    return 'evaluated'
  }

  /** Runs guesses at once, over both nodes in turn, and returns how many were evaluated. */
  async function guess(
    count: number,
    call: (endpoint: string, n: number) => Promise<{ __type?: string; message?: string }>,
  ): Promise<{ readonly evaluated: number; readonly most: number }> {
    const startedAtMs = systemClock.nowMs()
    const answers = await Promise.all(
      Array.from({ length: count }, (_, n) => call(required(endpoints[n % 2], 'endpoint'), n)),
    )
    const evaluated = answers.map(outcomeOf).filter((outcome) => outcome === 'evaluated').length
    // A slow machine may outlast the first waits (1 s, then 2 s, 4 s), each of which ends in one
    // more attempt of each process.
    const seconds = (systemClock.nowMs() - startedAtMs) / 1000
    const waitsOver = Math.floor(Math.log2(seconds + 1))
    return { evaluated, most: FREE + PROCESSES + waitsOver * PROCESSES }
  }

  const signIn = (USERNAME: string) => (endpoint: string, n: number) =>
    post(endpoint, 'InitiateAuth', {
      ClientId: client.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: `Wrong-password-${n}` },
    })

  for (const [who, name] of [
    ['a user', 'ada'],
    ['a name without a user', 'nobody'],
  ] as const) {
    test(`passwords of ${who}`, async () => {
      if (name === 'ada') await api.makeUser(client.poolId, name)
      const { evaluated, most } = await guess(GUESSES, signIn(name))
      assert.ok(evaluated >= FREE, `${evaluated} evaluated`)
      assert.ok(evaluated <= most, `${evaluated} evaluated, ${most} at most`)
    })
  }

  test('all names of a user count as one', async () => {
    const sub = await api.makeUser(client.poolId, 'grace', {
      email: 'grace@example.com',
      email_verified: 'true',
    })
    const names = ['grace', 'grace@example.com', sub].map(signIn)
    const { evaluated, most } = await guess(90, (endpoint, n) =>
      required(names[n % names.length], 'name')(endpoint, n),
    )
    assert.ok(evaluated <= most, `${evaluated} evaluated, ${most} at most`)
  })

  for (const [who, name] of [
    ['a user', 'edith'],
    ['a name without a user', 'nemo'],
  ] as const) {
    test(`proofs by SRP of ${who}`, async () => {
      if (name === 'edith') await api.makeUser(client.poolId, name)
      const srp = new SrpClient()
      const begun: Record<string, string>[] = []
      for (let n = 0; n < 40; n += 1) {
        const { ChallengeParameters } = await api.cognito.send(
          new InitiateAuthCommand({
            ClientId: client.clientId,
            AuthFlow: 'USER_SRP_AUTH',
            AuthParameters: { USERNAME: name, SRP_A: srp.publicA },
          }),
        )
        begun.push(required(ChallengeParameters, 'challenge'))
      }
      const { evaluated, most } = await guess(begun.length, (endpoint, n) =>
        post(endpoint, 'RespondToAuthChallenge', {
          ClientId: client.clientId,
          ChallengeName: 'PASSWORD_VERIFIER',
          ChallengeResponses: {
            USERNAME: name,
            PASSWORD_CLAIM_SECRET_BLOCK: begun[n]?.['SECRET_BLOCK'],
            PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32, n).toString('base64'),
            TIMESTAMP: 'Thu Jan 1 00:00:00 UTC 2026',
          },
        }),
      )
      assert.ok(evaluated >= FREE, `${evaluated} evaluated`)
      assert.ok(evaluated <= most, `${evaluated} evaluated, ${most} at most`)
    })
  }

  test('the old password of ChangePassword', async () => {
    await api.makeUser(client.poolId, 'mary')
    const { access } = await api.signIn(client, 'mary')
    const { evaluated, most } = await guess(100, (endpoint, n) =>
      post(endpoint, 'ChangePassword', {
        AccessToken: access,
        PreviousPassword: `Wrong-password-${n}`,
        ProposedPassword: `${PASSWORD}-new`,
      }),
    )
    assert.ok(evaluated >= FREE, `${evaluated} evaluated`)
    assert.ok(evaluated <= most, `${evaluated} evaluated, ${most} at most`)
    const locked = new ChangePasswordCommand({
      AccessToken: access,
      PreviousPassword: PASSWORD,
      ProposedPassword: `${PASSWORD}-new`,
    })
    await assert.rejects(api.cognito.send(locked), failure('LimitExceededException'))
  })

  test('right passwords side by side are all evaluated', async () => {
    await api.makeUser(client.poolId, 'joan')
    const tokens = await Promise.all(Array.from({ length: 100 }, () => api.signIn(client, 'joan')))
    assert.equal(tokens.length, 100)
  })
})
