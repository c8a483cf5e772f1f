// Reads request bodies, of which a stranger decides how long they are and how slowly they come. A
// body is read before its request takes one of the places for requests in flight, so that slow
// senders hold none; what they have sent so far counts against one budget of bytes for all.
import type { IncomingMessage } from 'node:http'

export interface BodyLimits {
  readonly bodyBytesMax: number
  /** Of all bodies that are being read or passed on, together. */
  readonly totalBytesMax: number
}

export type ReadBody =
  | { readonly kind: 'read'; readonly body: Buffer; release(): void }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'too-many' }

/** The bodies of one process. */
export class RequestBodies {
  readonly #limits: BodyLimits
  #bytes = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /** Reads a body. Rejects when the sender hangs up. Who gets one releases it. */
  async read(request: IncomingMessage): Promise<ReadBody> {
    const { bodyBytesMax, totalBytesMax } = this.#limits
    if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return { kind: 'too-large' }
    const parts: Buffer[] = []
    let length = 0
    const release = () => {
      this.#bytes -= length
      length = 0
    }
    try {
      for await (const part of request as AsyncIterable<Buffer>) {
        length += part.length
        this.#bytes += part.length
        const kind = length > bodyBytesMax ? 'too-large' : 'too-many'
        if (kind === 'too-large' || this.#bytes > totalBytesMax) {
          release()
          return { kind }
        }
        parts.push(part)
      }
    } catch (error) {
      release()
      throw error
    }
    return { kind: 'read', body: Buffer.concat(parts), release }
  }
}
