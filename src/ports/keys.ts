// The KMS as the pools need it: wrapping keys that never leave it, named by ARN. Two drivers stand
// behind it, the embedded KMS and AWS KMS. The encryption context binds a wrapped key to its pool.

/** The service's own key, or a customer managed key by its ARN in the primary Region. */
export type WrappingKey =
  | { readonly type: 'AWS_OWNED_KEY' }
  | { readonly type: 'CUSTOMER_MANAGED_KEY'; readonly arn: string }

/** Why a key cannot be used. */
export type KeyRefusal =
  | 'not-found'
  | 'disabled'
  | 'pending-deletion'
  | 'access-denied'
  | 'invalid-ciphertext'
  | 'unavailable'

/**
 * Why `access-denied`, as far as the KMS says. `deny-statement`: a Deny statement of the key's
 * policy, whatever else is in it. `no-statement`: no statement of it allows the call; `allowSids`
 * are those of the statements that allow something, where the policy is known. `other-deny` and
 * `no-identity-policy`: a policy of the caller, and not that of the key.
 */
export type KeyDenial =
  | { readonly kind: 'deny-statement'; readonly sid: string | undefined }
  | { readonly kind: 'no-statement'; readonly allowSids: readonly string[] | undefined }
  | { readonly kind: 'other-deny' }
  | { readonly kind: 'no-identity-policy' }

const KMS_REFUSALS: ReadonlyMap<string, KeyRefusal> = new Map(
  Object.entries({
    AccessDeniedException: 'access-denied',
    DisabledException: 'disabled',
    IncorrectKeyException: 'invalid-ciphertext',
    InvalidArnException: 'not-found',
    InvalidCiphertextException: 'invalid-ciphertext',
    KMSInvalidStateException: 'pending-deletion',
    NotFoundException: 'not-found',
  } as const),
)

/** What an error of the KMS API that speaks of the key is; undefined for every other. */
export function refusalOfKmsError(name: string): KeyRefusal | undefined {
  return KMS_REFUSALS.get(name)
}

/** The KMS said no, or could not be asked. `refusal` decides which error a caller gets. */
export class KeyRefusedError extends Error {
  override readonly name = 'KeyRefusedError'
  readonly refusal: KeyRefusal
  readonly arn: string
  /** Undefined: it is not known why, or the refusal is another one. */
  readonly denial: KeyDenial | undefined

  constructor(
    refusal: KeyRefusal,
    arn: string,
    { denial, ...options }: { cause?: unknown; denial?: KeyDenial | undefined } = {},
  ) {
    super(`KMS key ${arn}: ${refusal}`, options)
    this.refusal = refusal
    this.arn = arn
    this.denial = denial
  }
}

/** What the service must know of a customer managed key before it relies on it. */
export interface KeyDescription {
  readonly arn: string
  readonly isEnabled: boolean
  readonly isSymmetric: boolean
  readonly isMultiRegion: boolean
  /** Regions that hold this multi-Region key, the asked one included. */
  readonly regions: readonly string[]
  readonly state: string
}

/** Wraps and unwraps data keys. All methods throw KeyRefusedError when the key is not usable. */
export interface KeyService {
  /** A new 32-byte data key, in clear and wrapped under `key`. */
  generate(
    key: WrappingKey,
    poolArn: string,
  ): Promise<{ readonly plaintext: Uint8Array; readonly wrapped: Uint8Array }>
  wrap(key: WrappingKey, plaintext: Uint8Array, poolArn: string): Promise<Uint8Array>
  /** Unwraps with this Region's replica of `key`. */
  unwrap(key: WrappingKey, wrapped: Uint8Array, poolArn: string): Promise<Uint8Array>
  /** By the ARN of a key of this Region. */
  describe(arn: string): Promise<KeyDescription>
}

/** Data keys of messages that the customer's code opens, under a key of the customer's. */
export interface CodeKeys {
  /** A new 32-byte data key, in clear and wrapped. Throws KeyRefusedError. */
  generateCodeKey(
    arn: string,
    pool: { readonly arn: string; readonly context: Readonly<Record<string, string>> },
  ): Promise<{ readonly plaintext: Uint8Array; readonly wrapped: Uint8Array }>
}

/**
 * Makes and opens the known text that each database keeps, sealed under the service key: the proof
 * that a process has the key under which a database was written.
 */
export interface ServiceKeyCanary {
  /** A new canary under this process's key. */
  make(): Uint8Array
  /** Whether a canary was made under this process's key. */
  opens(sealed: Uint8Array): boolean
}
