// Errors of the token endpoint in one table (RFC 6749, section 5.2), and what each failure inside
// is among them.
import { CopyUnfinishedError } from '#ports/copies.js'
import { KeyRefusedError } from '#ports/keys.js'
import { TriggerError } from '#ports/triggers.js'

export const oauthErrorTable = {
  invalid_request: { status: 400 },
  // 400 as the service has it, where RFC 6749 would have 401 for Basic authentication.
  invalid_client: { status: 400 },
  invalid_grant: { status: 400 },
  unauthorized_client: { status: 400 },
  unsupported_grant_type: { status: 400 },
  invalid_scope: { status: 400 },
  // Not of RFC 6749, which has no word for it; RFC 8628 has, for clients that ask too often.
  slow_down: { status: 429 },
  server_error: { status: 500 },
  temporarily_unavailable: { status: 503 },
} as const

export type OAuthErrorCode = keyof typeof oauthErrorTable

/** A response that says what the client has to change, and nothing else about the cause. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly description: string | undefined

  constructor(code: OAuthErrorCode, description?: string, options?: { cause?: unknown }) {
    super(description ?? code, options)
    this.code = code
    this.description = description
  }
}

/** What a client learns of an error. */
export function toOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof KeyRefusedError && error.refusal !== 'unavailable') {
    return new OAuthError('temporarily_unavailable', 'The encryption key of the pool is not usable')
  }
  // Deviation: what the service's endpoint says of a function that throws is not documented. Here
  // the client reads what callers of the API read.
  if (error instanceof TriggerError && error.failure === 'refused') {
    const text = `${error.trigger} failed with error ${error.message}.`
    return new OAuthError('invalid_grant', text, { cause: error })
  }
  if (error instanceof CopyUnfinishedError) {
    return new OAuthError('temporarily_unavailable', error.message)
  }
  return new OAuthError('server_error', undefined, { cause: error })
}
