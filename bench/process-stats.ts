// CPU time and memory of another process, as Linux shows them under /proc.
import { readFileSync } from 'node:fs'

/** Clock ticks a second that the kernel reports in; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** User and system time since the process began, in milliseconds. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces; the fields after it do not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return ((user + system) * 1000) / TICKS_PER_SECOND
}

/** Resident memory in bytes. */
export function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
