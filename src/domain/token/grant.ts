// What a sign-in granted, and every later token of its session repeats: scopes, time and methods of
// the authentication, nonce, device, resource. It is sealed into the refresh token, so a refresh
// gives what was granted and no more, in whichever Region and however often the token rotates.
//
// The form outlives releases: refresh tokens live for up to ten years. Version 1 adds members to
// the form of earlier versions, which had none of them and no `v`; those tokens come from sign-ins
// by password through the API. A form that this version does not know is refused.
// Cognito: developer guide, "Refresh tokens", 2026.

import { USER_ADMIN_SCOPE } from '../oauth/scopes.js'

/** What was granted at the beginning of a session. */
export interface Grant {
  readonly sub: string
  readonly clientId: string
  /** The session; all of its tokens share it. */
  readonly originJti: string
  /** When the user signed in, in seconds since the epoch. */
  readonly authTime: number
  readonly scopes: readonly string[]
  /** How the user signed in (RFC 8176): `pwd`, `otp` ... */
  readonly amr: readonly string[]
  /** The authentication level, where one was asked for. */
  readonly acr?: string | undefined
  /** Of the authorization request (OpenID Connect Core, section 2). */
  readonly nonce?: string | undefined
  /** A device that the user confirmed. */
  readonly deviceKey?: string | undefined
  /** What access tokens are for (RFC 8707). */
  readonly resource?: string | undefined
  /** `event_id` of the sign-in; absent in grants of earlier versions. */
  readonly eventId?: string | undefined
}

/** What a refresh token carries: a grant, and which of the session's refresh tokens it is. */
export interface RefreshGrant extends Grant {
  readonly jti: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

const VERSION = 1

/** The JSON value to seal into a refresh token. */
export function packGrant(grant: RefreshGrant): Readonly<Record<string, unknown>> {
  return { v: VERSION, ...grant }
}

/** What packGrant packed, or an earlier version; undefined for a version of later ones. */
export function unpackGrant(opened: unknown): RefreshGrant | undefined {
  const { v, ...grant } = opened as RefreshGrant & { readonly v?: number }
  if (v === undefined) return { ...grant, scopes: [USER_ADMIN_SCOPE], amr: ['pwd'] }
  return v === VERSION ? grant : undefined
}
