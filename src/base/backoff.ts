// How long to wait before a further try: each time twice as long, up to a limit.

export interface Backoff {
  readonly firstMs: number
  readonly maxMs: number
}

/** The wait after `tries` waits before it. */
export function backoffMs({ firstMs, maxMs }: Backoff, tries: number): number {
  return Math.min(firstMs * 2 ** Math.min(tries, 30), maxMs)
}
