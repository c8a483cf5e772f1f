// What the database tells this node about changes of configuration, whoever made them: another node
// of this Region, or another Region through replication. Notices are not stored, so while nobody
// listens they are lost; `isListening` says whether what was cached may be believed, and listeners
// of `onReconnect` drop everything when listening begins (again). A connection that died without a
// word is found by asking it something regularly, which bounds how long a notice can be missed.
import postgres, { type Sql } from 'postgres'
import { type Backoff, backoffMs } from '#base/backoff.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { connectionOptions } from '../connection/database.js'

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

const PROBE_MS = 1000
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
      const lost = new AbortController()
      const sql = this.#connect(() => lost.abort())
      try {
        await this.#answer(sql`listen twinpool_pool`, lost.signal)
        await this.#answer(sql`listen twinpool_account`, lost.signal)
        this.#isListening = true
        failures = 0
        for (const listener of this.#reconnectListeners) listener()
        await this.#watch(sql, lost.signal)
      } catch (error) {
        log.warn('not listening for changes of configuration', { error })
      }
      this.#isListening = false
      await sql.end({ timeout: 0 }).catch(() => undefined)
      if (!stop.aborted) await clock.wait(backoffMs(RETRY, failures), stop)
      failures += 1
    }
  }

  #connect(onClose: () => void): Sql {
    const { url, region } = this.#options
    const options = {
      ...connectionOptions({ region, applicationName: 'twinpool-notices' }),
      max: 1,
      max_lifetime: null,
      fetch_types: false,
      prepare: false,
      onclose: onClose,
      // Not in the driver's types; its own `listen` is made with it.
      onnotify: (channel: string, payload: string) => this.#deliver(channel, payload),
    }
    return postgres(url, options)
  }

  /** Returns when listening should end, and throws when the connection is lost. */
  async #watch(sql: Sql, lost: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([lost, this.#stopped.signal])
    while (await this.#options.clock.wait(this.#options.probeMs ?? PROBE_MS, stop)) {
      await this.#answer(sql`select 1`, stop)
    }
    if (lost.aborted) throw new ListeningLostError('the connection was closed')
  }

  async #answer(question: PromiseLike<unknown>, stop: AbortSignal): Promise<void> {
    const timer = new AbortController()
    const { clock, probeTimeoutMs } = this.#options
    try {
      const answered = Promise.resolve(question).then(() => true)
      const timedOut = clock
        .wait(probeTimeoutMs ?? PROBE_TIMEOUT_MS, AbortSignal.any([timer.signal, stop]))
        .then(() => false)
      if (!(await Promise.race([answered, timedOut]))) {
        answered.catch(() => undefined)
        if (!this.#stopped.signal.aborted) throw new ListeningLostError('no answer')
      }
    } finally {
      timer.abort()
    }
  }

  #deliver(channel: string, payload: string): void {
    if (channel === 'twinpool_pool') {
      for (const listener of this.#poolListeners) listener(payload)
    } else {
      for (const listener of this.#accountListeners) listener()
    }
  }
}

class ListeningLostError extends Error {
  override readonly name = 'ListeningLostError'
}

function subscribe<T>(listeners: Set<T>, listener: T): Unsubscribe {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
