// JSON Web Tokens (RFC 7519) in the one form that clients of this API verify: compact, signed with
// RS256, the key named by `kid`. The algorithm is pinned, so a token cannot choose how it is
// verified, and a signature is checked before a claim is believed. Expiry, issuer and audience are
// rules of the caller; nothing here throws on a token that a caller sent.

import { type KeyObject, sign, verify } from 'node:crypto'
import { isObject } from '#base/json.js'

/** Longer texts are no tokens of ours; refusing them bounds the work for a caller's text. */
const TOKEN_CHARACTERS_MAX = 65_536
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** A key that signs, and the ID under which its public half is published. */
export interface JwtSigner {
  readonly kid: string
  readonly privateKey: KeyObject
}

/** A JWT as it reads, not verified yet. */
export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

/** Signs claims with RS256. The cost is the RSA signature; the rest is a hundredth of it. */
export function signJwt(signer: JwtSigner, claims: Readonly<Record<string, unknown>>): string {
  const header = encodePart({ kid: signer.kid, alg: 'RS256' })
  const signed = `${header}.${encodePart(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), signer.privateKey).toString('base64url')}`
}

/** What a token says, unverified: to find its key or its client. undefined for any other text. */
export function decodeJwt(token: string): DecodedJwt | undefined {
  if (token.length > TOKEN_CHARACTERS_MAX || !COMPACT.test(token)) return undefined
  const [headerPart = '', payloadPart = ''] = token.split('.')
  const header = decodePart(headerPart)
  const payload = header && decodePart(payloadPart)
  return payload && { header, payload }
}

/** The claims of a token that `key` signed with RS256; undefined for any other. */
export function verifyJwt(
  token: string,
  key: KeyObject,
): Readonly<Record<string, unknown>> | undefined {
  const decoded = decodeJwt(token)
  if (decoded?.header['alg'] !== 'RS256' || key.asymmetricKeyType !== 'rsa') return undefined
  // An extension that must be understood is one that we do not (RFC 7515, section 4.1.11).
  if ('crit' in decoded.header) return undefined
  const dot = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  const isSigned = verify('sha256', Buffer.from(token.slice(0, dot)), key, signature)
  return isSigned ? decoded.payload : undefined
}

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decodePart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    // Not JSON: an outcome, not an error, since callers send it.
    return undefined
  }
}
