// The creation of a pool: its row, its data keys, its signing keys and its regional settings, in
// one transaction. Keys are made before the transaction begins, because the KMS and RSA take their
// time; what is left to do inside are inserts. A pool without keys must never be seen.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SigningKeyRing } from '#app/sessions/signing-keys.js'
import { required } from '#base/assert.js'
import type { RegionalSettings } from '#domain/pool/settings.js'
import type { Pool } from '#ports/capability.js'
import type { DataKey, NewPool } from '#ports/directory.js'
import type { Quotas } from '#ports/quotas.js'
import type { UnitOfWork } from '#ports/unit-of-work.js'

export interface PoolCreationServices {
  readonly region: string
  readonly unitOfWork: UnitOfWork
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
  readonly quotas: Pick<Quotas, 'userPools'>
}

/**
 * The new pool. 'exists': a pool has this ID; 'too-many': the Region has as many pools as it can
 * have. Nothing was written then.
 */
export async function createPool(
  services: PoolCreationServices,
  pool: NewPool,
  regional: { settings: RegionalSettings; tags: Readonly<Record<string, string>> },
): Promise<Pool | 'exists' | 'too-many'> {
  const { id, kmsKeyArn } = pool
  let dataKeys: readonly DataKey[] = []
  const cipher = await services.poolKeys.create(
    { id, region: services.region, kmsKeyArn },
    async (keys) => {
      dataKeys = keys
    },
  )
  const signingKeys = await Promise.all([
    services.signing.create(cipher, 'id'),
    services.signing.create(cipher, 'access'),
  ])
  return services.unitOfWork.run(async (bound) => {
    if (await bound.quotaCounts.poolsReach(services.quotas.userPools)) return 'too-many'
    if ((await bound.pools.insert(pool)) === 'exists') return 'exists'
    for (const key of dataKeys) await bound.dataKeys.insert(id, key)
    for (const key of signingKeys) await bound.signingKeys.insert(id, key)
    await bound.regionalSettings.insert(id, regional)
    return required(await bound.pools.read(id), 'the new pool')
  })
}
