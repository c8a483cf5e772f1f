// The states of a user (UserStatusType), and how they follow each other:
//
//   SignUp --> UNCONFIRMED --ConfirmSignUp--> CONFIRMED <--------------------------+
//   AdminCreateUser --> FORCE_CHANGE_PASSWORD --NEW_PASSWORD_REQUIRED--> CONFIRMED |
//   CONFIRMED --AdminResetUserPassword--> RESET_REQUIRED --ConfirmForgotPassword---+
//   any --AdminSetUserPassword--> CONFIRMED (permanent) or FORCE_CHANGE_PASSWORD

/** Every status the API knows; those of federated and imported users come with those features. */
export const USER_STATUSES = [
  'UNCONFIRMED',
  'CONFIRMED',
  'ARCHIVED',
  'COMPROMISED',
  'UNKNOWN',
  'RESET_REQUIRED',
  'FORCE_CHANGE_PASSWORD',
  'EXTERNAL_PROVIDER',
] as const

/** The status of a user. */
export type UserStatus = (typeof USER_STATUSES)[number]
