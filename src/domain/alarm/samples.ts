// What samples of a peer say over time: since when a number is too high, and by how much one that
// only grows has grown.
import type { PeerFacts, SampleFacts } from './facts.js'

/** Since when, without a break, samples are above a bound; undefined where the last one is not. */
export function sinceAbove(
  samples: readonly SampleFacts[],
  read: (sample: SampleFacts) => number | undefined,
  bound: number,
): number | undefined {
  const last = samples.findLastIndex((sample) => (read(sample) ?? 0) <= bound)
  return samples[last + 1]?.atMs
}

/**
 * By how much a counter has grown within the window, and when that was first seen. A counter that
 * is lower than before has begun anew.
 */
export function riseOf(
  { samples, ...now }: PeerFacts,
  counter: 'applyFailures' | 'rowsRepaired',
  { nowMs, windowMs }: { readonly nowMs: number; readonly windowMs: number },
): { readonly rise: number; readonly sinceMs: number | undefined } {
  const points = samples
    .filter(({ atMs }) => atMs >= nowMs - windowMs)
    .map((sample) => ({ atMs: sample.atMs, value: sample[counter] }))
  let rise = 0
  let sinceMs: number | undefined
  let former = points[0]?.value ?? now[counter]
  for (const { atMs, value } of [...points, { atMs: nowMs, value: now[counter] }]) {
    const step = value < former ? value : value - former
    if (step > 0) sinceMs ??= atMs
    rise += step
    former = value
  }
  return { rise, sinceMs }
}
