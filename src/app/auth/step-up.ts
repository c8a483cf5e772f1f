// What a choice-based sign-in asks of its level: TARGET_ACR_VALUES, the credit of an ACCESS_TOKEN
// and its MAX_AGE. A token credits what its `amr` says, which no trigger can change; tokens without
// one credit nothing.
//
// Deviation: `acr` and `amr` are in tokens only where the pool has an AcrConfiguration, or a level
// was asked for, so that the contents of all other tokens stay what clients have seen so far.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { SessionServices } from '#app/sessions/services.js'
import { verifyAccess } from '#app/sessions/verify.js'
import type { AuthFactor } from '#domain/challenge/factors.js'
import type { AuthPool, FirstChoice } from '#domain/challenge/state.js'
import {
  choicesToward,
  creditedFactors,
  goalOf,
  levelOf,
  secondsToward,
} from '#domain/challenge/step-up.js'
import { USER_ADMIN_SCOPE } from '#domain/oauth/scopes.js'
import { type AcrLevel, acrLevelOf, acrNameOf } from '#domain/pool/acr-settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import { tierRefusal } from '#domain/settings/table.js'
import type { Pool } from '#ports/capability.js'
import type { AuthContext, AuthStep, Parameters } from './challenge.js'
import type { AuthProgress } from './session.js'
import { authUserOf } from './state.js'

/** A level that is asked for. */
export interface StepUp {
  readonly kind: 'step-up'
  /** By priority. */
  readonly targets: readonly AcrLevel[]
  /** What the access token has proven; of nobody where there is none. */
  readonly credit: readonly AuthFactor[]
  /** Whose token it is. */
  readonly sub: string | undefined
}

/** What the parameters ask for; undefined when they ask for no level. */
export async function stepUpOf(
  tokens: SessionServices,
  { pool, client }: AuthContext,
  parameters: Parameters,
): Promise<StepUp | Refused | undefined> {
  const { TARGET_ACR_VALUES: asked, ACCESS_TOKEN: token, MAX_AGE: age } = parameters
  if (!asked) {
    if (!token) return undefined
    return refused('invalid-parameter', 'ACCESS_TOKEN needs TARGET_ACR_VALUES.')
  }
  if (pool.tier === 'LITE') {
    const need = { what: 'Step-up authentication', plan: 'ESSENTIALS' } as const
    return refused('tier', tierRefusal(pool.tier, need))
  }
  const names = pool.settings.acrConfiguration
  const targets = asked.split(' ').flatMap((name) => acrLevelOf(names, name) ?? [])
  if (targets.length === 0) {
    return refused('invalid-parameter', 'None of the TARGET_ACR_VALUES is a level of the pool.')
  }
  if (age !== undefined && !/^[0-9]{1,9}$/.test(age)) {
    return refused('invalid-parameter', 'MAX_AGE is not a number of seconds.')
  }
  if (!token) return { kind: 'step-up', targets, credit: [], sub: undefined }
  const verified = await verifyAccess(tokens, {
    pool,
    client,
    token,
    requiredScope: USER_ADMIN_SCOPE,
  })
  if (verified.kind === 'refused') return verified
  const { sub, claims } = verified.user
  const seconds = Math.floor(tokens.clock.nowMs() / 1000) - Number(claims['auth_time'])
  const isFresh = age === undefined || seconds <= Number(age)
  const amr = Array.isArray(claims['amr']) ? claims['amr'].map(String) : []
  return { kind: 'step-up', targets, credit: isFresh ? creditedFactors(amr) : [], sub }
}

/** A sign-in that knows its goal: where it begins, or what it goes on with. */
type Led =
  | { readonly kind: 'first'; readonly step: AuthStep; readonly available: readonly FirstChoice[] }
  | {
      readonly kind: 'second'
      readonly step: AuthStep
      readonly available: readonly FirstChoice[]
      readonly record: OpenedAuthRecord
    }

/** What a sign-in begins with on the way to its level. A name without a user is led as one with. */
export function towards(
  stepUp: StepUp | undefined,
  step: AuthStep,
  found: {
    readonly pool: AuthPool
    readonly available: readonly FirstChoice[]
    readonly record: OpenedAuthRecord | undefined
  },
): Led | Refused {
  const { pool, available, record } = found
  if (stepUp === undefined) return { kind: 'first', step, available }
  const { targets, credit, sub } = stepUp
  // Of whom the token is not, it says nothing, and so does this.
  if (sub !== undefined && record?.user.sub !== sub) return refused('access-token-invalid')
  const [highest] = targets
  if (record === undefined) {
    return {
      kind: 'first',
      step: { ...step, progress: { ...step.progress, goal: highest } },
      available,
    }
  }
  const means = { pool, available, user: authUserOf(record) }
  const aimed = goalOf(targets, credit, means)
  if (aimed.kind === 'refused') return aimed
  const { goal } = aimed
  const progress = { ...step.progress, provenFactors: credit, goal }
  const next = { ...step, progress }
  if (secondsToward(goal, credit, means).length > 0) {
    return { kind: 'second', step: next, available: [], record }
  }
  return { kind: 'first', step: next, available: choicesToward(goal, credit, means) }
}

/** `acr` of the tokens of a sign-in, if they carry one. */
export function acrOf(
  { settings }: Pool,
  { goal, provenFactors }: Pick<AuthProgress, 'goal' | 'provenFactors'>,
): string | undefined {
  const { acrConfiguration: names } = settings
  const level = levelOf(provenFactors)
  if (level === undefined || (names === undefined && goal === undefined)) return undefined
  return acrNameOf(names, level)
}
