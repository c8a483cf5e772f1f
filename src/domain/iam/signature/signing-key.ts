// The key that signs for one day, Region and service. Deriving it takes four HMACs, so the keys in
// use are remembered; the number is bounded because the scope comes from the request.
import { createHmac } from 'node:crypto'
import { TERMINATOR } from './canonical.js'

/** What a signature is good for. */
export interface CredentialScope {
  /** `20260102`. */
  readonly day: string
  readonly region: string
  readonly service: string
}

/** The scope as it stands in a credential and in the string to sign. */
export function scopeText(scope: CredentialScope): string {
  return `${scope.day}/${scope.region}/${scope.service}/${TERMINATOR}`
}

function hmac(key: Uint8Array | string, text: string): Uint8Array {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}

/** Derives the signing key of a scope. */
export function signingKey(secretAccessKey: string, scope: CredentialScope): Uint8Array {
  const day = hmac(`AWS4${secretAccessKey}`, scope.day)
  return hmac(hmac(hmac(day, scope.region), scope.service), TERMINATOR)
}

/** Signs with a derived key. */
export function signText(key: Uint8Array, text: string): Uint8Array {
  return hmac(key, text)
}

const KEYS_MAX = 1024

/** Derived keys in use. */
export class SigningKeyCache {
  readonly #keys = new Map<string, { secret: string; key: Uint8Array }>()

  get(accessKeyId: string, secretAccessKey: string, scope: CredentialScope): Uint8Array {
    const name = `${accessKeyId}/${scopeText(scope)}`
    const known = this.#keys.get(name)
    if (known !== undefined && known.secret === secretAccessKey) return known.key
    const key = signingKey(secretAccessKey, scope)
    // Starting over when full costs four HMACs for each key in use, once.
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear()
    this.#keys.set(name, { secret: secretAccessKey, key })
    return key
  }
}
