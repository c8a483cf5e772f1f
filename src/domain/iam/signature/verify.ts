// Verifies a claimed signature: its scope, its moment, the body's hash and the signature itself.
// Scope and moment come first, so that no secret is looked up for a request that cannot hold.
// AWS: General Reference, Signature Version 4, troubleshooting, 2026.
import { equalText } from '#base/bytes.js'
import {
  canonicalRequest,
  formatTimestamp,
  type SignableRequest,
  sha256Hex,
  stringToSign,
  TERMINATOR,
} from './canonical.js'
import { type ClaimedSignature, refuse, type SignatureRefusal } from './parse.js'
import { scopeText, signText } from './signing-key.js'

/** Where and when the verifier stands. */
export interface VerificationContext {
  /** Regions that a signature may be scoped to. */
  readonly regions: readonly string[]
  readonly service: string
  readonly nowMs: number
  readonly clockSkewSeconds: number
}

const MISMATCH = refuse(
  'invalid',
  'The request signature we calculated does not match the signature you provided. Check your AWS ' +
    'Secret Access Key and signing method. Consult the service documentation for details.',
)

/** What is wrong with the scope or the moment of a claimed signature; undefined when they hold. */
export function checkClaim(
  claimed: ClaimedSignature,
  verification: VerificationContext,
): SignatureRefusal | undefined {
  const { scope, timestamp, terminator } = claimed
  if (terminator !== TERMINATOR) {
    return refuse(
      'invalid',
      `Credential should be scoped with a valid terminator: '${TERMINATOR}'.`,
    )
  }
  if (!verification.regions.includes(scope.region)) {
    return refuse('invalid', 'Credential should be scoped to a valid region. ')
  }
  if (scope.service !== verification.service) {
    return refuse(
      'invalid',
      `Credential should be scoped to correct service: '${verification.service}'. `,
    )
  }
  if (!timestamp.startsWith(scope.day) || scope.day.length !== 8) {
    return refuse(
      'invalid',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    )
  }
  return checkMoment(claimed, verification)
}

function checkMoment(
  { signedAtMs, timestamp, expiresSeconds }: ClaimedSignature,
  { nowMs, clockSkewSeconds }: VerificationContext,
): SignatureRefusal | undefined {
  const skewMs = clockSkewSeconds * 1000
  const now = formatTimestamp(nowMs)
  const skewText = `${Math.round(clockSkewSeconds / 60)} min.`
  if (signedAtMs > nowMs + skewMs) {
    const limit = formatTimestamp(nowMs + skewMs)
    return refuse(
      'invalid',
      `Signature not yet current: ${timestamp} is still later than ${limit} (${now} + ${skewText})`,
    )
  }
  if (expiresSeconds !== undefined) {
    const expiresAtMs = signedAtMs + expiresSeconds * 1000
    if (expiresAtMs >= nowMs) return undefined
    const expiry = formatTimestamp(expiresAtMs)
    return refuse('invalid', `Signature expired: ${expiry} is now earlier than ${now}`)
  }
  if (signedAtMs >= nowMs - skewMs) return undefined
  const limit = formatTimestamp(nowMs - skewMs)
  return refuse(
    'invalid',
    `Signature expired: ${timestamp} is now earlier than ${limit} (${now} - ${skewText})`,
  )
}

/** Whether the signature is the one that `key` makes over this request; undefined when it is. */
export function checkSignature(
  request: SignableRequest,
  claimed: ClaimedSignature,
  key: Uint8Array,
): SignatureRefusal | undefined {
  const bodyHash = sha256Hex(request.body)
  const stated = request.headers['x-amz-content-sha256']
  // The word UNSIGNED-PAYLOAD is no hash and falls here too: every body is covered.
  if (stated !== undefined && String(stated) !== bodyHash) return MISMATCH
  const canonical = canonicalRequest(request, claimed.signedHeaders, bodyHash)
  if (canonical === undefined) return MISMATCH
  const text = stringToSign(claimed.timestamp, scopeText(claimed.scope), canonical)
  const expected = Buffer.from(signText(key, text)).toString('hex')
  return equalText(expected, claimed.signature) ? undefined : MISMATCH
}
