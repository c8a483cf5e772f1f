// `serve --workers N`: N processes that share the node's ports through `node:cluster`. The first
// process only starts and restarts them; it serves nothing, so it loads nothing and cannot crash
// with them. A worker that ends is started again, later and later while it keeps ending early.
import cluster, { type Worker } from 'node:cluster'
import { systemClock } from '#adapters/system/clock.js'
import { type Backoff, backoffMs } from '#base/backoff.js'
import { isObject } from '#base/json.js'
import type { AskWorkers, WorkersAnswers } from '#node/workers-metrics.js'
import { CommandError } from './failure.js'
import type { RunningServer } from './process-run.js'

const RESTART: Backoff = { firstMs: 100, maxMs: 10_000 }
const STEADY_MS = 30_000

/** Until when a worker answers what a scrape asks. */
const SCRAPE_MS = 2000

export interface WorkersOptions {
  readonly count: number
  readonly drainTimeoutMs: number
  /** Serves the metrics of all workers. */
  readonly serveMetrics: (ask: AskWorkers) => Promise<{ close(): Promise<void> } | undefined>
}

/** Whether this process is one of the workers. */
export function isWorker(): boolean {
  return cluster.isWorker
}

/** Starts the workers; resolves when all of them serve. */
export async function runWorkers(options: WorkersOptions): Promise<RunningServer> {
  const pool = new WorkerPool(options)
  // Before there is anything to stop, because its port may be in use.
  const page = await options.serveMetrics(() => pool.scrape())
  // The first one alone, since it brings the database up to date for all of them.
  await pool.start()
  const others = Array.from({ length: options.count - 1 }, () => pool.start())
  await Promise.all(others)
  return {
    async stop() {
      await pool.stop()
      await page?.close()
    },
  }
}

class WorkerPool {
  readonly #options: WorkersOptions
  readonly #workers = new Set<Worker>()
  readonly #stopped = new AbortController()
  /** Workers that ended early since the last one that did not. */
  #earlyEnds = 0
  #scrapes = 0

  constructor(options: WorkersOptions) {
    this.#options = options
  }

  /** Starts one worker and keeps one in its place from then on. */
  async start(): Promise<void> {
    const startMs = systemClock.nowMs()
    const worker = cluster.fork()
    this.#workers.add(worker)
    const ended = endOf(worker)
    void ended.then(() => this.#workers.delete(worker))
    await readinessOf(worker, ended)
    void ended.then(() => this.#replace(worker, startMs))
  }

  /** What all workers have counted; the one that runs for longest reads what all share. */
  async scrape(): Promise<WorkersAnswers> {
    this.#scrapes += 1
    const id = this.#scrapes
    const answers = new Map<number, unknown>()
    const asked = [...this.#workers]
    const done = new AbortController()
    const all = asked.map(async (worker, index) => {
      const snapshot = answerOf(worker, id, done.signal)
      if (!worker.isConnected()) return
      worker.send({ type: 'scrape', id, isShared: index === 0 }, () => undefined)
      const said = await snapshot
      if (Array.isArray(said)) answers.set(worker.id, said)
    })
    const late = systemClock.wait(SCRAPE_MS, done.signal)
    await Promise.race([Promise.all(all), late])
    done.abort()
    const running = [...this.#workers].map((worker) => worker.id)
    return { wanted: this.#options.count, running, answers: new Map(answers) }
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    const endings = [...this.#workers].map((worker) => this.#end(worker))
    await Promise.all(endings)
  }

  async #replace(worker: Worker, startMs: number): Promise<void> {
    const wasSteady = systemClock.nowMs() - startMs > STEADY_MS
    this.#earlyEnds = wasSteady ? 0 : this.#earlyEnds + 1
    for (;;) {
      await systemClock.wait(backoffMs(RESTART, this.#earlyEnds), this.#stopped.signal)
      if (this.#stopped.signal.aborted) return
      console.error(`Worker ${worker.process.pid} ended; starting another.`)
      try {
        await this.start()
        return
      } catch {
        // Its own log says why; the next try waits longer.
        this.#earlyEnds += 1
      }
    }
  }

  async #end(worker: Worker): Promise<void> {
    if (worker.isDead()) return
    const ended = endOf(worker).then(() => false)
    worker.process.kill('SIGTERM')
    const done = new AbortController()
    const timeout = systemClock.wait(this.#options.drainTimeoutMs, done.signal)
    if (await Promise.race([ended, timeout])) worker.process.kill('SIGKILL')
    done.abort()
  }
}

/**
 * Resolves with how the process ended. One that could not be spawned at all (no memory, no process
 * IDs left) has an error and no exit; an error of one that runs, such as a message that could not
 * be sent, is followed by its exit if it matters. Without a listener it would be thrown.
 */
function endOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.once('exit', (code) => resolve(`exit code ${code}`))
    worker.on('error', (error) => {
      if (worker.process.pid === undefined) resolve(error.message)
    })
  })
}

/** What the worker says to a scrape; undefined when the signal aborts before. */
function answerOf(worker: Worker, id: number, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = () => end(undefined)
    const listen = (message: unknown) => {
      if (!isObject(message) || message['type'] !== 'scraped' || message['id'] !== id) return
      end(message['snapshot'])
    }
    const end = (said: unknown) => {
      worker.off('message', listen)
      worker.off('exit', stop)
      signal.removeEventListener('abort', stop)
      resolve(said)
    }
    worker.on('message', listen)
    worker.once('exit', stop)
    signal.addEventListener('abort', stop, { once: true })
  })
}

function readinessOf(worker: Worker, ended: Promise<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: unknown) => {
      if (!isObject(message)) return
      if (message['type'] === 'ready') resolve()
      if (message['type'] === 'failed') reject(new CommandError(String(message['message'])))
    })
    void ended.then((how) => {
      reject(new CommandError(`A worker ended while it started (${how}).`))
    })
  })
}
