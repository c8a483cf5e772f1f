// What the entries of the audit say of the pool or key that a call was about: also of calls that
// were refused, and of changes that have begun and not ended.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  TagResourceCommand as TagPoolCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { callAny, tryCall } from '#cli/signed-call.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'

type Entry = Readonly<Record<string, unknown>>

const DENIED = { name: 'AccessDeniedException' }
const ABSENT_KEY = '00000000-0000-0000-0000-000000000000'

describe('what the audit says that a call was about', () => {
  let api: TestApi
  let poolId: string
  let keyId: string
  let keyArn: string
  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool()
    const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    keyId = required(KeyMetadata?.KeyId, 'key')
    keyArn = required(KeyMetadata?.Arn, 'ARN')
  })
  after(() => api.stop())

  const target = () => ({
    region: REGION,
    endpoint: api.endpoint,
    credentials: { ...ROOT_ACCESS_KEY },
  })
  const ask = (operation: string, input: Entry = {}) => callAny([target()], operation, input)

  /** What is recorded while `act` runs, the oldest first, as `event operation outcome subject`. */
  async function toldOf(act: () => Promise<unknown>): Promise<readonly string[]> {
    const { Head } = await ask('VerifyAuditTrail')
    await act()
    const After = String((Head as Entry)['Sequence'])
    const { Entries, Break } = await ask('ListAuditEntries', { After, MaxResults: 1000 })
    assert.equal(Break, undefined)
    return (Entries as Entry[]).map(({ Entry }) => {
      const { event, operation, outcome, poolId, keyId } = Entry as Entry
      return [event, operation, outcome, poolId, keyId].filter((each) => each).join(' ')
    })
  }

  /** Clients with an access key whose policy allows nothing but this. */
  async function callerWith(...Action: readonly string[]) {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    })
    const { AccessKey } = await ask('CreateAccessKey', { PolicyDocument })
    const { AccessKeyId, SecretAccessKey } = AccessKey as Record<string, string>
    const credentials = {
      accessKeyId: required(AccessKeyId, 'the ID'),
      secretAccessKey: required(SecretAccessKey, 'the secret'),
    }
    const options = { region: REGION, endpoint: api.endpoint, maxAttempts: 1, credentials }
    const cognito = new CognitoIdentityProviderClient(options)
    return { credentials, cognito, kms: new KMSClient(options) }
  }

  test('a refused call of the user pools API names the pool that it named', async () => {
    const { cognito, credentials } = await callerWith('sts:GetCallerIdentity')
    const arn = `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${poolId}`
    const replica = { UserPoolId: poolId, RegionName: 'us-east-1', Status: 'ACTIVE' } as const
    const told = await toldOf(async () => {
      const pool = { UserPoolId: poolId }
      await assert.rejects(cognito.send(new DeleteUserPoolCommand(pool)), DENIED)
      await assert.rejects(cognito.send(new UpdateUserPoolReplicaCommand(replica)), DENIED)
      await assert.rejects(cognito.send(new DescribeUserPoolCommand(pool)), DENIED)
      const tag = new TagPoolCommand({ ResourceArn: arn, Tags: { a: 'b' } })
      await assert.rejects(cognito.send(tag), DENIED)
      const verify = tryCall({ ...target(), credentials }, 'VerifyCopies', pool)
      await assert.rejects(verify, /Denied/)
    })
    const calls = ['DeleteUserPool', 'UpdateUserPoolReplica', 'DescribeUserPool', 'TagResource']
    assert.deepEqual(
      told,
      [...calls, 'VerifyCopies'].map((name) => `refused ${name} AccessDeniedException ${poolId}`),
    )
  })

  test('a refused call of the KMS names the key that it named', async () => {
    const { kms } = await callerWith('sts:GetCallerIdentity')
    const alias = 'alias/of-nobody'
    const elsewhere = keyArn.replace(REGION, 'eu-west-1')
    const told = await toldOf(async () => {
      const refused = (call: Promise<unknown>) => assert.rejects(call, DENIED)
      await refused(kms.send(new DescribeKeyCommand({ KeyId: keyArn })))
      await refused(kms.send(new GetKeyPolicyCommand({ KeyId: keyId })))
      await refused(kms.send(new DescribeKeyCommand({ KeyId: ABSENT_KEY })))
      await refused(kms.send(new DescribeKeyCommand({ KeyId: alias })))
      await refused(kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId })))
      await refused(kms.send(new DisableKeyCommand({ KeyId: keyArn })))
      await refused(kms.send(new CreateKeyCommand({ Tags: [{ TagKey: 'a', TagValue: 'b' }] })))
      await refused(kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: keyId })))
      await refused(kms.send(new DeleteAliasCommand({ AliasName: alias })))
      const absent = new DisableKeyCommand({ KeyId: elsewhere })
      await assert.rejects(kms.send(absent), { name: 'NotFoundException' })
    })
    assert.deepEqual(told, [
      `refused DescribeKey AccessDeniedException ${keyId}`,
      `refused GetKeyPolicy AccessDeniedException ${keyId}`,
      `refused DescribeKey AccessDeniedException ${ABSENT_KEY}`,
      `refused DescribeKey AccessDeniedException ${alias}`,
      `refused ScheduleKeyDeletion AccessDeniedException ${keyId}`,
      `refused DisableKey AccessDeniedException ${keyId}`,
      'refused CreateKey AccessDeniedException',
      `refused CreateAlias AccessDeniedException ${keyId}`,
      `refused DeleteAlias AccessDeniedException ${alias}`,
      `refused DisableKey NotFoundException ${elsewhere}`,
    ])
  })

  test('what an operation asks beyond its own action is asked before it begins', async () => {
    const { kms } = await callerWith('kms:ReplicateKey', 'kms:CreateKey')
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    const told = await toldOf(async () => {
      await assert.rejects(kms.send(new CreateKeyCommand({ Tags })), DENIED)
      const replicate = { KeyId: keyId, ReplicaRegion: 'us-east-1', Tags }
      await assert.rejects(kms.send(new ReplicateKeyCommand(replicate)), DENIED)
    })
    assert.deepEqual(told, [
      'refused CreateKey AccessDeniedException',
      `refused ReplicateKey AccessDeniedException ${keyId}`,
    ])
  })

  test('nothing is kept of what is no name of a key or a pool', async () => {
    const { kms, cognito } = await callerWith('sts:GetCallerIdentity')
    const long = 'made-up-'.repeat(200)
    const told = await toldOf(async () => {
      for (const KeyId of [long, `alias/${long}`, `arn:aws:kms:${long}:1:key/${keyId}`, 'Ada L.']) {
        await assert.rejects(kms.send(new DisableKeyCommand({ KeyId })))
      }
      for (const UserPoolId of [long, 'Ada Lovelace', `${REGION}_${'a'.repeat(60)}`]) {
        await assert.rejects(cognito.send(new DeleteUserPoolCommand({ UserPoolId })))
      }
    })
    assert.equal(told.length, 7)
    for (const entry of told) assert.match(entry, /^refused \w+ \w+Exception$/)
  })

  test('a change of a key names it when it begins', async () => {
    const KeyId = keyArn
    const Policy = (await api.kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy
    const told = await toldOf(async () => {
      await api.kms.send(new DisableKeyCommand({ KeyId }))
      await api.kms.send(new EnableKeyCommand({ KeyId: keyId }))
      await api.kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'mine' }))
      await api.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
      const Tags = [{ TagKey: 'a', TagValue: 'b' }]
      await api.kms.send(new TagResourceCommand({ KeyId, Tags }))
    })
    const names = ['DisableKey', 'EnableKey', 'UpdateKeyDescription', 'PutKeyPolicy', 'TagResource']
    assert.deepEqual(
      told,
      names.flatMap((name) => [`began ${name} ${keyId}`, `ended ${name} ok ${keyId}`]),
    )
  })

  test('a change of an alias names the key behind it', async () => {
    const other = await api.kms.send(new CreateKeyCommand({}))
    const otherId = required(other.KeyMetadata?.KeyId, 'key')
    const AliasName = 'alias/ours'
    const create = new CreateAliasCommand({ AliasName, TargetKeyId: keyArn })
    const told = await toldOf(async () => {
      await api.kms.send(create)
      await assert.rejects(api.kms.send(create), { name: 'AlreadyExistsException' })
      await api.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: otherId }))
      await api.kms.send(new DeleteAliasCommand({ AliasName }))
      const absent = api.kms.send(new DeleteAliasCommand({ AliasName }))
      await assert.rejects(absent, { name: 'NotFoundException' })
    })
    assert.deepEqual(told, [
      `began CreateAlias ${keyId}`,
      `ended CreateAlias ok ${keyId}`,
      `began CreateAlias ${keyId}`,
      `ended CreateAlias AlreadyExistsException ${keyId}`,
      `began UpdateAlias ${otherId}`,
      `ended UpdateAlias ok ${otherId}`,
      `began DeleteAlias ${otherId}`,
      `ended DeleteAlias ok ${otherId}`,
      `refused DeleteAlias NotFoundException ${AliasName}`,
    ])
  })
})
