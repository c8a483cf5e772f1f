// Times of answers as people read them.

/**
 * A lag for people. It is told by heartbeats, so under a second it says how long ago the last one
 * came and nothing about how quickly rows travel.
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
