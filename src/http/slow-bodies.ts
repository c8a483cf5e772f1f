// Bodies that a route reads as they come may take as long as they like while they go on; a pause is
// what ends them. Node.js bounds the whole of a request instead (`requestTimeout`), and tells of it
// by the event `clientError`. Whoever listens there has to do what Node.js otherwise does by
// itself.
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '#base/clock.js'

/** A body that paused for too long. */
export class StalledBody extends Error {
  override name = 'StalledBody'
}

/** The parts of a body. Throws StalledBody if one comes later than `pauseMs` after it is wanted. */
export async function* withoutPauses(
  body: AsyncIterable<Uint8Array>,
  { clock, pauseMs }: { readonly clock: Clock; readonly pauseMs: number },
): AsyncGenerator<Uint8Array> {
  const parts = body[Symbol.asyncIterator]()
  let isWaiting = false
  try {
    for (;;) {
      isWaiting = true
      const part = await withinPause(parts.next(), { clock, pauseMs })
      isWaiting = false
      if (part.done) return
      yield part.value
    }
  } finally {
    // Leaves the body as it is, which takes what comes as long as nobody reads.
    const left = parts.return?.()
    if (!isWaiting) await left
    else void left?.catch(() => undefined)
  }
}

async function withinPause<T>(
  coming: Promise<T>,
  { clock, pauseMs }: { readonly clock: Clock; readonly pauseMs: number },
): Promise<T> {
  const arrived = new AbortController()
  const next = coming.finally(() => arrived.abort())
  // If it comes too late, nobody is there to be told.
  next.catch(() => undefined)
  const isLate = await clock.wait(pauseMs, arrived.signal)
  if (isLate) throw new StalledBody(`no part of the body came for ${pauseMs} ms`)
  return next
}

const TIMED_OUT = 'ERR_HTTP_REQUEST_TIMEOUT'

const STATUS_LINES: Readonly<Record<string, string>> = {
  [TIMED_OUT]: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
}

/** Whether the client's mistake is that the request has taken too long as a whole. */
export function isOverTime(error: Error): boolean {
  return codeOf(error) === TIMED_OUT
}

/** What Node.js does where nobody listens: a status, unless within a response, and the end. */
export function endClient(
  error: Error,
  socket: Duplex,
  response: Pick<ServerResponse, 'headersSent' | 'writableFinished'> | undefined,
): void {
  const isWithin = response?.headersSent === true && !response.writableFinished
  if (socket.writable && !isWithin) {
    const status = STATUS_LINES[codeOf(error)] ?? '400 Bad Request'
    socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
  }
  socket.destroy(error)
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
