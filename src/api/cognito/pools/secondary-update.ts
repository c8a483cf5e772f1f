// What UpdateUserPool may say on a secondary: the global settings as they are, and nothing else.
import type { CognitoInput } from '#contract/types.js'
import { keyArnIn } from '#domain/arn.js'
import type { Pool } from '#ports/capability.js'
import { keyArnOf } from './key-configuration.js'
import { differingSetting } from './settings.js'

// Deviation: global settings that a call on a secondary omits count as unchanged. The service asks
// for all of them to be sent, each equal to what it is.

/** The name of a given global setting that differs from the pool's; undefined when none does. */
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
  return differingSetting(pool.settings, input)
}

function isSameKey(
  pool: Pool,
  input: NonNullable<CognitoInput<'UpdateUserPool'>['KeyConfiguration']>,
): boolean {
  const arn = keyArnOf(input)
  if (arn === undefined || pool.kmsKeyArn === undefined) return arn === pool.kmsKeyArn
  return arn === pool.kmsKeyArn || arn === keyArnIn(pool.region, pool.kmsKeyArn)
}
