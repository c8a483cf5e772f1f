// Signals that follow others for a time. `AbortSignal.any` keeps a record of every signal that it
// made for as long as its sources live; made again and again over the signal of a process, that is
// a leak (about 50 bytes each, Node.js 20.20).
import { setMaxListeners } from 'node:events'

export interface LinkedSignal {
  readonly signal: AbortSignal
  /** Aborts it by itself. */
  abort(): void
  /** Ends the link, so that nothing of it is left at the sources. */
  release(): void
}

/** A signal that aborts when one of the sources does, or at once if one has. */
export function linkedSignal(...sources: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController()
  const abort = () => controller.abort()
  // Many may wait for the end of one process or one leader: that is no leak.
  setMaxListeners(0, controller.signal, ...sources)
  for (const source of sources) {
    if (source.aborted) abort()
    else source.addEventListener('abort', abort, { once: true })
  }
  return {
    signal: controller.signal,
    abort,
    release() {
      for (const source of sources) source.removeEventListener('abort', abort)
    },
  }
}
