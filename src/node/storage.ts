// What a node stores, behind its ports. Part of the composition root.
import { ConfigChangeListener } from '#adapters/postgres/cache/config-change-listener.js'
import { PoolCache } from '#adapters/postgres/cache/pool-cache.js'
import { Database } from '#adapters/postgres/connection/database.js'
import { createCopies } from '#adapters/postgres/replication/unfinished-copies.js'
import { createRepositories } from '#adapters/postgres/repositories.js'
import type { MakeRsaKeyPair } from '#app/crypto/rsa-key-pair.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import type { Config } from '#config/config.js'
import type { Metrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'

/** What a process passes to its node. */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics: Metrics
  /** Undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined
  /** In place of the machine's own: tests make thousands of pools. */
  readonly makeRsaKeyPair?: MakeRsaKeyPair
}

/** Everything that is read and written, behind its ports. */
export type Storage = ReturnType<typeof openStorage>

export function openStorage(config: Config, runtime: Runtime) {
  const { clock, random, log, metrics, tracing } = runtime
  const { region } = config
  const { url, poolSize } = config.database
  const database = new Database({ url, poolSize, region, clock, log, metrics, tracing })
  const configChanges = new ConfigChangeListener({ url, region, clock, log })
  const cache = new PoolCache({ database, configChanges })
  // The names `users` and `codes` are those of the services over these rows.
  const repositories = createRepositories({ database, cache, clock, random })
  const { users: userRows, codes: codeRows, ...others } = repositories
  return {
    ...others,
    userRows,
    codeRows,
    database,
    configChanges,
    copies: createCopies({ database, clock }),
    /** Rejects when the database does not respond. */
    ping: () => database.query((sql) => sql`select`),
    async close() {
      cache.close()
      await configChanges.close()
      await database.close()
    },
  }
}
