// A TCP proxy whose wire a test can cut, slow down or leave half-open, and whose far end can move.
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { resetConnection } from './reset.js'

const LOOPBACK = '127.0.0.1'

export interface Wire {
  readonly port: number
  /** Where new connections go. */
  retarget(port: number): void
  /** Resets all connections and refuses new ones. */
  cut(): void
  /** Connections stay open, and whatever is sent on them is swallowed; new ones are accepted. */
  halfOpen(): void
  /** Every packet takes so much longer, in each direction. */
  delay(delayMs: number): void
  /** Back to a plain wire. Connections that were half-open are reset, as a router would. */
  heal(): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

export async function startProxy(targetPort: number): Promise<Wire> {
  let target = targetPort
  let state: 'open' | 'cut' | 'half-open' = 'open'
  let delayMs = 0
  const pairs = new Set<Pair>()
  const server: Server = createServer((near) => {
    if (state === 'cut') {
      resetConnection(near)
      return
    }
    const far = connect(target, LOOPBACK)
    const pair = { near, far }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', () => {
        // A wire that swallows everything swallows the end of a connection too.
        if (state !== 'half-open') end()
      })
    }
    pump(near, far)
    pump(far, near)
  })

  function pump(from: Socket, to: Socket): void {
    let last: Promise<unknown> = Promise.resolve()
    let waiting = 0
    from.on('data', (bytes) => {
      if (state === 'half-open') return
      // What is still waiting goes first, also when the wire has become quick again.
      if (delayMs === 0 && waiting === 0) {
        if (!to.write(bytes)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
        return
      }
      waiting += 1
      last = Promise.all([last, pause(delayMs)]).then(() => {
        waiting -= 1
        to.write(bytes)
      })
    })
  }

  function reset(): void {
    for (const { near, far } of [...pairs]) {
      resetConnection(near)
      resetConnection(far)
    }
    pairs.clear()
  }

  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    retarget(port) {
      target = port
    },
    cut() {
      state = 'cut'
      reset()
    },
    halfOpen() {
      state = 'half-open'
    },
    delay(wantedMs) {
      delayMs = wantedMs
    },
    heal() {
      const wasHalfOpen = state === 'half-open'
      state = 'open'
      delayMs = 0
      if (wasHalfOpen) reset()
    },
    async close() {
      reset()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
