// Who calls, and what they may do. A request is signed, and the signature is verified over the
// bytes that were sent; or the console's face has found the holder of a key by the session, and
// says who it is. From there on the two are the same caller, with the same policy.

import { ApiError, type ErrorCode } from '#api/protocol/errors.js'
import type { KnownKey, KnownKeys } from '#app/access-keys.js'
import type { Clock } from '#base/clock.js'
import { originValues } from '#domain/iam/conditions.js'
import { evaluateIdentityPolicy } from '#domain/iam/policy.js'
import {
  type ClaimedSignature,
  parseSignature,
  type SignatureRefusal,
} from '#domain/iam/signature/parse.js'
import { SigningKeyCache } from '#domain/iam/signature/signing-key.js'
import { checkClaim, checkSignature } from '#domain/iam/signature/verify.js'
import type { ApiRequest, Authenticate, IamCaller } from './request.js'

/** Service names that a signature may be scoped to. */
export type SignedService = 'cognito-idp' | 'kms' | 'twinpool'

export interface AuthenticatorOptions {
  readonly keys: Pick<KnownKeys, 'find'>
  readonly region: string
  readonly accountId: string
  readonly clock: Clock
  readonly clockSkewSeconds: number
}

export interface Authenticator {
  /** The check for requests of one service. */
  forService(service: SignedService): Authenticate
}

const REFUSAL_CODES = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  invalid: 'InvalidSignatureException',
  'unknown-key': 'UnrecognizedClientException',
} as const satisfies Record<SignatureRefusal['reason'], ErrorCode>

/** The error for a signature that is not accepted. */
export function refusalError(refusal: SignatureRefusal): ApiError {
  return new ApiError(REFUSAL_CODES[refusal.reason], refusal.message)
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { clock, keys } = options
  const signingKeys = new SigningKeyCache()

  async function authenticate(request: ApiRequest, service: SignedService): Promise<IamCaller> {
    if (request.holder !== undefined) {
      return { ...callerOf(options, request.holder, request), isConsole: true }
    }
    const claimed = claimOf(request)
    const refusal = checkClaim(claimed, {
      regions: [options.region],
      service,
      nowMs: clock.nowMs(),
      clockSkewSeconds: options.clockSkewSeconds,
    })
    if (refusal !== undefined) throw refusalError(refusal)
    // Access keys here are permanent: no session token was ever given out.
    const key = claimed.hasSessionToken ? undefined : await keys.find(claimed.accessKeyId)
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

  return { forService: (service) => (request) => authenticate(request, service) }
}

function claimOf(request: ApiRequest): ClaimedSignature {
  const claimed = parseSignature(request)
  if (claimed.kind === 'refused') throw refusalError(claimed)
  return claimed
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
