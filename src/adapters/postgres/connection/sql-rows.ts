// Small things that several repositories need, so that each says its outcome in the same words.

/** A uuid below all others: where the first page starts. */
export const FIRST_UUID = '00000000-0000-0000-0000-000000000000'

/**
 * When a row was modified, by its writer's clock, but later than before: the moment also tells one
 * state of the row from the next.
 */
export function laterThan(formerMs: number, nowMs: number): number {
  return Math.max(nowMs, formerMs + 1)
}

/** 'written' when a row was, else 'conflict': it is not what the writer has read. */
export function writtenOr(count: number): 'written' | 'conflict' {
  return count > 0 ? 'written' : 'conflict'
}

/** 'updated' when a row was, else 'absent'. */
export function updatedOr(count: number): 'updated' | 'absent' {
  return count > 0 ? 'updated' : 'absent'
}

/** 'removed' when a row was, else 'absent'. */
export function removedOr(count: number): 'removed' | 'absent' {
  return count > 0 ? 'removed' : 'absent'
}

/** 'inserted' when a row was, else 'exists'. */
export function insertedOr(count: number): 'inserted' | 'exists' {
  return count > 0 ? 'inserted' : 'exists'
}
