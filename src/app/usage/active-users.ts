// Users who were active in the month, on their way into the database, and those who are there
// already. The latter is what makes a repeated sign-in free: a user whom the process has written is
// remembered for the month. It remembers so many and forgets those whom it wrote first; one who is
// forgotten costs a row of a batch that changes nothing.
import type { Tier } from '#domain/pool/tier.js'
import { isAbove } from '#domain/pool/tier.js'
import type { ActiveUser } from '#ports/usage.js'

export class ActiveUsers {
  readonly #limits: { readonly waitingMax: number; readonly writtenMax: number }
  #month = ''
  #waiting = new Map<string, ActiveUser>()
  /** Of the month: the tier that each user is written with. */
  readonly #written = new Map<string, Tier>()

  constructor(limits: { readonly waitingMax: number; readonly writtenMax: number }) {
    this.#limits = limits
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** 'known': there is nothing to write. 'full': it is not kept. */
  note(user: ActiveUser): 'known' | 'waiting' | 'full' {
    const { month, tier } = user
    if (month !== this.#month) {
      this.#month = month
      this.#written.clear()
    }
    const key = `${user.poolId} ${user.sub}`
    const written = this.#written.get(key)
    if (written !== undefined && !isAbove(tier, written)) return 'known'
    return this.#keep(user)
  }

  #keep(user: ActiveUser): 'waiting' | 'full' {
    const key = waitingKey(user)
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) {
      if (isAbove(user.tier, waiting.tier)) this.#waiting.set(key, user)
      return 'waiting'
    }
    if (this.#waiting.size >= this.#limits.waitingMax) return 'full'
    this.#waiting.set(key, user)
    return 'waiting'
  }

  /** Takes up to so many; what is not written must be given back. */
  take(count: number): readonly ActiveUser[] {
    const taken: ActiveUser[] = []
    for (const [key, user] of this.#waiting) {
      if (taken.length === count) break
      taken.push(user)
      this.#waiting.delete(key)
    }
    return taken
  }

  /** Those that were taken and not written. Returns how many of them there is no more room for. */
  giveBack(users: readonly ActiveUser[]): number {
    return users.filter((user) => this.#keep(user) === 'full').length
  }

  /** Those that were taken and written. */
  remember(users: readonly ActiveUser[]): void {
    for (const { poolId, sub, month, tier } of users) {
      if (month !== this.#month) continue
      const key = `${poolId} ${sub}`
      const before = this.#written.get(key)
      if (before === undefined || isAbove(tier, before)) this.#written.set(key, tier)
    }
    for (const key of this.#written.keys()) {
      if (this.#written.size <= this.#limits.writtenMax) break
      this.#written.delete(key)
    }
  }
}

function waitingKey({ poolId, sub, month }: ActiveUser): string {
  return `${month} ${poolId} ${sub}`
}
