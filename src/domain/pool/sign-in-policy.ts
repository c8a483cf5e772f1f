// What the first factors of a pool (AllowedFirstAuthFactors) mean for users without a password.

interface SignInSettings {
  readonly signInPolicy: { readonly allowedFirstAuthFactors?: readonly string[] | undefined }
}

// Cognito: API reference, SignUp and AdminCreateUser (Password, TemporaryPassword), 2026.
/** Whether a code by e-mail or SMS begins a sign-in, so that new users need no password for one. */
export function isCodeEnough({ signInPolicy }: SignInSettings): boolean {
  const { allowedFirstAuthFactors = [] } = signInPolicy
  return allowedFirstAuthFactors.some((factor) => factor === 'EMAIL_OTP' || factor === 'SMS_OTP')
}

/** Whether a user may sign up without a password: where one can ever sign in without. */
export function isPasswordOptional({ signInPolicy }: SignInSettings): boolean {
  const { allowedFirstAuthFactors = [] } = signInPolicy
  return allowedFirstAuthFactors.some((factor) => factor !== 'PASSWORD')
}
