// Records of users' sessions, of pools that track them. Runtime rows: each Region writes what it
// has seen of a session, and readers fold what all Regions say. Revoked sessions and those that a
// global sign-out ended are no longer there.
import type { Pool } from './capability.js'

/** A session, as stored. */
export interface StoredUserSession {
  readonly sub: string
  readonly originJti: string
  readonly clientId: string
  readonly createdAtMs: number
  readonly lastActiveAtMs: number
  /** When its last token is over. */
  readonly expiresAtMs: number
  /** Where it was active last, and on what. */
  readonly activitySealed: Uint8Array
}

/** Sessions of users. */
export interface UserSessions {
  /**
   * Records a new session. Of the user's others the most recently used stay, up to `perUserMax`
   * with the new one; the rest is revoked.
   */
  begin(pool: Pool, session: StoredUserSession, perUserMax: number): Promise<void>
  /** Records activity of a session that has a record in some Region. */
  touch(pool: Pool, session: StoredUserSession): Promise<void>
  /** The most recently used first. */
  live(
    pool: Pool,
    sub: string,
    options: { readonly nowMs: number; readonly limit: number },
  ): Promise<readonly StoredUserSession[]>
}
