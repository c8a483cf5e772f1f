// The MFA and passkey settings of a pool, as SetUserPoolMfaConfig takes and GetUserPoolMfaConfig
// describes them.

import { ApiError } from '#api/protocol/errors.js'
import type { CognitoInput, CognitoOutput } from '#contract/types.js'
import { relyingPartyProblem } from '#domain/credential/relying-party.js'
import { firstFactorProblem, type MfaSettings, mfaMethodsOf } from '#domain/pool/mfa-settings.js'
import { type RegionalSettings, regionalTable } from '#domain/pool/settings.js'
import type { Pool } from '#ports/capability.js'
import { describedSettings } from '../settings.js'
import { describedFor } from './own-operation.js'

export type MfaInput = Omit<CognitoInput<'SetUserPoolMfaConfig'>, 'UserPoolId'>

// Cognito: only configured parts are described; a new pool has MfaConfiguration alone. Measured
// against the service, floci-io/floci #2831, 2026-08.
export function toMfaShape(pool: Pool): CognitoOutput<'GetUserPoolMfaConfig'> {
  // Settings are stored as they came through the contract, so their values are the wire's.
  const shape = describedFor('SetUserPoolMfaConfig', pool) as CognitoOutput<'GetUserPoolMfaConfig'>
  const { SmsMfaConfiguration } = shape
  const { SmsConfiguration } = describedSettings(regionalTable, pool.regionalSettings)
  if (SmsMfaConfiguration === undefined || SmsConfiguration === undefined) return shape
  const sms = { ...SmsMfaConfiguration, SmsConfiguration }
  return { ...shape, SmsMfaConfiguration: sms as typeof SmsMfaConfiguration }
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

/**
 * Refuses a pool that asks for a second factor and has no way to send one. A pool whose second
 * factors were configured by SetUserPoolMfaConfig has them still.
 */
export function requireMfaTransport(
  input: Pick<CognitoInput<'CreateUserPool'>, 'MfaConfiguration' | 'SmsConfiguration'>,
  before?: MfaSettings,
): void {
  const isOff = (input.MfaConfiguration ?? 'OFF') === 'OFF'
  if (isOff || input.SmsConfiguration !== undefined) return
  if (before !== undefined && mfaMethodsOf(before).length > 0) return
  throw smsTransportMissing()
}

/** Refuses text messages as a second factor in a Region that cannot send any. */
export function requireSmsTransport(
  { SmsMfaConfiguration }: MfaInput,
  { smsConfiguration }: RegionalSettings,
): void {
  if (SmsMfaConfiguration !== undefined && smsConfiguration === undefined) {
    throw smsTransportMissing()
  }
}

function smsTransportMissing(): ApiError {
  return new ApiError(
    'InvalidParameterException',
    'SMS configuration and Auto verification for phone_number are required when MFA is ' +
      'required/optional',
  )
}

/** Refuses settings whose parts contradict those of other operations, or lack a transport. */
export function requireMfaSettings(settings: MfaSettings, regional: RegionalSettings): void {
  const problem = firstFactorProblem(settings) ?? partyProblem(settings)
  if (problem !== undefined) throw new ApiError('InvalidParameterException', problem)
  if (settings.emailMfa === undefined) return
  const email = regional.emailConfiguration as { emailSendingAccount?: unknown } | undefined
  if (email?.emailSendingAccount === 'DEVELOPER') return
  // Cognito: developer guide, "SMS and email message MFA", 2026; the wording is ours.
  throw new ApiError(
    'InvalidParameterException',
    'Email MFA needs an EmailConfiguration with the EmailSendingAccount DEVELOPER.',
  )
}

function partyProblem({ webAuthnConfiguration }: MfaSettings): string | undefined {
  const id = (webAuthnConfiguration as { readonly relyingPartyId?: string } | undefined)
    ?.relyingPartyId
  return id === undefined ? undefined : relyingPartyProblem(id)
}
