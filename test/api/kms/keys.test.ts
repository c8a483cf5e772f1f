// The life of a key: made, described, listed, disabled, ended; and its tags, aliases and names.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListAliasesCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  paginateListAliases,
  paginateListKeys,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { deleteDueKeys } from '#kms/reconciler.js'
import {
  ACCOUNT,
  EAST,
  type KmsRegions,
  kmsError,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'

const DAY_MS = 86_400_000
const NOBODY = '00000000-0000-4000-8000-000000000000'

describe('kms keys', () => {
  let stack: KmsRegions
  let kms: KMSClient
  before(async () => {
    stack = await startKmsRegions()
    kms = stack.west.client()
  })
  after(() => stack.close())

  const makeKey = async (input: CreateKeyCommandInput = {}) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
    return { id: required(KeyMetadata?.KeyId, 'id'), arn: required(KeyMetadata?.Arn, 'arn') }
  }
  const describeKey = async (KeyId: string) =>
    required((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata, 'metadata')

  test('a new key is what was asked for', async () => {
    const before = Date.now()
    const made = await kms.send(new CreateKeyCommand({ Description: 'for pools' }))
    const { CreationDate, KeyId, ...rest } = required(made.KeyMetadata, 'metadata')
    assert.match(String(KeyId), /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    assert.ok(Number(CreationDate) >= before - 1000 && Number(CreationDate) <= Date.now() + 1000)
    assert.deepEqual(rest, {
      AWSAccountId: ACCOUNT,
      Arn: `arn:aws:kms:${WEST}:${ACCOUNT}:key/${KeyId}`,
      Enabled: true,
      Description: 'for pools',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
    })
    const described = await describeKey(required(KeyId, 'id'))
    assert.deepEqual(described, { ...rest, CreationDate, KeyId })
  })

  test('other kinds of keys are refused clearly', async () => {
    const refused: [CreateKeyCommandInput, string][] = [
      [{ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException'],
      [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'UnsupportedOperationException'],
      [{ CustomerMasterKeySpec: 'ECC_NIST_P256' }, 'UnsupportedOperationException'],
      [{ Origin: 'EXTERNAL' }, 'UnsupportedOperationException'],
      [{ CustomKeyStoreId: 'cks-1234567890abcdef0' }, 'UnsupportedOperationException'],
      [{ KeyUsage: 'SIGN_VERIFY' }, 'ValidationException'],
      [{ KeySpec: 'ROT13' as 'RSA_2048' }, 'ValidationException'],
    ]
    for (const [input, code] of refused) {
      await assert.rejects(kms.send(new CreateKeyCommand(input)), kmsError(code), code)
    }
    const grant = { KeyId: NOBODY, GranteePrincipal: 'arn:aws:iam::123456789012:user/x' }
    await assert.rejects(
      kms.send(new CreateGrantCommand({ ...grant, Operations: ['Decrypt'] })),
      kmsError('UnsupportedOperationException', 'CreateGrant is not supported.'),
    )
  })

  test('keys that are not here are not found, whatever names them', async () => {
    const arn = (region: string, account: string, id: string) =>
      `arn:aws:kms:${region}:${account}:key/${id}`
    const notFound = [
      [NOBODY, `Key '${arn(WEST, ACCOUNT, NOBODY)}' does not exist`],
      [arn(WEST, ACCOUNT, NOBODY), `Key '${arn(WEST, ACCOUNT, NOBODY)}' does not exist`],
      [arn(EAST, ACCOUNT, NOBODY), `Invalid arn ${EAST}`],
      [arn(WEST, '999999999999', NOBODY), /does not exist/],
      ['no-key', "Invalid keyId 'no-key'"],
      ['alias/nothing', `Alias arn:aws:kms:${WEST}:${ACCOUNT}:alias/nothing is not found.`],
    ] as const
    for (const [KeyId, message] of notFound) {
      const command = new DescribeKeyCommand({ KeyId })
      await assert.rejects(kms.send(command), kmsError('NotFoundException', message), KeyId)
    }
    for (const KeyId of ['arn:aws:kms', 'arn:aws:s3:::bucket', arn(WEST, ACCOUNT, 'x')]) {
      const command = new DescribeKeyCommand({ KeyId })
      await assert.rejects(kms.send(command), kmsError('InvalidArnException'), KeyId)
    }
  })

  test('an alias is no name for an operation that changes a key', async () => {
    const key = await makeKey()
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/change', TargetKeyId: key.id }))
    const name = new DisableKeyCommand({ KeyId: 'alias/change' })
    await assert.rejects(kms.send(name), kmsError('NotFoundException'))
    const KeyId = `arn:aws:kms:${WEST}:${ACCOUNT}:alias/change`
    await assert.rejects(
      kms.send(new DisableKeyCommand({ KeyId })),
      kmsError('InvalidArnException'),
    )
    assert.equal((await describeKey(key.id)).KeyState, 'Enabled')
  })

  test('keys are disabled and enabled, twice without harm', async () => {
    const key = await makeKey()
    for (const round of [1, 2]) {
      await kms.send(new DisableKeyCommand({ KeyId: key.arn }))
      const disabled = await describeKey(key.id)
      assert.deepEqual([disabled.KeyState, disabled.Enabled], ['Disabled', false], `${round}`)
    }
    await kms.send(new EnableKeyCommand({ KeyId: key.id }))
    assert.equal((await describeKey(key.id)).Enabled, true)
  })

  test('a deletion waits, can be taken back, and then removes key and aliases', async () => {
    const key = await makeKey()
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/ending', TargetKeyId: key.id }))
    const scheduled = await kms.send(
      new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 7 }),
    )
    assert.equal(scheduled.KeyId, key.arn)
    assert.equal(scheduled.KeyState, 'PendingDeletion')
    assert.equal(scheduled.PendingWindowInDays, 7)
    const due = Number(scheduled.DeletionDate)
    assert.ok(Math.abs(due - Date.now() - 7 * DAY_MS) < 60_000)
    assert.equal(Number((await describeKey(key.id)).DeletionDate), due)
    const message = `${key.arn} is pending deletion.`
    for (const command of [
      () => kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id })),
      () => kms.send(new EnableKeyCommand({ KeyId: key.id })),
      () => kms.send(new DisableKeyCommand({ KeyId: key.id })),
      () => kms.send(new TagResourceCommand({ KeyId: key.id, Tags: [] })),
      () => kms.send(new UpdateKeyDescriptionCommand({ KeyId: key.id, Description: 'x' })),
      () => kms.send(new CreateAliasCommand({ AliasName: 'alias/late', TargetKeyId: key.id })),
    ]) {
      await assert.rejects(command(), kmsError('KMSInvalidStateException', message))
    }
    const cancelled = await kms.send(new CancelKeyDeletionCommand({ KeyId: key.id }))
    assert.equal(cancelled.KeyId, key.arn)
    const kept = await describeKey(key.id)
    assert.deepEqual([kept.KeyState, kept.DeletionDate], ['Disabled', undefined])
    const again = new CancelKeyDeletionCommand({ KeyId: key.id })
    await assert.rejects(kms.send(again), kmsError('KMSInvalidStateException', /not pending/))

    const { services } = stack.west
    assert.equal(await deleteDueKeys(services, due + DAY_MS), 0)
    const second = await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id }))
    assert.equal(second.PendingWindowInDays, 30)
    const secondDue = Number(second.DeletionDate)
    assert.equal(await deleteDueKeys(services, secondDue - 5000), 0)
    assert.equal(await deleteDueKeys(services, secondDue + 5000), 1)
    assert.equal(await deleteDueKeys(services, secondDue + 5000), 0)
    await assert.rejects(describeKey(key.id), kmsError('NotFoundException'))
    await assert.rejects(describeKey('alias/ending'), kmsError('NotFoundException'))
  })

  test('the waiting time is 7 to 30 days', async () => {
    const key = await makeKey()
    for (const PendingWindowInDays of [6, 31, 0]) {
      const command = new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays })
      await assert.rejects(kms.send(command), kmsError('ValidationException'))
    }
  })

  test('tags are set, replaced, listed in pages and removed', async () => {
    const key = await makeKey({ Tags: [{ TagKey: 'team', TagValue: 'a' }] })
    const Tags = [
      { TagKey: 'team', TagValue: 'b' },
      { TagKey: 'cost', TagValue: '' },
    ]
    await kms.send(new TagResourceCommand({ KeyId: key.id, Tags }))
    const first = await kms.send(new ListResourceTagsCommand({ KeyId: key.id, Limit: 1 }))
    assert.deepEqual(first.Tags, [{ TagKey: 'cost', TagValue: '' }])
    assert.equal(first.Truncated, true)
    const rest = await kms.send(
      new ListResourceTagsCommand({ KeyId: key.id, Marker: first.NextMarker }),
    )
    assert.deepEqual(rest.Tags, [{ TagKey: 'team', TagValue: 'b' }])
    assert.deepEqual([rest.Truncated, rest.NextMarker], [false, undefined])
    await kms.send(new UntagResourceCommand({ KeyId: key.id, TagKeys: ['cost', 'none'] }))
    const left = await kms.send(new ListResourceTagsCommand({ KeyId: key.id }))
    assert.deepEqual(left.Tags, [{ TagKey: 'team', TagValue: 'b' }])
    const twice = [...Tags, { TagKey: 'cost', TagValue: 'c' }]
    const reserved = [{ TagKey: 'aws:x', TagValue: '' }]
    for (const bad of [twice, reserved]) {
      const command = new TagResourceCommand({ KeyId: key.id, Tags: bad })
      await assert.rejects(kms.send(command), kmsError('TagException'))
      await assert.rejects(makeKey({ Tags: bad }), kmsError('TagException'))
    }
    const many = Array.from({ length: 51 }, (_, n) => ({ TagKey: `t${n}`, TagValue: '' }))
    const tooMany = new TagResourceCommand({ KeyId: key.id, Tags: many })
    await assert.rejects(kms.send(tooMany), kmsError('LimitExceededException'))
    const marker = new ListResourceTagsCommand({ KeyId: key.id, Marker: 'not a marker' })
    await assert.rejects(kms.send(marker), kmsError('InvalidMarkerException'))
  })

  test('an alias is made once, moved to another key, and deleted', async () => {
    const [one, other] = [await makeKey(), await makeKey()]
    const AliasName = 'alias/app/main'
    const AliasArn = `arn:aws:kms:${WEST}:${ACCOUNT}:${AliasName}`
    const create = () => kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: one.arn }))
    await create()
    const exists = `An alias with the name ${AliasArn} already exists`
    await assert.rejects(create(), kmsError('AlreadyExistsException', exists))
    assert.equal((await describeKey(AliasName)).KeyId, one.id)
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other.id }))
    assert.equal((await describeKey(AliasArn)).KeyId, other.id)
    const listed = await kms.send(new ListAliasesCommand({ KeyId: other.id }))
    const [entry] = required(listed.Aliases, 'aliases')
    assert.deepEqual(
      [entry?.AliasName, entry?.AliasArn, entry?.TargetKeyId],
      [AliasName, AliasArn, other.id],
    )
    assert.ok(Number(entry?.LastUpdatedDate) >= Number(entry?.CreationDate))
    assert.deepEqual((await kms.send(new ListAliasesCommand({ KeyId: one.id }))).Aliases, [])
    await kms.send(new DeleteAliasCommand({ AliasName }))
    const absent = kmsError('NotFoundException', `Alias ${AliasArn} is not found.`)
    await assert.rejects(describeKey(AliasName), absent)
    await assert.rejects(kms.send(new DeleteAliasCommand({ AliasName })), absent)
    const move = new UpdateAliasCommand({ AliasName, TargetKeyId: one.id })
    await assert.rejects(kms.send(move), absent)
  })

  test('names that an alias may not have, and keys it may not have', async () => {
    const key = await makeKey()
    for (const AliasName of ['plain', 'alias/', 'alias/aws/mine', `alias:${key.id}`]) {
      const command = new CreateAliasCommand({ AliasName, TargetKeyId: key.id })
      await assert.rejects(kms.send(command), kmsError('InvalidAliasNameException'), AliasName)
    }
    const space = new CreateAliasCommand({ AliasName: 'alias/a b', TargetKeyId: key.id })
    await assert.rejects(kms.send(space), kmsError('ValidationException'))
    const nobody = new CreateAliasCommand({ AliasName: 'alias/of-none', TargetKeyId: NOBODY })
    await assert.rejects(kms.send(nobody), kmsError('NotFoundException'))
    const unknown = new ListAliasesCommand({ KeyId: NOBODY })
    await assert.rejects(kms.send(unknown), kmsError('NotFoundException'))
    for (let n = 0; n < 50; n += 1) {
      const AliasName = `alias/many-${n}`
      await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: key.id }))
    }
    const last = new CreateAliasCommand({ AliasName: 'alias/many-x', TargetKeyId: key.id })
    await assert.rejects(kms.send(last), kmsError('LimitExceededException'))
  })

  test('lists go through all pages, each entry once', async () => {
    const made: string[] = []
    for (let n = 0; n < 5; n += 1) {
      const { id } = await makeKey()
      made.push(id)
      await kms.send(new CreateAliasCommand({ AliasName: `alias/page-${n}`, TargetKeyId: id }))
    }
    const ids: (string | undefined)[] = []
    for await (const page of paginateListKeys({ client: kms, pageSize: 2 }, {})) {
      ids.push(...(page.Keys ?? []).map((key) => key.KeyId))
    }
    assert.equal(new Set(ids).size, ids.length)
    assert.ok(made.every((id) => ids.includes(id)))
    const aliases: (string | undefined)[] = []
    for await (const page of paginateListAliases({ client: kms, pageSize: 3 }, {})) {
      aliases.push(...(page.Aliases ?? []).map((alias) => alias.AliasName))
    }
    assert.equal(aliases.filter((name) => name?.startsWith('alias/page-')).length, 5)
    const bad = new ListKeysCommand({ Marker: '%%%' })
    await assert.rejects(kms.send(bad), kmsError('InvalidMarkerException'))
  })

  test('small things that tools ask for', async () => {
    const key = await makeKey()
    await kms.send(new UpdateKeyDescriptionCommand({ KeyId: key.id, Description: 'new' }))
    assert.equal((await describeKey(key.id)).Description, 'new')
    const policies = await kms.send(new ListKeyPoliciesCommand({ KeyId: key.id }))
    assert.deepEqual(policies.PolicyNames, ['default'])
    const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key.id }))
    assert.equal(rotation.KeyRotationEnabled, false)
  })
})
