// A Node process of the stack (a region node or the edge) as its supervisor sees it. The child
// loads its code at once and waits for the word "go", so that the loading overlaps with the start
// of the databases. It says "ready", or "failed" with a sentence, over the channel between the two,
// and ends by itself when the channel breaks: a supervisor that was killed leaves nothing behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isAlive, signal } from '#adapters/postgres-embedded/process.js'
import { systemClock } from '#adapters/system/clock.js'
import { isObject } from '#base/json.js'
import { CommandError } from './failure.js'

export type ToSupervisor =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }

export interface Child {
  readonly pid: number | undefined
  /** Resolves with how the process ended. */
  readonly ended: Promise<string>
  /** Lets the child begin, and resolves when it is ready. */
  begin(timeoutMs: number): Promise<void>
  /** Asks it to end, and kills it when it takes longer than the time. */
  stop(timeoutMs: number): Promise<void>
  kill(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('../../../bin/twinpool.js', import.meta.url))

export function startChild(options: {
  /** What it is, for sentences: "the node of us-west-2". */
  title: string
  args: readonly string[]
  environment: Readonly<Record<string, string>>
  logFile: string
  /** Another release's program instead of ours. */
  program?: string | undefined
}): Child {
  const { title, logFile, program = PROGRAM } = options
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(process.execPath, [program, ...options.args, '--supervised'], {
    env: { ...options.environment },
    stdio: ['ignore', log, log, 'ipc'],
    // A session of its own: Ctrl-C in the terminal is for the supervisor, which stops in order.
    detached: true,
  })
  closeSync(log)
  const ended = endOf(child)
  const readiness = readinessOf(child, { title, logFile, ended })
  return {
    pid: child.pid,
    ended,
    async begin(timeoutMs) {
      if (child.connected) child.send({ type: 'go' }, () => undefined)
      const done = new AbortController()
      const timeout = systemClock.wait(timeoutMs, done.signal).then((isOver) => {
        if (isOver) throw new CommandError(`${title} was not ready in time; see ${logFile}.`)
      })
      try {
        await Promise.race([readiness, timeout.then(() => readiness)])
      } finally {
        done.abort()
      }
    },
    async stop(timeoutMs) {
      const pid = child.pid
      if (pid === undefined || !isAlive(pid)) return
      signal(pid, 'SIGTERM')
      const done = new AbortController()
      const timeout = systemClock.wait(timeoutMs, done.signal)
      const isOver = await Promise.race([timeout, ended.then(() => false)])
      done.abort()
      if (isOver) signal(pid, 'SIGKILL')
      await ended
    },
    async kill() {
      if (child.pid !== undefined) signal(child.pid, 'SIGKILL')
      await ended
    },
  }
}

function readinessOf(
  child: ChildProcess,
  about: { title: string; logFile: string; ended: Promise<string> },
): Promise<void> {
  const { title, logFile, ended } = about
  const readiness = new Promise<void>((resolve, reject) => {
    child.on('message', (message: unknown) => {
      if (!isObject(message)) return
      if (message['type'] === 'ready') resolve()
      if (message['type'] === 'failed') {
        reject(new CommandError(`${title} did not start: ${String(message['message'])}`))
      }
    })
    void ended.then((how) => {
      reject(new CommandError(`${title} ended while it started (${how}); see ${logFile}.`))
    })
  })
  // A child may end before its readiness is awaited.
  readiness.catch(() => undefined)
  return readiness
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    // More than one may come: a signal that cannot be sent is an error as well.
    child.on('error', (error) => resolve(error.message))
    child.once('exit', (code, signalName) => {
      resolve(signalName === null ? `exit code ${code}` : `signal ${signalName}`)
    })
  })
}
