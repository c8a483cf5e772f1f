// How a sign-in step can end. A refusal is a value, since each face words it in its own way.
import type { TokenSet } from '#app/sessions/tokens.js'
import type { Refused } from '#domain/refusal.js'

export type SignInOutcome =
  | { readonly kind: 'tokens'; readonly tokens: TokenSet }
  | {
      readonly kind: 'challenge'
      readonly name: 'PASSWORD_VERIFIER' | 'NEW_PASSWORD_REQUIRED'
      readonly session: string
      readonly parameters: Readonly<Record<string, string>>
    }
  | Refused
