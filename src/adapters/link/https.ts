// The client of the region link: signs each call, seals it when asked to, and accepts no response
// that the peer did not sign for this very call. Everything else (no connection, a timeout, a
// proxy's error page, a wrong signature) counts as a peer that cannot be reached, and is retried by
// the caller. The address may be https or http; integrity and the secrecy of key material
// do not rest on it.
import { assert } from '#base/assert.js'
import { toBase64Url } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import {
  isSignature,
  LINK_HEADERS,
  type LinkHeaders,
  LinkMessages,
  linkPath,
  REFUSED_STATUS,
  SEAL_NONCE_BYTES,
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
  /** Names the span of a call to the peer. Nothing depends on it, so it is not signed. */
  readonly traceHeaders?: (() => Readonly<Record<string, string>>) | undefined
}

export class HttpsRegionLink implements RegionLink {
  readonly #options: LinkClientOptions
  readonly #messages: LinkMessages

  constructor(options: LinkClientOptions) {
    this.#options = options
    this.#messages = new LinkMessages(options.serviceKey)
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
    const nonce = this.#options.random.bytes(SEAL_NONCE_BYTES)
    const sent = this.#messages.encode(headers, 'request', { value: request.body, nonce })
    try {
      const response = await fetch(linkUrl.replace(/\/$/, '') + headers.path, {
        method: 'POST',
        headers: {
          ...this.#options.traceHeaders?.(),
          'content-type': 'application/octet-stream',
          [LINK_HEADERS.from]: headers.fromRegion,
          [LINK_HEADERS.to]: headers.toRegion,
          [LINK_HEADERS.time]: String(headers.timeMs),
          [LINK_HEADERS.nonce]: headers.nonce,
          [LINK_HEADERS.sealed]: headers.isSealed ? '1' : '0',
          [LINK_HEADERS.signature]: this.#messages.signRequest(headers, sent),
          [LINK_HEADERS.keyId]: this.#messages.keyId,
        },
        body: Buffer.from(sent),
        redirect: 'error',
        signal: AbortSignal.timeout(request.timeoutMs),
      })
      const body = new Uint8Array(await response.arrayBuffer())
      const { status } = response
      const expected = this.#messages.signResponse(headers, { status, body })
      if (!isSignature(expected, response.headers.get(LINK_HEADERS.signature) ?? undefined)) {
        throw this.#unsigned(headers.toRegion, response)
      }
      if (status !== 200 && status !== REFUSED_STATUS) {
        throw new LinkUnreachableError(headers.toRegion, { cause: `status ${status}` })
      }
      const decoded = this.#messages.decode(headers, 'answer', body)
      if (decoded === undefined) {
        const cause = 'a response that does not open'
        throw new LinkUnreachableError(headers.toRegion, { cause })
      }
      return { status, value: decoded.value as LinkValue }
    } catch (error) {
      if (error instanceof LinkUnreachableError) throw error
      throw new LinkUnreachableError(headers.toRegion, { cause: error })
    }
  }

  /** Nothing in an unsigned response is believed; a key ID that differs is worth being named. */
  #unsigned(region: string, { status, headers }: Response): LinkUnreachableError {
    const keyId = headers.get(LINK_HEADERS.keyId)
    const hasOtherKey = status === 401 && keyId !== null && keyId !== this.#messages.keyId
    const cause = `a response without the peer's signature, status ${status}`
    return new LinkUnreachableError(region, { cause, hasOtherKey })
  }
}
