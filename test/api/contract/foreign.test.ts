// What is another pool's: every operation is made ready in one pool and then called with the ID, or
// with the app client, of a second one. It finds nothing there, unless it brings what it needs, and
// never touches the first.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Rig } from '../../anomaly/rig.js'
import type { Snapshot } from '../../anomaly/snapshot.js'
import { has } from './evidence.js'
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

/** Which of the two an operation takes; the ID where it takes both. */
function memberOf(one: Implemented): 'UserPoolId' | 'ClientId' | undefined {
  if (one.operation.auth === 'iam' && has(one, 'UserPoolId')) return 'UserPoolId'
  return one.operation.auth === 'public' && has(one, 'ClientId') ? 'ClientId' : undefined
}

/** Everything but the rows of the second pool. */
function restOf(snapshot: Snapshot) {
  const tables = [...snapshot].map(([table, rows]) => [
    table,
    [...rows].filter(([, row]) => row['user_pool_id'] !== other.client.poolId),
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
  const member = memberOf(one)
  // Replicas need a second Region; the deletion of a pool is about nothing else.
  if (member === undefined || /Replica|^DeleteUserPool$/.test(name)) continue
  test(name, async () => {
    const input = await goodInput(rig, one, own)
    const first = restOf(await stage.snapshot())
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
