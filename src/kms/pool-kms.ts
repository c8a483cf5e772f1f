// The KMS for the pools of this Region, in process. A pool asks as two principals at once: as the
// service, for a pool (`aws:SourceArn`), and as the pool's account through the service
// (`kms:ViaService`), because the one who configured the pool is a caller of that account. So a key
// with the default policy, which names the account, serves pools; a policy that names neither
// denies; and a denial of either wins.
import { DependencyError } from '#base/dependency-error.js'
import { isMultiRegionKeyId, keyArn } from '#domain/arn.js'
import { encryptionContextOf, poolKeyRequest, USER_POOLS_SERVICE } from '#domain/iam/key-request.js'
import { allowSidsOf, explainResourcePolicy, parseResourcePolicy } from '#domain/iam/policy.js'
import { KeyRefusedError, refusalOfKmsError } from '#ports/keys.js'
import type { KmsKey, PoolKms } from '#ports/kms.js'
import {
  decryptUnder,
  encryptUnder,
  readCiphertext,
  requireEncryptedUnder,
} from './cryptography.js'
import { KmsError } from './errors.js'
import { requireState } from './key-state.js'
import { parseReference } from './reference.js'
import { conditionValues } from './request-values.js'
import type { KmsServices } from './services.js'

interface PoolQuestion {
  readonly keyArn: string
  readonly action: string
  /** Undefined for questions about a key that no pool asks yet. */
  readonly poolArn: string | undefined
  /** The encryption context, where it is not that of the pool's data keys. */
  readonly context?: Readonly<Record<string, string>>
}

export function createPoolKms(services: KmsServices): PoolKms {
  return {
    encrypt: (arn, plaintext, poolArn, context = encryptionContextOf(poolArn)) =>
      refusing(arn, async () => {
        const question = { keyArn: arn, action: 'kms:Encrypt', poolArn, context }
        const key = await usableKey(services, question)
        return encryptUnder(services, key, plaintext, context)
      }),

    decrypt: (arn, blob, poolArn) =>
      refusing(arn, async () => {
        const key = await usableKey(services, { keyArn: arn, action: 'kms:Decrypt', poolArn })
        const ciphertext = readCiphertext(blob)
        requireEncryptedUnder(key, ciphertext)
        return decryptUnder(services, key, ciphertext, encryptionContextOf(poolArn))
      }),

    describe: (arn) =>
      refusing(arn, async () => {
        const question = { keyArn: arn, action: 'kms:DescribeKey', poolArn: undefined }
        const key = await permittedKey(services, question)
        return {
          arn,
          isEnabled: key.state === 'Enabled',
          isSymmetric: true,
          isMultiRegion: key.multiRegion !== undefined,
          regions: regionsOf(services.region, key),
          state: key.state,
        }
      }),
  }
}

async function usableKey(services: KmsServices, question: PoolQuestion): Promise<KmsKey> {
  const key = await permittedKey(services, question)
  requireState(key, question.keyArn, 'enabled')
  return key
}

async function permittedKey(services: KmsServices, question: PoolQuestion): Promise<KmsKey> {
  const { accountId, keys } = services
  // Only the ARN of a key: an alias could be pointed at another key behind the pool's back.
  const named = parseReference(services, question.keyArn, { aliases: false })
  const key = named.kind === 'key' ? await keys.find(named.keyId) : undefined
  if (key === undefined && named.kind === 'key' && question.action === 'kms:Decrypt') {
    await requireArrived(services, named.keyId)
  }
  if (key === undefined || question.keyArn !== keyArn(services, key.id)) {
    throw new KmsError('NotFoundException', `Key '${question.keyArn}' does not exist`)
  }
  const request = poolKeyRequest(services, question.poolArn, question.context)
  const policy = parseResourcePolicy(key.policy)
  const { decision, denySid } = explainResourcePolicy(policy, {
    principals: { accountId, service: USER_POOLS_SERVICE },
    action: question.action,
    resource: { name: question.keyArn },
    values: () => conditionValues(services, request, key),
  })
  if (decision === 'direct' || decision === 'account') return key
  throw new KeyRefusedError('access-denied', question.keyArn, {
    denial:
      decision === 'deny'
        ? { kind: 'deny-statement', sid: denySid }
        : { kind: 'no-statement', allowSids: allowSidsOf(policy) },
  })
}

/**
 * What a pool wrote under a multi-Region key proves that this Region is to have the key. Unless it
 * was deleted here, it went with this Region's database and is sent again by its primary, so that
 * the caller has to try again.
 */
async function requireArrived({ keys, region }: KmsServices, keyId: string): Promise<void> {
  if (!isMultiRegionKeyId(keyId) || (await keys.listDeletedHere([keyId])).length > 0) return
  const message = `the multi-Region key ${keyId} has not arrived in ${region}`
  throw new DependencyError(message, { isRetryable: true })
}

function regionsOf(region: string, key: KmsKey): readonly string[] {
  if (key.multiRegion === undefined) return [region]
  const confirmed = key.multiRegion.replicas.filter((each) => each.isConfirmed)
  const regions = [key.multiRegion.primaryRegion, ...confirmed.map((each) => each.region)]
  return [...new Set([...regions, region])]
}

async function refusing<T>(arn: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const refusal =
      error instanceof KmsError
        ? refusalOfKmsError(error.code)
        : error instanceof DependencyError
          ? 'unavailable'
          : undefined
    if (refusal === undefined) throw error
    throw new KeyRefusedError(refusal, arn, { cause: error })
  }
}
