// The server of other Regions' control calls, on a listener of its own. A call is accepted when its
// signature holds, it is meant for this Region, it is not older than a minute, and its nonce was
// not seen before. A caller that fails this learns nothing but whether the service keys differ.
// Every response after that point is signed. The nonces of one process are remembered; a call
// replayed to a neighbour process within the minute is harmless, because every receiver may be
// called twice.

import { assert } from '#base/assert.js'
import { textOf } from '#base/bytes.js'
import { CallLimit } from '#base/call-limit.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
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
  type LinkReceiver,
  type LinkReceivers,
  LinkRefusedError,
  type LinkValue,
} from '#ports/region-link.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '../route.js'

const WINDOW_MS = 60_000
const NONCES_MAX = 100_000

export interface RegionLinkServerOptions {
  readonly region: string
  readonly regions: readonly string[]
  readonly serviceKey: Uint8Array
  readonly concurrentCallsMax: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export class RegionLinkServer implements LinkReceivers {
  readonly #options: RegionLinkServerOptions
  readonly #messages: LinkMessages
  readonly #receivers = new Map<string, LinkReceiver>()
  /** Nonces with the moment when they may be forgotten, the oldest first. */
  readonly #nonces = new Map<string, number>()
  readonly #limit: CallLimit

  constructor(options: RegionLinkServerOptions) {
    this.#options = options
    this.#messages = new LinkMessages(options.serviceKey)
    this.#limit = new CallLimit(options.concurrentCallsMax)
  }

  register(name: string, receiver: LinkReceiver): void {
    assert(!this.#receivers.has(name), `the link call ${name} is registered twice`)
    this.#receivers.set(name, receiver)
  }

  /** The routes of the link's listener. */
  routes(): readonly Route[] {
    return [
      {
        method: 'POST',
        path: linkPath(':name'),
        accounts: 'quietly',
        handle: (request) => this.#handle(request),
      },
    ]
  }

  async #handle(request: HttpRequest): Promise<HttpResponse> {
    const headers = this.#authenticate(request)
    if (typeof headers === 'string') return this.#refuse(request, headers)
    const received = this.#limit.run(() => this.#receive(request, headers))
    if (received === undefined) {
      // Without a signature, so that the caller takes us for unreachable and retries.
      this.#options.log.warn('a link call was rejected: too many at once', {
        fromRegion: headers.fromRegion,
      })
      return { status: 503, headers: { 'retry-after': '1' }, body: '' }
    }
    const { status, value } = await received
    const nonce = this.#options.random.bytes(SEAL_NONCE_BYTES)
    const body = this.#messages.encode(headers, 'answer', { value, nonce })
    return {
      status,
      headers: {
        'content-type': 'application/octet-stream',
        [LINK_HEADERS.signature]: this.#messages.signResponse(headers, { status, body }),
      },
      body: textOf(body),
    }
  }

  /** A caller with another service key gets the ID of ours, so that it can name the mistake. */
  #refuse(request: HttpRequest, reason: string): HttpResponse {
    const keyId = headerOf(request.headers, LINK_HEADERS.keyId)
    const hasOtherKey =
      reason === 'signature' && keyId !== undefined && keyId !== this.#messages.keyId
    const why = hasOtherKey ? 'the caller has another service key' : reason
    const claimedRegion = headerOf(request.headers, LINK_HEADERS.from)
    const { log } = this.#options
    log.warn('a link call was refused', { why, claimedRegion, sourceIp: request.sourceIp })
    const headers = hasOtherKey ? { [LINK_HEADERS.keyId]: this.#messages.keyId } : {}
    return { status: 401, headers, body: '' }
  }

  /** The facts of a call that may be trusted, or why it may not. */
  #authenticate(request: HttpRequest): LinkHeaders | string {
    const header = (name: keyof typeof LINK_HEADERS) =>
      headerOf(request.headers, LINK_HEADERS[name]) ?? ''
    const headers: LinkHeaders = {
      path: request.url,
      fromRegion: header('from'),
      toRegion: header('to'),
      timeMs: Number(header('time')),
      nonce: header('nonce'),
      isSealed: header('sealed') === '1',
    }
    const expected = this.#messages.signRequest(headers, request.body)
    if (!isSignature(expected, header('signature'))) return 'signature'
    const { region, regions, clock } = this.#options
    if (headers.toRegion !== region) return 'meant for another Region'
    if (headers.fromRegion === region || !regions.includes(headers.fromRegion))
      return 'unknown Region'
    const nowMs = clock.nowMs()
    if (!(Math.abs(nowMs - headers.timeMs) <= WINDOW_MS)) return 'time'
    if (!this.#isFirst(`${headers.fromRegion} ${headers.nonce}`, nowMs)) return 'replay'
    return headers
  }

  #isFirst(nonce: string, nowMs: number): boolean {
    for (const [old, forgetAtMs] of this.#nonces) {
      if (forgetAtMs > nowMs) break
      this.#nonces.delete(old)
    }
    if (this.#nonces.has(nonce) || this.#nonces.size >= NONCES_MAX) return false
    this.#nonces.set(nonce, nowMs + 2 * WINDOW_MS)
    return true
  }

  async #receive(
    request: HttpRequest,
    headers: LinkHeaders,
  ): Promise<{ status: number; value: LinkValue }> {
    const name = request.params['name'] ?? ''
    const receiver = this.#receivers.get(name)
    if (receiver === undefined) return refusal('unknown-call', `${name} is not a link call`)
    try {
      const decoded = this.#messages.decode(headers, 'request', request.body)
      if (decoded === undefined) return refusal('sealed', 'the body does not open')
      const body = decoded.value as LinkValue
      const { fromRegion, isSealed } = headers
      return { status: 200, value: await receiver({ fromRegion, body, isSealed }) }
    } catch (error) {
      if (error instanceof LinkRefusedError) return refusal(error.code, error.message)
      this.#options.log.error('a link call failed', { name, fromRegion: headers.fromRegion, error })
      return { status: 500, value: null }
    }
  }
}

function refusal(code: string, message: string): { status: number; value: LinkValue } {
  return { status: REFUSED_STATUS, value: { code, message } }
}
