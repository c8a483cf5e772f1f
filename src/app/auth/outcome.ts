// How a sign-in step can end. A refusal is a value, since each face words it in its own way.
import type { TokenSet } from '#app/sessions/issue.js'
import type { ChallengeName } from '#domain/challenge/requirements.js'
import type { Refused } from '#domain/refusal.js'

/** A challenge that the client is to answer. */
export interface ChallengeIssued {
  readonly kind: 'challenge'
  readonly name: ChallengeName
  /** What to send back as `Session`. */
  readonly session: string
  readonly parameters: Readonly<Record<string, string>>
}

export type SignInOutcome =
  | { readonly kind: 'tokens'; readonly tokens: TokenSet }
  | ChallengeIssued
  | Refused
