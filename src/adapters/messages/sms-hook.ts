// Text messages by an address of the customer's: a POST with the message as JSON, signed by a
// shared secret. Whatever it answers with 2xx was taken. A try that is made again has the same
// `idempotency-key`, so that the receiver can tell a second try from a second message.
import { createHmac } from 'node:crypto'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { Message } from '#ports/messages.js'
import { boundedSender, type Carry, TransportError, type TransportLimits } from './bounded.js'

/** Where messages are posted to. */
export interface SmsHookOptions extends TransportLimits {
  readonly url: string
  /** What signs requests; undefined: nothing does. */
  readonly secret: string | undefined
  readonly clock: Clock
  readonly random: Random
}

export function createSmsHookSender(options: SmsHookOptions) {
  const { url, secret, clock, random } = options
  const keys = new WeakMap<Message, string>()
  const keyOf = (message: Message) => {
    const key = keys.get(message) ?? random.uuid()
    keys.set(message, key)
    return key
  }
  const carry: Carry = async (pool, message, signal) => {
    const { destination, body, reason, username } = message
    const said = { userPoolId: pool.id, region: pool.region, destination, body, reason, username }
    const text = JSON.stringify(said)
    const timestamp = String(Math.floor(clock.nowMs() / 1000))
    const response = await posted(url, {
      method: 'POST',
      redirect: 'error',
      signal,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': keyOf(message),
        'x-twinpool-timestamp': timestamp,
        ...(secret !== undefined && {
          'x-twinpool-signature': signature(secret, timestamp, text),
        }),
      },
      body: text,
    })
    // What it says besides is of no use, and may be endless.
    await response.body?.cancel()
    if (response.ok) return
    const what = `the SMS hook answered with status ${response.status}`
    const isSafeToRetry = response.status === 429 || response.status === 503
    throw new TransportError(what, { isSafeToRetry })
  }
  return { sender: boundedSender(carry, options), close: () => undefined }
}

/** `sha256=` and the HMAC of time and body, in hex. */
function signature(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

async function posted(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (cause) {
    const { code } = ((cause as Error).cause ?? {}) as { code?: string }
    const isSafeToRetry = code === 'ECONNREFUSED' || code === 'ENOTFOUND'
    throw new TransportError('the SMS hook did not answer', { cause, isSafeToRetry })
  }
}
