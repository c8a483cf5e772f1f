// The key that a pool's refresh tokens and sessions are sealed with, for tests that forge them.
import { ServiceKey } from '#adapters/kms/service-key.js'
import { systemRandom as random } from '#adapters/system/random.js'
import { contextOf } from '#app/crypto/pool-keys.js'
import { required } from '#base/assert.js'
import { openStorage } from './database.js'
import { ACCOUNT_ID } from './node-config.js'
import type { TestApi } from './test-api.js'
import { REGION } from './test-api.js'

/** The pool's token key, unwrapped as a node does. */
export async function readTokenKey(api: TestApi, poolId: string): Promise<Uint8Array> {
  const { config } = api
  const storage = await openStorage({ region: REGION, url: config.database.url })
  try {
    const pool = required(await storage.repositories.pools.find(poolId), 'pool')
    const keys = await storage.repositories.dataKeys.list(pool)
    const key = required(
      keys.find(({ purpose }) => purpose === 'token'),
      'token key',
    )
    const context = contextOf(ACCOUNT_ID, pool, key)
    return new ServiceKey({ serviceKey: config.serviceKey, random }).unwrap(key.wrapped, context)
  } finally {
    await storage.close()
  }
}
