// Declared errors that no test can see, or that another test sees of every operation at once; each
// with the reason. An error of one operation goes before one of all.
import type { Implemented } from './stage.js'

const GUESSES = 'guesses that were too many are LimitExceededException, as clients know it'
const COUNTS_NOTHING = 'it makes nothing that is counted'
const FLOWS = 'a flow that the client does not have is InvalidParameterException'
const IN_ALL_STATES = 'an administrator sees to the factors of a user in every state'
const ONE_ROW = 'one row, which one of two callers writes; the other finds what it left'

type Rule = string | ((one: Implemented) => string | undefined)

const NO_SIGN_UP = 'the confirmation of a device calls no trigger and makes no user'
const ROLES = 'messages are not sent with IAM roles'
const QUOTA = 'test/api/cognito/limits/quotas, of a node with small quotas'
const REFUSING_SERVER = 'test/api/cognito/messages: a mail server that refuses, for each of them'
const PERSON = 'an access token is given to confirmed users only, and a user stays confirmed'
const SESSION = 'a reset of the password ends the sessions, so that their tokens are revoked'

const withToken = (reason: string) => (one: Implemented) =>
  /token/.test(one.operation.auth) ? reason : undefined

/** By error. */
export const REASONS: Readonly<Record<string, Rule>> = {
  InternalErrorException: 'test/anomaly fails each port call of each operation',
  InternalServerException: 'as InternalErrorException, by which the failure of a node is told',
  TooManyRequestsException: 'test/api/protocol/concurrency: of the pipeline before all operations',
  CodeDeliveryFailureException: ({ operation }) =>
    operation.name === 'SetRiskConfiguration' ? 'it sends nothing' : REFUSING_SERVER,
  ForbiddenException: 'there is no web application firewall in front of a pool',
  OperationNotEnabledException: 'test/api/gate: each operation on each secondary',
  InvalidEmailRoleAccessPolicyException: ROLES,
  InvalidSmsRoleAccessPolicyException: ROLES,
  InvalidSmsRoleTrustRelationshipException: ROLES,
  UserImportInProgressException: 'jobs of user import do not hold up changes of the pool',
  NotAuthorizedException: ({ operation }) =>
    operation.auth === 'iam' ? 'a key without permission gets AccessDeniedException' : undefined,
  ResourceNotFoundException: withToken('a token is of a pool and client, or it is no token'),
  UserNotConfirmedException: withToken(PERSON),
  PasswordResetRequiredException: withToken(SESSION),
}

/** By operation and error. */
export const PAIR_REASONS: Readonly<Record<string, string>> = {
  'AdminConfirmSignUp LimitExceededException': 'it takes no code, and nothing is counted',
  'AdminConfirmSignUp TooManyFailedAttemptsException': 'it takes no code that could be wrong',
  'ConfirmForgotPassword TooManyFailedAttemptsException': GUESSES,
  'ConfirmSignUp TooManyFailedAttemptsException': GUESSES,
  'AdminCreateUser PreconditionNotMetException': 'what it needs of the pool, every pool has',
  'AdminDeleteSoftwareToken UserNotConfirmedException': IN_ALL_STATES,
  'AdminSetUserMFAPreference PasswordResetRequiredException': IN_ALL_STATES,
  'AdminSetUserMFAPreference UserNotConfirmedException': IN_ALL_STATES,
  'AdminInitiateAuth UnsupportedOperationException': FLOWS,
  'InitiateAuth UnsupportedOperationException': FLOWS,
  'AdminResetUserPassword LimitExceededException': 'test/api/cognito/messages/quota',
  'SignUp LimitExceededException': 'test/api/cognito/messages/quota',
  'AssociateSoftwareToken ConcurrentModificationException': 'the user’s row is locked for each',
  'ConfirmForgotPassword UserNotConfirmedException':
    'the code came to the user’s address, which is what a confirmation asks for',
  'CreateGroup LimitExceededException': QUOTA,
  'CreateResourceServer LimitExceededException': QUOTA,
  'CreateUserPool LimitExceededException': QUOTA,
  'CreateUserPoolClient LimitExceededException': QUOTA,
  'CreateUserPool TierChangeNotAllowedException': 'a new pool changes no tier',
  'CreateUserPoolReplica LimitExceededException': 'test/api/cognito/replicas has two Regions',
  'CreateUserPoolDomain LimitExceededException': 'of custom domains, which are not implemented',
  'CreateUserPoolDomain ConcurrentModificationException': ONE_ROW,
  'DeleteUserPoolClient ConcurrentModificationException': ONE_ROW,
  'DeleteUserPoolDomain ConcurrentModificationException': ONE_ROW,
  'DeleteUserPoolClientSecret LimitExceededException': COUNTS_NOTHING,
  'DeleteWebAuthnCredential LimitExceededException': COUNTS_NOTHING,
  'ListUserPoolClientSecrets LimitExceededException': COUNTS_NOTHING,
  'ListWebAuthnCredentials LimitExceededException': COUNTS_NOTHING,
  'StartWebAuthnRegistration LimitExceededException':
    'passkeys are counted where one is added, by CompleteWebAuthnRegistration',
  'DescribeUserPool UserPoolTaggingException': 'it writes no tags',
  'DescribeUserPoolDomain ResourceNotFoundException':
    'test/api/cognito/domains: an unknown domain is described as nothing, as the service does',
  'UpdateUserAttributes CodeMismatchException': 'it takes no code',
  'UpdateUserAttributes ExpiredCodeException': 'it takes no code',
  'VerifySoftwareToken CodeMismatchException': 'a wrong code is EnableSoftwareTokenMFAException',
  'VerifySoftwareToken InvalidUserPoolConfigurationException':
    'a pool without authenticator apps is SoftwareTokenMFANotFoundException',
  'CreateUserImportJob LimitExceededException': 'test/api/cognito/imports/import.test.ts',
  'CreateUserImportJob PreconditionNotMetException': 'what a job needs is asked for at its start',
  'ConfirmDevice InvalidLambdaResponseException': NO_SIGN_UP,
  'ConfirmDevice InvalidPasswordException': NO_SIGN_UP,
  'ConfirmDevice UsernameExistsException': NO_SIGN_UP,
  'AddUserPoolClientSecret AccessDeniedException': 'test/api/contract/callers',
  'SetUserPoolSessionConfiguration FeatureUnavailableInTierException':
    'test/api/cognito/sessions/sessions',
  'SetUserPoolClientSessionConfiguration FeatureUnavailableInTierException':
    'a pool without tracking, which LITE lacks, refuses it',
  'GetClientToken NotAuthorizedException':
    'test/api/cognito/sign-in/client-token: names the client',
  'GetTokensFromRefreshToken UserNotFoundException': 'the refresh token of nobody is invalid',
}
