// Read, decide and write again when another caller has written in between. A write says which state
// it was decided upon, and is refused as stale if that is no longer the stored one; so of two
// changes at once none is lost. Waits grow and are of random length, or those who met would meet
// again.
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'

const TRIES_MAX = 20
const WAIT_STEP_MS = 5

/** A write was decided upon a state that is gone. Thrown inside a transaction, to undo it. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'
}

/** Ends a transaction whose write came too late. */
export function assertCurrent(outcome: 'written' | 'conflict'): void {
  if (outcome === 'conflict') throw new ConflictError('a write was decided upon an old state')
}

/** Tries until the write is not stale. `tries` is 0 at first; later ones have to read anew. */
export async function retryOnConflict<T>(
  services: { readonly clock: Clock; readonly random: Random },
  attempt: (tries: number) => Promise<T | 'conflict'>,
): Promise<T | 'conflict'> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const outcome = await orConflict(() => attempt(tries))
    if (outcome !== 'conflict') return outcome
    const [byte = 0] = services.random.bytes(1)
    await services.clock.wait(((tries + 1) * WAIT_STEP_MS * byte) / 255)
  }
  return 'conflict'
}

async function orConflict<T>(work: () => Promise<T | 'conflict'>): Promise<T | 'conflict'> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConflictError) return 'conflict'
    throw error
  }
}
