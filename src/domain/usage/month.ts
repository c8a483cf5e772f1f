// Calendar months and days in UTC, as metering names them: `2026-11` and `2026-11-27`. Every Region
// and every process agrees on them, whatever its time zone.

const DAY_MS = 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000
const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/

/** The month of a moment, such as `2026-11`. */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7)
}

/** The day of a moment, such as `2026-11-27`. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

/** A month as time: from its beginning to before its end. */
export interface MonthSpan {
  readonly startMs: number
  readonly endMs: number
  readonly hours: number
}

/** The span of a month by its name; undefined when that names no month. */
export function spanOfMonth(name: string): MonthSpan | undefined {
  const [, year, month] = MONTH.exec(name) ?? []
  if (year === undefined || month === undefined) return undefined
  const startMs = Date.UTC(Number(year), Number(month) - 1)
  const endMs = Date.UTC(Number(year), Number(month))
  return { startMs, endMs, hours: (endMs - startMs) / HOUR_MS }
}

/** The beginning of the month that is so many months before the one of a moment. */
export function monthsBefore(atMs: number, months: number): number {
  const date = new Date(atMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months)
}

/** A function that names months or days, and makes a name once for each of them. */
export function namer(unit: 'month' | 'day'): (atMs: number) => string {
  let name = ''
  let startMs = 0
  let endMs = 0
  return (atMs) => {
    if (atMs >= startMs && atMs < endMs) return name
    startMs = unit === 'month' ? monthsBefore(atMs, 0) : Math.floor(atMs / DAY_MS) * DAY_MS
    endMs = unit === 'month' ? monthsBefore(atMs, -1) : startMs + DAY_MS
    name = unit === 'month' ? monthOf(atMs) : dayOf(atMs)
    return name
  }
}

/** A time in which a replica was there. */
export interface Period {
  readonly sinceMs: number
  readonly untilMs: number
}

/** The hours of a month that are in one of the periods, which may overlap. */
export function hoursIn(periods: readonly Period[], { startMs, endMs }: MonthSpan): number {
  let coveredMs = 0
  let reachedMs = startMs
  for (const { sinceMs, untilMs } of periods.toSorted((a, b) => a.sinceMs - b.sinceMs)) {
    const fromMs = Math.max(sinceMs, reachedMs)
    const toMs = Math.min(untilMs, endMs)
    if (toMs > fromMs) coveredMs += toMs - fromMs
    reachedMs = Math.max(reachedMs, toMs)
  }
  return coveredMs / HOUR_MS
}
