// The client of the region link: signs each call, seals it when asked to, and believes no answer
// that the peer did not sign for this very call. Everything else (no connection, no answer in time,
// a proxy's error page, a wrong signature) counts as a peer that cannot be reached, and is retried
// by whoever called. The address may be https or http; integrity and the secrecy of key material
// do not rest on it.
import { assert } from '#base/assert.js'
import { textOf, toBase64Url, utf8 } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import {
  deriveLinkKeys,
  isSignature,
  LINK_HEADERS,
  type LinkHeaders,
  type LinkKeys,
  linkPath,
  openBody,
  REFUSED_STATUS,
  SEAL_NONCE_BYTES,
  sealBody,
  signRequest,
  signResponse,
} from '#domain/region-link/message.js'
import {
  LinkRefusedError,
  LinkUnreachableError,
  type LinkValue,
  type RegionLink,
} from '#ports/region-link.js'

const TIMEOUT_MS = 10_000
const NONCE_BYTES = 16

export interface LinkClientOptions {
  readonly region: string
  readonly peers: readonly { readonly name: string; readonly linkUrl: string }[]
  readonly serviceKey: Uint8Array
  readonly clock: Clock
  readonly random: Random
}

export class HttpsRegionLink implements RegionLink {
  readonly #options: LinkClientOptions
  readonly #keys: LinkKeys

  constructor(options: LinkClientOptions) {
    this.#options = options
    this.#keys = deriveLinkKeys(options.serviceKey)
  }

  async call(
    region: string,
    name: string,
    body: LinkValue,
    options: { readonly sealed?: boolean; readonly timeoutMs?: number } = {},
  ): Promise<LinkValue> {
    const peer = this.#options.peers.find((each) => each.name === region)
    assert(peer !== undefined && region !== this.#options.region, `${region} is not a peer`)
    const headers: LinkHeaders = {
      path: linkPath(name),
      fromRegion: this.#options.region,
      toRegion: region,
      timeMs: this.#options.clock.nowMs(),
      nonce: toBase64Url(this.#options.random.bytes(NONCE_BYTES)),
      isSealed: options.sealed === true,
    }
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
    const { status, value } = await this.#exchange(peer.linkUrl, headers, { body, timeoutMs })
    if (status === 200) return value
    const { code, message } = value as { code?: unknown; message?: unknown }
    throw new LinkRefusedError(String(code), String(message))
  }

  async #exchange(
    linkUrl: string,
    headers: LinkHeaders,
    request: { body: LinkValue; timeoutMs: number },
  ): Promise<{ status: number; value: LinkValue }> {
    const sent = this.#encode(headers, request.body)
    try {
      const response = await fetch(linkUrl.replace(/\/$/, '') + headers.path, {
        method: 'POST',
        headers: {
          'content-type': 'application/octet-stream',
          [LINK_HEADERS.from]: headers.fromRegion,
          [LINK_HEADERS.to]: headers.toRegion,
          [LINK_HEADERS.time]: String(headers.timeMs),
          [LINK_HEADERS.nonce]: headers.nonce,
          [LINK_HEADERS.sealed]: headers.isSealed ? '1' : '0',
          [LINK_HEADERS.signature]: signRequest(this.#keys, headers, sent),
          [LINK_HEADERS.keyId]: this.#keys.keyId,
        },
        body: Buffer.from(sent),
        redirect: 'error',
        signal: AbortSignal.timeout(request.timeoutMs),
      })
      const body = new Uint8Array(await response.arrayBuffer())
      const { status } = response
      const expected = signResponse(this.#keys, headers, { status, body })
      if (!isSignature(expected, response.headers.get(LINK_HEADERS.signature) ?? undefined)) {
        throw this.#unsigned(headers.toRegion, response)
      }
      if (status !== 200 && status !== REFUSED_STATUS) {
        throw new LinkUnreachableError(headers.toRegion, { cause: `status ${status}` })
      }
      return { status, value: this.#decode(headers, body) }
    } catch (error) {
      if (error instanceof LinkUnreachableError) throw error
      throw new LinkUnreachableError(headers.toRegion, { cause: error })
    }
  }

  /** Nothing in an unsigned response is believed; a key ID that differs is worth being named. */
  #unsigned(region: string, { status, headers }: Response): LinkUnreachableError {
    const keyId = headers.get(LINK_HEADERS.keyId)
    const hasOtherKey = status === 401 && keyId !== null && keyId !== this.#keys.keyId
    const cause = `a response without the peer's signature, status ${status}`
    return new LinkUnreachableError(region, { cause, hasOtherKey })
  }

  #encode(headers: LinkHeaders, body: LinkValue): Uint8Array {
    const plaintext = utf8(JSON.stringify(body))
    if (!headers.isSealed) return plaintext
    const nonce = this.#options.random.bytes(SEAL_NONCE_BYTES)
    return sealBody(this.#keys, headers, { direction: 'request', nonce, plaintext })
  }

  #decode(headers: LinkHeaders, body: Uint8Array): LinkValue {
    const plaintext = headers.isSealed
      ? openBody(this.#keys, headers, { direction: 'answer', body })
      : body
    if (plaintext === undefined) {
      throw new LinkUnreachableError(headers.toRegion, { cause: 'an answer that does not open' })
    }
    return JSON.parse(textOf(plaintext)) as LinkValue
  }
}
