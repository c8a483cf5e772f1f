// What a sign-in must do next. One pure function, asked when a flow begins and again after each
// challenge that was met, decides it from the settings, the user and what is proven; nothing else
// in a sign-in does. What must stay true: without a proof, tokens never come next.
//
//   begin (nothing proven)
//   |-- flow of the other side, not enabled, not built ------------------------> refused
//   |-- REFRESH_TOKEN_AUTH, REFRESH_TOKEN -------------------------------------> refresh
//   |-- USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, ADMIN_NO_SRP_AUTH --> PASSWORD --+
//   `-- USER_SRP_AUTH ----------------------------------------> PASSWORD_VERIFIER --+  |
//                                                                                   |  |
//   password proven <---------------------------------------------------------------+--+
//   |-- user disabled, UNCONFIRMED, RESET_REQUIRED ----------------------------> refused
//   |-- FORCE_CHANGE_PASSWORD
//   |   |-- the temporary password is over, or this Region is a secondary -----> refused
//   |   `--> NEW_PASSWORD_REQUIRED --(the user is CONFIRMED)--> password proven
//   `-- otherwise -------------------------------------------------------------> tokens

import { isFlowAllowed, isFlowOfOtherSide } from '../client/auth-flows.js'
import type { ClientSettings } from '../client/settings.js'
import { type Refused, refused } from '../refusal.js'
import type { UserStatus } from '../user/user.js'

/** Challenges of this version. The call that begins a flow responds to PASSWORD. */
export type ChallengeName = 'PASSWORD' | 'PASSWORD_VERIFIER' | 'NEW_PASSWORD_REQUIRED'

/** What a user has shown to be the user. By SRP or in clear, a password is one factor. */
export type AuthFactor = 'password'

/** Authentication methods of the factors, as in `amr` (RFC 8176). */
export function methodsOf(factors: readonly AuthFactor[]): readonly string[] {
  return factors.map((factor) => METHODS[factor])
}

const METHODS: Readonly<Record<AuthFactor, string>> = { password: 'pwd' }

/** Everything that decides what comes next. */
export interface AuthState {
  /** The call that began the sign-in. */
  readonly request: { readonly flow: string; readonly isAdmin: boolean }
  /** `isPrimary`: whether this Region may write the directory. */
  readonly pool: { readonly isPrimary: boolean }
  readonly client: Pick<ClientSettings, 'explicitAuthFlows'>
  readonly provenFactors: readonly AuthFactor[]
  /** The user who has proven them; undefined as long as nothing is proven. */
  readonly user:
    | {
        readonly isEnabled: boolean
        readonly status: UserStatus
        /** When a temporary password is over, in milliseconds since the epoch. */
        readonly temporaryUntilMs: number | undefined
      }
    | undefined
  readonly nowMs: number
}

/** What a sign-in does next. */
export type Requirement =
  | { readonly kind: 'tokens' }
  /** New tokens for a session that began earlier. */
  | { readonly kind: 'refresh' }
  | { readonly kind: 'challenge'; readonly name: ChallengeName }
  | Refused

/** What comes next in a sign-in. */
export function nextRequirement(state: AuthState): Requirement {
  const { user } = state
  if (user === undefined || state.provenFactors.length === 0) return firstRequirement(state)
  if (!user.isEnabled) return refused('user-disabled')
  switch (user.status) {
    case 'UNCONFIRMED':
      return refused('user-not-confirmed')
    case 'RESET_REQUIRED':
      return refused('password-reset-required')
    case 'FORCE_CHANGE_PASSWORD':
      return newPasswordRequirement(state, user.temporaryUntilMs)
    default:
      return { kind: 'tokens' }
  }
}

function firstRequirement({ request: { flow, isAdmin }, client }: AuthState): Requirement {
  if (isFlowOfOtherSide(flow, isAdmin)) return refused('flow-of-other-side')
  if (!isFlowAllowed(client, flow, isAdmin)) return refused('flow-not-enabled', flow)
  switch (flow) {
    case 'USER_PASSWORD_AUTH':
    case 'ADMIN_USER_PASSWORD_AUTH':
    case 'ADMIN_NO_SRP_AUTH':
      return { kind: 'challenge', name: 'PASSWORD' }
    case 'USER_SRP_AUTH':
      return { kind: 'challenge', name: 'PASSWORD_VERIFIER' }
    case 'REFRESH_TOKEN_AUTH':
    case 'REFRESH_TOKEN':
      return { kind: 'refresh' }
    default:
      return refused('flow-not-implemented', flow)
  }
}

function newPasswordRequirement(
  { pool, nowMs }: AuthState,
  temporaryUntilMs: number | undefined,
): Requirement {
  if (temporaryUntilMs !== undefined && temporaryUntilMs <= nowMs) {
    return refused('temporary-password-expired')
  }
  // The response would write the directory, so a secondary does not ask for it.
  if (!pool.isPrimary) return refused('primary-only')
  return { kind: 'challenge', name: 'NEW_PASSWORD_REQUIRED' }
}
