// Finds processes that a suite started and did not end: every process of a run inherits a mark in
// its environment, and Linux shows the environment that a process began with. On other systems
// nothing is found.
import { readdirSync, readFileSync } from 'node:fs'

export interface Leftover {
  readonly pid: number
  readonly command: string
}

/** The name of the mark; its value is the ID of the run. */
export const RUN_MARK = 'TEST_RUN_OF_TWINPOOL'

export function findLeftovers(runId: string): readonly Leftover[] {
  const found: Leftover[] = []
  for (const entry of listProcesses()) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const environment = readProc(pid, 'environ')
    if (environment?.split('\0').includes(`${RUN_MARK}=${runId}`) !== true) continue
    // A process that has ended and waits for its parent to notice is no leftover.
    if (/^State:\s+[ZX]/m.test(readProc(pid, 'status') ?? 'State: X')) continue
    const command = readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim() ?? ''
    found.push({ pid, command: command.slice(0, 200) })
  }
  return found
}

function listProcesses(): readonly string[] {
  try {
    return readdirSync('/proc')
  } catch {
    return []
  }
}

/** A file about a process, or undefined when it has ended or belongs to another user. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
