// Keys of pools as operators see them, in two Regions: the statements that a policy needs, the
// check of a key, where a replica can go, the health of keys, and how quickly a switch of a key
// works.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { isObject, type JsonObject } from '#base/json.js'
import { callAny } from '#cli/signed-call.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { twinpoolAsync } from '#test/support/program.js'
import {
  activateReplica,
  addUser,
  createPool,
  type ReplicatedPool,
  signIn,
} from '#test/support/replicated-pool.js'
import {
  EAST,
  type RegionNode,
  startTwoNodes,
  type TwoNodes,
  WEST,
} from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

const TTL_SECONDS = 5
const HEALTH_SECONDS = 1
/** Who administers a key must not use it, or no other statement would matter. */
const ADMINISTRATORS = {
  Sid: 'Administrators',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
  Action: [
    'kms:Put*',
    'kms:Get*',
    'kms:Enable*',
    'kms:Disable*',
    'kms:ReplicateKey',
    'kms:Create*',
  ],
  Resource: '*',
}

const rowsIn = (output: Readonly<Record<string, unknown>>, name: string) =>
  (output[name] as unknown[]).filter(isObject)

describe('keys of pools', () => {
  let nodes: TwoNodes
  let pool: ReplicatedPool
  before(async () => {
    nodes = await startTwoNodes({
      keys: () => ({ dataKeyTtlSeconds: TTL_SECONDS, healthCheckSeconds: HEALTH_SECONDS }),
    })
    pool = await createPool(nodes)
    await addUser(nodes, pool.userPoolId, 'alice')
    await activateReplica(nodes, pool.userPoolId)
  })
  after(() => nodes.close())

  const ask = (node: RegionNode, operation: string, input: object) =>
    callAny(
      [{ region: node.region, endpoint: node.endpoint, credentials: ROOT_ACCESS_KEY }],
      operation,
      { ...input },
    )
  const check = (node: RegionNode, KmsKeyArn?: string) =>
    ask(node, 'CheckKey', { UserPoolId: pool.userPoolId, KmsKeyArn })
  const refusals = (checked: Readonly<Record<string, unknown>>) =>
    rowsIn(checked, 'Calls')
      .filter((call) => call['Result'] === 'REFUSED')
      .map((call) => [call['Action'], call['Reason'], call['Remedy']])

  /** A key in both Regions whose policy has these statements and those of administrators. */
  async function keyWith(statements: readonly JsonObject[]): Promise<string> {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [ADMINISTRATORS, ...statements],
    })
    const { KeyMetadata } = await nodes.west.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    const { KeyId, Arn } = required(KeyMetadata, 'key')
    const replicate = new ReplicateKeyCommand({ KeyId, ReplicaRegion: EAST, Policy })
    await nodes.west.kms.send(replicate)
    await nodes.west.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    return required(Arn, 'ARN')
  }
  const statements = async () => {
    const input = { UserPoolId: pool.userPoolId, RegionNames: [EAST] }
    return rowsIn(await ask(nodes.west, 'GetKeyStatements', input), 'Statements')
  }

  test('each Region says for how long a refused key goes on opening', async () => {
    for (const node of [nodes.west, nodes.east]) {
      assert.equal((await ask(node, 'DescribeRegion', {}))['KeyLeaseSeconds'], TTL_SECONDS)
    }
  })

  test('the statements are enough in both Regions, and each of the service is needed', async () => {
    const all = await statements()
    const arns = [WEST, EAST].map(
      (region) => `arn:aws:cognito-idp:${region}:${ACCOUNT_ID}:userpool/${pool.userPoolId}`,
    )
    const condition = required(all[0], 'statement')['Condition'] as JsonObject
    assert.deepEqual(condition['ArnEquals'], { 'aws:SourceArn': arns })
    const complete = await keyWith(all)
    for (const node of [nodes.west, nodes.east]) {
      const checked = await check(node, complete)
      assert.deepEqual([checked['Usable'], refusals(checked)], [true, []], node.region)
      assert.equal(checked['KmsKeyArn'], complete.replace(WEST, node.region))
    }
    const without = async (...sids: string[]) =>
      keyWith(all.filter((each) => !sids.includes(String(each['Sid']))))
    const noDescription = await without(
      'AllowCognitoToDescribeTheKey',
      'AllowCallersToDescribeTheKeyThroughCognito',
    )
    assert.deepEqual(refusals(await check(nodes.east, noDescription)), [
      [
        'kms:DescribeKey',
        'access-denied',
        'The policy of the key in Region us-east-1 lacks the statement ' +
          'AllowCognitoToDescribeTheKey.',
      ],
    ])
    const noUse = await without('AllowCognitoToUseTheKey', 'AllowCallersToUseTheKeyThroughCognito')
    assert.deepEqual(refusals(await check(nodes.west, noUse)), [
      [
        'kms:Encrypt',
        'access-denied',
        'The policy of the key in Region us-west-2 lacks the statement AllowCognitoToUseTheKey.',
      ],
      ['kms:Decrypt', 'not-tried', undefined],
    ])
  })

  test('statements of one pool do not serve another, and are not said to be missing', async () => {
    const arn = await keyWith(await statements())
    const other = await createPool(nodes)
    const input = { UserPoolId: other.userPoolId, KmsKeyArn: arn }
    const checked = await ask(nodes.west, 'CheckKey', input)
    assert.equal(checked['Usable'], false)
    assert.deepEqual(refusals(checked)[0], [
      'kms:Encrypt',
      'access-denied',
      'The statements AllowCognitoToUseTheKey and AllowCallersToUseTheKeyThroughCognito in the ' +
        'policy of the key in Region us-west-2 are not those for this pool.',
    ])
  })

  test('a statement that is there is not said to be missing when another one is', async () => {
    const all = await statements()
    const missing = 'AllowCallersToDescribeTheKeyThroughCognito'
    const arn = await keyWith(all.filter(({ Sid }) => Sid !== missing))
    assert.deepEqual(refusals(await check(nodes.west, arn)), [
      [
        'kms:DescribeKey',
        'access-denied',
        `The policy of the key in Region us-west-2 lacks the statement ${missing}.`,
      ],
    ])
  })

  test('a Deny statement is what refuses, whatever else the policy has', async () => {
    const root = { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }
    const everything = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }
    const advice = 'refuses it; change or remove that statement.'
    const there = 'in the policy of the key in Region us-west-2'
    const all = await statements()
    const cases: readonly [readonly JsonObject[], string | undefined, string][] = [
      [[everything, deny], undefined, `A Deny statement ${there} ${advice}`],
      [
        [everything, ...all, { ...deny, Sid: 'Nobody opens' }],
        'Nobody opens',
        `The Deny statement "Nobody opens" ${there} ${advice}`,
      ],
      [
        [...all, { ...deny, Sid: '\u001b[31mred' }],
        undefined,
        `A Deny statement ${there} ${advice}`,
      ],
    ]
    for (const [policy, sid, remedy] of cases) {
      const checked = await check(nodes.west, await keyWith(policy))
      assert.deepEqual(refusals(checked), [['kms:Decrypt', 'access-denied', remedy]])
      const call = rowsIn(checked, 'Calls').find(({ Action }) => Action === 'kms:Decrypt')
      assert.deepEqual([call?.['DeniedExplicitly'], call?.['DenySid']], [true, sid])
      const [described] = rowsIn(checked, 'Calls')
      assert.deepEqual(described, { Action: 'kms:DescribeKey', Result: 'ALLOWED' })
    }
  })

  test('the command says what denies', async () => {
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' }
    const key = await keyWith([...(await statements()), { ...deny, Sid: 'Closed' }])
    const { code, stdout } = await twinpoolAsync(
      ['key', 'check', '--user-pool-id', pool.userPoolId, '--key', key].concat([
        '--endpoint',
        nodes.east.endpoint,
        '--region',
        EAST,
      ]),
      {
        AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
      },
    )
    assert.equal(code, 1)
    assert.match(stdout, /kms:Encrypt +REFUSED +access-denied +The Deny statement "Closed" in the /)
    assert.doesNotMatch(stdout, /lacks/)
  })

  test('a key that is not in a Region is missing there, and no replica can go there', async () => {
    const { KeyMetadata } = await nodes.west.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    const arn = required(KeyMetadata?.Arn, 'ARN')
    const missing = refusals(await check(nodes.east, arn))
    assert.deepEqual(missing[0], [
      'kms:DescribeKey',
      'not-found',
      'The key is not in Region us-east-1; replicate it there.',
    ])
    const { userPoolId: UserPoolId } = await createPool(nodes)
    const eligible = async (KmsKeyArn?: string) =>
      rowsIn(await ask(nodes.west, 'ListEligibleRegions', { UserPoolId, KmsKeyArn }), 'Regions')
    const [home, there] = await eligible(arn)
    assert.deepEqual(home, {
      RegionName: WEST,
      Title: 'US West (Oregon)',
      Eligible: false,
      Reason: 'It is the primary Region of the user pool.',
    })
    assert.equal(there?.['Reason'], 'The key has no replica key there.')
    const single = await nodes.west.kms.send(new CreateKeyCommand({}))
    const [, bySingle] = await eligible(single.KeyMetadata?.Arn)
    assert.equal(bySingle?.['Reason'], 'The key is no multi-Region key.')
    const [, byOwn] = await eligible()
    assert.deepEqual(byOwn, {
      RegionName: EAST,
      Title: 'US East (N. Virginia)',
      Eligible: true,
    })
  })

  test('what is no key and no pool is refused', async () => {
    const key = 'arn:aws:kms:us-west-2:123456789012:alias/x'
    await assert.rejects(check(nodes.west, key), /KmsKeyArn is not the ARN of a KMS key/)
    await assert.rejects(
      ask(nodes.west, 'CheckKey', { UserPoolId: 'us-west-2_Absent000' }),
      /has no customer managed key; name one/,
    )
    await assert.rejects(
      ask(nodes.west, 'GetKeyStatements', { UserPoolId: 'x' }),
      /UserPoolId is not the ID of a user pool/,
    )
    const names = { UserPoolId: pool.userPoolId, RegionNames: ['"*'] }
    await assert.rejects(ask(nodes.west, 'GetKeyStatements', names), /not the name of a Region/)
  })

  for (const [there, other] of [
    [WEST, EAST],
    [EAST, WEST],
  ] as const) {
    test(`a key that is off in ${there} stops sign-ins there until it is on`, async () => {
      const node = there === WEST ? nodes.west : nodes.east
      const { accessToken: AccessToken } = await signIn(nodes, there, pool, 'alice')
      const isIn = () =>
        node.cognito.send(new GetUserCommand({ AccessToken })).then(
          () => true,
          () => false,
        )
      const KeyId = pool.keyArn.split('/')[1]
      const offAt = performance.now()
      await node.kms.send(new DisableKeyCommand({ KeyId }))
      await waitFor(async () => !(await isIn()), {
        timeoutMs: (TTL_SECONDS + 5) * 1000,
        what: 'the end of the lease',
      })
      const offMs = performance.now() - offAt
      assert.ok(offMs < (TTL_SECONDS + 2) * 1000, `off after ${offMs} ms`)
      await assert.rejects(signIn(nodes, there, pool, 'alice'), /KMS validation error/)
      // The other Region's key has a switch of its own.
      await signIn(nodes, other, pool, 'alice')
      const health = await waitFor(
        async () => {
          const input = { UserPoolId: pool.userPoolId }
          const [newest] = rowsIn(await ask(node, 'ListKeyHealth', input), 'KeyHealth')
          return newest?.['State'] === 'REFUSED' && newest
        },
        { what: 'the key to be found disabled' },
      )
      assert.equal((health as JsonObject)['FailedAction'], 'kms:Encrypt')
      assert.equal((health as JsonObject)['Reason'], 'disabled')
      const onAt = performance.now()
      await node.kms.send(new EnableKeyCommand({ KeyId }))
      await waitFor(isIn, { what: 'sign-ins again' })
      const onMs = performance.now() - onAt
      assert.ok(onMs < 2000, `on after ${onMs} ms`)
      await signIn(nodes, there, pool, 'alice')
      await waitFor(
        async () => {
          const [newest] = rowsIn(await ask(node, 'ListKeyHealth', {}), 'KeyHealth').filter(
            (row) => row['UserPoolId'] === pool.userPoolId,
          )
          return newest?.['State'] === 'USABLE'
        },
        { what: 'the key to be found enabled' },
      )
    })
  }
})
