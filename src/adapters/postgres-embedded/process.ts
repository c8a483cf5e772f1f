// Signals to a postmaster and waiting for what it does. A postmaster is known by its pid file, and
// nothing is signalled before the process under that pid proved to be the postmaster of the very
// data directory: after a crash the number may belong to another process.
import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '#adapters/system/clock.js'

const POLL_MS = 20
const FAST_SHUTDOWN_MS = 8000
const IMMEDIATE_SHUTDOWN_MS = 3000
const run = promisify(execFile)

interface PidFile {
  readonly pid: number
  readonly isReady: boolean
}

/** What the pid file of a data directory says, if there is one. */
export async function readPidFile(dataDirectory: string): Promise<PidFile | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Math.abs(Number(lines[0]))
  if (!Number.isInteger(pid) || pid === 0) return undefined
  // The eighth line is the state that pg_ctl waits for as well.
  return { pid, isReady: lines[7]?.trim() === 'ready' }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The pid of the postmaster that serves `dataDirectory`, if one is running. */
export async function findPostmaster(dataDirectory: string): Promise<number | undefined> {
  const file = await readPidFile(dataDirectory)
  if (file === undefined || !isAlive(file.pid)) return undefined
  return (await isPostmasterOf(file.pid, dataDirectory)) ? file.pid : undefined
}

async function isPostmasterOf(pid: number, dataDirectory: string): Promise<boolean> {
  const command = await commandOf(pid)
  if (!/\bpostgres\b/.test(command)) return false
  const wanted = await realpath(dataDirectory)
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  return directory === undefined ? command.includes(wanted) : directory === wanted
}

/** The command line of a process; empty when there is none. */
export async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (fromProc !== undefined) return fromProc.replaceAll('\0', ' ')
  const listed = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => undefined)
  return listed?.stdout ?? ''
}

/** Stops a postmaster: fast, then at once, then by force. Each step has its time. */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  if (await waitUntilGone(pid, FAST_SHUTDOWN_MS)) return
  signal(pid, 'SIGQUIT')
  if (await waitUntilGone(pid, IMMEDIATE_SHUTDOWN_MS)) return
  signal(pid, 'SIGKILL')
  await waitUntilGone(pid, IMMEDIATE_SHUTDOWN_MS)
}

/** Stops the postmaster that an earlier run left behind; says whether there was one. */
export async function stopOrphan(dataDirectory: string): Promise<boolean> {
  const pid = await findPostmaster(dataDirectory)
  if (pid === undefined) return false
  await stopPostmaster(pid)
  return true
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone, which is what every signal of ours is for.
  }
}

export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadlineMs = systemClock.nowMs() + timeoutMs
  while (isAlive(pid)) {
    if (systemClock.nowMs() >= deadlineMs) return false
    await systemClock.wait(POLL_MS)
  }
  return true
}
