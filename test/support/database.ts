// Databases for tests: one PostgreSQL cluster for each process that runs tests, and in it a fresh
// database for each file that asks, cloned from a template with the migrations applied (about
// 70 ms). Safety on disk is switched off, since nothing outlives the process. A watchdog, a shell
// that waits for this process to end however it ends, stops the server and removes its files.
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Database, openDatabase } from '#adapters/postgres/database.js'
import { findBinaries } from '#adapters/postgres/embedded-binaries.js'
import { postgresUser } from '#adapters/postgres/embedded-user.js'
import { migrate } from '#adapters/postgres/migrate.js'
import { type Notices, openNotices } from '#adapters/postgres/notices.js'
import { createPoolCache, type PoolCache } from '#adapters/postgres/pool-cache.js'
import { createRepositories, type Repositories } from '#adapters/postgres/repositories.js'
import { systemClock } from '#adapters/system/clock.js'
import type { Logger } from '#base/log.js'
import { waitFor } from './wait.js'

const LOOPBACK = '127.0.0.1'
const TEMPLATE = 'twinpool_template'
export const TEST_REGION = 'us-west-2'
export const TEST_REGIONS: readonly string[] = ['us-west-2', 'us-east-1']

const silence = () => undefined
/** A logger for tests that do not look at the log. */
export const quietLog: Logger = { debug: silence, info: silence, warn: silence, error: silence }

/** A cluster of a test's own, for tests that kill it. */
export interface TestCluster {
  readonly port: number
  /** The URL of a database in it. */
  urlOf(database: string): string
  /** Ends the server as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts the server again on the same port. */
  start(): Promise<void>
  /** Stops the server and removes its files. */
  destroy(): Promise<void>
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '64MB',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'logical',
  autovacuum: 'off',
  jit: 'off',
}

/** Makes and starts a cluster under the temporary folder. */
export async function startTestCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-db-'))
  // The server's own user must be able to enter.
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const user = await postgresUser()
  if (user !== undefined) await chown(data, user.uid, user.gid)
  const binaries = await findBinaries(user)
  const log = openSync(join(folder, 'log'), 'a')
  const run = (binary: string, words: readonly string[]) =>
    spawn(binary, words, {
      cwd: data,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      detached: true,
      ...(user ?? {}),
    })
  await endOf(
    run(binaries.initdb, [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ]),
  )
  const port = await freePort()
  const flags = Object.entries({ ...SETTINGS, port: String(port) })
  const words = ['-D', data, ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const watchdog = startWatchdog(folder)
  let server = run(binaries.postgres, words)
  const urlOf = (database: string) => `postgres://postgres@${LOOPBACK}:${port}/${database}`
  const start = async () => {
    // After kill -9 the last backends hold the shared memory for a moment, and a start fails.
    for (let isUp = false; !isUp; ) {
      server = run(binaries.postgres, words)
      const ended = endOf(server, { quietly: true }).then(() => false)
      server.unref()
      const ready = waitUntilReady(urlOf('postgres'), join(folder, 'log')).then(() => true)
      isUp = await Promise.race([ready, ended])
    }
  }
  server.unref()
  await waitUntilReady(urlOf('postgres'), join(folder, 'log'))
  return {
    port,
    urlOf,
    start,
    async kill() {
      const ended = endOf(server, { quietly: true })
      server.kill('SIGKILL')
      await ended
    },
    async destroy() {
      const ended = endOf(server, { quietly: true })
      server.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
      watchdog()
    },
  }
}

/**
 * A shell that reads from this process and so learns of its end. It takes the pid from the server's
 * own file, because a server may have been started again. Gives a function that lets it go.
 */
function startWatchdog(folder: string): () => void {
  const script = `
    read line
    pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
      kill -QUIT "$pid" 2>/dev/null
      n=0
      while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
    fi
    rm -rf "$0"`
  const shell = spawn('sh', ['-c', script, folder], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  const { stdin } = shell
  if (stdin !== null && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return () => stdin?.end()
}

async function waitUntilReady(url: string, logFile: string): Promise<void> {
  const ready = async () => {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: silence })
    try {
      await sql`select 1`
      return true
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  try {
    await waitFor(ready, { what: 'the test cluster', intervalMs: 20 })
  } catch (cause) {
    throw new Error(`the test cluster did not start:\n${readFileSync(logFile, 'utf8')}`, { cause })
  }
}

function endOf(child: ReturnType<typeof spawn>, options?: { quietly: boolean }): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.ref()
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0 || options?.quietly) resolve()
      else reject(new Error(`${child.spawnfile} ended with ${code}`))
    })
  })
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, LOOPBACK, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** A database of its own with all migrations. */
export interface TestDatabase {
  readonly url: string
  readonly region: string
  /** Removes it; whoever is still connected is cut off. The end of the process does as well. */
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
  return { url, region, drop: () => runOn(admin, `drop database if exists ${name} with (force)`) }
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
  readonly notices: Notices
  readonly cache: PoolCache
  readonly repositories: Repositories
  close(): Promise<void>
}

/** Opens the storage of a node, over a fresh database unless `url` names one. */
export async function openStorage(
  options: { region?: string; url?: string; poolSize?: number; answerTimeoutMs?: number } = {},
): Promise<TestStorage> {
  const { region = TEST_REGION, poolSize = 4, answerTimeoutMs } = options
  const clone = options.url === undefined ? await cloneDatabase({ region }) : undefined
  const url = options.url ?? clone?.url ?? ''
  const common = { url, region, clock: systemClock, log: quietLog }
  const database = openDatabase({
    ...common,
    poolSize,
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
  })
  const notices = openNotices({ ...common, probeMs: 100, probeTimeoutMs: 1000 })
  const cache = createPoolCache({ database, notices })
  const repositories = createRepositories({ database, cache, clock: systemClock })
  await waitFor(() => notices.isListening, { what: 'listening', intervalMs: 5 })
  return {
    url,
    database,
    notices,
    cache,
    repositories,
    async close() {
      cache.close()
      await notices.close()
      await database.close()
      await clone?.drop()
    },
  }
}
