// A function behind an address that speaks the Invoke API of Lambda, such as a local emulator's.
// Requests are not signed: the node has no credentials for others' addresses.
// AWS Lambda API reference, Invoke, 2026.

import {
  boundedBody,
  failed,
  TAKEN,
  TIMED_OUT,
  type Transport,
  type Try,
  type TryOutcome,
  thrown,
} from './transport.js'

/** `url` is that of the API, or of one function's invocations when it has a path. */
export function createHttpTransport(arn: string, url: string): Transport {
  const address = new URL(url)
  if (address.pathname === '/') {
    address.pathname = `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`
  }
  return {
    kind: 'http',
    attempt: (call) => attempt(address.href, call),
    close: async () => undefined,
  }
}

async function attempt(url: string, { payload, isNotice, signal }: Try): Promise<TryOutcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amz-invocation-type': isNotice ? 'Event' : 'RequestResponse',
      },
      body: payload,
      redirect: 'error',
      signal,
    })
    // An iterator that is left early also ends the connection.
    const body = response.body === null ? new Uint8Array() : await boundedBody(response.body)
    if (!response.ok) return refusal(response)
    if (body === undefined) return failed('a response that is too large', false)
    const text = Buffer.from(body).toString('utf8')
    if (response.headers.has('x-amz-function-error')) return thrown(text)
    return isNotice ? TAKEN : { kind: 'returned', payload: text }
  } catch (error) {
    if (signal.aborted) return failed(TIMED_OUT, true)
    const { cause } = error as { cause?: { code?: unknown } }
    return failed(typeof cause?.code === 'string' ? cause.code : 'a connection that failed', true)
  }
}

/** Only "too many at once" is worth another try. Lambda says so with 429. */
function refusal({ status, headers }: Response): TryOutcome {
  const type = headers.get('x-amzn-errortype')?.split(':')[0]?.slice(0, 100)
  return failed(type || `status ${status}`, status === 429)
}
