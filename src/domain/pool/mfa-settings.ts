// The multi-factor settings of a pool, as rows of the table of its settings, and what they mean.
// Two operations change them: CreateUserPool and UpdateUserPool know text messages only,
// SetUserPoolMfaConfig knows all.

import { inEffect } from '../settings/decisions.js'
import { flag, orElse, struct, text, word } from '../settings/shape.js'
import { global } from '../settings/table.js'
import type { MfaMethod } from '../user/factors.js'

const RESET = { SetUserPoolMfaConfig: 'reset' } as const

/** Rows of the settings that follow the primary Region. */
export const mfaTable = {
  smsAuthenticationMessage: global({
    wire: 'SmsAuthenticationMessage',
    shape: text,
    changedBy: { UpdateUserPool: 'reset' },
  }),
  mfaConfiguration: global({
    wire: 'MfaConfiguration',
    shape: orElse(word<'OFF' | 'ON' | 'OPTIONAL'>(), 'OFF'),
    // Cognito: SetUserPoolMfaConfig without it turns MFA off (cdkd #1923 and #1968, 2026-08).
    changedBy: { UpdateUserPool: 'kept', SetUserPoolMfaConfig: 'reset' },
  }),
  // There is one as soon as text messages are a second factor; its transport is each Region's own.
  smsMfa: global({
    wire: 'SmsMfaConfiguration',
    shape: struct({ smsAuthenticationMessage: text }),
    changedBy: { UpdateUserPool: 'kept', SetUserPoolMfaConfig: 'reset' },
    describedAs: undefined,
    decision: { SmsAuthenticationMessage: inEffect },
  }),
  softwareTokenMfa: global({
    wire: 'SoftwareTokenMfaConfiguration',
    shape: struct({ enabled: flag }),
    changedBy: RESET,
    describedAs: undefined,
    decision: { Enabled: inEffect },
  }),
  emailMfa: global({
    wire: 'EmailMfaConfiguration',
    shape: struct({ message: text, subject: text }),
    changedBy: RESET,
    describedAs: undefined,
    tier: () => ({ what: 'Email MFA', plan: 'ESSENTIALS' }),
    decision: { Message: inEffect, Subject: inEffect },
  }),
}

/** What the rules ask of a pool's multi-factor settings. */
export interface MfaSettings {
  readonly mfaConfiguration: string
  readonly smsMfa?: object | undefined
  readonly softwareTokenMfa?: { readonly enabled?: boolean | undefined } | undefined
  readonly emailMfa?: object | undefined
  readonly signInPolicy: { readonly allowedFirstAuthFactors?: readonly string[] | undefined }
  readonly webAuthnConfiguration?: unknown
}

/** The second factors that a pool has. */
export function mfaMethodsOf(settings: MfaSettings): readonly MfaMethod[] {
  const methods: MfaMethod[] = []
  if (settings.smsMfa !== undefined) methods.push('SMS_MFA')
  if (settings.softwareTokenMfa?.enabled === true) methods.push('SOFTWARE_TOKEN_MFA')
  if (settings.emailMfa !== undefined) methods.push('EMAIL_OTP')
  return methods
}

/** Whether a passkey with user verification is as good as two factors. */
export function isPasskeyEnough({
  webAuthnConfiguration,
}: Pick<MfaSettings, 'webAuthnConfiguration'>): boolean {
  const configuration = webAuthnConfiguration as { factorConfiguration?: unknown } | undefined
  return configuration?.factorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION'
}

// Cognito: developer guide, "MFA" and "Passwordless sign-in", 2026; the wording is ours.
/** What keeps first factors and required MFA from standing beside each other. */
export function firstFactorProblem(settings: MfaSettings): string | undefined {
  const { mfaConfiguration, signInPolicy } = settings
  if (mfaConfiguration === 'OFF' || mfaConfiguration === 'OPTIONAL') return undefined
  const first = signInPolicy.allowedFirstAuthFactors ?? []
  const otp = first.find((factor) => factor === 'EMAIL_OTP' || factor === 'SMS_OTP')
  if (otp !== undefined) {
    return `${otp} cannot be a first authentication factor of a user pool with required MFA.`
  }
  if (!first.includes('WEB_AUTHN') || isPasskeyEnough(settings)) return undefined
  return (
    'WEB_AUTHN can be a first authentication factor of a user pool with required MFA only if ' +
    'FactorConfiguration is MULTI_FACTOR_WITH_USER_VERIFICATION.'
  )
}
