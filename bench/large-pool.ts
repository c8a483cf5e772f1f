// Pools of many users, written by the code that always writes them but without the API in front:
// signing up 100,000 users there would measure the exponentiations of their passwords. The first
// users can really sign in; all others share one verifier.
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom as random } from '#adapters/system/random.js'
import { required } from '#base/assert.js'
import type { Logger } from '#base/log.js'
import { loadConfig } from '#config/config.js'
import { createVerifier } from '#domain/credential/srp.js'
import { poolNameOf } from '#domain/pool/id.js'
import type { Credential, User } from '#domain/user/user.js'
import { composeKms, composeLink } from '#node/compose.js'
import { composeFlows } from '#node/flows.js'
import { openStorage } from '#node/storage.js'
import { asPrimary } from '#ports/capability.js'
import { noMetrics } from '#ports/metrics.js'
import { PASSWORD } from './paths.js'

const WIDTH = 32
const REAL_USERS = 100

const silence = () => undefined
const log: Logger = { debug: silence, info: silence, warn: silence, error: silence }

/** Adds users `user-0` to `user-<count - 1>` to a pool of the Region with this configuration. */
export async function fillPool(options: {
  readonly configFile: string
  readonly poolId: string
  readonly count: number
}): Promise<void> {
  const { configFile, poolId, count } = options
  const config = loadConfig({ file: configFile, environment: {} })
  const runtime = { clock: systemClock, random, log, metrics: noMetrics }
  const storage = openStorage(config, runtime)
  const { link } = composeLink(config, runtime)
  const kms = composeKms(config, runtime, { storage, link })
  try {
    const { users } = composeFlows(config, runtime, { storage, keyService: kms.keyService })
    const pool = required(await storage.pools.find(poolId), 'pool')
    const primary = required(asPrimary(pool), 'primary pool')
    const shared = credentialOf(poolId, 'nobody')
    let next = 0
    const lane = async () => {
      while (next < count) {
        const at = next
        next += 1
        const user = userOf(at)
        const credential = at < REAL_USERS ? credentialOf(poolId, user.username) : shared
        await users.insert(primary, user, credential)
      }
    }
    await Promise.all(Array.from({ length: WIDTH }, lane))
  } finally {
    await storage.close()
  }
}

function userOf(at: number): User {
  const nowMs = Date.now()
  return {
    sub: random.uuid(),
    username: `user-${at}`,
    status: 'CONFIRMED',
    isEnabled: true,
    attributes: { email: `user-${at}@example.com`, email_verified: 'true', name: `User ${at}` },
    version: 1,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  }
}

function credentialOf(poolId: string, username: string): Credential {
  const named = { poolName: poolNameOf(poolId), userId: username, password: PASSWORD }
  return { ...createVerifier({ ...named, salt: random.bytes(16) }), history: [] }
}
