// A user's row as the database returns it, and as the port promises it.
import type { SealedUser, UserRow } from '#ports/directory.js'

/** The columns of a table `u` that opening a user takes, without those of the password. */
export const USER_COLUMNS =
  'u.sub, u.status, u.is_enabled, u.profile_sealed, u.factors_sealed, u.version, u.created_at, ' +
  'u.modified_at'

/** The columns that opening a user takes. */
export interface StoredSealedUser {
  readonly sub: string
  readonly status: string
  readonly is_enabled: boolean
  readonly profile_sealed: Uint8Array
  readonly credential_sealed: Uint8Array | null
  readonly factors_sealed: Uint8Array | null
  readonly version: number
  readonly created_at: number
  readonly modified_at: number
}

export interface StoredUser extends StoredSealedUser {
  readonly username_hash: Uint8Array
  readonly email_hash: Uint8Array | null
  readonly phone_number_hash: Uint8Array | null
  readonly preferred_username_hash: Uint8Array | null
  /** The driver returns bigints as text. */
  readonly search_terms: readonly string[]
}

export function toSealedUser(row: StoredSealedUser): SealedUser {
  return {
    sub: row.sub,
    status: row.status,
    isEnabled: row.is_enabled,
    profileSealed: row.profile_sealed,
    credentialSealed: row.credential_sealed ?? undefined,
    factorsSealed: row.factors_sealed ?? undefined,
    version: row.version,
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  }
}

export function toUserRow(row: StoredUser): UserRow {
  return {
    ...toSealedUser(row),
    usernameHash: row.username_hash,
    emailHash: row.email_hash ?? undefined,
    phoneNumberHash: row.phone_number_hash ?? undefined,
    preferredUsernameHash: row.preferred_username_hash ?? undefined,
    searchTerms: row.search_terms.map(BigInt),
  }
}
