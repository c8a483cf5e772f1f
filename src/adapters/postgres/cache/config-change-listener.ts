// Changes of configuration as the database announces them to this node, made by another node of
// this Region, or by another Region through replication. Notices are not stored, so without a
// listener they are lost; `isListening` says whether what was cached may be believed, and listeners
// of `onReconnect` drop everything when listening begins (again). A connection that died without a
// word is found by asking it something regularly, which bounds how long a notice can be missed.
import { type Backoff, backoffMs } from '#base/backoff.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { connectionOptions } from '../connection/database.js'
import { ConnectionLostError, WatchedConnection } from '../connection/watched-connection.js'

export interface ConfigChangeListenerOptions {
  readonly url: string
  readonly region: string
  readonly clock: Clock
  readonly log: Logger
  /** How often the connection is asked whether it lives, and how long it may take to say so. */
  readonly probeMs?: number
  readonly probeTimeoutMs?: number
}

type Unsubscribe = () => void

const PROBE_TIMEOUT_MS = 3000
const RETRY: Backoff = { firstMs: 50, maxMs: 1000 }

/** Listens on a connection of its own, made in the background and kept, until it is closed. */
export class ConfigChangeListener {
  readonly #options: ConfigChangeListenerOptions
  readonly #poolListeners = new Set<(poolId: string) => void>()
  readonly #accountListeners = new Set<() => void>()
  readonly #reconnectListeners = new Set<() => void>()
  readonly #stopped = new AbortController()
  readonly #ended: Promise<void>
  #isListening = false

  constructor(options: ConfigChangeListenerOptions) {
    this.#options = options
    this.#ended = this.#listen()
  }

  /** Whether every notice since the last `onReconnect` has been delivered. */
  get isListening(): boolean {
    return this.#isListening
  }

  /** Configuration of this pool changed. */
  onPoolChange(listener: (poolId: string) => void): Unsubscribe {
    return subscribe(this.#poolListeners, listener)
  }

  /** Configuration of the deployment, such as an access key, changed. */
  onAccountChange(listener: () => void): Unsubscribe {
    return subscribe(this.#accountListeners, listener)
  }

  /** Listening began: everything that was read before is suspect. */
  onReconnect(listener: () => void): Unsubscribe {
    return subscribe(this.#reconnectListeners, listener)
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#ended
  }

  async #listen(): Promise<void> {
    const { clock, log } = this.#options
    const stop = this.#stopped.signal
    let failures = 0
    while (!stop.aborted) {
      const connection = this.#connect()
      const { sql } = connection
      try {
        await connection.run(sql`listen twinpool_pool`, stop)
        await connection.run(sql`listen twinpool_account`, stop)
        this.#isListening = true
        failures = 0
        for (const listener of this.#reconnectListeners) listener()
        await connection.watch(stop, this.#options.probeMs)
        throw new ConnectionLostError('the connection was lost')
      } catch (error) {
        if (!stop.aborted) log.warn('not listening for changes of configuration', { error })
      }
      this.#isListening = false
      await connection.end()
      if (!stop.aborted) await clock.wait(backoffMs(RETRY, failures), stop)
      failures += 1
    }
  }

  #connect(): WatchedConnection {
    const { url, region, clock, probeTimeoutMs } = this.#options
    const driver = {
      ...connectionOptions({ region, applicationName: 'twinpool-notices' }),
      prepare: false,
      // Not in the driver's types; its own `listen` is made with it.
      onnotify: (channel: string, payload: string) => this.#deliver(channel, payload),
    }
    const timeoutMs = probeTimeoutMs ?? PROBE_TIMEOUT_MS
    return new WatchedConnection({ url, clock, timeoutMs, driver })
  }

  #deliver(channel: string, payload: string): void {
    if (channel === 'twinpool_pool') {
      for (const listener of this.#poolListeners) listener(payload)
    } else {
      for (const listener of this.#accountListeners) listener()
    }
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): Unsubscribe {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
