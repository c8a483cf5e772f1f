// The MFA and passkey settings of a pool, as SetUserPoolMfaConfig takes and GetUserPoolMfaConfig
// describes them.

import { ApiError } from '#api/protocol/errors.js'
import type { CognitoInput, CognitoOutput } from '#contract/types.js'
import type { Pool } from '#ports/capability.js'
import { describedFor } from './own-operation.js'

export type MfaInput = Omit<CognitoInput<'SetUserPoolMfaConfig'>, 'UserPoolId'>

// Cognito: only configured parts are described; a new pool has MfaConfiguration alone. Measured
// against the service, floci-io/floci #2831, 2026-08.
export function toMfaShape(pool: Pool): CognitoOutput<'GetUserPoolMfaConfig'> {
  // Settings are stored as they came through the contract, so their values are the wire's.
  return describedFor('SetUserPoolMfaConfig', pool) as CognitoOutput<'GetUserPoolMfaConfig'>
}

// Cognito: the operation replaces everything: without MfaConfiguration it turns MFA off, and a
// factor beside that is refused, Enabled or not. Passkeys are no factor of MFA and go with OFF.
// Measured against the service, go-to-k/cdkd #1923 and #1968, 2026-08.

/** Refuses a request whose parts contradict each other. */
export function requireMfaConfig(input: MfaInput): void {
  const { SmsMfaConfiguration, SoftwareTokenMfaConfiguration, EmailMfaConfiguration } = input
  const factors = [SmsMfaConfiguration, SoftwareTokenMfaConfiguration, EmailMfaConfiguration]
  const hasFactor = factors.some((factor) => factor !== undefined)
  if ((input.MfaConfiguration ?? 'OFF') === 'OFF') {
    if (!hasFactor) return
    throw new ApiError(
      'InvalidParameterException',
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    )
  }
  const isEnabled =
    SmsMfaConfiguration !== undefined ||
    EmailMfaConfiguration !== undefined ||
    SoftwareTokenMfaConfiguration?.Enabled === true
  if (isEnabled) return
  // Cognito: go-to-k/cdkd #1920, 2026-08.
  throw new ApiError(
    'InvalidParameterException',
    'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
  )
}

// Cognito: aws-cdk #12075, aws-cli #3876, cloudformation-coverage-roadmap #2221, 2024-12.

/** Refuses a pool that asks for a second factor and has no way to send one. */
export function requireMfaTransport(
  input: Pick<CognitoInput<'CreateUserPool'>, 'MfaConfiguration' | 'SmsConfiguration'>,
): void {
  const isOff = (input.MfaConfiguration ?? 'OFF') === 'OFF'
  if (isOff || input.SmsConfiguration !== undefined) return
  throw new ApiError(
    'InvalidParameterException',
    'SMS configuration and Auto verification for phone_number are required when MFA is ' +
      'required/optional',
  )
}
