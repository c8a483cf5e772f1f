// Repositories of origin-owned rows. Each write makes or changes a row of this Region; each read
// folds the rows of all Regions. They take any Pool, because a secondary must remember too.
import type { Activation } from '#domain/replica/machine.js'
import type { Pool } from './capability.js'

/** Ends of sessions, known in every Region. */
export interface SignOuts {
  /** Ends all sessions of the user that began by `atMs`, or after an earlier sign-out. */
  add(pool: Pool, sub: string, atMs: number): Promise<void>
  latestMs(pool: Pool, sub: string): Promise<number | undefined>
}

/** Revoked sessions (RevokeToken), by the `origin_jti` that all tokens of a session share. */
export interface Revocations {
  add(pool: Pool, originJti: string, expiresAtMs: number): Promise<void>
  has(pool: Pool, originJti: string): Promise<boolean>
}

/** What is known of a use of a rotating refresh token. */
export interface RotationUse {
  /** Exactly one use in a Region is the first, however many come at once. */
  readonly isFirst: boolean
  /** The earliest use that any Region has reported, this one included. */
  readonly firstUseMs: number
}

/** A use of a rotating refresh token. */
export interface RotatedToken {
  readonly refreshJti: string
  /** The session that the token belongs to. */
  readonly originJti: string
  readonly atMs: number
  /** When the token is over. */
  readonly expiresAtMs: number
  /** RetryGracePeriodSeconds of its app client. */
  readonly graceSeconds: number
  /** When the last token of the session is over. */
  readonly sessionExpiresAtMs: number
}

/** A token that was used in two Regions. */
export interface RotationConflict {
  readonly poolId: string
  readonly refreshJti: string
  /** The session to end; undefined: a retry, or for another Region to decide. */
  readonly reuse: { readonly originJti: string; readonly expiresAtMs: number } | undefined
}

/** First uses of rotating refresh tokens. */
export interface RotationUses {
  /** Records a use, atomically with finding out whether it is the first. */
  use(pool: Pool, token: RotatedToken): Promise<RotationUse>
  /** Tokens that two Regions have used and about which nothing is decided yet. */
  conflicts(limit: number): Promise<readonly RotationConflict[]>
  /** Forgets a conflict, once it is decided. */
  settle(poolId: string, refreshJti: string): Promise<void>
  /** Looks through all uses for conflicts of sessions that are not ended. */
  findConflicts(): Promise<void>
}

/** What one statement must return about an access or refresh token's session. */
export interface SessionState {
  readonly isRevoked: boolean
  readonly signedOutAtMs: number | undefined
}

/** Both at once, for callers that need nothing else of the user. */
export interface Sessions {
  state(
    pool: Pool,
    session: { readonly sub: string; readonly originJti: string },
  ): Promise<SessionState>
}

/** Failed password attempts. */
export interface FailedAttempts {
  addFailure(pool: Pool, sub: string, atMs: number): Promise<void>
  /** Failures of all Regions since the latest success, for a sub that need not exist. */
  state(
    pool: Pool,
    sub: string,
  ): Promise<{ readonly failures: number; readonly lastFailureAtMs: number | undefined }>
  /** Makes the failures of every Region before `atMs` count no more. */
  addSuccess(pool: Pool, sub: string, atMs: number): Promise<void>
}

/** Statements that a replica is active or not. */
export interface Activations {
  set(pool: Pool, activation: Activation): Promise<void>
}

/** Attempts at challenge sessions, remembered where the session was sealed. */
export interface UsedSessions {
  /**
   * Counts an attempt, atomically. 'again' when the session has had `attemptsMax` before: with 1,
   * exactly one call for each session is counted.
   */
  take(
    pool: Pool,
    session: { readonly id: string; readonly expiresAtMs: number },
    attemptsMax: number,
  ): Promise<'counted' | 'again'>
}

/** An access key of the API's own callers. The secret is sealed under a service-wide key. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretSealed: Uint8Array
  /** The policy document as it was given. */
  readonly policy: unknown
  readonly createdAtMs: number
}

/** Access keys, valid in every Region. */
export interface AccessKeys {
  find(accessKeyId: string): Promise<AccessKey | undefined>
  list(): Promise<readonly AccessKey[]>
  insert(key: AccessKey): Promise<void>
  remove(accessKeyId: string): Promise<'removed' | 'absent'>
}

/** A code of an authenticator app that was right. */
export interface TotpUse {
  readonly sub: string
  /** Steps of time since the epoch (RFC 6238, T). */
  readonly step: number
  readonly atMs: number
  /** The first code of an app: what was used of the one before in this Region counts no more. */
  readonly isFirstOfApp?: boolean
}

/** Codes of authenticator apps that were used. */
export interface TotpUses {
  /** Uses a code up; 'again' when this Region knows of its step or of a later one. Atomic. */
  use(pool: Pool, use: TotpUse): Promise<'first' | 'again'>
}
