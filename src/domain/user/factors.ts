// What a user has to sign in with besides the password, as the directory holds it: one sealed value
// of the user's row, so that a sign-in reads it in the statement that it sends anyway. Written by
// the primary Region only; what a Region must remember of a use (the time step of a code that was
// taken, the counter of a passkey) is a row of its own.
//
// The form outlives releases: members may be added, and those that a version does not know stay.

/** Second factors, by the names of their challenges. */
export type MfaMethod = 'SMS_MFA' | 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP'

/** Second factors in the order in which the API lists them. */
export const MFA_METHODS: readonly MfaMethod[] = ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP']

/** An authenticator app (TOTP). */
export interface SoftwareToken {
  /** Base32, as the app has it. */
  readonly secret: string
  readonly friendlyName?: string | undefined
}

/** What a user opted in to (SetUserMFAPreference). */
export interface MfaPreference {
  readonly enabled: readonly MfaMethod[]
  readonly preferred?: MfaMethod | undefined
  /** Whether a passkey may take the place of two factors. */
  readonly isPasskeyEnabled?: boolean | undefined
}

/** The factors of a user; one without any has none of the members. */
export interface UserFactors {
  /** The app whose codes sign the user in: a first code of it was right. */
  readonly softwareToken?: SoftwareToken | undefined
  /** A secret that was handed out, until a first code of it is right. */
  readonly pendingToken?: SoftwareToken | undefined
  readonly mfa?: MfaPreference | undefined
  /** How many passkeys the user has; their rows are in a table of their own. */
  readonly passkeyCount?: number | undefined
}

/** Of a user who has nothing besides the password. */
export const NO_FACTORS = Object.freeze<UserFactors>({})

/** Whether there is nothing to store. */
export function hasNoFactors(factors: UserFactors): boolean {
  return Object.values(factors).every((member) => member === undefined)
}

/** A choice about one factor in a request. */
export interface FactorChoice {
  readonly isEnabled: boolean
  readonly isPreferred: boolean
}

/**
 * The preference with some factors chosen anew; those that are not among `choices` stay as they
 * are. A factor that is preferred takes the place of the one before, and one that is turned off is
 * preferred no more.
 */
export function withChoices(
  before: MfaPreference | undefined,
  choices: ReadonlyMap<MfaMethod, FactorChoice>,
): MfaPreference {
  const { enabled, preferred, ...rest } = before ?? { enabled: [] }
  const isOn = (method: MfaMethod) => choices.get(method)?.isEnabled ?? enabled.includes(method)
  const chosen = MFA_METHODS.find((method) => choices.get(method)?.isPreferred)
  const isDropped =
    preferred !== undefined && (choices.get(preferred)?.isPreferred === false || !isOn(preferred))
  return {
    ...rest,
    enabled: MFA_METHODS.filter(isOn),
    preferred: chosen ?? (isDropped ? undefined : preferred),
  }
}

/** The preference with one factor enabled; what is preferred stays. */
export function withMethod(before: MfaPreference | undefined, method: MfaMethod): MfaPreference {
  const enabled = before?.enabled ?? []
  return {
    ...before,
    enabled: MFA_METHODS.filter((one) => one === method || enabled.includes(one)),
  }
}

/** UserMFASettingList: what is enabled. */
export function enabledSettings({ mfa }: UserFactors): readonly string[] {
  const { enabled = [], isPasskeyEnabled = false } = mfa ?? {}
  return isPasskeyEnabled ? [...enabled, 'WEB_AUTHN'] : enabled
}
