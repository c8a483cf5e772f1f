// Each operation called by those who may not: nobody, a signature that does not hold, a key without
// permission, and every kind of access token that is none. Who may, its `auth` says.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import type { PreTokenGenerationEvent, TokenClaims } from '#ports/triggers.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { RecordingTriggers } from '#test/support/recording-triggers.js'
import { REGION, type TokenStrings } from '#test/support/test-api.js'
import { type Answer, inLanes, type Key } from '#test/support/wire-call.js'
import { changesBetween } from '../../anomaly/snapshot.js'
import {
  IMPLEMENTED,
  type Implemented,
  inputOf,
  type PoolStage,
  type Stage,
  startStage,
} from './stage.js'

const NOT_AUTHORIZED = 'NotAuthorizedException'
const ABSENT_POOL = `${REGION}_absentabs`
const ABSENT_CLIENT = 'absentabsentabsentabsent00'
const MISSING_TOKEN =
  "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: " +
  'Member must not be null'
/** Longer than access tokens are good for, unless their client says so. */
const TWO_HOURS_MS = 7_200_000

type Expected = readonly [code: string, message: string]

const of = (...auth: readonly string[]) =>
  IMPLEMENTED.filter(({ operation }) => auth.includes(operation.auth))
const SIGNED = of('iam')
const BY_TOKEN = of('access-token', 'token-or-session')

let stage: Stage
let pool: PoolStage
let other: PoolStage
const functions = new RecordingTriggers()
before(async () => {
  stage = await startStage({ triggers: functions.triggers })
  pool = await stage.makePool()
  other = await stage.makePool()
})
after(() => stage.stop())

const has = ({ schema }: Implemented, name: string) =>
  schema.input.members.some((member) => member.name === name)
const takesArn = (one: Implemented) => has(one, 'ResourceArn')
/** Public ones that name an app client; feedback of a user has a token of its own. */
const OF_CLIENTS = of('public').filter((one) => has(one, 'ClientId'))

/** Calls each operation, compares how it ends, and that nothing was written. */
async function refuseAll(
  operations: readonly Implemented[],
  call: (one: Implemented) => Promise<Answer>,
  expected: (one: Implemented) => Expected,
): Promise<void> {
  const first = await stage.snapshot()
  const wrong: object[] = []
  await inLanes(operations, async (one) => {
    const { code, message } = await call(one)
    const [wantedCode, wanted] = expected(one)
    if (code === wantedCode && message === wanted) return
    wrong.push({ operation: one.operation.name, code, message, wanted })
  })
  assert.deepEqual(wrong, [])
  assert.deepEqual(changesBetween(first, await stage.snapshot()), [])
  assert.ok(operations.length > 5, `${operations.length} operations`)
}

describe('operations that want a signature', () => {
  const refuse = (key: Key | 'nobody', expected: (one: Implemented) => Expected) =>
    refuseAll(SIGNED, (one) => stage.call(one.operation.name, inputOf(one, pool), key), expected)

  test('nobody signed', () =>
    refuse('nobody', () => ['MissingAuthenticationTokenException', 'Missing Authentication Token']))

  test('with another secret', () =>
    refuse({ ...ROOT_ACCESS_KEY, secretAccessKey: 'another' }, () => [
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check ' +
        'your AWS Secret Access Key and signing method. Consult the service documentation for ' +
        'details.',
    ]))

  test('with a key that there is not', () =>
    refuse({ ...ROOT_ACCESS_KEY, accessKeyId: `AKIAEXAMPLE${'0'.repeat(9)}` }, () => [
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ]))

  test('with a key that may do everything else, also where the pool is absent', async () => {
    for (const poolId of [pool.client.poolId, ABSENT_POOL]) {
      const arn = `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${poolId}`
      const key = await makeKey()
      const user = `User: arn:aws:iam::${ACCOUNT_ID}:user/${key.accessKeyId}`
      await refuseAll(
        SIGNED,
        (one) => {
          const input = { ...inputOf(one, pool) }
          if (has(one, 'UserPoolId')) input['UserPoolId'] = poolId
          if (takesArn(one)) input['ResourceArn'] = arn
          return stage.call(one.operation.name, input, key)
        },
        (one) => {
          const { name, region } = one.operation
          const isAboutPool = region !== 'account' && (has(one, 'UserPoolId') || takesArn(one))
          const resource = isAboutPool ? arn : '*'
          const action = `cognito-idp:${name}`
          return [
            'AccessDeniedException',
            `${user} is not authorized to perform: ${action} on resource: ${resource} ` +
              `because no identity-based policy allows the ${action} action`,
          ]
        },
      )
    }
  })

  async function makeKey(): Promise<Key> {
    const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]
    const target = { region: REGION, endpoint: stage.api.endpoint, credentials: ROOT_ACCESS_KEY }
    const made = await callAny([target], 'CreateAccessKey', {
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    })
    const key = made['AccessKey'] as { AccessKeyId: string; SecretAccessKey: string }
    return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey }
  }
})

describe('operations that want an access token', () => {
  const refuse = (token: string | undefined, ...expected: Expected) =>
    refuseAll(
      BY_TOKEN,
      (one) => stage.call(one.operation.name, { ...inputOf(one, pool), AccessToken: token }),
      () => expected,
    )
  const invalid: Expected = [NOT_AUTHORIZED, 'Invalid Access Token']

  /** A user of its own, whom the test may end. */
  async function signedIn(username: string): Promise<TokenStrings> {
    await stage.api.makeUser(pool.client.poolId, username)
    return stage.api.signIn(pool.client, username)
  }

  test('none', () =>
    refuseAll(
      BY_TOKEN,
      (one) => stage.call(one.operation.name, { ...inputOf(one, pool), AccessToken: undefined }),
      // Some declare the token as optional, and have no other caller.
      ({ operation: { auth }, schema }) =>
        auth === 'access-token' &&
        schema.input.members.some(({ name, required }) => name === 'AccessToken' && required)
          ? ['InvalidParameterException', MISSING_TOKEN]
          : invalid,
    ))

  test('garbage', async () => {
    await refuse('garbage', ...invalid)
    await refuse('a.b.c', ...invalid)
  })

  test('the other tokens of a sign-in', async () => {
    await refuse(pool.tokens.id, ...invalid)
    await refuse(pool.tokens.refresh, ...invalid)
  })

  test('a token with another signature, and none', async () => {
    const [header = '', payload = '', signature = ''] = pool.tokens.access.split('.')
    const changed = signature.startsWith('A') ? 'B' : 'A'
    await refuse([header, payload, changed + signature.slice(1)].join('.'), ...invalid)
    await refuse([header, payload, ''].join('.'), ...invalid)
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    await refuse([none, payload, ''].join('.'), ...invalid)
  })

  test("another pool's claims or key", async () => {
    const [header = '', payload = '', signature = ''] = pool.tokens.access.split('.')
    const [itsHeader = '', itsPayload = '', itsSignature = ''] = other.tokens.access.split('.')
    await refuse([header, itsPayload, itsSignature].join('.'), ...invalid)
    await refuse([itsHeader, payload, itsSignature].join('.'), ...invalid)
    await refuse([itsHeader, payload, signature].join('.'), ...invalid)
  })

  test('of an app client that was deleted', async () => {
    const client = await stage.api.makeClient(pool.client.poolId)
    const { access } = await stage.api.signIn(client, pool.username)
    const { poolId: UserPoolId, clientId: ClientId } = client
    await stage.api.cognito.send(new sdk.DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
    await refuse(access, ...invalid)
  })

  test('without the scope of people', async () => {
    functions.instead = {
      preTokenGeneration: async <C extends Partial<TokenClaims>>({
        claims,
      }: PreTokenGenerationEvent<C>): Promise<C> => ({
        ...claims,
        access: { ...claims.access, scope: 'openid orders/read' },
      }),
    }
    const { access } = await signedIn('without-scope')
    functions.instead = {}
    await refuse(access, NOT_AUTHORIZED, 'Access Token does not have required scopes')
  })

  test('revoked', async () => {
    const { access } = await signedIn('signed-out')
    await stage.api.cognito.send(new sdk.GlobalSignOutCommand({ AccessToken: access }))
    await refuse(access, NOT_AUTHORIZED, 'Access Token has been revoked')
  })

  test('of a user who is disabled, and who was deleted', async () => {
    const { access } = await signedIn('leaving')
    const user = { UserPoolId: pool.client.poolId, Username: 'leaving' }
    await stage.api.cognito.send(new sdk.AdminDisableUserCommand(user))
    // Disabling ends the sessions as well.
    await refuse(access, NOT_AUTHORIZED, 'Access Token has been revoked')
    await stage.api.cognito.send(new sdk.AdminDeleteUserCommand(user))
    await refuse(access, 'UserNotFoundException', 'User does not exist.')
  })

  test('expired', () =>
    stage.api.atLater(TWO_HOURS_MS, () =>
      refuse(pool.tokens.access, NOT_AUTHORIZED, 'Access Token has expired'),
    ))
})

describe('operations that an app client proves itself for', () => {
  /** Where the proof is. */
  const proofOf = (one: Implemented) =>
    ['SecretHash', 'ClientSecret', 'Secret', 'AuthParameters', 'ChallengeResponses'].find((name) =>
      has(one, name),
    )

  test('a client with a secret, without it and with a wrong one', async () => {
    const { clientId } = await stage.api.makeClient(pool.client.poolId, { GenerateSecret: true })
    for (const proof of [undefined, `wrong${'x'.repeat(39)}`]) {
      await refuseAll(
        OF_CLIENTS.filter((one) => proof !== undefined || proofOf(one) !== 'Secret'),
        (one) => stage.call(one.operation.name, inputWith(one, clientId, proof)),
        (one) => expectedOf(one, clientId, proof),
      )
    }
    assert.deepEqual(
      OF_CLIENTS.filter((one) => proofOf(one) === undefined),
      [],
    )
  })

  function inputWith(one: Implemented, ClientId: string, proof: string | undefined): object {
    const member = required(proofOf(one), 'member')
    const input = { ...inputOf(one, pool), ClientId }
    const hash = proof === undefined ? {} : { SECRET_HASH: proof }
    const named = { USERNAME: pool.username, PASSWORD: 'x', SMS_MFA_CODE: '123456', ...hash }
    if (member === 'AuthParameters') {
      return { ...input, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: named }
    }
    if (member === 'ChallengeResponses') {
      const session = { ChallengeName: 'SMS_MFA', Session: 'x'.repeat(20) }
      return { ...input, ...session, ChallengeResponses: named }
    }
    return { ...input, [member]: proof }
  }

  function expectedOf(one: Implemented, id: string, proof: string | undefined): Expected {
    const member = required(proofOf(one), 'member')
    if (one.operation.name === 'RevokeToken') return ['UnauthorizedException', 'Invalid client']
    if (member.startsWith('Client') || member === 'Secret') {
      return [NOT_AUTHORIZED, `Invalid client secret for client ${id}`]
    }
    return proof === undefined
      ? [NOT_AUTHORIZED, `Client ${id} is configured with secret but SECRET_HASH was not received`]
      : [NOT_AUTHORIZED, `Unable to verify secret hash for client ${id}`]
  }
})

describe('operations about what is absent', () => {
  test('a pool', () =>
    refuseAll(
      IMPLEMENTED.filter(
        (one) =>
          one.operation.auth !== 'public' &&
          has(one, 'UserPoolId') &&
          one.operation.region !== 'account',
      ),
      (one) => stage.call(one.operation.name, { ...inputOf(one, pool), UserPoolId: ABSENT_POOL }),
      () => ['ResourceNotFoundException', `User pool ${ABSENT_POOL} does not exist.`],
    ))

  test('an app client', () =>
    refuseAll(
      OF_CLIENTS,
      (one) => stage.call(one.operation.name, { ...inputOf(one, pool), ClientId: ABSENT_CLIENT }),
      () => ['ResourceNotFoundException', `User pool client ${ABSENT_CLIENT} does not exist.`],
    ))
})
