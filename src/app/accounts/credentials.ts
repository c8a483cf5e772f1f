// New passwords: checked against the pool's policy and history, then kept as an SRP verifier. The
// password itself is never stored, sealed or logged.
import { policyRefusal } from '#domain/credential/password-policy.js'
import { createVerifier, verifyPassword } from '#domain/credential/srp.js'
import { poolNameOf } from '#domain/pool/id.js'
import type { Credential, PasswordVerifier } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'

export type CredentialOutcome =
  | { readonly kind: 'made'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly reason: 'policy' | 'history'; readonly message: string }

/** A credential for `password`, or what is wrong with it. One 3,072-bit exponentiation. */
export function credentialFor(options: {
  readonly pool: Pool
  readonly user: { readonly username: string }
  readonly password: string
  /** 16 random bytes. */
  readonly salt: Uint8Array
  readonly previous: Credential | undefined
  readonly temporaryUntilMs?: number | undefined
}): CredentialOutcome {
  const { pool, user, password, salt, previous, temporaryUntilMs } = options
  const policy = pool.settings.passwordPolicy
  const message = policyRefusal(policy, password)
  if (message !== undefined) return { kind: 'refused', reason: 'policy', message }
  const named = { poolName: poolNameOf(pool.id), userId: user.username, password }
  const historySize = policy.passwordHistorySize ?? 0
  const past: readonly PasswordVerifier[] =
    previous === undefined || historySize === 0 ? [] : [previous, ...previous.history]
  if (past.slice(0, historySize).some((old) => verifyPassword({ ...named, ...old }))) {
    return {
      kind: 'refused',
      reason: 'history',
      message: 'Password has previously been used. Choose a different password.',
    }
  }
  const { verifier } = createVerifier({ ...named, salt })
  const history = past
    .slice(0, Math.max(0, historySize - 1))
    .map((old) => ({ salt: old.salt, verifier: old.verifier }))
  return {
    kind: 'made',
    credential: {
      salt: Buffer.from(salt).toString('hex'),
      verifier,
      history,
      ...(temporaryUntilMs === undefined ? {} : { temporaryUntilMs }),
    },
  }
}
