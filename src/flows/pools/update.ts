// A change of a pool's settings on its primary, all of it in one transaction. Another key means
// that every data key is wrapped anew; the data keys themselves stay, so no user is touched. Rows
// and ARN change together, or a Region could look for the wrapping under the wrong key; and only
// upon the pool that the change was decided for, or two changes of the key could mix.
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { PoolKeys } from '#flows/encryption/pool-keys.js'
import type { PrimaryPool, RegionalPool } from '#ports/capability.js'
import type { DataKeys, PoolChange, Pools } from '#ports/directory.js'
import type { RegionalSettingsStore } from '#ports/regional.js'
import type { Transaction, Transactions } from '#ports/transaction.js'
import { demandFresh } from '../retry-stale.js'

/** What this Region is to say of the pool, decided for what it says in `pool`. */
export interface RegionalChange {
  readonly pool: RegionalPool
  readonly settings: RegionalSettings
  readonly tags: Readonly<Record<string, string>>
}

export interface PoolUpdateServices {
  readonly transactions: Transactions
  readonly pools: Pools
  readonly dataKeys: DataKeys
  readonly regionalSettings: RegionalSettingsStore
  readonly poolKeys: PoolKeys
}

/** Throws a StaleError if the pool is not as it was read any more; nothing is written then. */
export async function updatePool(
  services: PoolUpdateServices,
  pool: PrimaryPool,
  change: PoolChange,
  regional: RegionalChange,
): Promise<void> {
  const kmsKeyArn =
    change.kmsKeyArn === undefined ? pool.kmsKeyArn : (change.kmsKeyArn ?? undefined)
  const isKeySwitch = kmsKeyArn !== pool.kmsKeyArn
  const wrapped = isKeySwitch ? await services.poolKeys.rewrap(pool, kmsKeyArn) : []
  await services.transactions.run(async (tx) => {
    demandFresh(await services.pools.update(pool, change, tx))
    if (isKeySwitch) await services.dataKeys.rewrap(pool, wrapped, tx)
    await writeRegional(services, regional, tx)
  })
  if (isKeySwitch) services.poolKeys.forget(pool.id)
}

/** The same for the settings that are this Region's own. */
export async function updateRegional(
  services: Pick<PoolUpdateServices, 'transactions' | 'regionalSettings'>,
  regional: RegionalChange,
): Promise<void> {
  await services.transactions.run((tx) => writeRegional(services, regional, tx))
}

async function writeRegional(
  services: Pick<PoolUpdateServices, 'regionalSettings'>,
  regional: RegionalChange,
  tx: Transaction,
): Promise<void> {
  demandFresh(await services.regionalSettings.set(regional.pool, regional.settings, tx))
  demandFresh(await services.regionalSettings.setTags(regional.pool, regional.tags, tx))
}
