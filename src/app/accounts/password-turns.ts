// Turns of password attempts. Failures are read before a password is looked at and written after
// it was wrong, so attempts for one user that run side by side would all see the failures from
// before any of them, and a lock that bears five guesses would bear hundreds. Therefore a process
// evaluates one password of a user at a time: the next attempt begins when the failure of the one
// before is recorded, and then sees it. Processes do not wait for each other, so each may have one
// attempt in flight beyond what the lock allows. Names without a user wait their turns alike.
//
// A turn costs no statement. A record that was read before the turn came stays good unless a
// failure was recorded since; only then is it read again. Right passwords are evaluated in one go
// of the event loop and so do not wait for each other.

/** Whose password is tried; `sub` is a decoy's where there is no user. */
export interface Attempted {
  readonly poolId: string
  readonly sub: string
}

/** Attempts of one user that may wait; what comes beyond is refused at once. */
const WAITING_MAX = 32
/** Failures are remembered by slots, not by user: a user who shares one reads once more. */
const SLOTS = 4096

interface Queue {
  waiting: number
  last: Promise<void>
}

export class PasswordTurns {
  readonly #queues = new Map<string, Queue>()
  /** For each slot the number of its latest recorded failure. */
  readonly #failures = new Float64Array(SLOTS)
  #recorded = 0

  /** The point in time of a record: take it before reading it. */
  mark(): number {
    return this.#recorded
  }

  /**
   * Runs `work` when no other attempt for the user is running. `isStale`: a failure was
   * recorded since `mark`, so the record must be read again. 'too-many' when too many wait already.
   */
  async take<T>(
    attempted: Attempted,
    mark: number,
    work: (turn: { readonly isStale: boolean }) => Promise<T>,
  ): Promise<T | 'too-many'> {
    const key = keyOf(attempted)
    const queue = this.#queues.get(key) ?? { waiting: 0, last: Promise.resolve() }
    if (queue.waiting > WAITING_MAX) return 'too-many'
    const before = queue.waiting === 0 ? undefined : queue.last
    let leave = (): void => undefined
    queue.last = new Promise((resolve) => {
      leave = resolve
    })
    queue.waiting += 1
    this.#queues.set(key, queue)
    try {
      await before
      return await work({ isStale: (this.#failures[slotOf(key)] ?? 0) > mark })
    } finally {
      queue.waiting -= 1
      if (queue.waiting === 0) this.#queues.delete(key)
      leave()
    }
  }

  /** Call it inside the turn when the failure is recorded, or may be. */
  failed(attempted: Attempted): void {
    this.#recorded += 1
    this.#failures[slotOf(keyOf(attempted))] = this.#recorded
  }
}

function keyOf({ poolId, sub }: Attempted): string {
  return `${poolId}/${sub}`
}

/** FNV-1a, 32 bits. */
function slotOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  }
  return (hash >>> 0) % SLOTS
}
