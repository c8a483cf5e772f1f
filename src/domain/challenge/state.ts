// Everything that decides what comes next in a sign-in, and what may come next.

import type { ClientSettings } from '../client/settings.js'
import type { AcrLevel } from '../pool/acr-settings.js'
import type { Refused } from '../refusal.js'
import type { RiskDemand } from '../risk/response.js'
import type { MfaMethod, UserFactors } from '../user/factors.js'
import type { UserStatus } from '../user/user.js'
import type { AuthFactor, ChallengeName } from './factors.js'

/** How a user may begin a choice-based sign-in (USER_AUTH). */
export type FirstChoice = 'PASSWORD_SRP' | 'PASSWORD' | 'EMAIL_OTP' | 'SMS_OTP' | 'WEB_AUTHN'

/** A choice-based sign-in, once it is known whom the name means. */
export interface Choice {
  /** What the user, or the decoy, can begin with: `availableChoices`. */
  readonly available: readonly FirstChoice[]
  /** PREFERRED_CHALLENGE: gone straight to, if it is available. */
  readonly preferred?: string | undefined
  /** ANSWER to SELECT_CHALLENGE: refused, if it is not. */
  readonly answer?: string | undefined
}

/** What the customer's DefineAuthChallenge trigger decided. */
export type Defined = 'issue-tokens' | 'fail' | 'CUSTOM_CHALLENGE' | 'PASSWORD_VERIFIER'

/** The multi-factor settings of a pool. */
export interface PoolMfa {
  /** `OFF` or `OPTIONAL`; `ON` and any other word is the strictest. */
  readonly configuration: string
  /** Second factors that the pool has. */
  readonly methods: readonly MfaMethod[]
  /** FactorConfiguration: a passkey with user verification is as good as two factors. */
  readonly isPasskeyEnough: boolean
  /** The address that codes for a forgotten password go to first. */
  readonly recoveryAddress: 'email' | 'phone_number' | undefined
  /** Whether codes of authenticator apps are taken in this Region. */
  readonly takesSoftwareTokens: boolean
}

/** The pool of a sign-in. */
export interface AuthPool {
  /** Whether this Region may write the directory. */
  readonly isPrimary: boolean
  readonly mfa: PoolMfa
  /** AllowedFirstAuthFactors. */
  readonly firstFactors: readonly string[]
}

/** The user of a sign-in. */
export interface AuthUser {
  readonly isEnabled: boolean
  readonly status: UserStatus
  readonly attributes: Readonly<Record<string, string>>
  readonly hasPassword: boolean
  /** When a temporary password is over, in milliseconds since the epoch. */
  readonly temporaryUntilMs: number | undefined
  readonly factors: UserFactors
}

/** Everything that decides what comes next. */
export interface AuthState {
  /** The call that began the sign-in. `beginsWithSrp`: CUSTOM_AUTH with CHALLENGE_NAME=SRP_A. */
  readonly request: {
    readonly flow: string
    readonly isAdmin: boolean
    readonly beginsWithSrp?: boolean | undefined
  }
  readonly pool: AuthPool
  readonly client: Pick<ClientSettings, 'explicitAuthFlows'>
  readonly provenFactors: readonly AuthFactor[]
  /** In USER_AUTH, once the name was looked up. */
  readonly choice?: Choice | undefined
  /** In CUSTOM_AUTH, once the trigger was asked what comes now. */
  readonly defined?: Defined | undefined
  /** ANSWER to SELECT_MFA_TYPE. */
  readonly chosen?: MfaMethod | undefined
  /** The authentication level to reach, where one was asked for. */
  readonly goal?: AcrLevel | undefined
  /** A remembered device whose key came with the call, and whether it stands for MFA here. */
  readonly device?: 'instead-of-mfa' | 'besides-mfa' | undefined
  /** What threat protection demands of the sign-in, once it was assessed. */
  readonly risk?: RiskDemand | undefined
  /** The user who has proven the factors; undefined as long as nothing is proven. */
  readonly user: AuthUser | undefined
  readonly nowMs: number
}

/** What a sign-in does next. */
export type Requirement =
  | { readonly kind: 'tokens' }
  /** New tokens for a session that began earlier. */
  | { readonly kind: 'refresh' }
  /** Look up what the name can begin with, and ask again with `choice`. */
  | { readonly kind: 'choose' }
  /** Ask the customer's trigger, and ask again with `defined`. */
  | { readonly kind: 'define' }
  /** `options`: what the challenge offers, where it offers something. */
  | {
      readonly kind: 'challenge'
      readonly name: ChallengeName
      readonly options?: readonly string[]
    }
  | Refused

/** Everything is proven. */
export const TOKENS: Requirement = { kind: 'tokens' }

/** The requirement of a challenge. */
export function challenge(name: ChallengeName, options?: readonly string[]): Requirement {
  return { kind: 'challenge', name, ...(options && { options }) }
}
