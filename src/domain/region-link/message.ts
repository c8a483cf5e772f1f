// How a control call between Regions proves who sent it. Both Regions know the service key; from it
// comes a key for signatures and one for sealing, used for nothing else. A request's signature
// covers everything that the receiver acts on, both Regions' names included, so that a call to one
// Region cannot be replayed to another, and a response's covers the nonce of its request, so that
// it cannot be replayed for another request. Bodies that carry key material are sealed as well,
// with the same headers as associated data.
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { equalText, fromBase64Url, textOf, toBase64Url, utf8 } from '#base/bytes.js'
import { NONCE_BYTES, open, seal } from '#domain/crypto/aes-gcm.js'

const VERSION = 'TWINPOOL-LINK-1'

/** The headers of a request that both sides sign over. */
export interface LinkHeaders {
  readonly path: string
  readonly fromRegion: string
  readonly toRegion: string
  readonly timeMs: number
  readonly nonce: string
  readonly isSealed: boolean
}

/** Status of a response that refuses the call: signed by the peer, as one of 200 is. */
export const REFUSED_STATUS = 422

/** Names of the headers on the wire. */
export const LINK_HEADERS = {
  from: 'x-twinpool-from',
  to: 'x-twinpool-to',
  time: 'x-twinpool-time',
  nonce: 'x-twinpool-nonce',
  sealed: 'x-twinpool-sealed',
  signature: 'x-twinpool-signature',
  /** Which key the sender has. It proves nothing and is only there to name a wrong key. */
  keyId: 'x-twinpool-key-id',
} as const

/** Path of a call by its name. */
export function linkPath(name: string): string {
  return `/region-link/v1/${name}`
}

/** Whether a signature is the expected one, in constant time. */
export function isSignature(expected: string, given: string | undefined): boolean {
  return given !== undefined && equalText(expected, given)
}

/** Random bytes that `encode` takes. */
export const SEAL_NONCE_BYTES = NONCE_BYTES

type Direction = 'request' | 'answer'

/** Signs, seals and opens messages of the link, under keys of the 32 bytes that Regions share. */
export class LinkMessages {
  /** Tells one service key from another, and nothing about either: 16 hexadecimal digits. */
  readonly keyId: string
  readonly #signing: Uint8Array
  readonly #sealing: Uint8Array

  constructor(serviceKey: Uint8Array) {
    const derive = (info: string, bytes: number) =>
      Buffer.from(hkdfSync('sha256', serviceKey, new Uint8Array(0), info, bytes))
    const keys = derive('region-link', 64)
    this.#signing = keys.subarray(0, 32)
    this.#sealing = keys.subarray(32)
    this.keyId = derive('region-link key id', 8).toString('hex')
  }

  /** Signature of a request with this body, sealed or not as it is sent. */
  signRequest(headers: LinkHeaders, body: Uint8Array): string {
    return this.#sign(['request', 'POST', ...wordsOf(headers), hashOf(body)])
  }

  /** Signature of the response to a request. */
  signResponse(
    headers: LinkHeaders,
    { status, body }: { readonly status: number; readonly body: Uint8Array },
  ): string {
    return this.#sign(['answer', ...wordsOf(headers), String(status), hashOf(body)])
  }

  /** The body for a value: JSON, sealed when the call is. A nonce is for one body only. */
  encode(
    headers: LinkHeaders,
    direction: Direction,
    { value, nonce }: { readonly value: unknown; readonly nonce: Uint8Array },
  ): Uint8Array {
    const plaintext = utf8(JSON.stringify(value))
    if (!headers.isSealed) return plaintext
    const aad = associatedBytes(headers, direction)
    return utf8(toBase64Url(seal({ key: this.#sealing, nonce, aad }, plaintext)))
  }

  /** What `encode` was given for the same headers and direction; undefined if it does not open. */
  decode(
    headers: LinkHeaders,
    direction: Direction,
    body: Uint8Array,
  ): { readonly value: unknown } | undefined {
    const plaintext = headers.isSealed ? this.#open(headers, direction, body) : body
    return plaintext && { value: JSON.parse(textOf(plaintext)) }
  }

  #open(headers: LinkHeaders, direction: Direction, body: Uint8Array): Uint8Array | undefined {
    const key = { key: this.#sealing, aad: associatedBytes(headers, direction) }
    return open(key, fromBase64Url(textOf(body)))
  }

  // Line feeds part the words, and none of them can hold one: headers and paths cannot.
  #sign(words: readonly string[]): string {
    return createHmac('sha256', this.#signing)
      .update([VERSION, ...words].join('\n'))
      .digest('hex')
  }
}

function wordsOf(headers: LinkHeaders): readonly string[] {
  return [
    headers.path,
    headers.fromRegion,
    headers.toRegion,
    String(headers.timeMs),
    headers.nonce,
    headers.isSealed ? 'sealed' : 'clear',
  ]
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

function associatedBytes(headers: LinkHeaders, direction: string): Buffer {
  return Buffer.from([VERSION, direction, ...wordsOf(headers)].join('\n'), 'utf8')
}
