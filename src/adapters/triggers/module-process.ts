// A JavaScript module as a function: it runs in a child process of its own, which is started by the
// first call and again after it died. The child gets no variable and no key of the node, and ends
// with it. It is not a sandbox: the code runs as the node's user, and may read what that user may.

import { type ChildProcess, fork } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import { CALLING } from './invoker.js'
import type { FromModule, ToModule } from './module-messages.js'
import { failed, TIMED_OUT, type Transport, type Try, type TryOutcome } from './transport.js'

const RUNNER = fileURLToPath(new URL('./module-runner.js', import.meta.url))
const MEMORY_MEGABYTES = 512
const LOGGED_CHARACTERS_MAX = 2000
/** How long a process may take to say that it is alive, after a call that took too long. */
const PONG_MS = 1000
/** How long a module that could not be loaded is not tried again. */
const BROKEN_MS = 1000
const DIED = 'Runtime.ExitError'
const BROKEN = 'Runtime.ImportModuleError'

export interface ModuleOptions {
  /** Its path. */
  readonly file: string
  readonly region: string
  readonly clock: Clock
  readonly log: Logger
}

export function createModuleTransport(arn: string, options: ModuleOptions): Transport {
  return new ModuleTransport(arn, options)
}

class ModuleTransport implements Transport {
  readonly kind = 'module'
  readonly #arn: string
  readonly #options: ModuleOptions
  #process: ModuleProcess | undefined
  #starts = 0
  #brokenUntilMs = 0
  #isClosed = false

  constructor(arn: string, options: ModuleOptions) {
    this.#arn = arn
    this.#options = options
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1)
  }

  async attempt(call: Try): Promise<TryOutcome> {
    if (this.#isClosed) return failed(DIED, false)
    const { clock } = this.#options
    if (this.#process?.isAlive !== true) {
      if (clock.nowMs() < this.#brokenUntilMs) return failed(BROKEN, false)
      this.#starts += 1
      this.#process = new ModuleProcess(this.#arn, this.#options)
    }
    const outcome = await this.#process.call(call)
    if (outcome.kind === 'failed' && outcome.reason === BROKEN) {
      this.#brokenUntilMs = clock.nowMs() + BROKEN_MS
    }
    return outcome
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#process?.end()
  }
}

class ModuleProcess {
  readonly #arn: string
  readonly #options: ModuleOptions
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  readonly #waiting = new Map<number, (outcome: TryOutcome) => void>()
  #lastId = 0
  #hears: (() => void) | undefined
  isAlive = true

  constructor(arn: string, options: ModuleOptions) {
    this.#arn = arn
    this.#options = options
    this.#child = start(arn, options)
    this.#child.on('message', (message: FromModule) => this.#receive(message))
    this.#child.on('disconnect', () => this.#kill())
    this.#ended = new Promise((resolve) => {
      const end = () => {
        this.#lose(failed(DIED, true))
        resolve()
      }
      this.#child.on('exit', end)
      this.#child.on('error', end)
    })
    this.#listen()
  }

  call({ payload, isNotice, signal }: Try): Promise<TryOutcome> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve) => {
      const tooLate = () => {
        this.#waiting.delete(id)
        resolve(failed(TIMED_OUT, true))
        void this.#requireSign()
      }
      this.#waiting.set(id, (outcome) => {
        signal.removeEventListener('abort', tooLate)
        this.#waiting.delete(id)
        resolve(outcome)
      })
      signal.addEventListener('abort', tooLate, { once: true })
      this.#send({ kind: 'call', id, payload, isNotice, timeoutMs: CALLING.tryMs })
    })
  }

  end(): Promise<void> {
    this.#kill()
    return this.#ended
  }

  #send(message: ToModule): void {
    // An error is a process that is gone, of which `exit` says the rest.
    this.#child.send(message, () => undefined)
  }

  #receive(message: FromModule): void {
    switch (message.kind) {
      case 'returned':
        this.#waiting.get(message.id)?.({ kind: 'returned', payload: message.payload })
        return
      case 'threw':
        this.#waiting.get(message.id)?.({ kind: 'threw', message: message.message })
        return
      case 'noticeThrew':
        this.#options.log.warn('a function threw that nobody waits for', { arn: this.#arn })
        return
      case 'broken':
        this.#options.log.warn('a module cannot be loaded', {
          arn: this.#arn,
          reason: message.message,
        })
        this.#lose(failed(BROKEN, false))
        return
      case 'pong':
        this.#hears?.()
    }
  }

  /** Ends a process that is stuck in code: its other calls would wait for nothing. */
  async #requireSign(): Promise<void> {
    if (!this.isAlive || this.#hears !== undefined) return
    const heard = new Promise<boolean>((resolve) => {
      this.#hears = () => resolve(true)
    })
    this.#send({ kind: 'ping' })
    const isStuck = !(await Promise.race([heard, this.#silent()]))
    this.#hears = undefined
    if (!isStuck || !this.isAlive) return
    this.#options.log.warn('a module is stuck and is started anew', { arn: this.#arn })
    this.#kill()
  }

  #silent(): Promise<boolean> {
    return this.#options.clock.wait(PONG_MS).then(() => false)
  }

  #lose(outcome: TryOutcome): void {
    this.isAlive = false
    for (const settle of [...this.#waiting.values()]) settle(outcome)
  }

  #kill(): void {
    this.isAlive = false
    const { pid } = this.#child
    try {
      // The group: what the customer's code has started goes with it.
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      this.#child.kill('SIGKILL')
    }
  }

  /** What the code prints is the customer's; who wants to see it sets the level. */
  #listen(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        const text = chunk.toString('utf8').slice(0, LOGGED_CHARACTERS_MAX)
        this.#options.log.debug('a module printed', { arn: this.#arn, text })
      })
    }
  }
}

function start(arn: string, { file, region }: ModuleOptions): ChildProcess {
  return fork(RUNNER, [file, arn], {
    cwd: dirname(file),
    env: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: arn.split(':')[6] ?? arn,
    },
    execArgv: [`--max-old-space-size=${MEMORY_MEGABYTES}`],
    // Standard input is the line by which the child sees that the node is gone.
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    // A group of its own: a signal to the node's is not for the child, which serves until the end.
    detached: process.platform !== 'win32',
  })
}
