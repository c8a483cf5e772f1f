// Who signed a request, and what they may do. The signature is verified over the bytes that were
// sent; the access key is the root key of the configuration or one that was created with a policy.

import { ApiError, type ErrorCode } from '#api/protocol/errors.js'
import { accessKeySecretContext, type ServiceSeal } from '#app/crypto/service-seal.js'
import type { Clock } from '#base/clock.js'
import { originValues } from '#domain/iam/conditions.js'
import { EDGE_POLICY } from '#domain/iam/edge-policy.js'
import { evaluateIdentityPolicy, type Policy, parseIdentityPolicy } from '#domain/iam/policy.js'
import {
  type ClaimedSignature,
  parseSignature,
  type SignatureRefusal,
} from '#domain/iam/signature/parse.js'
import { SigningKeyCache } from '#domain/iam/signature/signing-key.js'
import { checkClaim, checkSignature } from '#domain/iam/signature/verify.js'
import type { AccessKeys } from '#ports/runtime.js'
import type { ApiRequest, Authenticate, IamCaller } from './request.js'

/** Service names that a signature may be scoped to. */
export type SignedService = 'cognito-idp' | 'kms' | 'twinpool'

/** A key that the configuration gives, so that it needs no database. */
interface GivenKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface AuthenticatorOptions {
  readonly accessKeys: AccessKeys
  readonly serviceSeal: ServiceSeal
  readonly rootAccessKey: GivenKey
  readonly edgeAccessKey?: GivenKey | undefined
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
interface KnownKey extends GivenKey {
  readonly arn: string
  /** Undefined: everything is allowed, as for the root key. */
  readonly policy: Policy | undefined
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
/** A notice of a change makes the cache forget at once; this bounds how long a lost one lasts. */
const KNOWN_KEY_TTL_MS = 10_000

/** The error for a signature that is not accepted. */
export function refusalError(refusal: SignatureRefusal): ApiError {
  return new ApiError(REFUSAL_CODES[refusal.reason], refusal.message)
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { clock } = options
  const signingKeys = new SigningKeyCache()
  const known = new Map<string, KnownKey>()
  let forgotten = 0
  const given = givenKeys(options)

  async function findKey(accessKeyId: string): Promise<KnownKey | undefined> {
    const configured = given.get(accessKeyId)
    if (configured !== undefined) return configured
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

  async function authenticate(request: ApiRequest, service: SignedService): Promise<IamCaller> {
    const claimed = claimOf(request)
    const refusal = checkClaim(claimed, {
      regions: [options.region],
      service,
      nowMs: clock.nowMs(),
      clockSkewSeconds: options.clockSkewSeconds,
    })
    if (refusal !== undefined) throw refusalError(refusal)
    // Access keys here are permanent: no session token was ever given out.
    const key = claimed.hasSessionToken ? undefined : await findKey(claimed.accessKeyId)
    if (key === undefined) {
      throw new ApiError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      )
    }
    const derived = signingKeys.get(claimed.accessKeyId, key.secretAccessKey, claimed.scope)
    const mismatch = checkSignature(request, claimed, derived)
    if (mismatch !== undefined) throw refusalError(mismatch)
    return callerOf(options, key, request)
  }

  return {
    forService: (service) => (request) => authenticate(request, service),
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

async function openKey(
  { accessKeys, serviceSeal, accountId, clock }: AuthenticatorOptions,
  accessKeyId: string,
): Promise<KnownKey | undefined> {
  // Whatever else was sent as an ID names no key, and must not reach the database.
  if (!/^[A-Z0-9]{16,32}$/.test(accessKeyId)) return undefined
  const key = await accessKeys.find(accessKeyId)
  if (key === undefined) return undefined
  return {
    accessKeyId,
    secretAccessKey: serviceSeal.openText(accessKeySecretContext(accessKeyId), key.secretSealed),
    arn: `arn:aws:iam::${accountId}:user/${accessKeyId}`,
    policy: parseIdentityPolicy(key.policy),
    expiresAtMs: clock.nowMs() + KNOWN_KEY_TTL_MS,
  }
}

/** The holder of a key, as one request shows it. */
function callerOf(
  { region, accountId }: AuthenticatorOptions,
  { accessKeyId, arn, policy }: KnownKey,
  { sourceIp }: ApiRequest,
): IamCaller {
  if (policy === undefined) return { accessKeyId, arn, decide: () => 'allow' }
  const ownValues = () => originValues({ region, accountId, principalArn: arn, sourceIp })
  return {
    accessKeyId,
    arn,
    decide: (action, name, { otherName, values = ownValues } = {}) =>
      evaluateIdentityPolicy(policy, { action, resource: { name, otherName }, values }),
  }
}

/** The keys that the configuration gives: the root's, and the edge's if it has one. */
function givenKeys(options: AuthenticatorOptions): ReadonlyMap<string, KnownKey> {
  const { rootAccessKey, edgeAccessKey, accountId } = options
  const keys = new Map<string, KnownKey>()
  const add = (key: GivenKey, name: string, policy: Policy | undefined) => {
    const arn = `arn:aws:iam::${accountId}:${name}`
    keys.set(key.accessKeyId, { ...key, arn, policy, expiresAtMs: undefined })
  }
  if (edgeAccessKey !== undefined) {
    add(edgeAccessKey, 'user/twinpool-edge', parseIdentityPolicy(EDGE_POLICY))
  }
  add(rootAccessKey, 'root', undefined)
  return keys
}
