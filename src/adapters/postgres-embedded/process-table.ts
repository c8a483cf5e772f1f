// The processes of this machine as far as one may see them, to recognise those that an earlier run
// left behind. What must stay true: nothing is signalled by its number alone. A number is given
// again after its process has ended, and the moment of its start distinguishes the two.
import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemClock } from '#adapters/system/clock.js'
import { signal } from './process.js'

export interface SeenProcess {
  readonly pid: number
  /** When it started, in a form that only serves to be compared. */
  readonly startedAt: string
  /** The words of its command line, joined by blanks. */
  readonly command: string
  /** Its working directory; absent where the system does not show it. */
  readonly directory: string | undefined
}

const POLL_MS = 20
const run = promisify(execFile)

/** Every process but this one. */
export async function listProcesses(): Promise<readonly SeenProcess[]> {
  const names = await readdir('/proc').catch(() => undefined)
  const pids = names?.filter((name) => /^\d+$/.test(name)).map(Number)
  const seen =
    pids === undefined || pids.length === 0
      ? await listByPs()
      : await Promise.all(pids.map((pid) => readProcess(pid)))
  return seen.flatMap((each) => (each === undefined || each.pid === process.pid ? [] : [each]))
}

async function readProcess(pid: number): Promise<SeenProcess | undefined> {
  try {
    const [status, words, directory] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readlink(`/proc/${pid}/cwd`).catch(() => undefined),
    ])
    // The second field is a name in parentheses that may hold anything; the state follows it, and
    // the start is the 22nd field of all. A zombie has ended, though its parent has not looked yet.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined
    const command = words.replaceAll('\0', ' ').trim()
    return { pid, startedAt: fields[19] ?? '', command, directory }
  } catch {
    return undefined
  }
}

async function listByPs(): Promise<readonly SeenProcess[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,lstart=,command='])
  return stdout.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line)
    if (found === null) return []
    const [, pid, startedAt = '', command = ''] = found
    return [{ pid: Number(pid), startedAt, command, directory: undefined }]
  })
}

/** Whether the very process that was seen is still running. */
export async function isStillRunning(seen: SeenProcess): Promise<boolean> {
  const now = await findProcess(seen.pid)
  return now !== undefined && now.startedAt === seen.startedAt
}

async function findProcess(pid: number): Promise<SeenProcess | undefined> {
  const found = await readProcess(pid)
  if (found !== undefined || process.platform === 'linux') return found
  return (await listByPs()).find((each) => each.pid === pid)
}

/** Sends a signal to the very process that was seen; says whether it was there. */
export async function signalSeen(seen: SeenProcess, name: NodeJS.Signals): Promise<boolean> {
  if (!(await isStillRunning(seen))) return false
  signal(seen.pid, name)
  return true
}

/** Whether the process ended within the time. */
export async function waitUntilEnded(seen: SeenProcess, timeoutMs: number): Promise<boolean> {
  const deadlineMs = systemClock.nowMs() + timeoutMs
  while (await isStillRunning(seen)) {
    if (systemClock.nowMs() >= deadlineMs) return false
    await systemClock.wait(POLL_MS)
  }
  return true
}
