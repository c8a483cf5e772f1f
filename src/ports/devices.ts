// Devices that users have confirmed. Directory rows: a secondary lets a known device sign in, and
// neither adds nor changes one.
import type { Pool, PrimaryPool } from './capability.js'

/** A device, as stored. */
export interface StoredDevice {
  readonly sub: string
  /** `<Region>_<UUID>`. */
  readonly deviceKey: string
  /** Name, verifier and salt, the address it was last seen at. */
  readonly deviceSealed: Uint8Array
  readonly isRemembered: boolean
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** Devices of users. */
export interface Devices {
  find(pool: Pool, sub: string, deviceKey: string): Promise<StoredDevice | undefined>
  /** Like `find`; no other caller changes the row until the transaction ends. */
  findForUpdate(pool: Pool, sub: string, deviceKey: string): Promise<StoredDevice | undefined>
  /** By device key, after `afterKey`. */
  page(
    pool: Pool,
    sub: string,
    options: { readonly afterKey: string | undefined; readonly limit: number },
  ): Promise<readonly StoredDevice[]>
  insert(pool: PrimaryPool, device: StoredDevice): Promise<'inserted' | 'exists'>
  update(pool: PrimaryPool, device: StoredDevice): Promise<'updated' | 'absent'>
  remove(pool: PrimaryPool, sub: string, deviceKey: string): Promise<'removed' | 'absent'>
}
