// AWS KMS, through its SDK, which is loaded at the first use. The node calls with its own
// credentials, so a key's policy must allow the node's role. What must stay true: every call has a
// deadline, and what is not a clear refusal is `unavailable`.
import type { KeyMetadata, KMSClient, KMSClientConfig } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { encryptionContextOf } from '#domain/iam/key-request.js'
import {
  type CodeKeys,
  type KeyDenial,
  type KeyDescription,
  KeyRefusedError,
  type KeyService,
  refusalOfKmsError,
} from '#ports/keys.js'
import type { PoolKms } from '#ports/kms.js'
import { createKeyService, type KeyServiceOptions, localKeyArn } from './key-service.js'

const TIMEOUT_MS = 5_000

export interface AwsKeyServiceOptions extends Omit<KeyServiceOptions, 'kms'> {
  /** Another endpoint than that of AWS. */
  readonly endpoint?: string | undefined
  /** Otherwise the SDK finds them, in the environment or from the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly timeoutMs?: number
}

interface Connected {
  readonly sdk: typeof import('@aws-sdk/client-kms')
  readonly client: KMSClient
}

export function createAwsKeyService(
  options: AwsKeyServiceOptions,
): KeyService & CodeKeys & { close(): Promise<void> } {
  const kms = new AwsKms(options)
  return { ...createKeyService({ ...options, kms }), close: () => kms.close() }
}

class AwsKms implements PoolKms {
  readonly #options: AwsKeyServiceOptions
  #connected: Promise<Connected> | undefined

  constructor(options: AwsKeyServiceOptions) {
    this.#options = options
  }

  encrypt(
    KeyId: string,
    Plaintext: Uint8Array,
    poolArn: string,
    context = encryptionContextOf(poolArn),
  ): Promise<Uint8Array> {
    const input = { KeyId, Plaintext, EncryptionContext: context }
    return this.#ask(KeyId, async ({ sdk, client }, call) => {
      const response = await client.send(new sdk.EncryptCommand(input), call)
      return required(response.CiphertextBlob, 'ciphertext of AWS KMS')
    })
  }

  decrypt(KeyId: string, CiphertextBlob: Uint8Array, poolArn: string): Promise<Uint8Array> {
    const input = { KeyId, CiphertextBlob, EncryptionContext: encryptionContextOf(poolArn) }
    return this.#ask(KeyId, async ({ sdk, client }, call) => {
      const response = await client.send(new sdk.DecryptCommand(input), call)
      return required(response.Plaintext, 'plaintext of AWS KMS')
    })
  }

  async describe(arn: string): Promise<KeyDescription> {
    const { region } = this.#options
    if (localKeyArn(arn, region) !== arn) throw new KeyRefusedError('not-found', arn)
    return this.#ask(arn, async ({ sdk, client }, call) => {
      const response = await client.send(new sdk.DescribeKeyCommand({ KeyId: arn }), call)
      return toDescription(arn, region, required(response.KeyMetadata, 'metadata of AWS KMS'))
    })
  }

  async close(): Promise<void> {
    const found = await this.#connected?.catch(() => undefined)
    found?.client.destroy()
  }

  async #ask<T>(
    arn: string,
    work: (kms: Connected, call: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    this.#connected ??= connect(this.#options)
    try {
      const abortSignal = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS)
      return await work(await this.#connected, { abortSignal })
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      const refusal = refusalOfKmsError(name) ?? 'unavailable'
      const denial = refusal === 'access-denied' ? denialOf(cause) : undefined
      throw new KeyRefusedError(refusal, arn, { cause, denial })
    }
  }
}

// IAM user guide, "Troubleshoot access denied error messages", 2026.
function denialOf(error: unknown): KeyDenial | undefined {
  const { message } = error as Error
  if (/ with an explicit deny in a resource-based policy/.test(message)) {
    return { kind: 'deny-statement', sid: undefined }
  }
  if (/ with an explicit deny\b/.test(message)) return { kind: 'other-deny' }
  if (/ because no resource-based policy allows /.test(message)) {
    return { kind: 'no-statement', allowSids: undefined }
  }
  if (/ because no identity-based policy allows /.test(message)) {
    return { kind: 'no-identity-policy' }
  }
  return undefined
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
