// What each way an account change can end is on the API. Messages are the service's.

import { ApiError, type ErrorCode } from '#api/protocol/errors.js'
import type { AccountRefusal, AccountRefused } from '#app/accounts/outcome.js'

// Cognito: aws-sdk-js #4308 and cognito-identity-dart #73, 2022.

/** What is said of an address that is another user's name. */
export function takenAddress(attributeName: string): string {
  return `An account with the given ${attributeName} already exists.`
}

/** Which address a user name of a pool of addresses is. */
export function addressKind(username: string): 'email' | 'phone_number' {
  return username.includes('@') ? 'email' : 'phone_number'
}

export const ATTEMPT_LIMIT_MESSAGE = 'Attempt limit exceeded, please try after some time.'

/** The finished change, or the error it stands for. */
export function unwrap<T extends { readonly kind: 'done' }>(outcome: T | AccountRefused): T {
  if (outcome.kind === 'done') return outcome
  const [code, message] = accountError(outcome.reason, outcome.message)
  throw new ApiError(code, message)
}

function accountError(reason: AccountRefusal, detail: string): readonly [ErrorCode, string] {
  switch (reason) {
    case 'alias-exists':
      return [
        'AliasExistsException',
        detail === '' ? 'An account with the email already exists.' : takenAddress(detail),
      ]
    case 'already-confirmed':
      return ['NotAuthorizedException', `User cannot be confirmed. ${detail}`]
    case 'conflict':
      return ['TooManyRequestsException', 'The user is being changed by other requests.']
    case 'code-expired':
      return ['ExpiredCodeException', 'Invalid code provided, please request a code again.']
    case 'code-mismatch':
      return ['CodeMismatchException', 'Invalid verification code provided, please try again.']
    case 'confirmed':
      return ['InvalidParameterException', 'User is already confirmed.']
    case 'invalid-parameter':
      return ['InvalidParameterException', detail]
    case 'code-failures':
    case 'locked-out':
    case 'too-many-codes':
      return ['LimitExceededException', ATTEMPT_LIMIT_MESSAGE]
    case 'too-many-attempts':
      return ['TooManyRequestsException', 'Too many requests']
    case 'no-contact':
      return [
        'InvalidParameterException',
        'Cannot reset password for the user as there is no registered/verified ' +
          'email or phone_number',
      ]
    case 'not-resettable':
      return ['NotAuthorizedException', 'User password cannot be reset in the current state.']
    case 'password-history':
      return ['PasswordHistoryPolicyViolationException', detail]
    case 'password-policy':
      return ['InvalidPasswordException', detail]
    case 'password-reset-required':
      return ['PasswordResetRequiredException', 'Password reset required for the user']
    case 'sign-up-not-permitted':
      return ['NotAuthorizedException', 'SignUp is not permitted for this user pool']
    case 'unauthorized-write':
      return ['NotAuthorizedException', detail]
    case 'unsupported-state':
      return ['UnsupportedUserStateException', detail]
    case 'user-absent':
      return ['UserNotFoundException', 'User does not exist.']
    case 'user-disabled':
      return ['NotAuthorizedException', 'User is disabled.']
    case 'username-exists':
      return ['UsernameExistsException', 'User already exists']
    case 'wrong-password':
      return ['NotAuthorizedException', 'Incorrect username or password.']
  }
}
