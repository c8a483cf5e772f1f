// New passwords: checked against the pool's policy and history, then kept as an SRP verifier. The
// password itself is never stored, sealed or logged.
import { poolNameOf } from '../pool/id.js'
import type { GlobalSettings } from '../pool/settings.js'
import { DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from '../pool/structures.js'
import { type Refused, refused } from '../refusal.js'
import type { Credential, PasswordVerifier } from '../user/user.js'
import { policyRefusal } from './password-policy.js'
import { createVerifier, verifyPassword } from './srp.js'

const DAY_MS = 86_400_000

/** A credential, or what is wrong with its password. */
export type CredentialOutcome = { readonly kind: 'made'; readonly credential: Credential } | Refused

/** A credential for `password`, or what is wrong with it. One 3,072-bit exponentiation. */
export function credentialFor(options: {
  readonly pool: {
    readonly id: string
    readonly settings: { readonly passwordPolicy: PasswordPolicy }
  }
  readonly user: { readonly username: string }
  readonly password: string
  /** 16 random bytes. */
  readonly salt: Uint8Array
  readonly previous: Credential | undefined
  /** When a temporary password stops working. */
  readonly temporaryUntilMs?: number | undefined
}): CredentialOutcome {
  const { pool, user, password, salt, previous, temporaryUntilMs } = options
  const policy = pool.settings.passwordPolicy
  const shortcoming = policyRefusal(policy, password)
  if (shortcoming !== undefined) return refused('password-policy', shortcoming)
  const named = { poolName: poolNameOf(pool.id), userId: user.username, password }
  const historySize = policy.passwordHistorySize ?? 0
  const past: readonly PasswordVerifier[] =
    previous === undefined || historySize === 0 ? [] : [previous, ...previous.history]
  if (past.slice(0, historySize).some((old) => verifyPassword({ ...named, ...old }))) {
    return refused('password-history')
  }
  const history = past
    .slice(0, Math.max(0, historySize - 1))
    .map((old) => ({ salt: old.salt, verifier: old.verifier }))
  return {
    kind: 'made',
    credential: {
      ...migratedCredential({ pool, user, password, salt }),
      history,
      ...(temporaryUntilMs === undefined ? {} : { temporaryUntilMs }),
    },
  }
}

/** A credential for a password that another directory accepted: no policy of ours is asked. */
export function migratedCredential(options: {
  readonly pool: { readonly id: string }
  readonly user: { readonly username: string }
  readonly password: string
  /** 16 random bytes. */
  readonly salt: Uint8Array
}): Credential {
  const { pool, user, password, salt } = options
  const named = { poolName: poolNameOf(pool.id), userId: user.username, password }
  const { verifier } = createVerifier({ ...named, salt })
  return { salt: Buffer.from(salt).toString('hex'), verifier, history: [] }
}

/** When a temporary password that is set now stops working. */
export function temporaryUntilMs(
  {
    passwordPolicy,
    unusedAccountValidityDays,
  }: { readonly passwordPolicy: PasswordPolicy } & Pick<
    GlobalSettings,
    'unusedAccountValidityDays'
  >,
  nowMs: number,
): number {
  const days =
    passwordPolicy.temporaryPasswordValidityDays ??
    unusedAccountValidityDays ??
    DEFAULT_PASSWORD_POLICY.temporaryPasswordValidityDays
  return nowMs + days * DAY_MS
}
