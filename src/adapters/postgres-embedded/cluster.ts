// An embedded PostgreSQL cluster: made once, started, stopped, killed. Each Region of `twinpool up`
// has one of its own, so that losing a Region's database is a real loss. The server's settings are
// given on its command line at every start, so a newer version of this program changes them without
// touching the cluster. What must stay true: a committed row survives `kill -9` (fsync and
// synchronous_commit stay on), and the server listens on the loopback address only.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import postgres from 'postgres'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { PostgresBinaries } from './binaries.js'
import { type ClusterPaths, giveTo } from './cluster-paths.js'
import { EmbeddedPostgresError } from './error.js'
import { isAlive, readPidFile, signal, stopPostmaster } from './process.js'
import type { SystemUser } from './system-user.js'

/** The role that owns everything in an embedded cluster, and the database that it owns. */
export const EMBEDDED_ROLE = 'twinpool'
export const EMBEDDED_DATABASE = 'twinpool'

const LOOPBACK = '127.0.0.1'
const POLL_MS = 15
/** A server that was killed syncs all its files and replays its log first: slow on a busy disk. */
const START_TIMEOUT_MS = 90_000
const STALE_BACKENDS_MS = 10_000

export interface ClusterSettings {
  readonly paths: ClusterPaths
  readonly binaries: PostgresBinaries
  readonly user: SystemUser | undefined
  readonly port: number
  /** The password of `EMBEDDED_ROLE`. */
  readonly password: string
  readonly logFile: string
  readonly slotWalBytesMax: number
}

/** A running embedded server. */
export interface RunningCluster {
  /** The pid of the postmaster. */
  readonly pid: number
  /** Resolves when the server is gone, for whatever reason, with how it ended. */
  readonly ended: Promise<string>
  /** Stops it, waiting for running transactions to be rolled back. */
  stop(): Promise<void>
  /** Kills the postmaster; its backends notice and end by themselves. */
  kill(): Promise<void>
}

/** Makes the cluster if it is not there, starts it, and returns when it responds. */
export async function startEmbedded(settings: ClusterSettings): Promise<RunningCluster> {
  const { dataDirectory } = settings.paths
  await removeHalfMade(dataDirectory)
  if (!(await isThere(dataDirectory))) await initialise(settings)
  const running = await startServer(settings)
  try {
    await createDatabase(settings)
    return (await isThere(unsyncedMark(dataDirectory))) ? withSync(settings, running) : running
  } catch (cause) {
    await running.stop()
    throw new EmbeddedPostgresError(
      `The database on port ${settings.port} does not answer; see ${settings.logFile}.`,
      { cause },
    )
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** The file that stands beside a cluster until it has been written out. */
function unsyncedMark(dataDirectory: string): string {
  return `${dataDirectory}.unsynced`
}

/**
 * A new cluster is made without waiting for the disk, so that the first start is quick. It is
 * written out in the background now: a power cut must not lose it, and a first crash recovery,
 * which writes out everything by itself, must not take long.
 */
function withSync(settings: ClusterSettings, running: RunningCluster): RunningCluster {
  const args = ['--sync-only', `--pgdata=${settings.paths.dataDirectory}`]
  const sync = spawnAs(settings, settings.binaries.initdb, args)
  const mark = unsyncedMark(settings.paths.dataDirectory)
  const synced = endOf(sync).then(async (how) => {
    if (how === 'exit code 0') await rm(mark, { force: true }).catch(() => undefined)
  })
  const endSync = async () => {
    sync.kill('SIGKILL')
    await synced
  }
  return {
    ...running,
    async stop() {
      await Promise.all([endSync(), running.stop()])
    },
    async kill() {
      await Promise.all([endSync(), running.kill()])
    },
  }
}

/** The URL of the cluster's database for a process on this machine. */
export function embeddedUrl(settings: { port: number; password: string }): string {
  const { port, password } = settings
  return `postgres://${EMBEDDED_ROLE}:${password}@${LOOPBACK}:${port}/${EMBEDDED_DATABASE}`
}

/** Writes the passwords that the database's own process uses to reach other Regions' databases. */
export async function writePasswordFile(
  settings: { paths: ClusterPaths; user: SystemUser | undefined },
  lines: readonly string[],
): Promise<void> {
  const { passwordFile } = settings.paths
  await rm(passwordFile, { force: true })
  await writeFile(passwordFile, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' })
  await giveTo(settings.user, passwordFile)
}

/** The line of a password file for one server; colons and backslashes are escaped. */
export function passwordLine(server: {
  host: string
  port: number
  user: string
  password: string
}): string {
  const fields = [server.host, String(server.port), '*', server.user, server.password]
  return fields.map((field) => field.replaceAll(/[\\:]/g, (found) => `\\${found}`)).join(':')
}

/** The names under which clusters are made: one of its own for each try. */
const HALF_MADE = /^\.new-[0-9a-f]{16}(?:\.password)?$/

/**
 * Removes what tries that were killed have left. One that is still ending may write for a moment;
 * since no try uses the name of another, what cannot be removed now is left to the next start.
 */
async function removeHalfMade(dataDirectory: string): Promise<void> {
  const home = dirname(dataDirectory)
  for (const name of await readdir(home).catch(() => [])) {
    const suffix = name.slice(basename(dataDirectory).length)
    if (!name.startsWith(basename(dataDirectory)) || !HALF_MADE.test(suffix)) continue
    const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }
    await rm(join(home, name), options).catch(() => undefined)
  }
}

async function initialise(settings: ClusterSettings): Promise<void> {
  const { dataDirectory } = settings.paths
  // Made under another name and renamed when complete, so that a cluster that exists is whole.
  const partial = `${dataDirectory}.new-${Buffer.from(systemRandom.bytes(8)).toString('hex')}`
  const secret = `${partial}.password`
  await mkdir(partial, { mode: 0o700 })
  await writeFile(secret, `${settings.password}\n`, { mode: 0o600 })
  await giveTo(settings.user, partial)
  await giveTo(settings.user, secret)
  const child = spawnAs(settings, settings.binaries.initdb, [
    `--pgdata=${partial}`,
    `--username=${EMBEDDED_ROLE}`,
    `--pwfile=${secret}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ])
  let output = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  const ended = await endOf(child)
  await rm(secret, { force: true })
  if (ended !== 'exit code 0') {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw new EmbeddedPostgresError(
      `The database cluster ${dataDirectory} could not be made: ${lastLine(output) ?? ended}`,
    )
  }
  await writeFile(unsyncedMark(dataDirectory), '')
  await rename(partial, dataDirectory)
}

async function startServer(settings: ClusterSettings): Promise<RunningCluster> {
  const deadlineMs = systemClock.nowMs() + STALE_BACKENDS_MS
  for (;;) {
    const started = await tryStart(settings)
    if (started.cluster !== undefined) return started.cluster
    // After kill -9 of a postmaster its last backends hold the shared memory for a moment.
    const isStale = /pre-existing shared memory|lock file "postmaster.pid"/.test(started.reason)
    if (!isStale || systemClock.nowMs() > deadlineMs) {
      throw new EmbeddedPostgresError(
        `The database on port ${settings.port} did not start: ${started.reason} ` +
          `(see ${settings.logFile})`,
      )
    }
    await systemClock.wait(100)
  }
}

type Started =
  | { readonly cluster: RunningCluster }
  | { readonly cluster: undefined; readonly reason: string }

async function tryStart(settings: ClusterSettings): Promise<Started> {
  const { dataDirectory } = settings.paths
  const log = await open(settings.logFile, 'a', 0o600)
  const logBytesBefore = (await log.stat()).size
  const child = spawnAs(settings, settings.binaries.postgres, serverArguments(settings), log.fd)
  await log.close()
  const pid = child.pid
  const ended = endOf(child)
  let end: string | undefined
  void ended.then((how) => {
    end = how
  })
  const deadlineMs = systemClock.nowMs() + START_TIMEOUT_MS
  while (end === undefined && pid !== undefined) {
    const file = await readPidFile(dataDirectory)
    if (file?.pid === pid && file.isReady) return { cluster: runningCluster({ pid, ended }) }
    if (systemClock.nowMs() > deadlineMs) {
      await stopPostmaster(pid)
      return { cluster: undefined, reason: `it was not ready in ${START_TIMEOUT_MS / 1000} s` }
    }
    await systemClock.wait(POLL_MS)
  }
  const how = await ended
  const written = (await readFile(settings.logFile)).subarray(logBytesBefore).toString('utf8')
  return { cluster: undefined, reason: fatalLine(written) ?? how }
}

function runningCluster(started: { pid: number; ended: Promise<string> }): RunningCluster {
  const { pid, ended } = started
  return {
    pid,
    ended,
    async stop() {
      if (isAlive(pid)) await stopPostmaster(pid)
      await ended
    },
    async kill() {
      signal(pid, 'SIGKILL')
      await ended
    },
  }
}

function serverArguments(settings: ClusterSettings): string[] {
  const values: Readonly<Record<string, string>> = {
    listen_addresses: LOOPBACK,
    port: String(settings.port),
    unix_socket_directories: '',
    max_connections: '200',
    password_encryption: 'scram-sha-256',
    shared_buffers: '256MB',
    // Copying a large pool rewrites most pages; a checkpoint in between would log them whole again.
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    wal_buffers: '16MB',
    fsync: 'on',
    synchronous_commit: 'on',
    jit: 'off',
    io_method: 'sync',
    wal_level: 'logical',
    max_wal_senders: '20',
    max_replication_slots: '20',
    max_active_replication_origins: '20',
    max_logical_replication_workers: '20',
    max_sync_workers_per_subscription: '2',
    max_worker_processes: '40',
    // Reconnecting quickly after an outage needs these far under their defaults.
    wal_retrieve_retry_interval: '500ms',
    wal_receiver_timeout: '5s',
    wal_sender_timeout: '5s',
    wal_receiver_status_interval: '1s',
    max_slot_wal_keep_size: `${Math.ceil(settings.slotWalBytesMax / 1024 ** 2)}MB`,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
  }
  const flags = Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', settings.paths.dataDirectory, ...flags]
}

/**
 * Starts a binary of PostgreSQL in a session of its own, so that a Ctrl-C in the terminal reaches
 * the supervisor only, which then stops things in order. It gets no variable of ours.
 */
function spawnAs(
  settings: ClusterSettings,
  binary: string,
  args: readonly string[],
  logDescriptor?: number,
): ChildProcess {
  const output = logDescriptor ?? 'pipe'
  return spawn(binary, args, {
    cwd: dirname(settings.paths.dataDirectory),
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', output, output],
    detached: true,
    ...(settings.user ?? {}),
  })
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.once('exit', (code, signalName) => {
      resolve(signalName === null ? `exit code ${code}` : `signal ${signalName}`)
    })
  })
}

async function createDatabase(settings: ClusterSettings): Promise<void> {
  const admin = embeddedUrl(settings).replace(/\/[^/]*$/, '/postgres')
  const sql = postgres(admin, { max: 1, connect_timeout: 10, onnotice: () => undefined })
  try {
    const found = await sql`select 1 from pg_database where datname = ${EMBEDDED_DATABASE}`
    if (found.length === 0) await sql`create database ${sql(EMBEDDED_DATABASE)}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function lastLine(output: string): string | undefined {
  return output.trim().split('\n').at(-1)
}

function fatalLine(log: string): string | undefined {
  const line = log.split('\n').find((one) => /FATAL|PANIC|error while loading/.test(one))
  return line?.replace(/^.*?(FATAL|PANIC):\s*/, '').trim()
}
