// Errors of the token endpoint in one table (RFC 6749, section 5.2).

export const oauthErrorTable = {
  invalid_request: { status: 400 },
  // 400 as the service answers, where RFC 6749 would have 401 for Basic authentication.
  invalid_client: { status: 400 },
  invalid_grant: { status: 400 },
  unauthorized_client: { status: 400 },
  unsupported_grant_type: { status: 400 },
  invalid_scope: { status: 400 },
  server_error: { status: 500 },
  temporarily_unavailable: { status: 503 },
} as const

export type OAuthErrorCode = keyof typeof oauthErrorTable

/** An answer that tells the client what to change; nothing else about the cause leaves. */
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
