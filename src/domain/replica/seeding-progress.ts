// How fast the rows of a new replica arrive, and how long the rest takes, from what was seen of
// them. The rate is that of the last seconds, so that it follows a network that changes. A page
// computes it: neither this file nor what it imports may need Node.js.

/** How many rows had arrived at a moment. */
export interface SeedingSample {
  readonly atMs: number
  readonly rows: number
}

/** How far it is, and how fast. */
export interface SeedingProgress {
  /** 0 to 1; undefined while the total is not known. */
  readonly share: number | undefined
  readonly rowsPerSecond: number | undefined
  readonly secondsLeft: number | undefined
}

const WINDOW_MS = 30_000

/** The samples that the rate is of, with one more. Rows that count anew begin a new list. */
export function withSample(
  samples: readonly SeedingSample[],
  sample: SeedingSample,
): readonly SeedingSample[] {
  const last = samples.at(-1)
  if (last !== undefined && sample.rows < last.rows) return [sample]
  return [...samples.filter(({ atMs }) => atMs >= sample.atMs - WINDOW_MS), sample]
}

/** What the samples say. */
export function progressOf(
  samples: readonly SeedingSample[],
  rowsTotal: number | undefined,
): SeedingProgress {
  const [first, last] = [samples[0], samples.at(-1)]
  const rows = last?.rows ?? 0
  const total = rowsTotal === undefined || rowsTotal <= 0 ? undefined : rowsTotal
  const share = total === undefined ? undefined : Math.min(1, rows / total)
  const elapsedMs = first === undefined || last === undefined ? 0 : last.atMs - first.atMs
  if (first === undefined || elapsedMs <= 0) {
    return { share, rowsPerSecond: undefined, secondsLeft: undefined }
  }
  const rowsPerSecond = ((rows - first.rows) * 1000) / elapsedMs
  const left = total === undefined ? undefined : Math.max(0, total - rows)
  const secondsLeft =
    left === undefined
      ? undefined
      : left === 0
        ? 0
        : rowsPerSecond > 0
          ? left / rowsPerSecond
          : undefined
  return { share, rowsPerSecond, secondsLeft }
}
