// How many users a pool has, for DescribeUserPool. Small pools are counted each time. Counting a
// large one each time would make a cheap call expensive, so its count is kept for a minute, taken
// once for all who ask, and beyond a million the planner's own estimate has to do.

import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Pool } from '#ports/capability.js'
import type { UserCounts } from '#ports/directory.js'
import type { Database } from '../connection/database.js'

interface Count {
  readonly takenAtMs: number
  readonly users: Promise<number>
}

const SMALL = 10_000
const COUNTED_MAX = 1_000_000
const KEPT_MS = 60_000
const POOLS_MAX = 1_000

export class PostgresUserCounts implements UserCounts {
  readonly #database: Database
  readonly #clock: Clock
  readonly #large = new Map<string, Count>()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async estimate({ id: poolId }: Pool): Promise<number> {
    const nowMs = this.#clock.nowMs()
    const kept = this.#large.get(poolId)
    if (kept !== undefined && nowMs - kept.takenAtMs < KEPT_MS) return kept.users
    const users = await this.#count(poolId, SMALL)
    if (users <= SMALL) {
      this.#large.delete(poolId)
      return users
    }
    const newer = this.#large.get(poolId)
    if (newer !== undefined && newer !== kept) return newer.users
    const count = { takenAtMs: nowMs, users: this.#countLarge(poolId) }
    count.users.catch(() => this.#large.delete(poolId))
    this.#large.set(poolId, count)
    const [oldest] = this.#large.keys()
    if (this.#large.size > POOLS_MAX && oldest !== undefined) this.#large.delete(oldest)
    return count.users
  }

  async #countLarge(poolId: string): Promise<number> {
    const users = await this.#count(poolId, COUNTED_MAX)
    return users <= COUNTED_MAX ? users : Math.max(users, await this.#planned(poolId))
  }

  /** Up to `max` exactly, and `max + 1` for more. */
  async #count(poolId: string, max: number): Promise<number> {
    const [row] = await this.#database.query(
      (sql) => sql<{ users: number }[]>`
        select count(*)::int as users from (
          select from users where user_pool_id = ${poolId} limit ${max + 1}) counted`,
    )
    return required(row, 'count').users
  }

  async #planned(poolId: string): Promise<number> {
    interface Explained {
      readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number } }]
    }
    const [row] = await this.#database.query((sql) =>
      sql.unsafe<Explained[]>('explain (format json) select from users where user_pool_id = $1', [
        poolId,
      ]),
    )
    return required(row, 'plan')['QUERY PLAN'][0].Plan['Plan Rows']
  }
}
