// How a sign-in step can end. A refusal is a value, since each face words it in its own way; a new
// word does not compile until every face has said what it means.
import type { TokenSet } from '#app/sessions/tokens.js'

export type Refusal =
  | 'alias-in-use'
  | 'flow-not-enabled'
  | 'flow-not-implemented'
  | 'flow-of-other-side'
  | 'incorrect-credentials'
  | 'invalid-session'
  | 'locked-out'
  | 'missing-parameter'
  | 'password-history'
  | 'password-policy'
  | 'password-reset-required'
  | 'primary-only'
  | 'refresh-expired'
  | 'refresh-invalid'
  | 'refresh-reused'
  | 'refresh-revoked'
  | 'schema-violation'
  | 'secret-hash-mismatch'
  | 'secret-hash-missing'
  | 'session-expired'
  | 'srp-a-invalid'
  | 'temporary-password-expired'
  | 'too-many-attempts'
  | 'unauthorized-write'
  | 'user-absent'
  | 'user-disabled'
  | 'user-not-confirmed'

export type SignInOutcome =
  | { readonly kind: 'tokens'; readonly tokens: TokenSet }
  | {
      readonly kind: 'challenge'
      readonly name: 'PASSWORD_VERIFIER' | 'NEW_PASSWORD_REQUIRED'
      readonly session: string
      readonly parameters: Readonly<Record<string, string>>
    }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail?: string | undefined }

export function refused(reason: Refusal, detail?: string): SignInOutcome {
  return { kind: 'refused', reason, detail }
}
