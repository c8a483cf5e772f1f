// Encrypting and decrypting through the SDK: what opens, and all that must not.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  type KMSClient,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import {
  ACCOUNT,
  type KmsRegions,
  kmsError,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'

const text = (value: string) => Buffer.from(value, 'utf8')
const clear = (bytes: Uint8Array | undefined) => Buffer.from(required(bytes, 'bytes')).toString()

describe('kms cryptography', () => {
  let stack: KmsRegions
  let kms: KMSClient
  before(async () => {
    stack = await startKmsRegions()
    kms = stack.west.client()
  })
  after(() => stack.close())

  const makeKey = async (options: { MultiRegion?: boolean } = {}) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(options))
    return { id: required(KeyMetadata?.KeyId, 'id'), arn: required(KeyMetadata?.Arn, 'arn') }
  }
  const encrypt = async (KeyId: string, context?: Record<string, string>) => {
    const input = { KeyId, Plaintext: text('secret') }
    const command = new EncryptCommand(
      context === undefined ? input : { ...input, EncryptionContext: context },
    )
    return required((await kms.send(command)).CiphertextBlob, 'ciphertext')
  }

  test('what was encrypted opens, with the key named in every way or not at all', async () => {
    const key = await makeKey()
    const alias = 'alias/every-way'
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key.id }))
    const aliasArn = `arn:aws:kms:${WEST}:${ACCOUNT}:${alias}`
    for (const KeyId of [key.id, key.arn, alias, aliasArn]) {
      const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext: text('secret') }))
      assert.equal(sealed.KeyId, key.arn)
      assert.equal(sealed.EncryptionAlgorithm, 'SYMMETRIC_DEFAULT')
      const CiphertextBlob = sealed.CiphertextBlob
      for (const named of [{ CiphertextBlob }, { CiphertextBlob, KeyId }]) {
        const opened = await kms.send(new DecryptCommand(named))
        assert.equal(clear(opened.Plaintext), 'secret')
        assert.equal(opened.KeyId, key.arn)
      }
    }
  })

  test('a plaintext gives other ciphertexts each time, and is in none', async () => {
    const key = await makeKey()
    const [a, b] = [await encrypt(key.id), await encrypt(key.id)]
    assert.notDeepEqual(a, b)
    assert.equal(Buffer.from(a).includes('secret'), false)
  })

  test('a context must be the same when opening, in any order', async () => {
    const key = await makeKey()
    const CiphertextBlob = await encrypt(key.id, { a: '1', b: '2' })
    const open = (EncryptionContext?: Record<string, string>) =>
      kms.send(
        new DecryptCommand(
          EncryptionContext === undefined
            ? { CiphertextBlob }
            : { CiphertextBlob, EncryptionContext },
        ),
      )
    assert.equal(clear((await open({ b: '2', a: '1' })).Plaintext), 'secret')
    const wrong = [undefined, {}, { a: '1' }, { a: '1', b: '3' }, { a: '2', b: '1' }]
    const more = [
      { a: '1', b: '2', c: '' },
      { a1: '', b: '2' },
      { a: '1b', '2': '' },
    ]
    for (const context of [...wrong, ...more]) {
      await assert.rejects(open(context), kmsError('InvalidCiphertextException'))
    }
    const bare = await encrypt(key.id)
    const command = new DecryptCommand({ CiphertextBlob: bare, EncryptionContext: { a: '1' } })
    await assert.rejects(kms.send(command), kmsError('InvalidCiphertextException'))
  })

  test('a changed ciphertext does not open', async () => {
    const key = await makeKey()
    const blob = await encrypt(key.id)
    for (let at = 0; at < blob.length; at += 7) {
      const changed = Uint8Array.from(blob)
      changed[at] = (changed[at] ?? 0) ^ 1
      await assert.rejects(
        kms.send(new DecryptCommand({ CiphertextBlob: changed, KeyId: key.id })),
        (error) =>
          kmsError('InvalidCiphertextException')(error) || kmsError('IncorrectKeyException')(error),
        `byte ${at}`,
      )
    }
    for (const blob of [text('x'), text('not a ciphertext at all, and long enough to be one')]) {
      const command = new DecryptCommand({ CiphertextBlob: blob })
      await assert.rejects(kms.send(command), kmsError('InvalidCiphertextException'))
    }
    const shorter = new DecryptCommand({ CiphertextBlob: blob.subarray(0, blob.length - 1) })
    await assert.rejects(kms.send(shorter), kmsError('InvalidCiphertextException'))
  })

  test("another key's ciphertext is refused, an unknown key's not explained", async () => {
    const [one, other] = [await makeKey(), await makeKey()]
    const CiphertextBlob = await encrypt(one.id)
    await assert.rejects(
      kms.send(new DecryptCommand({ CiphertextBlob, KeyId: other.arn })),
      kmsError('IncorrectKeyException', /does not identify a CMK/),
    )
    // The header renamed to the other key: the tag covers it.
    const renamed = Buffer.from(CiphertextBlob)
    renamed.write(other.id, renamed.indexOf(one.id))
    await assert.rejects(
      kms.send(new DecryptCommand({ CiphertextBlob: renamed })),
      kmsError('InvalidCiphertextException'),
    )
    const unknown = Buffer.from(CiphertextBlob)
    unknown.write('00000000-0000-4000-8000-000000000000', unknown.indexOf(one.id))
    await assert.rejects(
      kms.send(new DecryptCommand({ CiphertextBlob: unknown })),
      kmsError('AccessDeniedException', /ciphertext refers to a customer master key/),
    )
  })

  test('a disabled key does nothing until enabled, one that is ending never', async () => {
    const key = await makeKey()
    const CiphertextBlob = await encrypt(key.id)
    const uses: (() => Promise<unknown>)[] = [
      () => kms.send(new EncryptCommand({ KeyId: key.id, Plaintext: text('x') })),
      () => kms.send(new DecryptCommand({ CiphertextBlob })),
      () => kms.send(new GenerateDataKeyCommand({ KeyId: key.id, KeySpec: 'AES_256' })),
      () =>
        kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: key.id, NumberOfBytes: 8 })),
      () => kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: key.id })),
    ]
    await kms.send(new DisableKeyCommand({ KeyId: key.id }))
    for (const use of uses) {
      await assert.rejects(use(), kmsError('DisabledException', `${key.arn} is disabled.`))
    }
    await kms.send(new EnableKeyCommand({ KeyId: key.id }))
    for (const use of uses) await use()
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 7 }))
    const message = `${key.arn} is pending deletion.`
    for (const use of uses) {
      await assert.rejects(use(), kmsError('KMSInvalidStateException', message))
    }
  })

  test('ReEncrypt moves a ciphertext to another key and context', async () => {
    const [from, to] = [await makeKey(), await makeKey()]
    const CiphertextBlob = await encrypt(from.id, { stage: 'one' })
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: { stage: 'one' },
        DestinationKeyId: to.id,
        DestinationEncryptionContext: { stage: 'two' },
      }),
    )
    assert.equal(moved.SourceKeyId, from.arn)
    assert.equal(moved.KeyId, to.arn)
    const opened = await kms.send(
      new DecryptCommand({
        CiphertextBlob: moved.CiphertextBlob,
        KeyId: to.id,
        EncryptionContext: { stage: 'two' },
      }),
    )
    assert.equal(clear(opened.Plaintext), 'secret')
    const wrong = { CiphertextBlob, DestinationKeyId: to.id }
    await assert.rejects(
      kms.send(new ReEncryptCommand(wrong)),
      kmsError('InvalidCiphertextException'),
    )
    const named = { ...wrong, SourceKeyId: to.id, SourceEncryptionContext: { stage: 'one' } }
    await assert.rejects(kms.send(new ReEncryptCommand(named)), kmsError('IncorrectKeyException'))
  })

  test('data keys have the length that was asked for, and open', async () => {
    const key = await makeKey()
    const asked = [{ KeySpec: 'AES_256' as const }, { KeySpec: 'AES_128' as const }]
    for (const [index, length] of [32, 16].entries()) {
      const input = { KeyId: key.id, ...asked[index] }
      const made = await kms.send(new GenerateDataKeyCommand(input))
      assert.equal(made.Plaintext?.length, length)
      const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }))
      assert.deepEqual(opened.Plaintext, made.Plaintext)
    }
    const without = await kms.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: key.id, NumberOfBytes: 1024 }),
    )
    assert.equal('Plaintext' in without, false)
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: without.CiphertextBlob }))
    assert.equal(opened.Plaintext?.length, 1024)
    const both = { KeyId: key.id, KeySpec: 'AES_256' as const, NumberOfBytes: 32 }
    for (const input of [both, { KeyId: key.id }]) {
      const command = new GenerateDataKeyCommand(input)
      await assert.rejects(kms.send(command), kmsError('ValidationException', /number of bytes/))
    }
  })

  test('limits of the input are checked with the words of the service', async () => {
    const key = await makeKey()
    const Plaintext = new Uint8Array(4096)
    const full = await kms.send(new EncryptCommand({ KeyId: key.id, Plaintext }))
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: full.CiphertextBlob }))
    assert.equal(opened.Plaintext?.length, 4096)
    const message =
      "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: " +
      'Member must have length less than or equal to 4096'
    const tooLong = new EncryptCommand({ KeyId: key.id, Plaintext: new Uint8Array(4097) })
    await assert.rejects(kms.send(tooLong), kmsError('ValidationException', message))
    await assert.rejects(kms.send(new DecryptCommand({})), kmsError('ValidationException'))
  })

  test('what only asymmetric keys, grants and enclaves have is refused clearly', async () => {
    const key = await makeKey()
    const CiphertextBlob = await encrypt(key.id)
    const input = { KeyId: key.id, CiphertextBlob }
    const rsa = new DecryptCommand({ ...input, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' })
    await assert.rejects(kms.send(rsa), kmsError('InvalidKeyUsageException'))
    const grant = new DecryptCommand({ ...input, GrantTokens: ['abc'] })
    await assert.rejects(kms.send(grant), kmsError('InvalidGrantTokenException'))
    const recipient = { AttestationDocument: text('x') }
    const enclave = new DecryptCommand({ ...input, Recipient: recipient })
    await assert.rejects(kms.send(enclave), kmsError('UnsupportedOperationException'))
  })

  test('a dry run checks everything and does nothing', async () => {
    const key = await makeKey()
    const CiphertextBlob = await encrypt(key.id)
    const dry = { KeyId: key.id, DryRun: true }
    const commands = [
      () => kms.send(new EncryptCommand({ ...dry, Plaintext: text('x') })),
      () => kms.send(new DecryptCommand({ ...dry, CiphertextBlob })),
      () => kms.send(new GenerateDataKeyCommand({ ...dry, KeySpec: 'AES_256' })),
    ]
    for (const command of commands) {
      await assert.rejects(command(), kmsError('DryRunOperationException'))
    }
    await kms.send(new DisableKeyCommand({ KeyId: key.id }))
    for (const command of commands) await assert.rejects(command(), kmsError('DisabledException'))
  })
})
