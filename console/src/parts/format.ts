// How values read: moments in UTC, durations, bytes and counts.

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "2026-11-27 07:30:12 UTC", of epoch seconds; a dash where there is none. */
export function momentOf(seconds: unknown): string {
  if (typeof seconds !== 'number') return '–'
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** "3 min", of seconds. */
export function durationOf(seconds: number): string {
  if (seconds < 1) return 'less than 1 s'
  if (seconds < 2 * MINUTE) return `${Math.round(seconds)} s`
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`
  if (seconds < 2 * DAY) return `${Math.round(seconds / HOUR)} h`
  return `${Math.round(seconds / DAY)} days`
}

/** "3 min ago", of epoch seconds. */
export function agoOf(seconds: unknown, nowMs = Date.now()): string {
  if (typeof seconds !== 'number') return '–'
  return `${durationOf(Math.max(0, nowMs / 1000 - seconds))} ago`
}

/** "4.2 ms" or "1.3 s", of milliseconds. */
export function lagOf(ms: unknown): string {
  if (typeof ms !== 'number') return '–'
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : durationOf(ms / 1000)
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

/** "12 MiB". */
export function bytesOf(bytes: unknown): string {
  if (typeof bytes !== 'number') return '–'
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** "1,234". */
export function countOf(count: unknown): string {
  return typeof count === 'number' ? count.toLocaleString('en-US') : '–'
}
