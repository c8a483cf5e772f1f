// A pool's settings as its operations take and describe them.

import { ApiError } from '#api/protocol/errors.js'
import { toCamel } from '#contract/case.js'
import type { CognitoInput } from '#contract/types.js'
import { keyArnIn } from '#domain/arn.js'
import { emailConfigurationProblem } from '#domain/message/senders.js'
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
import { lambdaConfigProblem } from '#domain/trigger/lambda-config.js'
import type { Pool } from '#ports/capability.js'
import { differingMember, givenSettings } from '../settings.js'
import { keyArnOf } from './key-configuration.js'

const UPDATE = 'UpdateUserPool'

/** The settings of a new pool, or their InvalidParameterException. */
export function createdSettings(input: CognitoInput<'CreateUserPool'>): GlobalSettings {
  const { AliasAttributes: aliasAttributes = [], UsernameAttributes: usernameAttributes = [] } =
    input
  refuse(signInNamesRefusal({ aliasAttributes, usernameAttributes }))
  const schema = schemaOfNewPool(toCamel(input.Schema ?? []))
  if (schema.kind === 'problem') throw invalid(schema.problem)
  const given = { ...givenSettings(globalTable, input), ...smsMfaOf(input) }
  return settingsOf(newPoolSettings(given, schema.attributes))
}

/** The settings of a pool after an update, or their InvalidParameterException. */
export function updatedSettings(
  input: CognitoInput<'UpdateUserPool'>,
  before: GlobalSettings,
): GlobalSettings {
  const given = { ...givenSettings(globalTable, input), ...smsMfaOf(input) }
  return settingsOf(updatedPoolSettings(given, before))
}

/** Where MFA is asked for beside a transport of text messages, they are a second factor. */
function smsMfaOf(
  input: Pick<
    CognitoInput<'CreateUserPool'>,
    'MfaConfiguration' | 'SmsConfiguration' | 'SmsAuthenticationMessage'
  >,
) {
  const isOff = (input.MfaConfiguration ?? 'OFF') === 'OFF'
  if (isOff || input.SmsConfiguration === undefined) return {}
  return { smsMfa: toCamel({ SmsAuthenticationMessage: input.SmsAuthenticationMessage }) }
}

// Deviation: global settings that a call on a secondary omits count as unchanged. The service asks
// for all of them to be sent, each equal to what it is.

/**
 * The name of a given global setting that differs from the pool's, which an update on a secondary
 * may not have; undefined when none does.
 */
export function differingGlobal(
  pool: Pool,
  input: CognitoInput<'UpdateUserPool'>,
): string | undefined {
  if (input.PoolName !== undefined && input.PoolName !== pool.name) return 'PoolName'
  if (input.UserPoolTier !== undefined && input.UserPoolTier !== pool.tier) return 'UserPoolTier'
  const issuerType = input.IssuerConfiguration?.Type
  if (issuerType !== undefined && issuerType !== pool.issuerType) return 'IssuerConfiguration'
  if (input.KeyConfiguration !== undefined && !isSameKey(pool, input.KeyConfiguration)) {
    return 'KeyConfiguration'
  }
  const { settings } = pool
  return differingMember(globalTable, UPDATE, {
    request: input,
    settings,
    apply: (given) => settingsOf(updatedPoolSettings(given, settings)),
  })
}

function isSameKey(
  pool: Pool,
  input: NonNullable<CognitoInput<'UpdateUserPool'>['KeyConfiguration']>,
): boolean {
  const arn = keyArnOf(input)
  if (arn === undefined || pool.kmsKeyArn === undefined) return arn === pool.kmsKeyArn
  return arn === pool.kmsKeyArn || arn === keyArnIn(pool.region, pool.kmsKeyArn)
}

/** This Region's own settings of a new pool. */
export function createdRegionalSettings(input: CognitoInput<'CreateUserPool'>): RegionalSettings {
  return reconciledRegional(newSettings(regionalTable, givenSettings(regionalTable, input)))
}

/** This Region's own settings after an update. */
export function updatedRegionalSettings(
  input: CognitoInput<'UpdateUserPool'>,
  base: RegionalSettings,
): RegionalSettings {
  const given = givenSettings(regionalTable, input)
  return reconciledRegional(changedSettings(regionalTable, UPDATE, { given, base }))
}

function reconciledRegional(settings: RegionalSettings): RegionalSettings {
  refuse(lambdaConfigProblem(settings.lambdaConfig))
  refuse(emailConfigurationProblem(settings.emailConfiguration))
  return settings
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
