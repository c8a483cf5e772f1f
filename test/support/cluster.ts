// PostgreSQL clusters for tests. Safety on disk is switched off, since nothing has to survive the
// machine; what a process wrote survives its own `kill -9` all the same. A watchdog, a shell that
// waits for this process to end however it ends, stops the server and removes its files.
import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { chown } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { findBinaries, type PostgresBinaries } from '#adapters/postgres-embedded/binaries.js'
import { postgresUser, type SystemUser } from '#adapters/postgres-embedded/system-user.js'
import { takePort } from './ports.js'
import { waitFor } from './wait.js'

const LOOPBACK = '127.0.0.1'
const silence = () => undefined

/** A cluster of a test's own, for tests that kill it. */
export interface TestCluster {
  readonly port: number
  readonly dataDirectory: string
  /** The server's log. */
  readonly logFile: string
  /** The postmaster's; of a server that has ended, the last one's. */
  readonly pid: number
  /** The URL of a database in it. */
  urlOf(database: string): string
  /** Ends the server as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>
  /** Ends the server in order, after a checkpoint. */
  stop(): Promise<void>
  /** Starts the server again on the same port. */
  start(): Promise<void>
  /** Makes an empty cluster in the place of the one that was there, which must not run. */
  initialise(): Promise<void>
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

/** Makes and starts a cluster under the temporary folder, with these settings besides its own. */
export async function startTestCluster(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-db-'))
  // The server's own user must be able to enter.
  chmodSync(folder, 0o755)
  const user = await postgresUser()
  const binaries = await findBinaries(user, process.env['TEST_POSTGRES_OF_TWINPOOL'])
  const port = await takePort()
  const cluster = new Cluster({
    folder,
    user,
    binaries,
    port,
    settings: { ...SETTINGS, ...settings },
  })
  await cluster.initialise()
  await cluster.start()
  return cluster
}

interface ClusterOptions {
  readonly folder: string
  readonly user: SystemUser | undefined
  readonly binaries: PostgresBinaries
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
}

class Cluster implements TestCluster {
  readonly #options: ClusterOptions
  readonly #endWatchdog: () => void
  #server: ChildProcess | undefined

  constructor(options: ClusterOptions) {
    this.#options = options
    this.#endWatchdog = startWatchdog(options.folder)
  }

  get port(): number {
    return this.#options.port
  }

  get dataDirectory(): string {
    return join(this.#options.folder, 'data')
  }

  get logFile(): string {
    return join(this.#options.folder, 'log')
  }

  get pid(): number {
    return this.#server?.pid ?? 0
  }

  urlOf(database: string): string {
    return `postgres://postgres@${LOOPBACK}:${this.port}/${database}`
  }

  async initialise(): Promise<void> {
    const { user, binaries } = this.#options
    rmSync(this.dataDirectory, { recursive: true, force: true })
    mkdirSync(this.dataDirectory, { mode: 0o700 })
    if (user !== undefined) await chown(this.dataDirectory, user.uid, user.gid)
    const flags = ['-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']
    await endOf(this.#run(binaries.initdb, ['-D', this.dataDirectory, ...flags]))
  }

  async start(): Promise<void> {
    const { settings, binaries } = this.#options
    const flags = Object.entries({ ...settings, port: String(this.port) })
    const args = flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])
    // After kill -9 the last backends hold the shared memory for a moment, and a start fails.
    for (let isUp = false; !isUp; ) {
      const server = this.#run(binaries.postgres, ['-D', this.dataDirectory, ...args])
      this.#server = server
      const ended = endOf(server, { quietly: true }).then(() => false)
      server.unref()
      const ready = waitUntilReady(this.urlOf('postgres'), this.logFile).then(() => true)
      // Whichever comes second is of no interest, not even when it fails.
      ready.catch(silence)
      isUp = await Promise.race([ready, ended])
    }
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGINT')
  }

  async destroy(): Promise<void> {
    await this.#end('SIGQUIT')
    rmSync(this.#options.folder, { recursive: true, force: true })
    this.#endWatchdog()
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#server === undefined) return
    const ended = endOf(this.#server, { quietly: true })
    this.#server.kill(signal)
    await ended
  }

  #run(binary: string, args: readonly string[]): ChildProcess {
    const log = openSync(this.logFile, 'a')
    const child = spawn(binary, args, {
      cwd: this.dataDirectory,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      detached: true,
      ...(this.#options.user ?? {}),
    })
    closeSync(log)
    return child
  }
}

/**
 * A shell that reads from this process and so learns of its end. It takes the pid from the server's
 * own file, because a server may have been started again. Returns a function that lets it go.
 */
function startWatchdog(folder: string): () => void {
  const script = `
    read line
    pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
      kill -CONT "$pid" 2>/dev/null
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

function endOf(child: ChildProcess, options?: { quietly: boolean }): Promise<void> {
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
