// What a challenge remembers between its two calls, sealed into the `Session` string (and, for SRP,
// into the secret block that the client's proof covers). Nothing is stored, so any node of this
// Region can take the next step. Safe against replay because a session is taken once, in the
// Region that sealed it; another Region would learn of its use too late, and so refuses it.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'

interface SessionBase {
  readonly id: string
  readonly region: string
  readonly clientId: string
  /** The user, or a name made up for a user who does not exist. */
  readonly sub: string
  readonly username: string
  readonly expiresAtMs: number
}

/** Between SRP's two steps (RFC 5054's B and what made it). Values are hexadecimal. */
export interface SrpSession extends SessionBase {
  readonly step: 'PASSWORD_VERIFIER'
  readonly publicA: string
  readonly publicB: string
  readonly privateB: string
  /** What the user typed; the second call must name the same user. */
  readonly typedName: string
}

/** After a temporary password was right. */
export interface NewPasswordSession extends SessionBase {
  readonly step: 'NEW_PASSWORD_REQUIRED'
  /** The salt of that password: a session does not outlive the password that opened it. */
  readonly salt: string
}

/** The `Session` string that goes beside SRP's secret block: short, and names the same session. */
export interface SrpSessionReference extends SessionBase {
  readonly step: 'SRP_TICKET'
}

export type ChallengeSession = SrpSession | SrpSessionReference | NewPasswordSession

const PURPOSE = 'session'

export function sealSession(
  cipher: PoolCipher,
  salt: Uint8Array,
  session: ChallengeSession,
): string {
  return sealToken(cipher.tokenKey, PURPOSE, cipher.poolId, salt, session)
}

/** The session, if this pool sealed it; undefined for anything else. */
export function openSession(cipher: PoolCipher, text: string): ChallengeSession | undefined {
  return openToken(cipher.tokenKey, PURPOSE, cipher.poolId, text) as ChallengeSession | undefined
}
