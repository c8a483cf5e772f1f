// What is another pool's: every operation is made ready in one pool and then called with the ID,
// with the app client, or with a user's token of a second one. It finds nothing there, unless it
// brings what it needs, and never touches the first.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { required } from '#base/assert.js'
import { claimsOf } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'
import type { Rig } from '../../anomaly/rig.js'
import type { Snapshot } from '../../anomaly/snapshot.js'
import { foreignMemberOf } from './evidence.js'
import { goodInput } from './inputs.js'
import { IMPLEMENTED, type Implemented, type PoolStage, type Stage, startStage } from './stage.js'
import { wireRig } from './wire-rig.js'

let stage: Stage
let own: PoolStage
let other: PoolStage
let rig: Rig
before(async () => {
  stage = await startStage()
  own = await stage.makePool()
  other = await stage.makePool()
  rig = await wireRig(stage)
})
after(() => stage.stop())

const UNDER_WAY = /^(?:Pending|InProgress|Stopping)$/

/** The rows, when no import that an earlier test started is under way. */
async function quietSnapshot(): Promise<Snapshot> {
  let snapshot: Snapshot | undefined
  const isQuiet = async () => {
    snapshot = await stage.snapshot()
    const jobs = [...(snapshot.get('user_imports')?.values() ?? [])]
    return !jobs.some(({ status }) => UNDER_WAY.test(String(status)))
  }
  await waitFor(isQuiet, { what: 'the end of imports' })
  return required(snapshot, 'snapshot')
}

/** Everything but the rows of the second pool. */
function restOf(snapshot: Snapshot, poolId = other.client.poolId) {
  const tables = [...snapshot].map(([table, rows]) => [
    table,
    [...rows].filter(([, row]) => row['user_pool_id'] !== poolId),
  ])
  return Object.fromEntries(tables) as Record<string, unknown>
}

/** What an operation does in whichever pool it is called for. */
const AT_HOME_ANYWHERE = new Set([
  'AddCustomAttributes',
  'AdminCreateUser',
  'CreateGroup',
  'CreateResourceServer',
  'CreateUserImportJob',
  'CreateUserPoolClient',
  'CreateUserPoolDomain',
  'SetLogDeliveryConfiguration',
  'SetUserPoolSessionConfiguration',
  'SetUserPoolMfaConfig',
  'SignUp',
  'UpdateUserPool',
  // A token that says nothing here is as good as revoked (RFC 7009, section 2.2).
  'RevokeToken',
])
const READS_POOL = new RegExp(
  '^(?:DescribeUserPool|GetCSVHeader|GetLogDeliveryConfiguration|GetUserPoolMfaConfig|' +
    'GetSigningCertificate|' +
    'GetUserPoolSessionConfiguration|' +
    'List(?!.*(?:InGroup|ForUser|Secrets))\\w+)$',
)

const REFUSALS = [
  /^UserNotFoundException: User does not exist\.$/,
  /^UserNotFoundException: Username\/client id combination not found\.$/,
  /^ResourceNotFoundException: User pool client \w+ does not exist\.$/,
  /^ResourceNotFoundException: Resource server \S+ does not exist\.$/,
  /^ResourceNotFoundException: User import job import-[\w-]+ does not exist\.$/,
  /^ResourceNotFoundException: Group not found\.$/,
  /^ResourceNotFoundException: Device does not exist\.$/,
  /^UserPoolAddOnNotEnabledException: User pool add-ons are not enabled\.$/,
  /^InvalidUserPoolConfigurationException: The user pool does not track devices\.$/,
  /^NotAuthorizedException: Invalid client secret for client \w+$/,
  /^NotAuthorizedException: Invalid Refresh Token$/,
  /^NotAuthorizedException: Invalid client secret for client \w+$/,
  /^NotAuthorizedException: Invalid session for the user\.$/,
  /^InvalidParameterException: No such domain or user pool exists\.$/,
]

/** Deletions come before what others create in the second pool under the same names. */
const inOrder = [...IMPLEMENTED].sort(({ operation: a }, { operation: b }) => rank(a) - rank(b))
function rank({ name }: { readonly name: string }): number {
  return /^(?:Create|AddCustom)/.test(name) ? 1 : 0
}

for (const one of inOrder) {
  const { name } = one.operation
  const member = foreignMemberOf(one)
  if (member === undefined || member === 'AccessToken') continue
  test(name, async () => {
    const input = await goodInput(rig, one, own)
    const first = restOf(await quietSnapshot())
    const { errorCode, output } = await rig.call(name, { ...input, [member]: other.known[member] })
    assert.deepEqual(restOf(await stage.snapshot()), first)
    const succeeds = AT_HOME_ANYWHERE.has(name) || READS_POOL.test(name)
    const outcome = errorCode === undefined ? 'succeeds' : `${errorCode}: ${output['message']}`
    if (succeeds) assert.equal(outcome, 'succeeds')
    else
      assert.ok(
        REFUSALS.some((refusal) => refusal.test(outcome)),
        outcome,
      )
    for (const secret of [own.client.poolId, own.client.clientId, own.username]) {
      assert.ok(!JSON.stringify(output).includes(secret) || JSON.stringify(input).includes(secret))
    }
  })
}

/** What a token's operations say of what another user made ready, by what they name of it. */
const OF_ANOTHER: Readonly<Record<string, string>> = {
  CompleteWebAuthnRegistration:
    'WebAuthnChallengeNotFoundException: No registration of a passkey is under way with this ' +
    'challenge.',
  ConfirmDevice: 'InvalidParameterException: Invalid device key given.',
  DeleteWebAuthnCredential: 'ResourceNotFoundException: The user has no such passkey.',
  ForgetDevice: 'ResourceNotFoundException: Device does not exist.',
  GetDevice: 'ResourceNotFoundException: Device does not exist.',
  RevokeUserSession: 'ResourceNotFoundException: Session not found.',
  UpdateDeviceStatus: 'ResourceNotFoundException: Device does not exist.',
  VerifySoftwareToken:
    'EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA',
  VerifyUserAttribute:
    'CodeMismatchException: Invalid verification code provided, please try again.',
}

for (const one of IMPLEMENTED) {
  const { name } = one.operation
  if (foreignMemberOf(one) !== 'AccessToken') continue
  test(`${name} with the token of a user of another pool`, async () => {
    const { AccessToken: token, ...input } = await ready(one)
    const { AccessToken } = await ready(one)
    const [mine, theirs] = [poolOf(token), poolOf(AccessToken)]
    assert.notEqual(mine, theirs)
    const first = restOf(await quietSnapshot(), theirs)
    const { errorCode, output } = await rig.call(name, { ...input, AccessToken })
    assert.deepEqual(restOf(await stage.snapshot(), theirs), first)
    const outcome = errorCode === undefined ? 'succeeds' : `${errorCode}: ${output['message']}`
    assert.equal(outcome, OF_ANOTHER[name] ?? 'succeeds')
    assert.ok(!JSON.stringify(output).includes(mine))
  })
}

/** An input of a user of a pool that is new. */
async function ready(one: Implemented) {
  await rig.clear()
  const input = (await goodInput(rig, one, await stage.makePool())) as { AccessToken: string }
  assert.ok(input.AccessToken)
  return input
}

function poolOf(token: string): string {
  return String(claimsOf(token)['iss']).split('/').at(-1) ?? ''
}
