// Who signed a request, and what they may do. The signature is verified over the bytes that were
// sent; the access key is the root key of the configuration or one that was created with a policy.
import type { Clock } from '#base/clock.js'
import {
  type AccessDecision,
  evaluatePolicy,
  type Policy,
  parsePolicy,
} from '#domain/iam/policy.js'
import {
  type ClaimedSignature,
  parseSignature,
  type SignatureRefusal,
} from '#domain/iam/signature/parse.js'
import { SigningKeyCache } from '#domain/iam/signature/signing-key.js'
import { checkClaim, checkSignature } from '#domain/iam/signature/verify.js'
import { accessKeySecretPlace, type ServiceSeal } from '#flows/encryption/service-seal.js'
import type { ApiRequest, Authenticate, SignedCaller } from '#operations/dispatch.js'
import { ApiError, type ErrorCode } from '#operations/errors.js'
import type { AccessKeys } from '#ports/runtime.js'

/** Service names that a signature may be scoped to. */
export type SignedService = 'cognito-idp' | 'kms' | 'twinpool'

export interface AuthenticatorOptions {
  readonly accessKeys: AccessKeys
  readonly serviceSeal: ServiceSeal
  readonly rootAccessKey: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly region: string
  readonly accountId: string
  readonly clock: Clock
  readonly clockSkewSeconds: number
}

export interface Authenticator {
  /** The check for requests of one service. */
  forService(service: SignedService): Authenticate
  /** Forgets opened access keys: one was created or deleted, in whichever Region. */
  forget(): void
}

/** An access key, opened. */
interface KnownKey {
  readonly secretAccessKey: string
  readonly caller: SignedCaller
  /** Undefined: never, as for the root key. */
  readonly expiresAtMs: number | undefined
}

const REFUSAL_CODES = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  invalid: 'InvalidSignatureException',
  'unknown-key': 'UnrecognizedClientException',
} as const satisfies Record<SignatureRefusal['reason'], ErrorCode>

const KNOWN_KEYS_MAX = 1024
/** A notice of a change makes the cache forget at once; this bounds how long a lost notice lasts. */
const KNOWN_KEY_TTL_MS = 10_000

/** The error for a signature that is not accepted. */
export function refusalError(refusal: SignatureRefusal): ApiError {
  return new ApiError(REFUSAL_CODES[refusal.reason], refusal.message)
}

function unrecognised(): ApiError {
  return new ApiError(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  )
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { rootAccessKey, accountId, clock } = options
  const signingKeys = new SigningKeyCache()
  const known = new Map<string, KnownKey>()
  const root: KnownKey = {
    secretAccessKey: rootAccessKey.secretAccessKey,
    expiresAtMs: undefined,
    caller: {
      accessKeyId: rootAccessKey.accessKeyId,
      arn: `arn:aws:iam::${accountId}:root`,
      decide: () => 'allow',
    },
  }

  async function findKey(accessKeyId: string): Promise<KnownKey | undefined> {
    if (accessKeyId === rootAccessKey.accessKeyId) return root
    const remembered = known.get(accessKeyId)
    if (remembered?.expiresAtMs !== undefined && remembered.expiresAtMs > clock.nowMs()) {
      return remembered
    }
    const generation = forgotten
    const opened = await openKey(options, accessKeyId)
    if (opened === undefined) {
      known.delete(accessKeyId)
      return undefined
    }
    // A notice that came while the row was read may be about this very row.
    if (generation !== forgotten) return opened
    if (known.size >= KNOWN_KEYS_MAX) known.clear()
    known.set(accessKeyId, opened)
    return opened
  }

  let forgotten = 0
  return {
    forService: (service) => (request) => {
      const facts = {
        regions: [options.region],
        service,
        nowMs: clock.nowMs(),
        clockSkewSeconds: options.clockSkewSeconds,
      }
      const claimed = claimOf(request)
      const refusal = checkClaim(claimed, facts)
      if (refusal !== undefined) return Promise.reject(refusalError(refusal))
      return authenticate(request, claimed, findKey, signingKeys)
    },
    forget() {
      forgotten += 1
      known.clear()
    },
  }
}

function claimOf(request: ApiRequest): ClaimedSignature {
  const claimed = parseSignature(request)
  if (claimed.kind === 'refused') throw refusalError(claimed)
  return claimed
}
