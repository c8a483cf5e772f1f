// A user's row as the database gives it, and as the port promises it.
import type { UserRow } from '#ports/directory.js'

export interface StoredUser {
  readonly user_pool_id: string
  readonly sub: string
  readonly username_hash: Uint8Array
  readonly email_hash: Uint8Array | null
  readonly phone_number_hash: Uint8Array | null
  readonly preferred_username_hash: Uint8Array | null
  /** The driver gives bigints as text. */
  readonly search_terms: readonly string[]
  readonly status: string
  readonly is_enabled: boolean
  readonly profile_sealed: Uint8Array
  readonly credential_sealed: Uint8Array | null
  readonly version: number
  readonly created_at: number
  readonly modified_at: number
}

export function toUserRow(row: StoredUser): UserRow {
  return {
    sub: row.sub,
    usernameHash: row.username_hash,
    emailHash: row.email_hash ?? undefined,
    phoneNumberHash: row.phone_number_hash ?? undefined,
    preferredUsernameHash: row.preferred_username_hash ?? undefined,
    searchTerms: row.search_terms.map(BigInt),
    status: row.status,
    isEnabled: row.is_enabled,
    profileSealed: row.profile_sealed,
    credentialSealed: row.credential_sealed ?? undefined,
    version: row.version,
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  }
}
