// Wrapping keys of pools in AWS KMS, through its SDK, which is loaded at the first use. The node
// calls with its own credentials, so a key's policy must allow the node's role. A data key is made
// here and encrypted there, as the embedded driver does, so both need the same permissions. What
// must stay true: every call has a deadline, and what is not a clear refusal is `unavailable`.
import type { KeyMetadata, KMSClient, KMSClientConfig } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import type { Random } from '#base/random.js'
import {
  encryptionContextOf,
  type KeyDescription,
  KeyRefusedError,
  type KeyService,
  refusalOfKmsError,
} from '#ports/keys.js'
import { localKeyArn } from './key-arn.js'
import { ServiceKey } from './service-key.js'

const DATA_KEY_BYTES = 32
const TIMEOUT_MS = 5_000

export interface AwsKeyServiceOptions {
  /** The secret of the deployment, the same in every Region: wraps for pools without a key. */
  readonly serviceKey: Uint8Array
  readonly region: string
  readonly random: Random
  /** Another endpoint than that of AWS. */
  readonly endpoint?: string | undefined
  /** Otherwise the SDK finds them, in the environment or from the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly timeoutMs?: number
}

type Sdk = typeof import('@aws-sdk/client-kms')

interface Connected {
  readonly sdk: Sdk
  readonly client: KMSClient
}

export function createAwsKeyService(
  options: AwsKeyServiceOptions,
): KeyService & { close(): Promise<void> } {
  const { random, region } = options
  const own = new ServiceKey(options)
  let connected: Promise<Connected> | undefined

  async function ask<T>(
    arn: string,
    work: (kms: Connected, call: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    connected ??= connect(options)
    try {
      const abortSignal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
      return await work(await connected, { abortSignal })
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      const refusal = refusalOfKmsError(name)
      throw new KeyRefusedError(refusal ?? 'unavailable', arn, { cause })
    }
  }

  const service: ReturnType<typeof createAwsKeyService> = {
    async generate(key, poolArn) {
      const plaintext = random.bytes(DATA_KEY_BYTES)
      return { plaintext, wrapped: await service.wrap(key, plaintext, poolArn) }
    },
    async wrap(key, plaintext, poolArn) {
      if (key.type === 'AWS_OWNED_KEY') return own.wrap(plaintext, poolArn)
      const KeyId = localKeyArn(key.arn, region)
      const input = { KeyId, Plaintext: plaintext, EncryptionContext: encryptionContextOf(poolArn) }
      return ask(KeyId, async ({ sdk, client }, call) => {
        const { CiphertextBlob } = await client.send(new sdk.EncryptCommand(input), call)
        return required(CiphertextBlob, 'ciphertext of AWS KMS')
      })
    },
    async unwrap(key, wrapped, poolArn) {
      if (key.type === 'AWS_OWNED_KEY') return own.unwrap(wrapped, poolArn)
      const KeyId = localKeyArn(key.arn, region)
      const input = {
        KeyId,
        CiphertextBlob: wrapped,
        EncryptionContext: encryptionContextOf(poolArn),
      }
      return ask(KeyId, async ({ sdk, client }, call) => {
        const { Plaintext } = await client.send(new sdk.DecryptCommand(input), call)
        return required(Plaintext, 'plaintext of AWS KMS')
      })
    },
    async describe(arn) {
      if (localKeyArn(arn, region) !== arn) throw new KeyRefusedError('not-found', arn)
      return ask(arn, async ({ sdk, client }, call) => {
        const command = new sdk.DescribeKeyCommand({ KeyId: arn })
        const { KeyMetadata: metadata } = await client.send(command, call)
        return toDescription(arn, region, required(metadata, 'metadata of AWS KMS'))
      })
    },
    async close() {
      const found = await connected?.catch(() => undefined)
      found?.client.destroy()
    },
  }
  return service
}

async function connect(options: AwsKeyServiceOptions): Promise<Connected> {
  const sdk = await import('@aws-sdk/client-kms')
  const config: KMSClientConfig = {
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  }
  return { sdk, client: new sdk.KMSClient(config) }
}

function toDescription(arn: string, region: string, metadata: KeyMetadata): KeyDescription {
  const related = metadata.MultiRegionConfiguration
  const regions = [related?.PrimaryKey, ...(related?.ReplicaKeys ?? [])].flatMap(
    (key) => key?.Region ?? [],
  )
  return {
    arn,
    isEnabled: metadata.KeyState === 'Enabled',
    isSymmetric: metadata.KeySpec === 'SYMMETRIC_DEFAULT',
    isMultiRegion: metadata.MultiRegion === true,
    regions: regions.length === 0 ? [region] : regions,
    state: metadata.KeyState ?? 'Unavailable',
  }
}
