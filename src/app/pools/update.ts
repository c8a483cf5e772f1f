// A change of a pool's settings on its primary, all of it in one transaction. Another key means
// that every data key is wrapped anew; the data keys themselves stay, so no user is touched. Rows
// and ARN change together, or a Region could look for the wrapping under the wrong key; and only
// upon the pool that the change was decided for, or two changes of the key could mix.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { PrimaryPool, RegionalPool } from '#ports/capability.js'
import type { Client, ClientChange, PoolChange } from '#ports/directory.js'
import type { RegionalSettingsStore } from '#ports/regional.js'
import type { UnitOfWork } from '#ports/unit-of-work.js'
import { assertCurrent, ConflictError } from '../optimistic-concurrency.js'

/** What this Region is to say of the pool, decided for what it says in `pool`. */
export interface RegionalChange {
  readonly pool: RegionalPool
  readonly settings: RegionalSettings
  readonly tags: Readonly<Record<string, string>>
}

export interface PoolUpdateServices {
  readonly unitOfWork: UnitOfWork
  readonly poolKeys: PoolKeys
}

/** Throws a ConflictError if the pool is not as it was read any more; nothing is written then. */
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
  await services.unitOfWork.run(async ({ pools, dataKeys, regionalSettings }) => {
    assertCurrent(await pools.update(pool, change))
    if (isKeySwitch) await dataKeys.rewrap(pool, wrapped)
    await writeRegional(regionalSettings, regional)
  })
  if (isKeySwitch) services.poolKeys.forget(pool.id)
}

/** The same for the settings that are this Region's own. */
export async function updateRegional(
  services: Pick<PoolUpdateServices, 'unitOfWork'>,
  regional: RegionalChange,
): Promise<void> {
  await services.unitOfWork.run(({ regionalSettings }) => writeRegional(regionalSettings, regional))
}

/** The same together with the settings of one of the pool's clients; returns the client. */
export async function updateClientToo(
  services: Pick<PoolUpdateServices, 'unitOfWork'>,
  pool: PrimaryPool,
  { client, change }: { readonly client: Client; readonly change: ClientChange },
  regional: RegionalChange,
): Promise<Client> {
  return services.unitOfWork.run(async ({ clients, regionalSettings }) => {
    const after = await clients.update(pool, client, change)
    if (after === 'conflict') throw new ConflictError('a client was changed meanwhile')
    await writeRegional(regionalSettings, regional)
    return after
  })
}

async function writeRegional(
  store: RegionalSettingsStore,
  regional: RegionalChange,
): Promise<void> {
  assertCurrent(await store.set(regional.pool, regional.settings))
  assertCurrent(await store.setTags(regional.pool, regional.tags))
}
