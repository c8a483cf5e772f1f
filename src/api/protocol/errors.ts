// Every error that a call may get, in one table. The service's model declares no status, so a
// client's error is 400 and a fault 500; clients go by `__type`.
// Cognito: API reference, "HTTP Status Code: 400" on client errors, 2026.

/** Who caused it and what the caller may do. `common` errors need no declaration. */
export interface ErrorKind {
  readonly status: number
  readonly fault: 'client' | 'server'
  readonly isRetryable: boolean
  /** `common`: any call may give it. `face`: given before an operation is reached. */
  readonly audience: 'common' | 'face' | 'operation'
}

const client = <A extends ErrorKind['audience']>(audience: A, isRetryable = false) =>
  ({ status: 400, fault: 'client', isRetryable, audience }) as const

export const errorTable = {
  // Before an operation is reached.
  AccessDeniedException: client('face'),
  IncompleteSignatureException: client('face'),
  InvalidSignatureException: client('face'),
  MissingAuthenticationTokenException: client('face'),
  SerializationException: client('face'),
  UnknownOperationException: client('face'),
  UnrecognizedClientException: client('face'),
  RequestEntityTooLargeException: { ...client('face'), status: 413 },
  // Any call.
  NotImplementedException: client('common'),
  InternalErrorException: {
    status: 500,
    fault: 'server',
    isRetryable: true,
    audience: 'common',
  },
  InvalidParameterException: client('common'),
  NotAuthorizedException: client('common'),
  OperationNotEnabledException: client('common'),
  ResourceNotFoundException: client('common'),
  TooManyRequestsException: client('common', true),
  // Of some operations.
  AliasExistsException: client('operation'),
  CodeDeliveryFailureException: client('operation'),
  CodeMismatchException: client('operation'),
  ConcurrentModificationException: client('operation', true),
  DeviceKeyExistsException: client('operation'),
  DuplicateProviderException: client('operation'),
  EnableSoftwareTokenMFAException: client('operation'),
  WebAuthnChallengeNotFoundException: client('operation'),
  WebAuthnClientMismatchException: client('operation'),
  WebAuthnConfigurationMissingException: client('operation'),
  WebAuthnCredentialNotSupportedException: client('operation'),
  WebAuthnNotEnabledException: client('operation'),
  WebAuthnOriginNotAllowedException: client('operation'),
  WebAuthnRelyingPartyMismatchException: client('operation'),
  SoftwareTokenMFANotFoundException: client('operation'),
  ExpiredCodeException: client('operation'),
  FeatureUnavailableInTierException: client('operation'),
  ForbiddenException: client('operation'),
  GroupExistsException: client('operation'),
  InternalServerException: {
    status: 500,
    fault: 'server',
    isRetryable: true,
    audience: 'operation',
  },
  InvalidEmailRoleAccessPolicyException: client('operation'),
  InvalidLambdaResponseException: client('operation'),
  InvalidOAuthFlowException: client('operation'),
  InvalidPasswordException: client('operation'),
  InvalidSmsRoleAccessPolicyException: client('operation'),
  InvalidSmsRoleTrustRelationshipException: client('operation'),
  InvalidUserPoolConfigurationException: client('operation'),
  LimitExceededException: client('operation'),
  ManagedLoginBrandingExistsException: client('operation'),
  MFAMethodNotFoundException: client('operation'),
  PasswordHistoryPolicyViolationException: client('operation'),
  PasswordResetRequiredException: client('operation'),
  PreconditionNotMetException: client('operation'),
  RefreshTokenReuseException: client('operation'),
  ScopeDoesNotExistException: client('operation'),
  ServiceQuotaExceededException: client('operation'),
  TermsExistsException: client('operation'),
  TierChangeNotAllowedException: client('operation'),
  UnauthorizedException: client('operation'),
  UnexpectedLambdaException: client('operation'),
  UnsupportedIdentityProviderException: client('operation'),
  UnsupportedOperationException: client('operation'),
  UnsupportedTokenTypeException: client('operation'),
  UnsupportedUserStateException: client('operation'),
  UserImportInProgressException: client('operation'),
  UserLambdaValidationException: client('operation'),
  UsernameExistsException: client('operation'),
  UserNotConfirmedException: client('operation'),
  UserNotFoundException: client('operation'),
  UserPoolAddOnNotEnabledException: client('operation'),
  UserPoolTaggingException: client('operation'),
} as const satisfies Record<string, ErrorKind>

/** What a secondary says of an operation that only the primary runs. */
export const NOT_ENABLED_MESSAGE =
  'Operation is not available in the current region or for the current user pool ' +
  'configuration.'

export type ErrorCode = keyof typeof errorTable

/** Codes of one audience. */
type CodeOf<A extends ErrorKind['audience']> = {
  [C in ErrorCode]: (typeof errorTable)[C]['audience'] extends A ? C : never
}[ErrorCode]

/** What any handler may give without declaring it. */
export type CommonErrorCode = CodeOf<'common'>

/** An error that the caller must act on. `message` is public; `cause` is for the log only. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  /** More members of the error's shape, such as `reasonCode`. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.members = options.members ?? {}
  }
}

/** Whether an operation that declares `declared` may give `code`. */
export function isDeclared(code: ErrorCode, declared: readonly string[]): boolean {
  return errorTable[code].audience !== 'operation' || declared.includes(code)
}
