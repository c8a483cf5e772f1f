// The birth of a pool: its row, its data keys, its first signing key and its regional settings, in
// one transaction. Keys are made before the transaction begins, because the KMS and RSA take their
// time; what is left to do inside are inserts. A pool without keys must never be seen.
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { PoolKeys } from '#flows/encryption/pool-keys.js'
import type { SigningKeyRing } from '#flows/keys/signing.js'
import type { DataKey, DataKeys, NewPool, Pools, SigningKeys } from '#ports/directory.js'
import type { RegionalSettingsStore } from '#ports/regional.js'
import type { Transactions } from '#ports/transaction.js'

export interface PoolCreationServices {
  readonly region: string
  readonly transactions: Transactions
  readonly pools: Pools
  readonly dataKeys: DataKeys
  readonly signingKeys: SigningKeys
  readonly regionalSettings: RegionalSettingsStore
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
}

/** 'exists': a pool has this ID; nothing was written. */
export async function createPool(
  services: PoolCreationServices,
  pool: NewPool,
  regional: { settings: RegionalSettings; tags: Readonly<Record<string, string>> },
): Promise<'created' | 'exists'> {
  const { id, kmsKeyArn } = pool
  let dataKeys: readonly DataKey[] = []
  const cipher = await services.poolKeys.create(
    { id, region: services.region, kmsKeyArn },
    async (keys) => {
      dataKeys = keys
    },
  )
  const signingKey = await services.signing.create(cipher)
  return services.transactions.run(async (tx) => {
    if ((await services.pools.insert(pool, tx)) === 'exists') return 'exists'
    for (const key of dataKeys) await services.dataKeys.insert(id, key, tx)
    await services.signingKeys.insert(id, signingKey, tx)
    await services.regionalSettings.insert(id, regional, tx)
    return 'created'
  })
}
