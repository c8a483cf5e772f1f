// The four replica operations through the SDK: prerequisites, errors, and the whole life.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  CreateUserPoolReplicaCommand,
  DeleteUserPoolReplicaCommand,
  DescribeUserPoolCommand,
  ListUserPoolReplicasCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, DescribeKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import {
  EAST,
  type RegionNode,
  startTwoNodes,
  type TwoNodes,
  WEST,
} from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

let nodes: TwoNodes

before(async () => {
  nodes = await startTwoNodes()
})

after(() => nodes.close())

async function newKey(options: { multiRegion: boolean; replicated: boolean }): Promise<string> {
  const { west } = nodes
  const { KeyMetadata } = await west.kms.send(
    new CreateKeyCommand({ MultiRegion: options.multiRegion }),
  )
  const keyId = required(KeyMetadata?.KeyId, 'key ID')
  if (options.replicated) {
    await west.kms.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: EAST }))
    await waitFor(
      async () => {
        const { KeyMetadata: now } = await west.kms.send(new DescribeKeyCommand({ KeyId: keyId }))
        const replica = await nodes.east.kms.send(new DescribeKeyCommand({ KeyId: keyId }))
        return now?.KeyState === 'Enabled' && replica.KeyMetadata?.KeyState === 'Enabled'
      },
      { what: 'the key in both Regions' },
    )
  }
  return required(KeyMetadata?.Arn, 'key ARN')
}

async function newPool(options: Partial<CreateUserPoolCommandInput> = {}): Promise<string> {
  const input = { PoolName: 'pool', ...options }
  const { UserPool } = await nodes.west.cognito.send(new CreateUserPoolCommand(input))
  return required(UserPool?.Id, 'pool ID')
}

function underKey(KmsKeyArn: string): Partial<CreateUserPoolCommandInput> {
  return { KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn } }
}

async function create(node: RegionNode, UserPoolId: string, RegionName = EAST, tags = {}) {
  const input = { UserPoolId, RegionName, UserPoolTags: tags }
  return (await node.cognito.send(new CreateUserPoolReplicaCommand(input))).UserPoolReplica
}

async function update(node: RegionNode, UserPoolId: string, to: [string, 'ACTIVE' | 'INACTIVE']) {
  const input = { UserPoolId, RegionName: to[0], Status: to[1] }
  return (await node.cognito.send(new UpdateUserPoolReplicaCommand(input))).UserPoolReplica
}

async function remove(node: RegionNode, UserPoolId: string, RegionName = EAST) {
  const input = { UserPoolId, RegionName }
  return (await node.cognito.send(new DeleteUserPoolReplicaCommand(input))).UserPoolReplica
}

async function list(node: RegionNode, UserPoolId: string) {
  const input = { UserPoolId }
  return (await node.cognito.send(new ListUserPoolReplicasCommand(input))).UserPoolReplicas ?? []
}

async function waitForStatus(node: RegionNode, poolId: string, status: string): Promise<void> {
  const seen = async () => (await list(node, poolId)).some((each) => each.Status === status)
  await waitFor(seen, { what: `a replica that is ${status}` })
}

function refused(name: string, message: RegExp) {
  return (error: Error) => {
    assert.equal(error.name, name)
    assert.match(error.message, message)
    return true
  }
}

const invalid = (message: RegExp) => refused('InvalidParameterException', message)

test('a pool must have the plan and the key for a replica', async () => {
  const { west } = nodes
  const lite = await newPool({ UserPoolTier: 'LITE' })
  await assert.rejects(create(west, lite), refused('FeatureUnavailableInTierException', /LITE/))
  const plain = await newPool()
  await assert.rejects(create(west, plain), invalid(/customer managed multi-Region key/))
  const single = await newPool(underKey(await newKey({ multiRegion: false, replicated: false })))
  await assert.rejects(create(west, single), invalid(/is in an invalid state.*multi-Region/))
  const alone = await newPool(underKey(await newKey({ multiRegion: true, replicated: false })))
  await assert.rejects(create(west, alone), invalid(/no replica key in Region us-east-1/))
  await assert.rejects(create(west, alone, WEST), invalid(/primary Region/))
  await assert.rejects(create(west, alone, 'eu-west-1'), invalid(/eu-west-1 is not supported/))
  await assert.rejects(
    create(west, alone, EAST, { 'aws:mine': 'x' }),
    refused('UserPoolTaggingException', /./),
  )
  await assert.rejects(
    create(west, 'us-west-2_Nowhere1'),
    refused('ResourceNotFoundException', /us-west-2_Nowhere1/),
  )
  assert.deepEqual(
    (await list(west, alone)).map(({ Role, Status }) => [Role, Status]),
    [['PRIMARY', 'ACTIVE']],
  )
})

test('a replica lives from CREATING to its end', async () => {
  const { west, east } = nodes
  const keyArn = await newKey({ multiRegion: true, replicated: true })
  const poolId = await newPool({ ...underKey(keyArn), UserPoolTags: { of: 'the primary' } })
  const arn = (region: string) => `arn:aws:cognito-idp:${region}:123456789012:userpool/${poolId}`
  // While its Region is away, a replica stays CREATING, and can be neither used nor removed.
  await east.stop()
  const shape = { RegionName: EAST, Role: 'SECONDARY', UserPoolArn: arn(EAST) }
  assert.deepEqual(await create(west, poolId, EAST, { of: 'the replica' }), {
    ...shape,
    Status: 'CREATING',
  })
  await assert.rejects(create(west, poolId), refused('LimitExceededException', /at most 1/))
  await assert.rejects(update(west, poolId, [EAST, 'ACTIVE']), invalid(/CREATING/))
  await assert.rejects(remove(west, poolId), invalid(/CREATING/))
  await east.start()
  await waitForStatus(west, poolId, 'INACTIVE')
  const both = [
    { ...shape, Status: 'INACTIVE' },
    { RegionName: WEST, Role: 'PRIMARY', Status: 'ACTIVE', UserPoolArn: arn(WEST) },
  ]
  assert.deepEqual(await list(west, poolId), both)
  await waitForStatus(east, poolId, 'INACTIVE')
  assert.deepEqual(await list(east, poolId), both)
  const described = await east.cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))
  assert.deepEqual(described.UserPool?.UserPoolTags, { of: 'the replica' })
  await assert.rejects(update(west, poolId, [WEST, 'INACTIVE']), invalid(/primary Region/))
  await assert.rejects(
    update(west, poolId, ['eu-west-1', 'ACTIVE']),
    refused('ResourceNotFoundException', /no replica in Region eu-west-1/),
  )
  await assert.rejects(create(east, poolId, WEST), refused('OperationNotEnabledException', /./))
  await assert.rejects(remove(east, poolId), refused('OperationNotEnabledException', /./))
  // Either Region may say that it is active; the newest word wins in both.
  assert.equal((await update(east, poolId, [EAST, 'ACTIVE']))?.Status, 'ACTIVE')
  await waitFor(async () => (await list(west, poolId))[0]?.Status === 'ACTIVE', {
    what: 'the word of the replica in the primary',
  })
  await assert.rejects(remove(west, poolId), invalid(/ACTIVE/))
  assert.equal((await update(west, poolId, [EAST, 'INACTIVE']))?.Status, 'INACTIVE')
  assert.deepEqual(await remove(west, poolId), { ...shape, Status: 'DELETING' })
  await waitFor(async () => (await list(west, poolId)).length === 1, { what: 'the end' })
  await assert.rejects(
    update(west, poolId, [EAST, 'ACTIVE']),
    refused('ResourceNotFoundException', /no replica/),
  )
  await assert.rejects(list(east, poolId), refused('ResourceNotFoundException', /./))
  // A new replica begins INACTIVE and with its own tags, whatever the earlier one was.
  await create(west, poolId)
  await waitForStatus(west, poolId, 'INACTIVE')
  await waitForStatus(east, poolId, 'INACTIVE')
  const again = await east.cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))
  assert.deepEqual(again.UserPool?.UserPoolTags ?? {}, {})
})
