// A user as the rules see it: opened, without any storage form.
//
// The states of a user (UserStatusType), and how they follow each other:
//
//   SignUp --> UNCONFIRMED --ConfirmSignUp, AdminConfirmSignUp--> CONFIRMED <------+
//   AdminCreateUser --> FORCE_CHANGE_PASSWORD --NEW_PASSWORD_REQUIRED--> CONFIRMED |
//   CONFIRMED --AdminResetUserPassword--> RESET_REQUIRED --ConfirmForgotPassword---+
//   any --AdminSetUserPassword--> CONFIRMED (permanent) or FORCE_CHANGE_PASSWORD
//
// A user import makes RESET_REQUIRED users, or CONFIRMED ones where a hash of the password came
// along or a code is enough to sign in. AdminCreateUser without a password, where codes are enough
// to sign in, makes a CONFIRMED user. ConfirmForgotPassword also confirms an UNCONFIRMED user whose
// address an administrator verified, and ChangePassword one with a temporary password.
// AdminResetUserPassword leaves a user without a password as it is: there is none to make void, and
// codes go on to sign the user in. The table in test/api/cognito/users/status.test.ts has every
// state with every operation.

import type { PasswordHash } from '../credential/password-hash.js'
import type { UserFactors } from './factors.js'

/** Every status the API knows; those of federated users come with federation. */
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

/** A user of a pool. `attributes` leaves out `sub`, which is the identity itself. */
export interface User {
  readonly sub: string
  readonly username: string
  readonly status: UserStatus
  readonly isEnabled: boolean
  /** All values are text, as on the wire and as they were written. */
  readonly attributes: Readonly<Record<string, string>>
  /**
   * New addresses that wait for their proof (AttributesRequireVerificationBeforeUpdate). No rule
   * but that of the proof reads them: they sign no user in, and no code for a password goes there.
   */
  readonly pendingAttributes?: Readonly<Record<string, string>> | undefined
  readonly createdAtMs: number
  readonly modifiedAtMs: number
  /** Grows with each write; a write from an older version is refused. */
  readonly version: number
}

// Cognito: moto, test_forgot_password_with_email_delivery_details, run against the service, 2023.
/** Whether an address was proven. Values of flags compare without case: "True" is true. */
export function isVerified(
  attributes: Readonly<Record<string, string>>,
  address: 'email' | 'phone_number',
): boolean {
  return attributes[`${address}_verified`]?.toLowerCase() === 'true'
}

/** What a change may write; absent members stay. */
export interface UserChange {
  readonly status?: UserStatus
  readonly isEnabled?: boolean
  readonly attributes?: Readonly<Record<string, string>>
  readonly pendingAttributes?: Readonly<Record<string, string>>
  /** null: the user has no password any more. */
  readonly credential?: Credential | null
  readonly factors?: UserFactors
}

/** What proves a password without being one: SRP salt and verifier, hexadecimal. */
export interface PasswordVerifier {
  readonly salt: string
  readonly verifier: string
}

/** What proves a user's password. */
export type UserCredential = Credential | ImportedCredential

/**
 * A password that a user import brought in, as the hash of another directory. The first sign-in
 * with it replaces it by a Credential; before, it proves no SRP.
 */
export interface ImportedCredential {
  readonly imported: PasswordHash
}

/** A user's password and its past. */
export interface Credential extends PasswordVerifier {
  /** Present on a temporary password: it must be replaced at sign-in, and not after this time. */
  readonly temporaryUntilMs?: number | undefined
  /** Earlier passwords that may not come back, the newest first. */
  readonly history: readonly PasswordVerifier[]
}

/** What SRP works with, and what later passwords are compared with; a hash is neither. */
export function verifierOf(credential: UserCredential | undefined): Credential | undefined {
  return credential === undefined || 'imported' in credential ? undefined : credential
}

/** The hash that the password came in as, while nobody has signed in with it. */
export function importedHashOf(credential: UserCredential | undefined): PasswordHash | undefined {
  return credential !== undefined && 'imported' in credential ? credential.imported : undefined
}
