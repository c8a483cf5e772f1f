// The gate: for each of the 140 operations, whether it runs on the primary, on an INACTIVE and on
// an ACTIVE secondary. Every case is derived from the documented lists and called through the AWS
// SDK against two real Regions. What is asserted is the gate's decision, not what the operation
// does behind it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { userPoolsOperations } from '#api/cognito/service.js'
import { required } from '#base/assert.js'
import type { DemoStack } from '#cli/demo/stack.js'
import { cognitoOperations } from '#contract/cognito.js'
import { startTwoRegions } from '#test/support/replicated-pool.js'
import { sampleInput } from '#test/support/sample-input.js'
import { SrpClient } from '#test/support/srp-client.js'
import { waitFor } from '#test/support/wait.js'

import { ACCOUNT, ACTIVE_SECONDARY, ANY_SECONDARY } from './documented.js'

const WEST = 'us-west-2'
const EAST = 'us-east-1'
const PASSWORD = 'Correct-horse-7-battery'
const NOT_ENABLED = 'OperationNotEnabledException'

type Place = 'PRIMARY' | 'INACTIVE' | 'ACTIVE'

let stack: DemoStack
let poolId: string
let clientId: string
/** For the operations that would end or change the client that tokens come from. */
let spareClientId: string

const optionsOf = (region: string) => ({
  region,
  endpoint: required(stack.regions[region], region).endpoint,
  credentials: stack.credentials,
  maxAttempts: 1,
})
const cognito = (region: string) => new sdk.CognitoIdentityProviderClient(optionsOf(region))

before(async () => {
  stack = await startTwoRegions()
  const west = cognito(WEST)
  const kms = new KMSClient(optionsOf(WEST))
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true }))
  const key = required(KeyMetadata, 'key')
  await kms.send(new ReplicateKeyCommand({ KeyId: key.KeyId, ReplicaRegion: EAST }))
  const { UserPool } = await west.send(
    new sdk.CreateUserPoolCommand({
      PoolName: 'gate',
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: key.Arn },
    }),
  )
  poolId = required(UserPool?.Id, 'pool')
  const { UserPoolClient } = await west.send(
    new sdk.CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: 'gate',
      ExplicitAuthFlows: [
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
    }),
  )
  clientId = required(UserPoolClient?.ClientId, 'client')
  const spare = await west.send(
    new sdk.CreateUserPoolClientCommand({ UserPoolId: poolId, ClientName: 'spare' }),
  )
  spareClientId = required(spare.UserPoolClient?.ClientId, 'client')
  await west.send(new sdk.CreateUserPoolReplicaCommand({ UserPoolId: poolId, RegionName: EAST }))
  await waitForStatus('INACTIVE')
})

after(() => stack.stop())

async function waitForStatus(status: string): Promise<void> {
  await waitFor(
    async () => {
      const { UserPoolReplicas } = await cognito(EAST).send(
        new sdk.ListUserPoolReplicasCommand({ UserPoolId: poolId }),
      )
      return UserPoolReplicas?.some((r) => r.RegionName === EAST && r.Status === status)
    },
    { timeoutMs: 60_000, what: `the replica to be ${status}` },
  )
}

/** A user of its own for each token, since some operations end sessions or delete the caller. */
async function freshToken(name: string): Promise<string> {
  const west = cognito(WEST)
  const user = { UserPoolId: poolId, Username: name }
  await west.send(new sdk.AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }))
  await west.send(
    new sdk.AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  )
  const { AuthenticationResult } = await west.send(
    new sdk.InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: name, PASSWORD },
    }),
  )
  return required(AuthenticationResult?.AccessToken, 'token')
}

/** The name of the operation's error here; undefined when it succeeds. */
async function outcomeOf(name: string, place: Place): Promise<string | undefined> {
  const region = place === 'PRIMARY' ? WEST : EAST
  const AccessToken = /token/.test(required(userPoolsOperations[name], name).auth)
    ? await freshToken(`${name}-${place}`)
    : undefined
  if (AccessToken !== undefined && place !== 'PRIMARY') await seenInEast(`${name}-${place}`)
  const input = sampleInput(required(cognitoOperations.get(name), name), {
    UserPoolId: poolId,
    ClientId: /^(?:Delete|Update)UserPoolClient/.test(name) ? spareClientId : clientId,
    ResourceArn: `arn:aws:cognito-idp:${region}:123456789012:userpool/${poolId}`,
    Username: 'nobody',
    RegionName: EAST,
    // What the replica is already, so that the call changes nothing.
    ...(name === 'UpdateUserPoolReplica' && {
      Status: place === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE',
    }),
    ...(AccessToken !== undefined && { AccessToken }),
  })
  const Command = (sdk as unknown as Record<string, new (input: unknown) => never>)[
    `${name}Command`
  ]
  try {
    await cognito(region).send(new (required(Command, name))(input))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

async function seenInEast(username: string): Promise<void> {
  await waitFor(
    async () => {
      const user = { UserPoolId: poolId, Username: username }
      return cognito(EAST)
        .send(new sdk.AdminGetUserCommand(user))
        .then(
          () => true,
          () => false,
        )
    },
    { timeoutMs: 10_000, what: `${username} in ${EAST}` },
  )
}

/** Whether the documentation says that the operation runs there. */
function runsAt(name: string, place: Place): boolean {
  if (place === 'PRIMARY' || ACCOUNT.includes(name) || ANY_SECONDARY.includes(name)) return true
  return place === 'ACTIVE' && ACTIVE_SECONDARY.includes(name)
}

test('the lists name operations that exist, each once', () => {
  const names = [...ACCOUNT, ...ANY_SECONDARY, ...ACTIVE_SECONDARY]
  assert.equal(new Set(names).size, names.length)
  for (const name of names) assert.ok(cognitoOperations.has(name), name)
  assert.equal(cognitoOperations.size, 140)
})

async function checkPlace(place: Place): Promise<void> {
  const wrong: string[] = []
  // A replica that is being deleted would end the test; the primary refuses to delete this pool.
  const names = [...cognitoOperations.keys()].filter(
    (name) => !(name === 'DeleteUserPoolReplica' && place === 'PRIMARY'),
  )
  for (const name of names) {
    const outcome = await outcomeOf(name, place)
    const runs = runsAt(name, place)
    if (runs === (outcome === NOT_ENABLED)) wrong.push(`${name}: ${outcome ?? 'success'}`)
    // Whatever else: a sample of valid form is never an internal error.
    if (outcome === 'InternalErrorException') wrong.push(`${name}: ${outcome}`)
  }
  assert.deepEqual(wrong, [])
  assert.ok(names.length >= 139)
}

test('an INACTIVE secondary runs what the documentation says and nothing else', () =>
  checkPlace('INACTIVE'))

test('an ACTIVE secondary runs what the documentation says and nothing else', async () => {
  await cognito(WEST).send(
    new sdk.UpdateUserPoolReplicaCommand({
      UserPoolId: poolId,
      RegionName: EAST,
      Status: 'ACTIVE',
    }),
  )
  await waitForStatus('ACTIVE')
  await checkPlace('ACTIVE')
})

test('a session alone leads to the gate of its pool, in the Region that issued it', async () => {
  await freshToken('by-session')
  await seenInEast('by-session')
  const sessionOf = async (region: string) => {
    const { Session } = await cognito(region).send(
      new sdk.InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: 'by-session', SRP_A: new SrpClient().publicA },
      }),
    )
    return required(Session, 'session')
  }
  const call = (region: string, Session: string) =>
    cognito(region).send(new sdk.AssociateSoftwareTokenCommand({ Session }))
  await assert.rejects(call(WEST, await sessionOf(WEST)), { name: 'NotImplementedException' })
  await assert.rejects(call(EAST, await sessionOf(EAST)), { name: NOT_ENABLED })
  const name = 'NotAuthorizedException'
  await assert.rejects(call(EAST, await sessionOf(WEST)), { name })
  await assert.rejects(call(WEST, await sessionOf(EAST)), { name })
})

test('the primary runs everything', () => checkPlace('PRIMARY'))
