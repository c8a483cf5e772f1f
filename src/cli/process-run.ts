// The life of a serving process (a node or the edge): load, begin, serve, drain, end. Under a
// supervisor it begins at the word "go" and says over the channel how it went; alone it begins at
// once. Either way a signal drains it, and a second signal ends it at once. An error that no code
// handled drains it, too, and it ends with an exit code of its own.
import { systemClock } from '#adapters/system/clock.js'
import { systemLogger } from '#adapters/system/logger.js'
import {
  catchUnhandledErrors,
  EXIT_UNHANDLED,
  type UnhandledErrors,
} from '#adapters/system/unhandled-errors.js'
import { isObject } from '#base/json.js'
import type { ToSupervisor } from './child.js'
import { sentenceOf } from './failure.js'

/** A server that runs until it is stopped. */
export interface RunningServer {
  stop(): Promise<void>
}

export interface ServingProcess {
  /** What it is, for its log. */
  readonly process: 'node' | 'worker' | 'edge'
  /** Loads the code and the configuration, and returns what begins to serve. */
  readonly load: (errors: UnhandledErrors) => Promise<LoadedServer>
  /** Whether a supervisor of ours started this process and says when to begin. */
  readonly isSupervised: boolean
  /** What to do last when the supervisor is gone. */
  readonly onOrphaned?: () => Promise<void>
}

export interface LoadedServer {
  readonly begin: () => Promise<RunningServer>
  readonly drainTimeoutMs: number
}

const DRAIN_GRACE_MS = 1500
const EXIT_STOPPED_TWICE = 130

type StopReason = 'signal' | 'orphaned' | 'unhandled'

export async function runServing(serving: ServingProcess): Promise<void> {
  const { reason: stopWanted, errors } = watchForStop(serving)
  const go = serving.isSupervised ? messageOf('go') : Promise.resolve()
  let server: RunningServer | undefined
  let drainTimeoutMs = 0
  try {
    const loaded = await serving.load(errors)
    drainTimeoutMs = loaded.drainTimeoutMs
    const mayBegin = await Promise.race([go.then(() => true), stopWanted.then(() => false)])
    if (mayBegin) {
      const beginning = loaded.begin()
      server = await Promise.race([beginning, stopWanted.then(() => undefined)])
    }
  } catch (error) {
    await sendToSupervisor({ type: 'failed', message: sentenceOf(error) })
    throw error
  }
  if (server !== undefined) await sendToSupervisor({ type: 'ready' })
  const reason = await stopWanted
  if (server !== undefined) await drain(server, drainTimeoutMs)
  if (reason === 'orphaned') await serving.onOrphaned?.()
  process.exit(reason === 'unhandled' ? EXIT_UNHANDLED : 0)
}

async function drain(server: RunningServer, drainTimeoutMs: number): Promise<void> {
  const done = new AbortController()
  const timeout = systemClock.wait(drainTimeoutMs + DRAIN_GRACE_MS, done.signal)
  await Promise.race([server.stop(), timeout])
  done.abort()
}

/** Watches for whatever ends the process: a signal, a lost supervisor, an unhandled error. */
function watchForStop(serving: ServingProcess): {
  readonly reason: Promise<StopReason>
  readonly errors: UnhandledErrors
} {
  let stop: (reason: StopReason) => void = () => undefined
  const reason = new Promise<StopReason>((resolve) => {
    stop = resolve
  })
  let count = 0
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => {
      count += 1
      if (count > 1) process.exit(EXIT_STOPPED_TWICE)
      stop('signal')
    })
  }
  // The supervisor may have gone while this program was loaded.
  if (process.connected) process.once('disconnect', () => stop('orphaned'))
  else if (serving.isSupervised) stop('orphaned')
  const log = systemLogger({ level: 'warn', fields: { process: serving.process } })
  const errors = catchUnhandledErrors({ log, end: () => stop('unhandled') })
  return { reason, errors }
}

function messageOf(type: string): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', (message: unknown) => {
      if (isObject(message) && message['type'] === type) resolve()
    })
  })
}

/** Resolves when the message is on its way, or at once when there is no supervisor. */
function sendToSupervisor(message: ToSupervisor): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, () => resolve())
  })
}
