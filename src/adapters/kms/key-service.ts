// Wrapping keys of pools: the service key for pools without a key of their own, and a KMS for the
// others, the embedded one or that of AWS. A data key is made here and encrypted there, so that
// `kms:Encrypt` and `kms:Decrypt` are all that a key policy must allow.
import type { Random } from '#base/random.js'
import { isMultiRegionKeyId, keyArnIn, parseKeyArn } from '#domain/arn.js'
import { type CodeKeys, KeyRefusedError, type KeyService } from '#ports/keys.js'
import type { PoolKms } from '#ports/kms.js'
import { ServiceKey } from './service-key.js'

const DATA_KEY_BYTES = 32

export interface KeyServiceOptions {
  /** The deployment's secret, the same in every Region. */
  readonly serviceKey: Uint8Array
  readonly region: string
  readonly random: Random
  readonly kms: PoolKms
}

export function createKeyService(options: KeyServiceOptions): KeyService & CodeKeys {
  const { kms, random, region } = options
  const own = new ServiceKey(options)
  const service: KeyService & CodeKeys = {
    async generate(key, poolArn) {
      const plaintext = random.bytes(DATA_KEY_BYTES)
      return { plaintext, wrapped: await service.wrap(key, plaintext, poolArn) }
    },
    async wrap(key, plaintext, poolArn) {
      if (key.type === 'AWS_OWNED_KEY') return own.wrap(plaintext, poolArn)
      return kms.encrypt(localKeyArn(key.arn, region), plaintext, poolArn)
    },
    async unwrap(key, wrapped, poolArn) {
      if (key.type === 'AWS_OWNED_KEY') return own.unwrap(wrapped, poolArn)
      return kms.decrypt(localKeyArn(key.arn, region), wrapped, poolArn)
    },
    async generateCodeKey(arn, { arn: poolArn, context }) {
      const plaintext = random.bytes(DATA_KEY_BYTES)
      return { plaintext, wrapped: await kms.encrypt(arn, plaintext, poolArn, context) }
    },
    describe: (arn) => kms.describe(arn),
  }
  return service
}

/**
 * The key of this Region that stands for a customer managed key. Pools name it by its ARN in their
 * primary Region; a multi-Region key has the same ID in each of its Regions, and a single-Region
 * key exists in its own only. Throws KeyRefusedError for what is not a key's ARN, or a key of
 * another Region only.
 */
export function localKeyArn(arn: string, region: string): string {
  const key = parseKeyArn(arn)
  if (key?.region === region) return arn
  if (key === undefined || !isMultiRegionKeyId(key.keyId)) {
    throw new KeyRefusedError('not-found', arn)
  }
  return keyArnIn(region, arn)
}
