// How a control call between Regions proves who sent it. Both Regions know the service key; from it
// comes a key for signatures and one for sealing, used for nothing else. A request's signature
// covers everything that the receiver acts on, both Regions' names included, so that a call to one
// Region cannot be played to another, and an answer's covers the nonce of its request, so that an
// answer cannot be played to another request. Bodies that carry key material are sealed as well,
// with associated data of the same facts.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import { equalText, fromBase64Url, textOf, toBase64Url, utf8 } from '#base/bytes.js'

const VERSION = 'TWINPOOL-LINK-1'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Keys of the region link. */
export interface LinkKeys {
  readonly signing: Uint8Array
  readonly sealing: Uint8Array
  /** Tells one service key from another, and nothing about either: 16 hexadecimal digits. */
  readonly keyId: string
}

/** The facts of a request that both sides sign over. */
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

/** Names of the headers that carry the facts. */
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

/** The link's keys, from the 32 bytes that all Regions share. */
export function deriveLinkKeys(serviceKey: Uint8Array): LinkKeys {
  const bytes = Buffer.from(hkdfSync('sha256', serviceKey, new Uint8Array(0), 'region-link', 64))
  const id = hkdfSync('sha256', serviceKey, new Uint8Array(0), 'region-link key id', 8)
  const keyId = Buffer.from(id).toString('hex')
  return { signing: bytes.subarray(0, 32), sealing: bytes.subarray(32), keyId }
}

/** Signature of a request with this body, sealed or not as it is sent. */
export function signRequest(keys: LinkKeys, headers: LinkHeaders, body: Uint8Array): string {
  return sign(keys, ['request', 'POST', ...wordsOf(headers), hashOf(body)])
}

/** Signature of the answer to a request. */
export function signResponse(
  keys: LinkKeys,
  headers: LinkHeaders,
  response: { readonly status: number; readonly body: Uint8Array },
): string {
  return sign(keys, ['answer', ...wordsOf(headers), String(response.status), hashOf(response.body)])
}

/** Whether a signature is the expected one, in constant time. */
export function isSignature(expected: string, given: string | undefined): boolean {
  return given !== undefined && equalText(expected, given)
}

/** Seals a body for this request, or for its answer; text, as everything on the link. */
export function sealBody(
  keys: LinkKeys,
  headers: LinkHeaders,
  sealing: {
    readonly direction: 'request' | 'answer'
    readonly nonce: Uint8Array
    readonly plaintext: Uint8Array
  },
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', keys.sealing, sealing.nonce)
  cipher.setAAD(associatedBytes(headers, sealing.direction))
  const body = Buffer.concat([cipher.update(sealing.plaintext), cipher.final()])
  return utf8(toBase64Url(Buffer.concat([sealing.nonce, body, cipher.getAuthTag()])))
}

/** Opens what sealBody made for the same request and direction; undefined when it was not. */
export function openBody(
  keys: LinkKeys,
  headers: LinkHeaders,
  sealed: { readonly direction: 'request' | 'answer'; readonly body: Uint8Array },
): Uint8Array | undefined {
  const body = fromBase64Url(textOf(sealed.body))
  if (body.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keys.sealing, body.subarray(0, NONCE_BYTES))
  decipher.setAAD(associatedBytes(headers, sealed.direction))
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES))
  const plaintext = decipher.update(body.subarray(NONCE_BYTES, body.length - TAG_BYTES))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    return undefined
  }
}

/** Bytes of the nonce that sealBody takes. */
export const SEAL_NONCE_BYTES = NONCE_BYTES

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

// Line feeds part the words, and none of them can hold one: headers and paths cannot.
function sign(keys: LinkKeys, words: readonly string[]): string {
  return createHmac('sha256', keys.signing)
    .update([VERSION, ...words].join('\n'))
    .digest('hex')
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

function associatedBytes(headers: LinkHeaders, direction: string): Buffer {
  return Buffer.from([VERSION, direction, ...wordsOf(headers)].join('\n'), 'utf8')
}
