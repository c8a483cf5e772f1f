// Repositories of this Region's own rows. They never travel; writes of settings take a
// RegionalPool, which any Region that holds the pool can have.
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { Pool, RegionalPool } from './capability.js'
import type { Domain } from './directory.js'

/** Regional settings and tags of a pool. Reads come with the Pool itself. */
export interface RegionalSettingsStore {
  /** Writes if the stored settings are those of `pool`. */
  set(pool: RegionalPool, settings: RegionalSettings): Promise<'written' | 'conflict'>
  /** Writes if the stored tags are those of `pool`. */
  setTags(
    pool: RegionalPool,
    tags: Readonly<Record<string, string>>,
  ): Promise<'written' | 'conflict'>
  /** First settings of a pool or replica that is being created here. */
  insert(
    poolId: string,
    first: { settings: RegionalSettings; tags: Readonly<Record<string, string>> },
  ): Promise<void>
  remove(poolId: string): Promise<void>
}

/** Prefix domains that a secondary Region made for itself. */
export interface RegionalDomains {
  list(pool: Pool): Promise<readonly Domain[]>
  insert(pool: RegionalPool, domain: Domain): Promise<'inserted' | 'exists'>
  remove(pool: RegionalPool, domain: string): Promise<'removed' | 'absent'>
}

/** Outcome of presenting a one-time code. */
export type CodeOutcome = 'match' | 'mismatch' | 'expired' | 'too-many-failures'

/** A code that a caller presents. */
export interface CodeAttempt {
  readonly sub: string
  readonly purpose: string
  readonly codeHash: Uint8Array
  /** Which network the attempt comes from, as a hash. */
  readonly source: string
  /** Where there is no code, count the attempt as one at a code that does not exist. */
  readonly isHidden?: boolean
  readonly nowMs: number
}

/** What is kept of a code. */
export interface StoredCode {
  readonly sub: string
  readonly purpose: string
  readonly codeHash: Uint8Array
  readonly expiresAtMs: number
}

/** One-time codes; only their hashes are kept. One live code for each purpose of a user. */
export interface Codes {
  /** Stores a code, and the message that bears it where the outbox keeps it; atomic. */
  put(pool: Pool, code: StoredCode, kept?: OutboxMessage): Promise<void>
  /**
   * Takes the code: a match removes it, a mismatch counts against it and against its source;
   * atomic. 'too-many-failures' when either has had as many as it may have.
   */
  take(pool: Pool, attempt: CodeAttempt): Promise<CodeOutcome>
  /** Like `take`, but a match leaves the code to be taken. */
  check(pool: Pool, attempt: CodeAttempt): Promise<CodeOutcome>
  /**
   * Counts a code that is about to be sent. 'too-many' when `sendsMax` were counted since a window
   * of `windowMs` began with the first of them; atomic.
   */
  countSend(
    pool: Pool,
    send: { sub: string; purpose: string; sendsMax: number; windowMs: number; nowMs: number },
  ): Promise<'counted' | 'too-many'>
  /** Takes back one of those that were counted. */
  uncountSend(pool: Pool, send: { sub: string; purpose: string }): Promise<void>
  remove(pool: Pool, sub: string): Promise<void>
}

/** How much the service's own sender sent for a pool; days are counted since the epoch. */
export interface DefaultSenderDays {
  /** Counts one more on the day, unless there were `sendsMax` already; atomic. */
  count(pool: Pool, send: { day: number; sendsMax: number }): Promise<'counted' | 'too-many'>
  /** Takes one back. */
  uncount(pool: Pool, send: { day: number }): Promise<void>
}

/** A message that waits in the outbox, sealed. */
export interface OutboxMessage {
  readonly poolId: string
  readonly messageId: string
  readonly messageSealed: Uint8Array
  readonly createdAtMs: number
}

/** Messages of this Region that no real sender took. */
export interface Outbox {
  insert(pool: Pool, message: OutboxMessage): Promise<void>
  /** The newest first. */
  list(options: { poolId: string | undefined; limit: number }): Promise<readonly OutboxMessage[]>
}
