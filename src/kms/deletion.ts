// The waiting time of a deletion. For a primary with replicas it begins when the last one is gone.

/** When the caller says nothing. */
export const WINDOW_DAYS = 30
const DAY_MS = 86_400_000

export function deletionAt(nowMs: number, windowDays: number): number {
  return nowMs + windowDays * DAY_MS
}
