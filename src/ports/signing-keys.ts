// The keys that sign a pool's tokens. They travel with the pool, the private part sealed, so that
// every Region signs with the same ones.
import type { TokenUse } from '#domain/token/signing-key-choice.js'
import type { Pool, PrimaryPool } from './capability.js'

/** A token signing key: public part in clear, private part (PKCS #8 DER) sealed. */
export interface SigningKey {
  readonly kid: string
  /** What it signs; undefined: both, as the one key of pools of earlier versions. */
  readonly tokenUse: TokenUse | undefined
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly privateKeySealed: Uint8Array
  readonly createdAtMs: number
}

/** Token signing keys of a pool, the newest first. */
export interface SigningKeys {
  list(pool: Pool): Promise<readonly SigningKey[]>
  insert(poolId: string, key: SigningKey): Promise<void>
  /** Inserts unless the pool has a key of this use by now. */
  insertMissing(
    pool: PrimaryPool,
    key: SigningKey & { readonly tokenUse: TokenUse },
  ): Promise<'inserted' | 'exists'>
  /** IDs of pools that this Region owns and that have no key of this use, after `afterId`. */
  poolsWithout(
    tokenUse: TokenUse,
    options: { readonly afterId: string; readonly limit: number },
  ): Promise<readonly string[]>
}
