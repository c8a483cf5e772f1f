// A pool's settings as its operations take and describe them.

import { ApiError } from '#api/protocol/errors.js'
import { toCamel } from '#contract/case.js'
import type { CognitoInput } from '#contract/types.js'
import { keyTierRefusal } from '#domain/pool/key-tier.js'
import { schemaOfNewPool, signInNamesRefusal } from '#domain/pool/schema.js'
import {
  type GlobalSettings,
  globalTable,
  newPoolSettings,
  type PoolSettingsOutcome,
  type RegionalSettings,
  regionalTable,
  updatedPoolSettings,
} from '#domain/pool/settings.js'
import { changedSettings, newSettings } from '#domain/settings/table.js'
import type { Pool } from '#ports/capability.js'
import { differingMember, givenSettings } from '../settings.js'

const UPDATE = 'UpdateUserPool'

/** The settings of a new pool, or their InvalidParameterException. */
export function createdSettings(input: CognitoInput<'CreateUserPool'>): GlobalSettings {
  const { AliasAttributes: aliasAttributes = [], UsernameAttributes: usernameAttributes = [] } =
    input
  refuse(signInNamesRefusal({ aliasAttributes, usernameAttributes }))
  const schema = schemaOfNewPool(toCamel(input.Schema ?? []))
  if (schema.kind === 'problem') throw invalid(schema.problem)
  return settingsOf(newPoolSettings(givenSettings(globalTable, input), schema.attributes))
}

/** The settings of a pool after an update, or their InvalidParameterException. */
export function updatedSettings(
  input: CognitoInput<'UpdateUserPool'>,
  before: GlobalSettings,
): GlobalSettings {
  return settingsOf(updatedPoolSettings(givenSettings(globalTable, input), before))
}

/** The member of an update that differs from the pool's global settings, if one does. */
export function differingSetting(
  settings: GlobalSettings,
  request: CognitoInput<'UpdateUserPool'>,
): string | undefined {
  return differingMember(globalTable, UPDATE, {
    request,
    settings,
    apply: (given) => settingsOf(updatedPoolSettings(given, settings)),
  })
}

/** This Region's own settings of a new pool. */
export function createdRegionalSettings(input: CognitoInput<'CreateUserPool'>): RegionalSettings {
  return newSettings(regionalTable, givenSettings(regionalTable, input))
}

/** This Region's own settings after an update. */
export function updatedRegionalSettings(
  input: CognitoInput<'UpdateUserPool'>,
  base: RegionalSettings,
): RegionalSettings {
  const given = givenSettings(regionalTable, input)
  return changedSettings(regionalTable, UPDATE, { given, base })
}

/** Refuses a customer managed key in the LITE tier. */
export function requireKeyTier(tier: Pool['tier'], arn: string | undefined, before?: Pool): void {
  const refusal = keyTierRefusal(tier, arn, before)
  if (refusal === undefined) return
  throw new ApiError(
    refusal.kind === 'tier-change'
      ? 'TierChangeNotAllowedException'
      : 'FeatureUnavailableInTierException',
    refusal.message,
  )
}

function settingsOf(outcome: PoolSettingsOutcome): GlobalSettings {
  if (outcome.kind === 'problem') throw invalid(outcome.problem)
  return outcome.settings
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw invalid(problem)
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidParameterException', message)
}
