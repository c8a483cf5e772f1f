// Reads request bodies, whose length and speed are up to the client. A body is read before its
// request takes one of the places for requests in flight, so that slow senders hold none; what they
// have sent so far counts against one budget of bytes for all.
import type { IncomingMessage } from 'node:http'

export interface BodyLimits {
  readonly bodyBytesMax: number
  /** Of all bodies that are being read or worked on, together. */
  readonly totalBytesMax: number
}

export type ReadBody =
  | { readonly kind: 'read'; readonly body: Buffer; release(): void }
  | { readonly kind: 'too-large' | 'too-many' | 'hung-up' }

const EMPTY: ReadBody = { kind: 'read', body: Buffer.alloc(0), release: () => undefined }

/** The bodies of one listener. */
export class RequestBodies {
  readonly #limits: BodyLimits
  #bytes = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /** Reads a body, which the caller releases when it is done with it. */
  read(request: IncomingMessage): ReadBody | Promise<ReadBody> {
    const { bodyBytesMax, totalBytesMax } = this.#limits
    const announced = request.headers['content-length']
    if (announced === undefined && request.headers['transfer-encoding'] === undefined) return EMPTY
    if (Number(announced ?? 0) > bodyBytesMax) return { kind: 'too-large' }
    return new Promise((resolve) => {
      const parts: Buffer[] = []
      let length = 0
      const release = () => {
        this.#bytes -= length
        length = 0
      }
      const settle = (read: ReadBody) => {
        request.off('data', take).off('end', end).off('close', hangUp)
        if (read.kind !== 'read') release()
        resolve(read)
      }
      const take = (part: Buffer) => {
        length += part.length
        this.#bytes += part.length
        if (length > bodyBytesMax) settle({ kind: 'too-large' })
        else if (this.#bytes > totalBytesMax) settle({ kind: 'too-many' })
        else parts.push(part)
      }
      const end = () => settle({ kind: 'read', body: Buffer.concat(parts, length), release })
      const hangUp = () => settle({ kind: 'hung-up' })
      request.on('data', take).once('end', end).once('close', hangUp)
    })
  }
}
