// Pools under keys of AWS KMS, end to end: two real nodes with `keys.driver` aws-kms, and as AWS
// the KMS endpoints of another deployment, called with an access key that may do what the
// documentation says and nothing else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolReplicaCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  ListUserPoolReplicasCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import {
  ACCOUNT,
  EAST,
  type KmsRegion,
  type KmsRegions,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { type RegionNode, startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

const NODE = { id: 'AKIANODEROLEXXXXXXXX', secret: 'secret-of-every-other-key' }
const PASSWORD = 'Correct-horse-7-battery'
const TTL_SECONDS = 1
const invalid = (message: RegExp) => ({ name: 'InvalidParameterException', message })

let aws: KmsRegions
let nodes: TwoNodes
const foundBefore = { ...process.env }

before(async () => {
  aws = await startKmsRegions()
  const Action = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey']
  aws.addAccessKey(NODE.id, [{ Effect: 'Allow', Action, Resource: '*' }])
  // Where the SDK looks for credentials.
  process.env['AWS_ACCESS_KEY_ID'] = NODE.id
  process.env['AWS_SECRET_ACCESS_KEY'] = NODE.secret
  nodes = await startTwoNodes({
    keys: (region) => ({
      driver: 'aws-kms',
      awsEndpoint: (region === WEST ? aws.west : aws.east).endpoint,
      dataKeyTtlSeconds: TTL_SECONDS,
    }),
  })
})

after(async () => {
  await nodes.close()
  await aws.close()
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
    const value = foundBefore[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

async function makeKey(from: KmsRegion, isMultiRegion = true): Promise<string> {
  const { KeyMetadata } = await from
    .client()
    .send(new CreateKeyCommand({ MultiRegion: isMultiRegion }))
  return required(KeyMetadata?.Arn, 'key')
}

/** What the check of the key says of each call that is refused. */
async function remedies(node: RegionNode | TestApi, KmsKeyArn: string): Promise<unknown> {
  const target = { region: WEST, endpoint: node.endpoint, credentials: ROOT_ACCESS_KEY }
  const input = { UserPoolId: `${WEST}_NotYetHere`, KmsKeyArn }
  const { Calls } = await callAny([target], 'CheckKey', input)
  return (Calls as Record<string, unknown>[])
    .filter(({ Result, Reason }) => Result === 'REFUSED' && Reason !== 'not-tried')
    .map(({ Action, Reason, Remedy, DeniedExplicitly }) => [
      Action,
      Reason,
      Remedy,
      DeniedExplicitly,
    ])
}

async function createPool(KmsKeyArn?: string): Promise<{ id: string; clientId: string }> {
  const { cognito } = nodes.west
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'under-aws',
      ...(KmsKeyArn && { KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn } }),
    }),
  )
  const id = required(UserPool?.Id, 'pool')
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: id,
      ClientName: 'web',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  )
  const user = { UserPoolId: id, Username: 'ada' }
  await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }))
  const password = { ...user, Password: PASSWORD, Permanent: true }
  await cognito.send(new AdminSetUserPasswordCommand(password))
  return { id, clientId: required(UserPoolClient?.ClientId, 'client') }
}

async function signIn(at: RegionNode, ClientId: string): Promise<string> {
  const { AuthenticationResult } = await at.cognito.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    }),
  )
  return required(AuthenticationResult?.AccessToken, 'token')
}

const createReplica = (UserPoolId: string) =>
  nodes.west.cognito.send(new CreateUserPoolReplicaCommand({ UserPoolId, RegionName: EAST }))

test('a pool under a key of AWS KMS is encrypted, replicated and stopped by it', async () => {
  const arn = await makeKey(aws.west)
  const pool = await createPool(arn)
  assert.ok(await signIn(nodes.west, pool.clientId))
  const described = await nodes.west.cognito.send(
    new DescribeUserPoolCommand({ UserPoolId: pool.id }),
  )
  assert.equal(described.UserPool?.KeyConfiguration?.KmsKeyArn, arn)

  await assert.rejects(createReplica(pool.id), invalid(/has no replica key in Region us-east-1/))
  const replicate = new ReplicateKeyCommand({ KeyId: arn, ReplicaRegion: EAST })
  await aws.west.client().send(replicate)
  await createReplica(pool.id)
  const isReplica = (Status: string, at: RegionNode) =>
    waitFor(
      async () => {
        const list = new ListUserPoolReplicasCommand({ UserPoolId: pool.id })
        const { UserPoolReplicas } = await at.cognito.send(list)
        return UserPoolReplicas?.some((one) => one.RegionName === EAST && one.Status === Status)
      },
      { what: `the replica to be ${Status}`, timeoutMs: 60_000 },
    )
  await isReplica('INACTIVE', nodes.west)
  const update = { UserPoolId: pool.id, RegionName: EAST, Status: 'ACTIVE' } as const
  await nodes.west.cognito.send(new UpdateUserPoolReplicaCommand(update))
  await isReplica('ACTIVE', nodes.east)
  assert.ok(await signIn(nodes.east, pool.clientId))

  // Each Region uses the state of its own key.
  await aws.west.client().send(new DisableKeyCommand({ KeyId: arn }))
  const disabledAtMs = performance.now()
  await waitFor(
    () =>
      signIn(nodes.west, pool.clientId).then(
        () => false,
        (error) => refusesDisabled(error),
      ),
    { what: 'the pool to be stopped' },
  )
  // A lease of a second, and room for a busy machine.
  assert.ok(performance.now() - disabledAtMs < TTL_SECONDS * 1000 + 5000)
  await assert.rejects(signIn(nodes.west, pool.clientId), invalid(/invalid state: disabled\.$/))
  assert.ok(await signIn(nodes.east, pool.clientId))
  await aws.west.client().send(new EnableKeyCommand({ KeyId: arn }))
  assert.ok(await signIn(nodes.west, pool.clientId))
})

function refusesDisabled(error: unknown): boolean {
  const { name, message } = error as Error
  return name === 'InvalidParameterException' && /: disabled\.$/.test(message)
}

test('keys that AWS KMS would not give are refused before there is a pool', async () => {
  const lonely = await makeKey(aws.west, false)
  const single = await createPool(lonely)
  await assert.rejects(createReplica(single.id), invalid(/needs a multi-Region key/))
  // The Region has a KMS of its own, whose keys are not those of AWS.
  const own = await nodes.west.kms.send(new CreateKeyCommand({ MultiRegion: true }))
  await assert.rejects(
    createPool(required(own.KeyMetadata?.Arn, 'key')),
    invalid(/invalid state: not-found\.$/),
  )
  const foreign = await makeKey(aws.east)
  await assert.rejects(createPool(foreign), invalid(/must be in Region us-west-2/))
})

/** What a node whose SDK finds these credentials responds. */
async function withCredentials(
  found: { readonly id: string; readonly secret: string },
  work: (create: (settings: object) => Promise<unknown>, node: TestApi) => Promise<void>,
): Promise<void> {
  process.env['AWS_ACCESS_KEY_ID'] = found.id
  process.env['AWS_SECRET_ACCESS_KEY'] = found.secret
  const keys = { driver: 'aws-kms', awsEndpoint: aws.west.endpoint } as const
  const node = await startTestApi({ keys })
  try {
    await work(
      (settings) =>
        node.cognito.send(new CreateUserPoolCommand({ PoolName: 'refused', ...settings })),
      node,
    )
  } finally {
    await node.stop()
    process.env['AWS_ACCESS_KEY_ID'] = NODE.id
    process.env['AWS_SECRET_ACCESS_KEY'] = NODE.secret
  }
}

const under = (KmsKeyArn: string) => ({
  KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn },
})

test('what the credentials may not do, a pool may not', async () => {
  const arn = await makeKey(aws.west)
  const id = 'AKIAEXAMPLEMAYLOOK00'
  aws.addAccessKey(id, [{ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' }])
  await withCredentials({ id, secret: NODE.secret }, async (create) => {
    await assert.rejects(create(under(arn)), invalid(/invalid state: access-denied\.$/))
    // AWS is not asked for a pool under the service's own key.
    await create({})
  })
})

test('the check of a key says what AWS KMS said', async () => {
  const arn = await makeKey(aws.west)
  const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` }
  const everything = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }
  const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }
  const put = (...Statement: readonly object[]) => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const input = { KeyId: arn, Policy, BypassPolicyLockoutSafetyCheck: true }
    return aws.west.client().send(new PutKeyPolicyCommand(input))
  }
  assert.deepEqual(await remedies(nodes.west, arn), [])
  await put(everything, { ...deny, Sid: 'Closed' })
  const where = 'in the policy of the key in Region us-west-2'
  assert.deepEqual(await remedies(nodes.west, arn), [
    [
      'kms:Decrypt',
      'access-denied',
      `A Deny statement ${where} refuses it; change or remove that statement.`,
      true,
    ],
  ])
  await put({ ...everything, Action: ['kms:Put*', 'kms:DescribeKey', 'kms:Encrypt'] })
  assert.deepEqual(await remedies(nodes.west, arn), [
    ['kms:Decrypt', 'access-denied', `Allow the node's role kms:Decrypt ${where}.`, undefined],
  ])
  await put(everything)
  const id = 'AKIAEXAMPLEMAYNOTUSE'
  const mayAll = { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
  const mayNot = { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' }
  aws.addAccessKey(id, [mayAll, mayNot])
  await withCredentials({ id, secret: NODE.secret }, async (_create, node) => {
    const text =
      "A Deny of another policy than the key's refuses it to the node's role in us-west-2."
    assert.deepEqual(await remedies(node, arn), [['kms:Decrypt', 'access-denied', text, undefined]])
  })
  const other = 'AKIAEXAMPLEMAYLITTLE'
  aws.addAccessKey(other, [{ ...mayAll, Action: ['kms:DescribeKey', 'kms:Encrypt'] }])
  await withCredentials({ id: other, secret: NODE.secret }, async (_create, node) => {
    const text = "Allow the node's role kms:Decrypt in its own policies, for the key in us-west-2."
    assert.deepEqual(await remedies(node, arn), [['kms:Decrypt', 'access-denied', text, undefined]])
  })
})

test('credentials that do not hold are our failure and not the key’s', async () => {
  const arn = await makeKey(aws.west)
  await withCredentials({ id: NODE.id, secret: 'no-longer' }, async (create) => {
    await assert.rejects(create(under(arn)), { name: 'InternalErrorException' })
    await create({})
  })
})
