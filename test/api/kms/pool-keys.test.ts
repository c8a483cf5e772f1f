// Data keys of pools: the embedded driver in process, and the AWS KMS driver against the embedded
// KMS over HTTP. Both must do the same and refuse the same.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { createAwsKeyService } from '#adapters/kms/aws-kms.js'
import { systemRandom } from '#adapters/system/random.js'
import { required } from '#base/assert.js'
import { type KeyRefusal, KeyRefusedError, type KeyService } from '#ports/keys.js'
import {
  ACCOUNT,
  EAST,
  type KmsRegion,
  type KmsRegions,
  SERVICE_KEY,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'
import { takePort } from '#test/support/ports.js'

const POOL = `arn:aws:cognito-idp:${WEST}:${ACCOUNT}:userpool/us-west-2_abcdefghi`
const OTHER_POOL = `${POOL}x`
const CONTEXT = { 'aws:cognito-idp:userpool-arn': POOL }
const CREDENTIALS = {
  accessKeyId: 'AKIANODEROLEXXXXXXXX',
  secretAccessKey: 'secret-of-every-other-key',
}
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` }
const customer = (arn: string) => ({ type: 'CUSTOMER_MANAGED_KEY', arn }) as const
const OWN = { type: 'AWS_OWNED_KEY' } as const
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

function refused(refusal: KeyRefusal): (error: unknown) => boolean {
  return (error) => error instanceof KeyRefusedError && error.refusal === refusal
}

const aws = ({ region, endpoint }: { region: string; endpoint: string }) =>
  createAwsKeyService({
    serviceKey: SERVICE_KEY,
    region,
    random: systemRandom,
    endpoint,
    credentials: CREDENTIALS,
    timeoutMs: 3000,
  })

describe('kms for pools', () => {
  let stack: KmsRegions
  before(async () => {
    stack = await startKmsRegions()
    const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]
    stack.addAccessKey(CREDENTIALS.accessKeyId, Statement)
  })
  after(() => stack.close())

  const makeKey = async (input: CreateKeyCommandInput = { MultiRegion: true }) => {
    const made = await stack.west.client().send(new CreateKeyCommand(input))
    return required(made.KeyMetadata?.Arn, 'arn')
  }

  const drivers: [string, (region: KmsRegion) => KeyService][] = [
    ['embedded', (region) => region.keyService],
    ['AWS KMS', aws],
  ]
  for (const [name, driver] of drivers) {
    describe(`through the ${name} driver`, () => {
      let west: KeyService
      let east: KeyService
      before(() => {
        west = driver(stack.west)
        east = driver(stack.east)
      })

      test('a data key opens in every Region that has the key, by its primary ARN', async () => {
        const arn = await makeKey()
        const key = customer(arn)
        const { plaintext, wrapped } = await west.generate(key, POOL)
        assert.equal(plaintext.length, 32)
        assert.equal(Buffer.from(wrapped).includes(Buffer.from(plaintext)), false)
        assert.deepEqual(Buffer.from(await west.unwrap(key, wrapped, POOL)), Buffer.from(plaintext))
        // In another Region the ciphertext names a key that is not there, or not there yet.
        const absent = name === 'embedded' ? 'unavailable' : 'not-found'
        await assert.rejects(east.unwrap(key, wrapped, POOL), refused(absent))
        const replicate = new ReplicateKeyCommand({ KeyId: arn, ReplicaRegion: EAST })
        await stack.west.client().send(replicate)
        assert.deepEqual(Buffer.from(await east.unwrap(key, wrapped, POOL)), Buffer.from(plaintext))
        const back = await east.wrap(key, plaintext, POOL)
        assert.deepEqual(Buffer.from(await west.unwrap(key, back, POOL)), Buffer.from(plaintext))
        const eastArn = arn.replace(WEST, EAST)
        assert.deepEqual(await east.describe(eastArn), {
          arn: eastArn,
          isEnabled: true,
          isSymmetric: true,
          isMultiRegion: true,
          regions: [WEST, EAST],
          state: 'Enabled',
        })
        await assert.rejects(east.describe(arn), refused('not-found'))
      })

      test('the context is the pool, as customers see it', async () => {
        const arn = await makeKey({})
        const { plaintext, wrapped } = await west.generate(customer(arn), POOL)
        const command = new DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext: CONTEXT })
        const opened = await stack.west.client().send(command)
        assert.deepEqual(Buffer.from(required(opened.Plaintext, 'key')), Buffer.from(plaintext))
        const other = west.unwrap(customer(arn), wrapped, OTHER_POOL)
        await assert.rejects(other, refused('invalid-ciphertext'))
      })

      test('each refusal has its reason, and ends when its reason does', async () => {
        const client = stack.west.client()
        const arn = await makeKey({})
        const key = customer(arn)
        const { wrapped } = await west.generate(key, POOL)
        const unwrap = () => west.unwrap(key, wrapped, POOL)
        await client.send(new DisableKeyCommand({ KeyId: arn }))
        await assert.rejects(unwrap(), refused('disabled'))
        await assert.rejects(west.generate(key, POOL), refused('disabled'))
        assert.equal((await west.describe(arn)).isEnabled, false)
        await client.send(new EnableKeyCommand({ KeyId: arn }))
        await unwrap()
        await client.send(new ScheduleKeyDeletionCommand({ KeyId: arn }))
        await assert.rejects(unwrap(), refused('pending-deletion'))
        assert.equal((await west.describe(arn)).state, 'PendingDeletion')
        await client.send(new CancelKeyDeletionCommand({ KeyId: arn }))
        await assert.rejects(unwrap(), refused('disabled'))
        await client.send(new EnableKeyCommand({ KeyId: arn }))
        await unwrap()
        const changed = Uint8Array.from(wrapped)
        changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
        await assert.rejects(west.unwrap(key, changed, POOL), refused('invalid-ciphertext'))
        const other = customer(await makeKey({}))
        await assert.rejects(west.unwrap(other, wrapped, POOL), refused('invalid-ciphertext'))
      })

      test('a key that is not a key of this Region by ARN is not found', async () => {
        const arn = await makeKey({})
        const AliasName = `alias/pools-${name.slice(0, 3)}`
        const alias = new CreateAliasCommand({ AliasName, TargetKeyId: arn })
        await stack.west.client().send(alias)
        const id = required(arn.split('/')[1], 'id')
        const aliasArn = `arn:aws:kms:${WEST}:${ACCOUNT}:${AliasName}`
        const unknown = arn.replace(id, '00000000-0000-4000-8000-000000000000')
        for (const bad of [id, AliasName, aliasArn, unknown, 'x', arn.replace(WEST, EAST)]) {
          await assert.rejects(west.generate(customer(bad), POOL), refused('not-found'), bad)
          await assert.rejects(west.describe(bad), refused('not-found'), bad)
        }
        await assert.rejects(east.generate(customer(arn), POOL), refused('not-found'))
      })

      test("the service's own key opens in every Region and for its pool only", async () => {
        const { plaintext, wrapped } = await west.generate(OWN, POOL)
        const opened = await east.unwrap(OWN, wrapped, POOL)
        assert.deepEqual(Buffer.from(opened), Buffer.from(plaintext))
        await assert.rejects(west.unwrap(OWN, wrapped, OTHER_POOL), refused('invalid-ciphertext'))
        const empty = west.unwrap(OWN, new Uint8Array(0), POOL)
        await assert.rejects(empty, refused('invalid-ciphertext'))
      })
    })
  }

  describe('key policies and pools', () => {
    const service = 'cognito-idp.amazonaws.com'
    const toRoot = { Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' }
    const toAdministrators = { ...toRoot, Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'] }
    const toService = {
      Effect: 'Allow',
      Principal: { Service: [service, 'identitystore.amazonaws.com'] },
      Action: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncrypt*',
        'kms:GenerateDataKeyWithoutPlainText',
      ],
      Resource: '*',
      Condition: {
        ArnEquals: { 'aws:SourceArn': POOL },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
        StringLike: { 'kms:EncryptionContext:aws:cognito-idp:userpool-arn': POOL },
      },
    }
    const put = (KeyId: string, ...statements: object[]) =>
      stack.west.client().send(new PutKeyPolicyCommand({ KeyId, Policy: document(...statements) }))

    test('the service needs two permissions, for this very pool', async () => {
      const arn = await makeKey({})
      const { keyService } = stack.west
      await put(arn, toAdministrators)
      await assert.rejects(keyService.generate(customer(arn), POOL), refused('access-denied'))
      await assert.rejects(keyService.describe(arn), refused('access-denied'))
      await put(arn, toAdministrators, toService)
      const { wrapped } = await keyService.generate(customer(arn), POOL)
      await keyService.unwrap(customer(arn), wrapped, POOL)
      const other = keyService.generate(customer(arn), OTHER_POOL)
      await assert.rejects(other, refused('access-denied'))
      const describe = { ...toService, Action: 'kms:DescribeKey', Condition: undefined }
      await put(arn, toAdministrators, toService, describe)
      assert.equal((await keyService.describe(arn)).isEnabled, true)
      await put(arn, toAdministrators)
      const unwrap = keyService.unwrap(customer(arn), wrapped, POOL)
      await assert.rejects(unwrap, refused('access-denied'))
    })

    test('callers through the service are a way too, in their Region', async () => {
      const arn = await makeKey({})
      const { keyService } = stack.west
      const via = (region: string) => ({
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': `cognito-idp.${region}.amazonaws.com` } },
      })
      await put(arn, toAdministrators, via(WEST))
      await keyService.generate(customer(arn), POOL)
      await put(arn, toAdministrators, via(EAST))
      await assert.rejects(keyService.generate(customer(arn), POOL), refused('access-denied'))
    })

    test('a denial stops the pool, although the account may do everything', async () => {
      const arn = await makeKey({})
      const { keyService } = stack.west
      await keyService.generate(customer(arn), POOL)
      const deny = { ...toRoot, Effect: 'Deny', Action: 'kms:Encrypt' }
      await put(arn, toRoot, { ...deny, Principal: { Service: service } })
      await assert.rejects(keyService.generate(customer(arn), POOL), refused('access-denied'))
    })
  })

  test('a KMS that does not respond is unavailable', async () => {
    const endpoint = `http://127.0.0.1:${await takePort()}`
    const arn = `arn:aws:kms:${WEST}:${ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef`
    const nobody = aws({ region: WEST, endpoint })
    await assert.rejects(nobody.generate(customer(arn), POOL), refused('unavailable'))
    const { plaintext, wrapped } = await nobody.generate(OWN, POOL)
    assert.deepEqual(Buffer.from(await nobody.unwrap(OWN, wrapped, POOL)), Buffer.from(plaintext))
  })

  test('a database that is gone makes the embedded KMS unavailable', async () => {
    const own = await startKmsRegions()
    const made = await own.west.client().send(new CreateKeyCommand({}))
    const key = customer(required(made.KeyMetadata?.Arn, 'arn'))
    await own.close()
    await assert.rejects(own.west.keyService.generate(key, POOL), refused('unavailable'))
  })
})
