// What each refusal is on the API: the one place where the flows' reasons become errors. Messages
// are the service's.
// Cognito: aws-sdk-js #4308 and cognito-identity-dart #73, 2022; aws-doc-sdk-examples #5289 and
// moto #4836, 2022-02.

import { ApiError, type ErrorCode, NOT_ENABLED_MESSAGE } from '#api/protocol/errors.js'
import { type RefusalReason, type Refused, refused } from '#domain/refusal.js'

type Shown = readonly [code: ErrorCode, message: string | ((detail: string) => string)]

const ATTEMPT_LIMIT = 'Attempt limit exceeded, please try after some time.'
const itself = (detail: string) => detail

// Cognito: the wording differs by flow, as error catalogues of several apps agree, 2026. A flow
// without a known wording has that of passwords.
const NOT_ENABLED: Readonly<Record<string, string>> = {
  USER_SRP_AUTH: 'USER_SRP_AUTH is not enabled for the client.',
  REFRESH_TOKEN_AUTH: 'Refresh Token flow not enabled for this client',
  REFRESH_TOKEN: 'Refresh Token flow not enabled for this client',
  ADMIN_USER_PASSWORD_AUTH: 'Auth flow not enabled for this client',
  ADMIN_NO_SRP_AUTH: 'Auth flow not enabled for this client',
}
const notEnabled = (flow: string) => NOT_ENABLED[flow] ?? `${flow} flow not enabled for this client`

const taken = (name: string) => `An account with the given ${name} already exists.`

const errors: Readonly<Record<RefusalReason, Shown>> = {
  'access-token-expired': ['NotAuthorizedException', 'Access Token has expired'],
  'access-token-invalid': ['NotAuthorizedException', 'Invalid Access Token'],
  'access-token-revoked': ['NotAuthorizedException', 'Access Token has been revoked'],
  'access-token-scope': ['NotAuthorizedException', 'Access Token does not have required scopes'],
  'address-exists': ['UsernameExistsException', taken],
  'alias-exists': [
    'AliasExistsException',
    (name) => (name === '' ? 'An account with the email already exists.' : taken(name)),
  ],
  'already-confirmed': ['InvalidParameterException', 'User is already confirmed.'],
  // Cognito: what the service says of events and tokens of feedback is not documented.
  'auth-event-absent': ['ResourceNotFoundException', 'Event does not exist.'],
  'attribute-not-verifiable': [
    'InvalidParameterException',
    'Invalid attribute name. Only phone_number and email can be verified.',
  ],
  'client-absent': ['ResourceNotFoundException', (id) => `User pool client ${id} does not exist.`],
  'code-expired': ['ExpiredCodeException', 'Invalid code provided, please request a code again.'],
  'code-failures': ['LimitExceededException', ATTEMPT_LIMIT],
  'code-mismatch': [
    'CodeMismatchException',
    'Invalid verification code provided, please try again.',
  ],
  // Cognito: amazon-cognito-identity-js #307, 2017-02, and amplify-js #1305, 2018-07, for email.
  'code-not-delivered': [
    'CodeDeliveryFailureException',
    (medium) =>
      medium === 'SMS'
        ? 'Invalid phone number provided/Unable to send the SMS'
        : 'Invalid email provided/Unable to send the email',
  ],
  // Cognito: amplify-studio #884, 2023-03, and others.
  // Cognito: aws-amplify/amplify-js #5623 and #6327, 2020, for the text.
  'custom-auth-unconfigured': [
    'InvalidUserPoolConfigurationException',
    'Custom auth lambda trigger is not configured for the user pool.',
  ],
  'daily-quota': [
    'LimitExceededException',
    'Exceeded daily email limit for the operation or the account. If a higher limit is required, ' +
      'please configure your user pool to use your own Amazon SES configuration for sending email.',
  ],
  'device-absent': ['ResourceNotFoundException', 'Device does not exist.'],
  'device-exists': ['DeviceKeyExistsException', 'Device already exists.'],
  'device-key-invalid': ['InvalidParameterException', 'Invalid device key given.'],
  'devices-not-tracked': [
    'InvalidUserPoolConfigurationException',
    'The user pool does not track devices.',
  ],
  'feedback-token-invalid': ['NotAuthorizedException', 'Invalid feedback token.'],
  'flow-not-enabled': ['InvalidParameterException', notEnabled],
  'flow-not-implemented': ['NotImplementedException', (flow) => `${flow} is not implemented yet.`],
  'flow-of-other-side': ['InvalidParameterException', 'Initiate Auth method not supported'],
  'group-absent': ['ResourceNotFoundException', 'Group not found.'],
  'incorrect-credentials': ['NotAuthorizedException', 'Incorrect username or password.'],
  'invalid-parameter': ['InvalidParameterException', itself],
  'invalid-session': ['NotAuthorizedException', 'Invalid session for the user.'],
  'invited-user-exists': ['UsernameExistsException', 'User account already exists'],
  'level-reached': [
    'InvalidParameterException',
    'The access token already satisfies the requested authentication level.',
  ],
  'level-unreachable': [
    'InvalidParameterException',
    'The user has no factors that satisfy a requested authentication level.',
  ],
  'locked-out': ['NotAuthorizedException', 'Password attempts exceeded'],
  'mfa-method-absent': [
    'MFAMethodNotFoundException',
    'The user has no MFA method, and none can be set up.',
  ],
  'mfa-code-mismatch': ['CodeMismatchException', 'Invalid code or auth state for the user.'],
  'missing-parameter': [
    'InvalidParameterException',
    (name) => `Missing required parameter ${name}`,
  ],
  'no-auto-verification': [
    'InvalidParameterException',
    'Cannot resend codes. Auto verification not turned on.',
  ],
  'no-recovery-contact': [
    'InvalidParameterException',
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
  ],
  'not-confirmable': [
    'NotAuthorizedException',
    (status) => `User cannot be confirmed. Current status is ${status}`,
  ],
  'not-resettable': [
    'NotAuthorizedException',
    'User password cannot be reset in the current state.',
  ],
  'page-token-invalid': ['InvalidParameterException', 'Invalid next token.'],
  'passkey-challenge': [
    'WebAuthnChallengeNotFoundException',
    'No registration of a passkey is under way with this challenge.',
  ],
  'passkey-client': [
    'WebAuthnClientMismatchException',
    'The registration was begun by another app client.',
  ],
  'passkey-malformed': ['InvalidParameterException', 'Credential is not a registration response.'],
  'passkey-not-supported': [
    'WebAuthnCredentialNotSupportedException',
    'The credential is not supported.',
  ],
  'passkey-origin': [
    'WebAuthnOriginNotAllowedException',
    'The origin of the credential is not the relying party’s.',
  ],
  'passkey-relying-party': [
    'WebAuthnRelyingPartyMismatchException',
    'The credential is of another relying party.',
  ],
  'passkeys-not-enabled': [
    'WebAuthnNotEnabledException',
    'Passkeys are not enabled for the user pool.',
  ],
  'password-attempts': ['LimitExceededException', ATTEMPT_LIMIT],
  // Cognito: error catalogues of apps, such as those of Amplify's users, 2026.
  'password-compromised': [
    'InvalidPasswordException',
    'Provided password cannot be used for security reasons.',
  ],
  'password-history': [
    'PasswordHistoryPolicyViolationException',
    'Password has previously been used. Choose a different password.',
  ],
  'password-policy': ['InvalidPasswordException', itself],
  'password-reset-required': [
    'PasswordResetRequiredException',
    'Password reset required for the user',
  ],
  'pool-absent': ['ResourceNotFoundException', (id) => `User pool ${id} does not exist.`],
  'primary-only': ['OperationNotEnabledException', NOT_ENABLED_MESSAGE],
  // Cognito: moto #4469, 2021-10.
  'recovery-by-admin-only': ['NotAuthorizedException', 'Contact administrator to reset password.'],
  'refresh-token-expired': ['NotAuthorizedException', 'Refresh Token has expired'],
  'refresh-token-invalid': ['NotAuthorizedException', 'Invalid Refresh Token'],
  'refresh-token-reused': ['RefreshTokenReuseException', 'Refresh token has already been used.'],
  'refresh-token-revoked': ['NotAuthorizedException', 'Refresh Token has been revoked'],
  'secret-hash-mismatch': [
    'NotAuthorizedException',
    (clientId) => `Unable to verify secret hash for client ${clientId}`,
  ],
  'secret-hash-missing': [
    'NotAuthorizedException',
    (clientId) => `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
  ],
  // Cognito: error catalogues of apps, as clients test for it, 2026.
  'security-reasons': ['NotAuthorizedException', 'Unable to login because of security reasons.'],
  // Cognito: what the service says of these two is not documented.
  'session-absent': ['ResourceNotFoundException', 'Session not found.'],
  'session-own': ['InvalidParameterException', 'The current session cannot be revoked.'],
  'session-expired': [
    'NotAuthorizedException',
    'Invalid session for the user, session is expired.',
  ],
  'session-used': [
    'NotAuthorizedException',
    'Invalid session for the user, session can only be used once.',
  ],
  'sign-up-not-permitted': ['NotAuthorizedException', 'SignUp is not permitted for this user pool'],
  'srp-a-invalid': ['InvalidParameterException', 'SRP_A is not a valid value.'],
  'temporary-password-expired': [
    'NotAuthorizedException',
    'Temporary password has expired and must be reset by an administrator.',
  ],
  'totp-enable-mismatch': [
    'EnableSoftwareTokenMFAException',
    'Code mismatch and fail enable Software Token MFA',
  ],
  'totp-mismatch': ['CodeMismatchException', 'Invalid code received for user'],
  'totp-not-offered': [
    'SoftwareTokenMFANotFoundException',
    'Software Token MFA has not been enabled by the userPool',
  ],
  'totp-reused': ['ExpiredCodeException', 'Your software token has already been used once.'],
  tier: ['FeatureUnavailableInTierException', itself],
  'tier-change': ['TierChangeNotAllowedException', itself],
  'too-many-attempts': ['TooManyRequestsException', 'Too many requests'],
  'too-many-codes': ['LimitExceededException', ATTEMPT_LIMIT],
  // Cognito: amplify-js #1984, 2018, and others.
  'trigger-response-invalid': ['InvalidLambdaResponseException', 'Unrecognizable lambda output'],
  'too-many-passkeys': ['LimitExceededException', 'A user can have 20 passkeys at most.'],
  'unauthorized-write': [
    'NotAuthorizedException',
    'A client attempted to write unauthorized attribute',
  ],
  'unsupported-state': ['UnsupportedUserStateException', itself],
  'user-absent': ['UserNotFoundException', 'User does not exist.'],
  'user-disabled': ['NotAuthorizedException', 'User is disabled.'],
  'user-not-confirmed': ['UserNotConfirmedException', 'User is not confirmed.'],
  'username-exists': ['UsernameExistsException', 'User already exists'],
  'username-unknown': ['UserNotFoundException', 'Username/client id combination not found.'],
}

/** The codes of reasons for which an operation declares another error. */
export type OtherCodes = Partial<Readonly<Record<RefusalReason, ErrorCode>>>

/** The error that a refusal is. */
export function refusalError({ reason, detail }: Refused, others: OtherCodes = {}): ApiError {
  const [code, message] = errors[reason]
  const text = typeof message === 'string' ? message : message(detail ?? '')
  return new ApiError(others[reason] ?? code, text)
}

/** The error of a reason. */
export function errorFor(reason: RefusalReason, detail?: string): ApiError {
  return refusalError(refused(reason, detail))
}

/** Throws the error of a refusal, if there is one. */
export function requireNoRefusal(refusal: Refused | undefined): void {
  if (refusal !== undefined) throw refusalError(refusal)
}

/** Throws the error of a refusal and returns any other outcome. */
export function unwrap<T extends { readonly kind: string }>(
  outcome: T,
  others?: OtherCodes,
): Exclude<T, Refused> {
  if (isRefused(outcome)) throw refusalError(outcome, others)
  return outcome as Exclude<T, Refused>
}

function isRefused(outcome: { readonly kind: string }): outcome is Refused {
  return outcome.kind === 'refused'
}
