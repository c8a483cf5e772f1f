// What each way a sign-in can end is on the API. Messages are the service's.

import { ApiError, type ErrorCode, NOT_ENABLED_MESSAGE } from '#api/protocol/errors.js'
import type { Refusal, SignInOutcome } from '#app/auth/outcome.js'
import type { TokenSet } from '#app/sessions/tokens.js'

/** The API's answer to a sign-in step, or the error it stands for. */
export function signInResponse(outcome: SignInOutcome) {
  switch (outcome.kind) {
    case 'tokens':
      return {
        ChallengeParameters: {},
        AuthenticationResult: authenticationResult(outcome.tokens),
      }
    case 'challenge':
      return {
        ChallengeName: outcome.name,
        Session: outcome.session,
        ChallengeParameters: { ...outcome.parameters },
      }
    case 'refused': {
      const [code, message] = refusalError(outcome.reason, outcome.detail ?? '')
      throw new ApiError(code, message)
    }
  }
}

export function authenticationResult(tokens: TokenSet) {
  return {
    AccessToken: tokens.accessToken,
    ExpiresIn: tokens.expiresInSeconds,
    TokenType: 'Bearer',
    RefreshToken: tokens.refreshToken,
    IdToken: tokens.idToken,
  }
}

function refusalError(reason: Refusal, detail: string): readonly [ErrorCode, string] {
  switch (reason) {
    case 'alias-in-use':
      return ['AliasExistsException', 'An account with the given email or phone already exists.']
    case 'flow-not-enabled':
      return ['InvalidParameterException', `${detail} flow not enabled for this client`]
    case 'flow-not-implemented':
      return ['NotImplementedException', `${detail} is not implemented yet.`]
    // Cognito: aws-doc-sdk-examples #5289, moto #4836, 2022-02.
    case 'flow-of-other-side':
      return ['InvalidParameterException', 'Initiate Auth method not supported.']
    case 'incorrect-credentials':
      return ['NotAuthorizedException', 'Incorrect username or password.']
    case 'invalid-session':
      return ['NotAuthorizedException', 'Invalid session for the user.']
    case 'session-expired':
      return ['NotAuthorizedException', 'Invalid session for the user, session is expired.']
    case 'locked-out':
      return ['NotAuthorizedException', 'Password attempts exceeded']
    case 'missing-parameter':
      return ['InvalidParameterException', `Missing required parameter ${detail}`]
    case 'password-policy':
      return ['InvalidPasswordException', detail]
    case 'password-history':
      return ['PasswordHistoryPolicyViolationException', detail]
    case 'password-reset-required':
      return ['PasswordResetRequiredException', 'Password reset required for the user']
    case 'primary-only':
      return ['OperationNotEnabledException', NOT_ENABLED_MESSAGE]
    case 'refresh-expired':
      return ['NotAuthorizedException', 'Refresh Token has expired']
    case 'refresh-invalid':
      return ['NotAuthorizedException', 'Invalid Refresh Token']
    case 'refresh-reused':
      return ['RefreshTokenReuseException', 'Refresh token has already been used.']
    case 'refresh-revoked':
      return ['NotAuthorizedException', 'Refresh Token has been revoked']
    case 'schema-violation':
      return ['InvalidParameterException', detail]
    case 'secret-hash-mismatch':
      return ['NotAuthorizedException', `Unable to verify secret hash for client ${detail}`]
    case 'secret-hash-missing':
      return [
        'NotAuthorizedException',
        `Client ${detail} is configured with secret but SECRET_HASH was not received`,
      ]
    case 'srp-a-invalid':
      return ['InvalidParameterException', 'SRP_A is not a valid value.']
    case 'temporary-password-expired':
      return [
        'NotAuthorizedException',
        'Temporary password has expired and must be reset by an administrator.',
      ]
    case 'too-many-attempts':
      return ['TooManyRequestsException', 'Too many requests']
    case 'unauthorized-write':
      return ['NotAuthorizedException', detail]
    case 'user-absent':
      return ['UserNotFoundException', 'User does not exist.']
    case 'user-disabled':
      return ['NotAuthorizedException', 'User is disabled.']
    case 'user-not-confirmed':
      return ['UserNotConfirmedException', 'User is not confirmed.']
  }
}
