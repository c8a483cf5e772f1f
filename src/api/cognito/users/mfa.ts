// A user's second factors on the wire.

import type { PreferenceRequest } from '#app/accounts/second-factors.js'
import type { CognitoInput } from '#contract/types.js'
import { enabledSettings, type MfaMethod, type UserFactors } from '#domain/user/factors.js'

type PreferenceInput = Omit<CognitoInput<'SetUserMFAPreference'>, 'AccessToken'>
type MfaOptions = CognitoInput<'SetUserSettings'>['MFAOptions']

// Cognito: both members absent stand for false (API reference, SMSMfaSettingsType), 2026.
/** The choices of a request. */
export function preferenceFrom(input: PreferenceInput): PreferenceRequest {
  const given = [
    ['SMS_MFA', input.SMSMfaSettings],
    ['EMAIL_OTP', input.EmailMfaSettings],
    ['SOFTWARE_TOKEN_MFA', input.SoftwareTokenMfaSettings],
  ] as const
  const choices = new Map(
    given.flatMap(([factor, settings]) => {
      if (settings === undefined) return []
      const { Enabled: isEnabled = false, PreferredMfa: isPreferred = false } = settings
      return [[factor as MfaMethod, { isEnabled, isPreferred }] as const]
    }),
  )
  return { choices, isPasskeyEnabled: input.WebAuthnMfaSettings?.Enabled }
}

/** The same of the older operations, which know SMS only. */
export function preferenceFromOptions(options: MfaOptions): PreferenceRequest {
  const isEnabled = options.some(({ DeliveryMedium: medium }) => medium === 'SMS')
  const choices = new Map([['SMS_MFA', { isEnabled, isPreferred: isEnabled }] as const])
  return { choices, isPasskeyEnabled: undefined }
}

/** MFAOptions: the older form of the same, which knows SMS only. */
export function mfaOptionsShape({ mfa }: UserFactors) {
  if (mfa?.enabled.includes('SMS_MFA') !== true) return {}
  return { MFAOptions: [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }] }
}

/** What descriptions of a user say of second factors; nothing where the user has none. */
export function mfaShape(factors: UserFactors) {
  const settings = enabledSettings(factors)
  const preferred = factors.mfa?.preferred
  return {
    ...(preferred && { PreferredMfaSetting: preferred }),
    ...(settings.length > 0 && { UserMFASettingList: [...settings] }),
  }
}
