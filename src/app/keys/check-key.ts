// Whether a customer managed key serves a user pool in this Region: the calls that the service
// itself makes, with the pool's encryption context, each with what came of it. What is encrypted
// is a random text that nobody keeps.
import { equalBytes } from '#base/bytes.js'
import type { Random } from '#base/random.js'
import { keyArnIn } from '#domain/arn.js'
import {
  type KeyDenial,
  type KeyDescription,
  type KeyRefusal,
  KeyRefusedError,
  type KeyService,
} from '#ports/keys.js'

/** A call that the service makes. */
export type KeyAction = 'kms:DescribeKey' | 'kms:Encrypt' | 'kms:Decrypt'

export interface KeyCall {
  readonly action: KeyAction
  /** Undefined when the KMS did what it was asked. */
  readonly refusal: KeyRefusal | 'not-symmetric' | 'not-tried' | undefined
  /** Why access was denied, where the KMS says. */
  readonly denial?: KeyDenial | undefined
}

export interface KeyCheck {
  /** The key's ARN in this Region. */
  readonly arn: string
  readonly isUsable: boolean
  readonly calls: readonly KeyCall[]
  /** Undefined when the KMS refused to describe the key. */
  readonly description: KeyDescription | undefined
}

export interface KeyCheckServices {
  readonly region: string
  readonly random: Random
  readonly keyService: Pick<KeyService, 'describe' | 'wrap' | 'unwrap'>
}

const PROBE_BYTES = 32

/** `poolArn`: of the pool in its home Region, which the encryption context names. */
export async function checkKey(
  { region, random, keyService }: KeyCheckServices,
  { arn: anyArn, poolArn }: { readonly arn: string; readonly poolArn: string },
): Promise<KeyCheck> {
  const arn = keyArnIn(region, anyArn)
  const key = { type: 'CUSTOMER_MANAGED_KEY', arn: anyArn } as const
  const described = await asked('kms:DescribeKey', () => keyService.describe(arn))
  const description = described.value
  const describing: KeyCall =
    description?.isSymmetric === false
      ? { action: 'kms:DescribeKey', refusal: 'not-symmetric' }
      : described.call
  const probe = random.bytes(PROBE_BYTES)
  const encrypted = await asked('kms:Encrypt', () => keyService.wrap(key, probe, poolArn))
  const wrapped = encrypted.value
  const decrypted =
    wrapped === undefined
      ? { call: { action: 'kms:Decrypt', refusal: 'not-tried' } as const }
      : await asked('kms:Decrypt', async () => {
          const opened = await keyService.unwrap(key, wrapped, poolArn)
          if (!equalBytes(opened, probe)) throw new KeyRefusedError('invalid-ciphertext', arn)
        })
  const calls = [describing, encrypted.call, decrypted.call]
  return { arn, isUsable: calls.every((call) => call.refusal === undefined), calls, description }
}

async function asked<T>(
  action: KeyAction,
  call: () => Promise<T>,
): Promise<{ readonly call: KeyCall; readonly value: T | undefined }> {
  try {
    return { value: await call(), call: { action, refusal: undefined } }
  } catch (error) {
    if (!(error instanceof KeyRefusedError)) throw error
    const { refusal, denial } = error
    return { value: undefined, call: { action, refusal, denial } }
  }
}
