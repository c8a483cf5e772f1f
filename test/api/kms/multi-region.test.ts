// Multi-Region keys: two Regions with databases of their own, and the real link between them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListResourceTagsCommand,
  ReplicateKeyCommand,
  type ReplicateKeyCommandInput,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import postgres from 'postgres'
import { required } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'
import { registerKeyReceiver } from '#kms/link.js'
import { deleteDueKeys } from '#kms/reconciler.js'
import { addReplica, createKeyReceiver, reconcileReplicas, sendReplica } from '#kms/replicas.js'
import type { KeyReplicator } from '#ports/kms.js'
import {
  ACCOUNT,
  EAST,
  type KmsRegion,
  type KmsRegions,
  kmsError,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'

const DAY_MS = 86_400_000
const Plaintext = Buffer.from('secret')

describe('kms multi-Region keys', () => {
  let stack: KmsRegions
  let west: KMSClient
  let east: KMSClient
  before(async () => {
    stack = await startKmsRegions()
    west = stack.west.client()
    east = stack.east.client()
  })
  after(() => stack.close())

  const makePrimary = async () => {
    const { KeyMetadata } = await west.send(new CreateKeyCommand({ MultiRegion: true }))
    return required(KeyMetadata?.KeyId, 'id')
  }
  const replicate = (KeyId: string, more: Partial<ReplicateKeyCommandInput> = {}) =>
    west.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: EAST, ...more }))
  const metadata = async (client: KMSClient, KeyId: string) =>
    required((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata, 'metadata')
  const encrypt = async (client: KMSClient, KeyId: string) =>
    (await client.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob
  const decrypt = async (client: KMSClient, CiphertextBlob: Uint8Array | undefined) =>
    Buffer.from(
      required((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext, 'plaintext'),
    ).toString()
  const arn = (region: string, id: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/${id}`
  const replicasOf = async (KeyId: string) =>
    (await metadata(west, KeyId)).MultiRegionConfiguration?.ReplicaKeys?.map((key) => key.Region)

  /** A pool's data key under that key, to be unwrapped in either Region. */
  async function poolKeyOf(id: string) {
    const key = { type: 'CUSTOMER_MANAGED_KEY', arn: arn(WEST, id) } as const
    const pool = `arn:aws:cognito-idp:${WEST}:${ACCOUNT}:userpool/${WEST}_abcdefghi`
    const { wrapped } = await stack.west.keyService.generate(key, pool)
    return ({ keyService }: KmsRegion) => keyService.unwrap(key, wrapped, pool)
  }

  test('a replica has the ID and the material, and everything else of its own', async () => {
    const id = await makePrimary()
    assert.match(id, /^mrk-[0-9a-f]{32}$/)
    const before = await encrypt(west, id)
    const Tags = [{ TagKey: 'side', TagValue: 'east' }]
    const made = await replicate(id, { Description: 'copy', Tags })
    assert.equal(made.ReplicaKeyMetadata?.Arn, arn(EAST, id))
    assert.equal(made.ReplicaKeyMetadata?.MultiRegionConfiguration?.MultiRegionKeyType, 'REPLICA')
    assert.deepEqual(made.ReplicaTags, Tags)
    const configuration = {
      PrimaryKey: { Arn: arn(WEST, id), Region: WEST },
      ReplicaKeys: [{ Arn: arn(EAST, id), Region: EAST }],
    }
    const primary = await metadata(west, id)
    assert.deepEqual(primary.MultiRegionConfiguration, {
      MultiRegionKeyType: 'PRIMARY',
      ...configuration,
    })
    const replica = await metadata(east, id)
    assert.deepEqual(replica.MultiRegionConfiguration, {
      MultiRegionKeyType: 'REPLICA',
      ...configuration,
    })
    assert.equal(replica.Description, 'copy')
    assert.equal(replica.MultiRegion, true)
    const tags = await east.send(new ListResourceTagsCommand({ KeyId: id }))
    assert.deepEqual(tags.Tags, Tags)
    const policy = await east.send(new GetKeyPolicyCommand({ KeyId: id }))
    assert.equal(policy.Policy, made.ReplicaPolicy)

    assert.equal(await decrypt(east, before), 'secret')
    assert.equal(await decrypt(east, await encrypt(west, id)), 'secret')
    assert.equal(await decrypt(west, await encrypt(east, id)), 'secret')
    await east.send(new DisableKeyCommand({ KeyId: id }))
    assert.equal(await decrypt(west, before), 'secret')
    await assert.rejects(decrypt(east, before), kmsError('DisabledException'))
  })

  test('the ARN of the other Region is not found here', async () => {
    const id = await makePrimary()
    await replicate(id)
    for (const [client, other] of [
      [west, EAST],
      [east, WEST],
    ] as const) {
      const command = new DescribeKeyCommand({ KeyId: arn(other, id) })
      await assert.rejects(client.send(command), kmsError('NotFoundException'))
    }
  })

  test('what cannot be replicated', async () => {
    const { KeyMetadata } = await west.send(new CreateKeyCommand({}))
    const single = required(KeyMetadata?.KeyId, 'id')
    const notMultiRegion = kmsError('UnsupportedOperationException', /multi-Region primary/)
    await assert.rejects(replicate(single), notMultiRegion)
    const id = await makePrimary()
    await assert.rejects(
      replicate(id, { ReplicaRegion: 'eu-west-1' }),
      kmsError('UnsupportedOperationException', /eu-west-1/),
    )
    await assert.rejects(replicate(id, { ReplicaRegion: WEST }), kmsError('AlreadyExistsException'))
    await assert.rejects(
      replicate(id, { Policy: '{}' }),
      kmsError('MalformedPolicyDocumentException'),
    )
    await replicate(id)
    await assert.rejects(replicate(id), kmsError('AlreadyExistsException'))
    const back = new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: WEST })
    await assert.rejects(east.send(back), notMultiRegion)
    const disabled = await makePrimary()
    await west.send(new DisableKeyCommand({ KeyId: disabled }))
    await assert.rejects(replicate(disabled), kmsError('DisabledException'))
    const ending = await makePrimary()
    await west.send(new ScheduleKeyDeletionCommand({ KeyId: ending }))
    await assert.rejects(replicate(ending), kmsError('KMSInvalidStateException'))
    for (const unknown of [single, disabled, ending]) {
      await assert.rejects(metadata(east, unknown), kmsError('NotFoundException'))
    }
  })

  test('a caller needs leave for the key and for making keys', async () => {
    const id = await makePrimary()
    const key = 'AKIAREPLICATEXXXXXXX'
    stack.addAccessKey(key, [{ Effect: 'Allow', Action: 'kms:ReplicateKey', Resource: '*' }])
    const command = new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: EAST })
    const denied = kmsError('AccessDeniedException', /kms:CreateKey/)
    await assert.rejects(stack.west.client(key).send(command), denied)
  })

  test('while the other Region is down nothing half is shown, and trying again works', async () => {
    const id = await makePrimary()
    await stack.east.stopLink()
    try {
      const failed = kmsError('DependencyTimeoutException', /us-east-1 cannot be reached/)
      await assert.rejects(replicate(id), failed)
      assert.deepEqual(await replicasOf(id), [])
      assert.equal(await decrypt(west, await encrypt(west, id)), 'secret')
      await reconcileReplicas(stack.west.services)
    } finally {
      await stack.east.startLink()
    }
    await replicate(id)
    assert.deepEqual(await replicasOf(id), [EAST])
    assert.equal(await decrypt(east, await encrypt(west, id)), 'secret')
  })

  test('a replica that arrived although the response was lost is confirmed later', async () => {
    const id = await makePrimary()
    const { services } = stack.west
    const lossy: KeyReplicator = {
      ...services.replicator,
      async importReplica(region, replica) {
        await services.replicator.importReplica(region, replica)
        throw new DependencyError('the answer was lost', { isRetryable: true })
      },
    }
    const noted = await services.keys.change(id, (key) => addReplica(key, EAST, Date.now()))
    const snapshot = {
      description: '',
      state: 'Enabled' as const,
      policy: required(noted, 'key').policy,
      tags: {},
      aliases: [],
      createdAtMs: Date.now(),
      deletionWindowDays: undefined,
      deletionAtMs: undefined,
    }
    const key = required(noted, 'key')
    await assert.rejects(sendReplica({ ...services, replicator: lossy }, key, EAST, snapshot))
    assert.deepEqual(await replicasOf(id), [])
    await reconcileReplicas(services)
    assert.deepEqual(await replicasOf(id), [EAST])
  })

  test('a note of a replica that never arrived is forgotten', async () => {
    const id = await makePrimary()
    const { services } = stack.west
    await services.keys.change(id, (key) => addReplica(key, EAST, Date.now() - 30_000))
    await reconcileReplicas(services)
    assert.equal((await services.keys.find(id))?.multiRegion?.replicas.length, 1)
    await services.keys.change(id, (key) => addReplica(key, EAST, Date.now() - 120_000))
    await reconcileReplicas(services)
    assert.equal((await services.keys.find(id))?.multiRegion?.replicas.length, 0)
  })

  test('a primary waits for its replicas, and both sides know when one is gone', async () => {
    const id = await makePrimary()
    await replicate(id)
    const unwrapIn = await poolKeyOf(id)
    const primary = new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 })
    const scheduled = await west.send(primary)
    assert.equal(scheduled.KeyState, 'PendingReplicaDeletion')
    assert.equal(scheduled.DeletionDate, undefined)
    const waiting = await metadata(west, id)
    assert.equal(waiting.PendingDeletionWindowInDays, 7)
    const refused = kmsError(
      'KMSInvalidStateException',
      `${arn(WEST, id)} is pending replica deletion.`,
    )
    await assert.rejects(encrypt(west, id), refused)
    assert.equal(await decrypt(east, await encrypt(east, id)), 'secret')

    const replica = await east.send(new ScheduleKeyDeletionCommand({ KeyId: id }))
    assert.equal(replica.KeyState, 'PendingDeletion')
    await reconcileReplicas(stack.west.services)
    assert.equal((await metadata(west, id)).KeyState, 'PendingReplicaDeletion')
    const due = Number(replica.DeletionDate)
    assert.equal(await deleteDueKeys(stack.east.services, due + 1000), 1)
    await assert.rejects(metadata(east, id), kmsError('NotFoundException'))
    await assert.rejects(unwrapIn(stack.east), { refusal: 'not-found' })
    await reconcileReplicas(stack.west.services)
    const alone = await metadata(west, id)
    assert.equal(alone.KeyState, 'PendingDeletion')
    assert.deepEqual(alone.MultiRegionConfiguration?.ReplicaKeys, [])
    assert.ok(Math.abs(Number(alone.DeletionDate) - Date.now() - 7 * DAY_MS) < 60_000)

    await west.send(new CancelKeyDeletionCommand({ KeyId: id }))
    assert.equal((await metadata(west, id)).KeyState, 'Disabled')
    await assert.rejects(metadata(east, id), kmsError('NotFoundException'))
  })

  test('a replica that was deleted can be made again', async () => {
    const id = await makePrimary()
    await replicate(id)
    const scheduled = await east.send(new ScheduleKeyDeletionCommand({ KeyId: id }))
    await deleteDueKeys(stack.east.services, Number(scheduled.DeletionDate) + 1000)
    await reconcileReplicas(stack.west.services)
    await replicate(id)
    await reconcileReplicas(stack.west.services)
    assert.deepEqual(await replicasOf(id), [EAST])
    assert.equal(await decrypt(east, await encrypt(west, id)), 'secret')
  })

  test('a Region that lost its database gets its replicas back as they were', async () => {
    const [id, disabled] = [await makePrimary(), await makePrimary()]
    await replicate(id, { Description: 'copy', Tags: [{ TagKey: 'a', TagValue: 'b' }] })
    await replicate(disabled)
    await east.send(new CreateAliasCommand({ AliasName: 'alias/pools', TargetKeyId: id }))
    await east.send(new DisableKeyCommand({ KeyId: disabled }))
    await reconcileReplicas(stack.west.services)
    const before = await metadata(east, id)
    const sealed = await encrypt(west, id)
    const unwrapIn = await poolKeyOf(id)
    const sql = postgres(stack.east.url, { max: 1 })
    await sql`delete from kms_keys`
    await sql.end()
    await assert.rejects(decrypt(east, sealed), kmsError('AccessDeniedException'))
    // A pool whose key is on its way is to try again; nothing says that its key does not exist.
    await assert.rejects(unwrapIn(stack.east), { refusal: 'unavailable' })
    await reconcileReplicas(stack.west.services)
    await unwrapIn(stack.east)
    assert.equal(await decrypt(east, sealed), 'secret')
    assert.deepEqual(await metadata(east, id), before)
    assert.equal((await metadata(east, 'alias/pools')).KeyId, id)
    assert.equal((await metadata(east, disabled)).KeyState, 'Disabled')
  })

  test('a Region takes keys from their primary only, and sealed only', async () => {
    const id = await makePrimary()
    const { services } = stack.west
    const key = required(await services.keys.find(id), 'key')
    const receiver = createKeyReceiver(stack.east.services)
    const replica = {
      keyId: id,
      primaryRegion: WEST,
      replicaRegions: [EAST],
      backingKeys: services.material.open(id, key.materialSealed),
      replica: {
        description: '',
        state: 'Enabled' as const,
        policy: key.policy,
        tags: {},
        aliases: [],
        createdAtMs: 0,
        deletionWindowDays: undefined,
        deletionAtMs: undefined,
      },
    }
    assert.equal(await receiver.importReplica('eu-west-1', replica), 'exists')
    const single = { ...replica, keyId: '00000000-0000-4000-8000-000000000000' }
    assert.equal(await receiver.importReplica(WEST, single), 'exists')
    const asked: string[] = []
    registerKeyReceiver(
      {
        register(name, receive) {
          asked.push(name)
          if (name !== 'kms-import-replica') return
          const call = { fromRegion: WEST, body: {}, isSealed: false }
          assert.throws(() => receive(call), /must come sealed/)
          assert.throws(() => receive({ ...call, isSealed: true }), /not what the call needs/)
        },
      },
      receiver,
    )
    assert.deepEqual(asked, ['kms-import-replica', 'kms-synchronise'])
    await assert.rejects(metadata(east, id), kmsError('NotFoundException'))
    // Another Region cannot learn of, or change, keys that are not its own.
    await replicate(id)
    const responses = await receiver.synchronise('eu-west-1', [{ keyId: id, replicaRegions: [] }])
    assert.deepEqual(responses, [{ keyId: id, kind: 'lost' }])
    assert.deepEqual(await replicasOf(id), [EAST])
  })
})
