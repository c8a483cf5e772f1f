// Authentication levels: what factors are worth, and what a sign-in that is to reach a level
// (TARGET_ACR_VALUES) still needs. The goal is chosen once, when it is known whom the name means,
// and then reached or not: nothing less is given out. It adds to what the pool demands and never
// takes anything away: second-factor.ts is asked all the same.
//
//   goal of a choice-based sign-in: the first target that the user's factors can reach
//   |-- the credit (factors of an access token) is worth it already -----------> refused
//   |-- no target can be reached ------------------------------------------------> refused
//   |-- password credited, a second factor reaches it ---------------> step towards the goal
//   `-- otherwise: begin with a factor that leads to it (first-factor.ts)
//
//   step towards the goal
//   |-- reached, or none ----------------------------------------------------> nothing
//   |-- the method that was chosen, else the preferred one, else the only one that reaches it
//   |-- several ---------------------------------------------------------> SELECT_MFA_TYPE
//   `-- none any more -----------------------------------------------------------> refused
// Cognito: developer guide, "Step-up authentication" (table of levels), 2026.

import type { AcrLevel } from '../pool/acr-settings.js'
import { type Refused, refused } from '../refusal.js'
import type { MfaMethod } from '../user/factors.js'
import { type AuthFactor, hasPasskey } from './factors.js'
import { activeMethods, factorOfMethod } from './second-factor.js'
import {
  type AuthPool,
  type AuthState,
  type AuthUser,
  challenge,
  type FirstChoice,
  type Requirement,
} from './state.js'

const FIRST_FACTORS: Readonly<Record<FirstChoice, AuthFactor>> = {
  PASSWORD_SRP: 'password',
  PASSWORD: 'password',
  EMAIL_OTP: 'email-code',
  SMS_OTP: 'sms-code',
  WEB_AUTHN: 'platform-passkey',
}

/** Methods of `amr` by the factors that they credit. */
const CREDITS: Readonly<Record<string, AuthFactor>> = {
  pwd: 'password',
  otp: 'software-token',
  sms: 'sms-code',
  email_otp: 'email-code',
  swk: 'platform-passkey',
  hwk: 'roaming-passkey',
}

/** The level that the factors are worth; undefined where they are worth none. */
export function levelOf(factors: readonly AuthFactor[]): AcrLevel | undefined {
  const has = (factor: AuthFactor) => factors.includes(factor)
  const hasCode = has('sms-code') || has('email-code')
  if (has('password') && has('software-token')) return 4
  if (hasPasskey(factors) || (has('password') && hasCode)) return 3
  if (hasCode) return 2
  return has('password') ? 1 : undefined
}

/** The factors that a token's `amr` credits. */
export function creditedFactors(amr: readonly string[]): readonly AuthFactor[] {
  return amr.flatMap((method) => (Object.hasOwn(CREDITS, method) ? (CREDITS[method] ?? []) : []))
}

/** What a user can sign in with. */
export interface Means {
  readonly pool: AuthPool
  readonly user: Pick<AuthUser, 'attributes' | 'factors'>
  /** What the user can begin with. */
  readonly available: readonly FirstChoice[]
}

/** The level to reach, or why there is none. */
export function goalOf(
  targets: readonly AcrLevel[],
  credit: readonly AuthFactor[],
  means: Means,
): { readonly kind: 'goal'; readonly goal: AcrLevel } | Refused {
  const credited = levelOf(credit) ?? 0
  const goal = targets.find(
    (level) =>
      credited >= level ||
      choicesToward(level, credit, means).length > 0 ||
      secondsToward(level, credit, means).length > 0,
  )
  if (goal === undefined) return refused('level-unreachable')
  return credited >= goal ? refused('level-reached') : { kind: 'goal', goal }
}

/** What a sign-in to the level can begin with, beside what is proven. */
export function choicesToward(
  goal: AcrLevel,
  proven: readonly AuthFactor[],
  means: Means,
): readonly FirstChoice[] {
  return means.available.filter((choice) => {
    const factor = FIRST_FACTORS[choice]
    if (proven.includes(factor)) return false
    const factors = [...proven, factor]
    return isWorth(factors, goal) || secondsToward(goal, factors, means).length > 0
  })
}

/** Second factors that lift what is proven to the level; they come after a password. */
export function secondsToward(
  goal: AcrLevel,
  proven: readonly AuthFactor[],
  { pool, user }: Pick<Means, 'pool' | 'user'>,
): readonly MfaMethod[] {
  if (!proven.includes('password') || pool.mfa.configuration === 'OFF') return []
  // Who asks for a level asks for the factor, as a pool does that requires one.
  const required = { mfa: { ...pool.mfa, configuration: 'ON' } }
  return activeMethods(required, user).filter((method) => {
    const factor = factorOfMethod(method)
    if (method === 'SOFTWARE_TOKEN_MFA' && !pool.mfa.takesSoftwareTokens) return false
    return !proven.includes(factor) && isWorth([...proven, factor], goal)
  })
}

/** The next step towards the goal of a sign-in; undefined where it has none, or is there. */
export function stepUpRequirement(
  { goal, pool, provenFactors, chosen }: AuthState,
  user: AuthUser,
): Requirement | undefined {
  if (goal === undefined || isWorth(provenFactors, goal)) return undefined
  const methods = secondsToward(goal, provenFactors, { pool, user })
  const [first] = methods
  if (first === undefined) return refused('level-unreachable')
  const wanted = [chosen, user.factors.mfa?.preferred]
  const found = wanted.find((one) => one !== undefined && methods.includes(one))
  if (found !== undefined) return challenge(found)
  return methods.length === 1 ? challenge(first) : challenge('SELECT_MFA_TYPE', methods)
}

function isWorth(factors: readonly AuthFactor[], goal: AcrLevel): boolean {
  return (levelOf(factors) ?? 0) >= goal
}
