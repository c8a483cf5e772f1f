// How the cells of the matrices end, in the words of the API: a challenge, tokens or an exception.

export const MODES = ['OFF', 'OPTIONAL', 'ON'] as const
export type Mode = (typeof MODES)[number]

/** Codes of apps are good once, so the walk of a matrix ends there. */
export const APP = 'SOFTWARE_TOKEN_MFA'
export const SELECT = 'SELECT_MFA_TYPE'
export const SETUP = 'MFA_SETUP'
export const NEW_PASSWORD = 'NEW_PASSWORD_REQUIRED'
/** What writes the directory: a secondary refuses the sign-in. */
export const WRITES: readonly string[] = [SETUP, NEW_PASSWORD]

export const UNCONFIRMED = 'UserNotConfirmedException: User is not confirmed.'
export const RESET = 'PasswordResetRequiredException: Password reset required for the user'
export const DISABLED = 'NotAuthorizedException: User is disabled.'
export const INCORRECT = 'NotAuthorizedException: Incorrect username or password.'
export const SECONDARY = /^OperationNotEnabledException: /
