// Wrapping keys of pools in the embedded KMS, called in process. A data key is made here and
// encrypted there, so that `kms:Encrypt` and `kms:Decrypt` are all that a key policy must allow.
import type { Random } from '#base/random.js'
import type { KeyService } from '#ports/keys.js'
import type { PoolKms } from '#ports/kms.js'
import { localKeyArn } from './key-arn.js'
import { ServiceKey } from './service-key.js'

const DATA_KEY_BYTES = 32

export interface EmbeddedKeyServiceOptions {
  /** The deployment's secret, the same in every Region. */
  readonly serviceKey: Uint8Array
  readonly region: string
  readonly random: Random
  readonly kms: PoolKms
}

export function createKeyService(options: EmbeddedKeyServiceOptions): KeyService {
  const { kms, random, region } = options
  const own = new ServiceKey(options)
  const service: KeyService = {
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
    describe: (arn) => kms.describe(arn),
  }
  return service
}
