// Databases for tests: one PostgreSQL cluster for each process that runs tests, and in it a fresh
// database for each file that asks, cloned from a template with the migrations applied (about
// 70 ms).
import postgres from 'postgres'
import { ConfigChangeListener } from '#adapters/postgres/cache/config-change-listener.js'
import { PoolCache } from '#adapters/postgres/cache/pool-cache.js'
import { Database } from '#adapters/postgres/connection/database.js'
import { migrate } from '#adapters/postgres/connection/migrate.js'
import { createRepositories, type Repositories } from '#adapters/postgres/repositories.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Logger } from '#base/log.js'
import { startTestCluster, type TestCluster } from './cluster.js'
import { waitFor } from './wait.js'

const TEMPLATE = 'twinpool_template'
export const TEST_REGION = 'us-west-2'
export const TEST_REGIONS: readonly string[] = ['us-west-2', 'us-east-1']

const silence = () => undefined
/** A logger for tests that do not look at the log. */
export const quietLog: Logger = { debug: silence, info: silence, warn: silence, error: silence }

/** A database of its own with all migrations. */
export interface TestDatabase {
  readonly url: string
  readonly region: string
  /**
   * Removes it; connections that are still open are cut off. The end of the process does as well.
   */
  drop(): Promise<void>
}

let shared: Promise<TestCluster> | undefined
let clones = 0
// Two copies of one template at once would disturb each other.
let lastClone: Promise<unknown> = Promise.resolve()

/** The cluster of this process, started at the first call, with the template in it. */
export function sharedCluster(): Promise<TestCluster> {
  shared ??= prepareCluster()
  return shared
}

async function prepareCluster(): Promise<TestCluster> {
  const cluster = await startTestCluster()
  await runOn(cluster.urlOf('postgres'), `create database ${TEMPLATE}`)
  const url = cluster.urlOf(TEMPLATE)
  await migrate({ url, region: TEST_REGION, regions: TEST_REGIONS, log: quietLog })
  await runOn(url, 'delete from deployment_regions; delete from this_region')
  return cluster
}

/** A fresh database for one Region. */
export async function cloneDatabase(
  options: { region?: string; regions?: readonly string[] } = {},
): Promise<TestDatabase> {
  const { region = TEST_REGION, regions = TEST_REGIONS } = options
  const cluster = await sharedCluster()
  clones += 1
  const name = `test_${clones}`
  const admin = cluster.urlOf('postgres')
  const clone = lastClone.then(() => runOn(admin, `create database ${name} template ${TEMPLATE}`))
  lastClone = clone.catch(silence)
  await clone
  const url = cluster.urlOf(name)
  await migrate({ url, region, regions, log: quietLog })
  await finishCopies(url)
  return { url, region, drop: () => runOn(admin, `drop database if exists ${name} with (force)`) }
}

/**
 * As after a quiet start of all Regions: this one has all rows of the others. Most tests have one
 * Region only, which would wait for the others for ever.
 */
async function finishCopies(url: string): Promise<void> {
  await runOn(
    url,
    `insert into peers (region, copy_id, finished_copy_id)
     select region, id, id from (select region, gen_random_uuid() as id from deployment_regions
       where region <> (select region from this_region)) each_peer`,
  )
}

/** Runs statements on a connection of their own. */
async function runOn(url: string, statements: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: silence })
  try {
    await sql.unsafe(statements)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The storage of one node over a database. */
export interface TestStorage {
  readonly url: string
  readonly database: Database
  readonly configChanges: ConfigChangeListener
  readonly cache: PoolCache
  readonly repositories: Repositories
  close(): Promise<void>
}

/** Opens the storage of a node, over a fresh database unless `url` names one. */
export async function openStorage(
  options: { region?: string; url?: string; poolSize?: number; responseTimeoutMs?: number } = {},
): Promise<TestStorage> {
  const { region = TEST_REGION, poolSize = 4, responseTimeoutMs } = options
  const clone = options.url === undefined ? await cloneDatabase({ region }) : undefined
  const url = options.url ?? clone?.url ?? ''
  const common = { url, region, clock: systemClock, log: quietLog }
  const database = new Database({
    ...common,
    poolSize,
    ...(responseTimeoutMs === undefined ? {} : { responseTimeoutMs }),
  })
  const configChanges = new ConfigChangeListener({ ...common, probeMs: 100, probeTimeoutMs: 1000 })
  const cache = new PoolCache({ database, configChanges })
  const repositories = createRepositories({
    database,
    cache,
    clock: systemClock,
    random: systemRandom,
  })
  await waitFor(() => configChanges.isListening, { what: 'listening', intervalMs: 5 })
  return {
    url,
    database,
    configChanges,
    cache,
    repositories,
    async close() {
      cache.close()
      await configChanges.close()
      await database.close()
      await clone?.drop()
    },
  }
}
