// Passkeys of users (Web Authentication). The credentials are directory rows; how far their
// counters have come is remembered in every Region, because a secondary signs users in with them.
import type { Pool, PrimaryPool } from './capability.js'

/** A passkey, as stored. */
export interface StoredPasskey {
  readonly sub: string
  /** The HMAC of the credential ID under the pool's index key. */
  readonly credentialHash: Uint8Array
  readonly passkeySealed: Uint8Array
  readonly createdAtMs: number
}

/** Passkeys of users. */
export interface Passkeys {
  /** A user's passkeys, the oldest first. */
  list(pool: Pool, sub: string): Promise<readonly StoredPasskey[]>
  find(pool: Pool, credentialHash: Uint8Array): Promise<StoredPasskey | undefined>
  insert(pool: PrimaryPool, passkey: StoredPasskey): Promise<'inserted' | 'exists'>
  remove(
    pool: PrimaryPool,
    passkey: { readonly sub: string; readonly credentialHash: Uint8Array },
  ): Promise<'removed' | 'absent'>
}

/** A use of a passkey. */
export interface PasskeyUse {
  readonly sub: string
  readonly credentialHash: Uint8Array
  /** The authenticator's signature counter; 0 where it has none. */
  readonly signCount: number
  readonly atMs: number
}

/** How far the counters of passkeys have come. */
export interface PasskeyUses {
  /** Remembers a use; 'stale' when the counter has not grown since a use that is known. Atomic. */
  use(pool: Pool, use: PasskeyUse): Promise<'grown' | 'stale'>
}
