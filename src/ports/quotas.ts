// How many of something there are, for rules that say how many there may be at most. Such a rule is
// about many rows, which no constraint can hold, so whoever adds a row asks inside of the
// transaction that adds it, and all who ask the same wait for each other until it ends.
import type { PrimaryPool } from './capability.js'

/** How many there may be: pools in this Region, the others in a pool. */
export interface Quotas {
  readonly userPools: number
  readonly clients: number
  readonly resourceServers: number
  readonly groups: number
}

/** What a pool has a limited number of. */
export type PoolResource = 'app clients' | 'groups' | 'resource servers'

/** Counts, of use only inside of a transaction. */
export interface QuotaCounts {
  /** Whether this Region has `max` pools, of its own or of others. */
  poolsReach(max: number): Promise<boolean>
  reach(pool: PrimaryPool, resource: PoolResource, max: number): Promise<boolean>
  /** Whether the user is in `max` groups besides `name`. */
  groupsOfUserReach(
    pool: PrimaryPool,
    membership: { readonly sub: string; readonly name: string },
    max: number,
  ): Promise<boolean>
}
