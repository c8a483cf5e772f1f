// The gate: for each of the 140 operations, whether it runs on the primary, on an INACTIVE and on
// an ACTIVE secondary. Every case is derived from the documented lists and called through the AWS
// SDK against two real Regions. What is asserted is the gate's decision, not what the operation
// does behind it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { userPoolsOperations } from '#api/cognito/service.js'
import { required } from '#base/assert.js'
import { cognitoOperations } from '#contract/cognito.js'
import {
  cognitoOf,
  createPool,
  EAST,
  PASSWORD,
  startReplica,
  WEST,
  waitForStatus,
} from '#test/support/replicated-pool.js'
import { sampleInput } from '#test/support/sample-input.js'
import { SrpClient } from '#test/support/srp-client.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'
import { waitFor } from '#test/support/wait.js'

import { ACCOUNT, ACTIVE_SECONDARY, ANY_SECONDARY } from './documented.js'

const NOT_ENABLED = 'OperationNotEnabledException'

type Place = 'PRIMARY' | 'INACTIVE' | 'ACTIVE'

let stack: TwoRegions
let poolId: string
let clientId: string
/** For the operations that would end or change the client that tokens come from. */
let spareClientId: string

const cognito = (region: string) => cognitoOf(stack, region)

before(async () => {
  stack = await startTwoRegions()
  const ExplicitAuthFlows = [
    'ALLOW_USER_PASSWORD_AUTH' as const,
    'ALLOW_USER_SRP_AUTH' as const,
    'ALLOW_REFRESH_TOKEN_AUTH' as const,
  ]
  const made = await createPool(stack, { client: { ExplicitAuthFlows } })
  poolId = made.userPoolId
  clientId = made.clientId
  const spare = await cognito(WEST).send(
    new sdk.CreateUserPoolClientCommand({ UserPoolId: poolId, ClientName: 'spare' }),
  )
  spareClientId = required(spare.UserPoolClient?.ClientId, 'client')
  // A secondary has no certificate until its primary has made one.
  await cognito(WEST).send(new sdk.GetSigningCertificateCommand({ UserPoolId: poolId }))
  await startReplica(stack, poolId)
  await waitForStatus(stack, poolId, { status: 'INACTIVE', at: EAST })
})

after(() => stack.stop())

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
    { what: `${username} in ${EAST}` },
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
  await waitForStatus(stack, poolId, { status: 'ACTIVE', at: EAST })
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
  const name = 'NotAuthorizedException'
  // The session is of another challenge, which only the primary comes to look at.
  await assert.rejects(call(WEST, await sessionOf(WEST)), { name })
  await assert.rejects(call(EAST, await sessionOf(EAST)), { name: NOT_ENABLED })
  await assert.rejects(call(EAST, await sessionOf(WEST)), { name })
  await assert.rejects(call(WEST, await sessionOf(EAST)), { name })
})

test('the primary runs everything', () => checkPlace('PRIMARY'))
