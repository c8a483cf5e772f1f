// Text for people: colours at a terminal, tables, times.
import { wantsColours } from '#config/config.js'

const CODES = { red: 31, yellow: 33, green: 32, dim: 2 } as const

/** `text` in a colour at a terminal, and as it is for files, pipes and those who set NO_COLOR. */
export function coloured(
  text: string,
  colour: keyof typeof CODES,
  stream: { readonly isTTY?: boolean },
): string {
  if (stream.isTTY !== true || !wantsColours()) return text
  return `\u001b[${CODES[colour]}m${text}\u001b[0m`
}

/** Rows of cells as lines, each column as wide as its widest cell. */
export function renderTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

/**
 * A lag for people. It is measured by heartbeats, so under a second it says how long ago the last
 * one came and nothing about how quickly rows travel.
 */
export function lagText(lagMs: number): string {
  if (lagMs < 1000) return '< 1 s'
  if (lagMs < 120_000) return `${Math.round(lagMs / 1000)} s`
  return `${Math.round(lagMs / 60_000)} min`
}

/** Epoch seconds as an ISO time, or a dash when there is none. */
export function timeOf(epochSeconds: unknown): string {
  if (typeof epochSeconds !== 'number') return '-'
  return new Date(epochSeconds * 1000).toISOString()
}

/** A member of a response as a cell of a table. */
export function cell(output: Readonly<Record<string, unknown>>, name: string): string {
  return String(output[name] ?? '-')
}
