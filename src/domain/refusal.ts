// Why a step of a sign-in or a change of an account or a setting is refused. One vocabulary, as
// values that each API words itself: a reason that is added here does not compile until the user
// pools API has an error for it. What must stay true: a reason is about the rule and never about an
// API, so that the user pools API, the token endpoint and the login pages refuse for the same
// reasons.

/** The reasons of refusals. Comments say what `detail` holds; elsewhere it is absent. */
export type RefusalReason =
  | 'access-token-expired'
  | 'access-token-invalid'
  | 'access-token-revoked'
  | 'access-token-scope'
  /** An address in place of a user name is taken: `email` or `phone_number`. */
  | 'address-exists'
  /** The attributes that the alias may be of, if they are known. */
  | 'alias-exists'
  | 'already-confirmed'
  | 'attribute-not-verifiable'
  | 'auth-event-absent'
  /** The client ID. */
  | 'client-absent'
  | 'code-expired'
  | 'code-failures'
  | 'code-mismatch'
  /** By which medium: `EMAIL` or `SMS`. */
  | 'code-not-delivered'
  | 'custom-auth-unconfigured'
  | 'daily-quota'
  | 'device-absent'
  | 'device-exists'
  | 'device-key-invalid'
  | 'devices-not-tracked'
  | 'feedback-token-invalid'
  /** The flow. */
  | 'flow-not-enabled'
  /** The flow. */
  | 'flow-not-implemented'
  | 'flow-of-other-side'
  | 'group-absent'
  | 'incorrect-credentials'
  /** What is wrong, in the service's words. */
  | 'invalid-parameter'
  | 'invalid-session'
  | 'invited-user-exists'
  | 'level-reached'
  | 'level-unreachable'
  | 'locked-out'
  | 'mfa-code-mismatch'
  | 'mfa-method-absent'
  /** The parameter. */
  | 'missing-parameter'
  | 'no-auto-verification'
  | 'no-recovery-contact'
  /** The user's status. */
  | 'not-confirmable'
  | 'not-resettable'
  | 'page-token-invalid'
  | 'passkey-challenge'
  | 'passkey-client'
  | 'passkey-malformed'
  | 'passkey-not-supported'
  | 'passkey-origin'
  | 'passkey-relying-party'
  | 'passkeys-not-enabled'
  | 'password-attempts'
  | 'password-compromised'
  | 'password-history'
  /** What the password lacks, in the service's words. */
  | 'password-policy'
  | 'password-reset-required'
  /** The pool ID. */
  | 'pool-absent'
  | 'primary-only'
  | 'recovery-by-admin-only'
  | 'refresh-token-expired'
  | 'refresh-token-invalid'
  | 'refresh-token-reused'
  | 'refresh-token-revoked'
  /** The client ID. */
  | 'secret-hash-mismatch'
  /** The client ID. */
  | 'secret-hash-missing'
  | 'security-reasons'
  | 'session-absent'
  | 'session-expired'
  | 'session-own'
  | 'session-used'
  | 'sign-up-not-permitted'
  | 'srp-a-invalid'
  | 'temporary-password-expired'
  | 'totp-enable-mismatch'
  | 'totp-mismatch'
  | 'totp-not-offered'
  | 'totp-reused'
  /** What the pool's tier lacks, in the service's words. */
  | 'tier'
  /** What keeps the pool from changing to the tier, in the service's words. */
  | 'tier-change'
  | 'too-many-attempts'
  | 'too-many-codes'
  | 'too-many-passkeys'
  | 'trigger-response-invalid'
  | 'unauthorized-write'
  /** What the state keeps from being done, in the service's words. */
  | 'unsupported-state'
  | 'user-absent'
  | 'user-disabled'
  | 'user-not-confirmed'
  | 'username-exists'
  | 'username-unknown'

/** A step that was refused. */
export interface Refused {
  readonly kind: 'refused'
  readonly reason: RefusalReason
  readonly detail: string | undefined
}

/** A refusal as a value. */
export function refused(reason: RefusalReason, detail?: string): Refused {
  return { kind: 'refused', reason, detail }
}
