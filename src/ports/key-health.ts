// How the customer managed keys of pools are in this Region, as periodic checks find them.
import type { Pool } from './capability.js'

/** What a check found. */
export interface KeyFinding {
  /** The key's ARN in this Region. */
  readonly kmsKeyArn: string
  /** The first call that failed, and why; undefined: the key serves the pool. */
  readonly failure: { readonly action: string; readonly refusal: string } | undefined
}

/** A finding, and for how long it was the same. */
export interface KeyHealth extends KeyFinding {
  readonly poolId: string
  readonly sinceMs: number
  readonly checkedAtMs: number
}

/** Rows of `key_health`. */
export interface KeyHealthRecords {
  /** IDs of pools of this Region that have a customer managed key, after `afterId`. */
  poolsWithKey(page: {
    readonly afterId: string
    readonly limit: number
  }): Promise<readonly string[]>
  /** 'changed': it is not what the last check found. */
  record(pool: Pool, finding: KeyFinding, nowMs: number): Promise<'changed' | 'same'>
  /** The newest of each pool, by pool ID, after `afterId`. */
  current(page: { readonly afterId: string; readonly limit: number }): Promise<readonly KeyHealth[]>
  /** The newest of each pool that is here and whose key refuses the service. */
  refused(limit: number): Promise<readonly KeyHealth[]>
  /** Of one pool, the newest first. */
  history(pool: Pool, limit: number): Promise<readonly KeyHealth[]>
}
