// The states of a user (UserStatusType), and how they follow each other:
//
//   SignUp --> UNCONFIRMED --ConfirmSignUp, AdminConfirmSignUp--> CONFIRMED <------+
//   AdminCreateUser --> FORCE_CHANGE_PASSWORD --NEW_PASSWORD_REQUIRED--> CONFIRMED |
//   CONFIRMED --AdminResetUserPassword--> RESET_REQUIRED --ConfirmForgotPassword---+
//   any --AdminSetUserPassword--> CONFIRMED (permanent) or FORCE_CHANGE_PASSWORD
//
// ConfirmForgotPassword also confirms an UNCONFIRMED user whose address an administrator verified,
// and ChangePassword one with a temporary password. The table in
// test/api/cognito/users/status.test.ts has every state with every operation.

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
