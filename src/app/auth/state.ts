// A sign-in as the rules see it: what decides the next step, from settings, user and progress.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { AuthPool, AuthState, AuthUser } from '#domain/challenge/state.js'
import { isPasskeyEnough, mfaMethodsOf } from '#domain/pool/mfa-settings.js'
import type { MfaMethod } from '#domain/user/factors.js'
import { verifierOf } from '#domain/user/user.js'
import { asPrimary, type Pool } from '#ports/capability.js'
import type { AuthContext } from './challenge.js'
import type { AuthProgress } from './session.js'

/** What is decided on in one call, beside what the session carries. */
export interface Decisions extends Pick<AuthState, 'choice' | 'defined' | 'device'> {
  readonly chosen?: MfaMethod | undefined
}

/** The state of a sign-in; `record` is of the user who has proven the factors. */
export function authStateOf(
  { pool, client, isAdmin }: AuthContext,
  progress: Pick<AuthProgress, 'flow' | 'provenFactors'> &
    Partial<Pick<AuthProgress, 'history' | 'goal' | 'risk'>>,
  rest: {
    readonly record: OpenedAuthRecord | undefined
    readonly decisions?: Decisions
    readonly nowMs: number
    readonly isTotpOnSecondary: boolean
  },
): AuthState {
  const { flow, provenFactors, history = [], goal, risk } = progress
  const { record, decisions, nowMs, isTotpOnSecondary } = rest
  return {
    request: { flow, isAdmin, beginsWithSrp: history[0]?.name === 'SRP_A' },
    pool: authPoolOf(pool, isTotpOnSecondary),
    client: client.settings,
    provenFactors,
    goal,
    risk: risk?.demand,
    user: record && authUserOf(record),
    nowMs,
    ...decisions,
  }
}

/** The user of a sign-in, as the rules see it. */
export function authUserOf({ user, credential, factors }: OpenedAuthRecord): AuthUser {
  return {
    isEnabled: user.isEnabled,
    status: user.status,
    attributes: user.attributes,
    hasPassword: credential !== undefined,
    temporaryUntilMs: verifierOf(credential)?.temporaryUntilMs,
    factors,
  }
}

/** The pool of a sign-in, as the rules see it. */
export function authPoolOf(pool: Pool, isTotpOnSecondary: boolean): AuthPool {
  const { settings } = pool
  const mechanisms = settings.accountRecoverySetting?.recoveryMechanisms ?? []
  const [first] = [...mechanisms].sort((a, b) => a.priority - b.priority)
  return {
    isPrimary: asPrimary(pool) !== undefined,
    firstFactors: settings.signInPolicy.allowedFirstAuthFactors ?? [],
    mfa: {
      configuration: settings.mfaConfiguration,
      methods: mfaMethodsOf(settings),
      isPasskeyEnough: isPasskeyEnough(settings),
      recoveryAddress:
        first?.name === 'verified_email'
          ? 'email'
          : first?.name === 'verified_phone_number'
            ? 'phone_number'
            : undefined,
      takesSoftwareTokens: isTotpOnSecondary || asPrimary(pool) !== undefined,
    },
  }
}
