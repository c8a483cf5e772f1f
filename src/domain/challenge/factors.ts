// What proves a user, and the challenges that ask for it, by the names of the API.

/** Challenges of a sign-in. The call that begins a flow may itself respond to PASSWORD. */
export type ChallengeName =
  | 'PASSWORD'
  /** Responds to SELECT_CHALLENGE, as PASSWORD may. */
  | 'PASSWORD_SRP'
  | 'PASSWORD_VERIFIER'
  | 'NEW_PASSWORD_REQUIRED'
  | 'SELECT_CHALLENGE'
  | 'EMAIL_OTP'
  | 'SMS_OTP'
  | 'WEB_AUTHN'
  | 'SMS_MFA'
  | 'SOFTWARE_TOKEN_MFA'
  | 'SELECT_MFA_TYPE'
  | 'MFA_SETUP'
  | 'CUSTOM_CHALLENGE'
  | 'DEVICE_SRP_AUTH'
  | 'DEVICE_PASSWORD_VERIFIER'

/**
 * What a user has shown to be the user. By SRP or in clear, a password is one factor, and so is a
 * code to one address, whether it came first or second. `user-verification` comes with a passkey
 * whose device knew its user; `custom` is what the customer's code was content with.
 */
export type AuthFactor =
  | 'password'
  | 'email-code'
  | 'sms-code'
  | 'software-token'
  | 'platform-passkey'
  | 'roaming-passkey'
  | 'user-verification'
  | 'custom'
  | 'device'

// Cognito: developer guide, "Step-up authentication", 2026, for all values but the absent ones.
const METHODS: Readonly<Record<AuthFactor, string | undefined>> = {
  password: 'pwd',
  'email-code': 'email_otp',
  'sms-code': 'sms',
  'software-token': 'otp',
  'platform-passkey': 'swk',
  'roaming-passkey': 'hwk',
  'user-verification': undefined,
  custom: undefined,
  device: undefined,
}

/** Factors that are methods by themselves, each once, in the order of their proof. */
export function distinctFactors(factors: readonly AuthFactor[]): readonly AuthFactor[] {
  return [...new Set(factors)].filter((factor) => METHODS[factor] !== undefined)
}

/** Authentication methods of the factors, as in `amr` (RFC 8176). */
export function methodsOf(factors: readonly AuthFactor[]): readonly string[] {
  const methods = distinctFactors(factors).map((factor) => METHODS[factor] ?? '')
  return methods.length > 1 ? [...methods, 'mfa'] : methods
}

/** Whether a passkey is among the factors. */
export function hasPasskey(factors: readonly AuthFactor[]): boolean {
  return factors.includes('platform-passkey') || factors.includes('roaming-passkey')
}
