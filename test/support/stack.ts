// Two Regions of real processes, as in production: a PostgreSQL cluster and a `twinpool serve` for
// each, one `twinpool edge`, and a proxy on every wire between the Regions. Each process can be
// killed, suspended and started again; one that ends by itself is noted.
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { type Child, startChild } from '#cli/child.js'
import { startTestCluster, type TestCluster } from './cluster.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from './node-config.js'
import { takePort } from './ports.js'
import { startProxy, type Wire } from './proxy.js'
import { EAST, WEST } from './replicated-pool.js'
import { waitFor } from './wait.js'

const READY_MS = 60_000
const STOP_MS = 8_000
const LOOPBACK = '127.0.0.1'

/** As `twinpool up` sets them: replication that is back soon after an outage. */
const CLUSTER_SETTINGS: Readonly<Record<string, string>> = {
  wal_retrieve_retry_interval: '500ms',
  wal_receiver_timeout: '3s',
  wal_sender_timeout: '3s',
  wal_receiver_status_interval: '1s',
  max_wal_senders: '20',
  max_replication_slots: '20',
  max_logical_replication_workers: '20',
  max_worker_processes: '40',
}

/** A Node process of the stack. */
export class StackProcess {
  readonly name: string
  readonly logFile: string
  readonly #args: readonly string[]
  readonly #ends: string[] = []
  /** The program of another release, from the next start on; ours while undefined. */
  program: string | undefined
  #child: Child | undefined
  /** What was set for the current process besides the file. */
  #environment: Readonly<Record<string, string>> = {}

  constructor(options: {
    name: string
    args: readonly string[]
    logFile: string
    program: string | undefined
  }) {
    this.name = options.name
    this.program = options.program
    this.logFile = options.logFile
    this.#args = options.args
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** How the process ended when it was not asked to, each time that it did. */
  get unexpectedEnds(): readonly string[] {
    return this.#ends
  }

  /** Starts it if it does not run, and returns when it is ready; variables stay until the next. */
  async start(environment = this.#environment): Promise<void> {
    if (this.#child !== undefined) return
    this.#environment = environment
    const child = startChild({
      title: this.name,
      args: this.#args,
      environment: { ...inherited(), ...environment },
      logFile: this.logFile,
      program: this.program,
    })
    this.#child = child
    let isReady = false
    void child.ended.then((how) => {
      if (this.#child !== child) return
      this.#child = undefined
      // An end before is reported to the caller that starts it.
      if (isReady) this.#ends.push(how)
    })
    await child.begin(READY_MS)
    isReady = true
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    await child?.kill()
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    await child?.stop(STOP_MS)
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.pid !== undefined) process.kill(this.pid, name)
  }
}

/** The environment of this process without settings of a stack around it. */
function inherited(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('TWINPOOL_')) kept[name] = value
  }
  return kept
}

export interface StackRegion {
  readonly name: string
  readonly endpoint: string
  readonly metricsUrl: string
  readonly cluster: TestCluster
  readonly node: StackProcess
  /** The wire that the other Region's database takes to this one's. */
  readonly databaseWire: Wire
  /** The wire that control calls of the other Region take to this one's nodes. */
  readonly linkWire: Wire
  /** Statements of a superuser, on a connection of their own. */
  sql<T>(work: (sql: Sql) => Promise<T>): Promise<T>
}

export interface Stack {
  readonly west: StackRegion
  readonly east: StackRegion
  readonly regions: readonly [StackRegion, StackRegion]
  readonly edge: StackProcess
  readonly edgeUrl: string
  readonly edgeMetricsUrl: string
  readonly folder: string
  region(name: string): StackRegion
  /** The other one. */
  peerOf(name: string): StackRegion
  close(): Promise<void>
}

export interface StackOptions {
  /** Settings of the nodes' configuration files besides those of the stack. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** The program of another release for all processes. */
  readonly program?: string
}

interface Place {
  readonly name: string
  readonly cluster: TestCluster
  readonly port: number
  readonly linkPort: number
  readonly metricsPort: number
  readonly databaseWire: Wire
  readonly linkWire: Wire
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-stack-'))
  chmodSync(folder, 0o755)
  const places = await Promise.all([placeOf(WEST), placeOf(EAST)])
  const [edgePort, edgeMetricsPort] = [await takePort(), await takePort()]
  const edgeUrl = `http://localhost:${edgePort}`
  const shared = { folder, places, edgeUrl, serviceKey: randomBytes(32).toString('base64') }
  const [west, east] = places.map((place) => regionOf(place, shared, options)) as [
    StackRegion,
    StackRegion,
  ]
  const edgeSettings = {
    ...edgeConfig(places, edgePort),
    ...metricsAt(edgeMetricsPort, options.program),
  }
  const edge = new StackProcess({
    name: 'the edge',
    args: ['edge', '--config', writeConfig(folder, 'edge', edgeSettings)],
    logFile: join(folder, 'edge.log'),
    program: options.program,
  })
  const stack: Stack = {
    west,
    east,
    regions: [west, east],
    edge,
    edgeUrl,
    edgeMetricsUrl: metricsUrl(edgeMetricsPort),
    folder,
    region: (name) => (name === west.name ? west : east),
    peerOf: (name) => (name === west.name ? east : west),
    async close() {
      const processes = [west.node, east.node, edge]
      for (const each of processes) if (each.isRunning) each.signal('SIGCONT')
      await Promise.all(processes.map((each) => each.kill()))
      for (const { cluster, databaseWire, linkWire } of places) {
        await Promise.all([cluster.destroy(), databaseWire.close(), linkWire.close()])
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await Promise.all([west.node.start(), east.node.start(), edge.start()])
  } catch (error) {
    const logs = [west.node, east.node, edge].map(tailOf).join('\n')
    await stack.close()
    throw new Error(`the stack did not start:\n${logs}`, { cause: error })
  }
  return stack
}

/** The last complaints in a process's log, for a person who looks for the reason of a failure. */
export function tailOf({ name, logFile }: StackProcess, lines = 20): string {
  const all = readFileSync(logFile, 'utf8').trimEnd().split('\n')
  const complaints = all.filter((line) => !line.includes('"level":"info"'))
  return [`--- ${name}`, ...complaints.slice(-lines).map((line) => line.slice(0, 600))].join('\n')
}

async function placeOf(name: string): Promise<Place> {
  const cluster = await startTestCluster(CLUSTER_SETTINGS)
  const [port, linkPort, metricsPort] = [await takePort(), await takePort(), await takePort()]
  const databaseWire = await startProxy(cluster.port)
  const linkWire = await startProxy(linkPort)
  return { name, cluster, port, linkPort, metricsPort, databaseWire, linkWire }
}

function endpointOf({ port }: Pick<Place, 'port'>): string {
  return `http://localhost:${port}`
}

function regionOf(
  place: Place,
  shared: { folder: string; places: readonly Place[]; edgeUrl: string; serviceKey: string },
  { settings, program }: StackOptions,
): StackRegion {
  const { name, cluster, databaseWire, linkWire } = place
  const file = writeConfig(shared.folder, name, {
    ...nodeSettings(place, shared),
    ...metricsAt(place.metricsPort, program),
    ...settings,
  })
  return {
    name,
    endpoint: endpointOf(place),
    metricsUrl: metricsUrl(place.metricsPort),
    cluster,
    databaseWire,
    linkWire,
    node: new StackProcess({
      name: `the node of ${name}`,
      args: ['serve', '--region', name, '--config', file],
      logFile: join(shared.folder, `${name}.log`),
      program,
    }),
    async sql(work) {
      const sql = postgres(cluster.urlOf('postgres'), {
        max: 1,
        connect_timeout: 5,
        onnotice: () => undefined,
        connection: { statement_timeout: 10_000 },
      })
      try {
        return await work(sql)
      } finally {
        await sql.end({ timeout: 1 })
      }
    },
  }
}

function metricsUrl(port: number): string {
  return `http://${LOOPBACK}:${port}/metrics`
}

/** Earlier releases do not know the setting. */
function metricsAt(port: number, program: string | undefined) {
  return program === undefined ? { metrics: { port } } : {}
}

function nodeSettings(
  place: Place,
  shared: { places: readonly Place[]; edgeUrl: string; serviceKey: string },
): Readonly<Record<string, unknown>> {
  const urlBy = (port: number) => `postgres://postgres@${LOOPBACK}:${port}/postgres`
  return {
    region: place.name,
    accountId: ACCOUNT_ID,
    regions: shared.places.map((peer) => ({
      name: peer.name,
      endpoint: endpointOf(peer),
      linkUrl: `http://${LOOPBACK}:${peer.linkWire.port}`,
      databaseUrl: urlBy(peer.databaseWire.port),
    })),
    listen: { port: place.port },
    link: { port: place.linkPort },
    database: { url: urlBy(place.cluster.port) },
    serviceKey: shared.serviceKey,
    rootAccessKey: ROOT_ACCESS_KEY,
    edgeAccessKey: EDGE_ACCESS_KEY,
    urls: {
      updatedIssuer: `${shared.edgeUrl}/issuer/{region}/{poolId}`,
      domain: `${shared.edgeUrl}/domain/{domain}`,
    },
    replication: { heartbeatMs: 300, reconcileMs: 1000 },
  }
}

const EDGE_ACCESS_KEY = {
  accessKeyId: 'AKIAEXAMPLEEDGEKEY00',
  secretAccessKey: 'example-secret-of-the-edge-key-of-tests',
}

function edgeConfig(places: readonly Place[], port: number): Readonly<Record<string, unknown>> {
  return {
    accountId: ACCOUNT_ID,
    regions: places.map((place) => ({ name: place.name, endpoint: endpointOf(place) })),
    listen: { port },
    edgeAccessKey: EDGE_ACCESS_KEY,
  }
}

function writeConfig(folder: string, name: string, value: unknown): string {
  const directory = join(folder, name)
  mkdirSync(directory)
  const file = join(directory, 'config.json')
  writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
  return file
}

/** Waits until a Region's endpoint says that it is well. */
export async function waitUntilHealthy(region: StackRegion, timeoutMs = 30_000): Promise<void> {
  await waitFor(
    async () =>
      (await fetch(`${region.endpoint}/health`, { signal: AbortSignal.timeout(2000) })).ok,
    { what: `${region.name} to be healthy`, timeoutMs },
  )
}
