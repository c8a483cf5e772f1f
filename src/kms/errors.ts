// Every error that a KMS call may get. The model declares more statuses than the service uses on
// this protocol: a client's error is 400 and a fault 500, and clients go by `__type`.

import { kmsOperation } from '#contract/kms.js'
import type { KmsOperationName } from '#contract/types.js'

const CLIENT = 400
const SERVER = 500

export const kmsErrorTable = {
  // Any call.
  AccessDeniedException: CLIENT,
  DependencyTimeoutException: SERVER,
  KMSInternalException: SERVER,
  SerializationException: CLIENT,
  ThrottlingException: CLIENT,
  UnknownOperationException: CLIENT,
  UnsupportedOperationException: CLIENT,
  ValidationException: CLIENT,
  // Of the operations that declare them.
  AlreadyExistsException: CLIENT,
  DisabledException: CLIENT,
  DryRunOperationException: CLIENT,
  IncorrectKeyException: CLIENT,
  InvalidAliasNameException: CLIENT,
  InvalidArnException: CLIENT,
  InvalidCiphertextException: CLIENT,
  InvalidGrantTokenException: CLIENT,
  InvalidKeyUsageException: CLIENT,
  InvalidMarkerException: CLIENT,
  KMSInvalidStateException: CLIENT,
  LimitExceededException: CLIENT,
  MalformedPolicyDocumentException: CLIENT,
  NotFoundException: CLIENT,
  TagException: CLIENT,
} as const

export type KmsErrorCode = keyof typeof kmsErrorTable

const COMMON: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DependencyTimeoutException',
  'KMSInternalException',
  'ThrottlingException',
  'UnsupportedOperationException',
  'ValidationException',
])

/** An error that the caller must act on. `message` is public; `cause` is for the log only. */
export class KmsError extends Error {
  override readonly name = 'KmsError'
  readonly code: KmsErrorCode

  constructor(code: KmsErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
  }
}

/** Whether an operation of the contract may give `code`. */
export function isDeclaredByKms(code: KmsErrorCode, operation: KmsOperationName): boolean {
  return COMMON.has(code) || kmsOperation(operation).errors.includes(code)
}
