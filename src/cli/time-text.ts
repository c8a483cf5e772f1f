// Times of answers as people read them.

/** Epoch seconds as an ISO time, or a dash when there is none. */
export function timeOf(epochSeconds: unknown): string {
  if (typeof epochSeconds !== 'number') return '-'
  return new Date(epochSeconds * 1000).toISOString()
}
