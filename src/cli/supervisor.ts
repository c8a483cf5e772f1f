// The supervisor of a stack: starts the Regions and the edge together, watches them, carries out
// the commands of the control socket one after the other, and stops everything in order. It keeps
// nothing that cannot be read from the state directory again, so losing it loses no data.
import { join } from 'node:path'
import { findBinaries, type PostgresBinaries } from '#adapters/postgres-embedded/binaries.js'
import { embeddedUrl, writePasswordFile } from '#adapters/postgres-embedded/cluster.js'
import {
  findAbandonedClusters,
  ownerOfCluster,
  placeCluster,
} from '#adapters/postgres-embedded/cluster-paths.js'
import { postgresUser, type SystemUser } from '#adapters/postgres-embedded/system-user.js'
import { systemClock } from '#adapters/system/clock.js'
import { type Backoff, backoffMs } from '#base/backoff.js'
import { type Child, startChild } from './child.js'
import type { ControlRequest } from './control.js'
import { CommandError, sentenceOf } from './failure.js'
import { commandFor } from './paste.js'
import type { RegionPlan, StackPlan } from './plan.js'
import { RegionRunner, type RegionRunnerOptions } from './region-runner.js'
import type { Target } from './signed-call.js'
import {
  type DatabaseAccess,
  nodeLogFile,
  passwordLines,
  stackEnvironment,
  writeEdgeConfig,
  writeNodeConfig,
} from './stack-config.js'
import { type StackRecord, StackRecordWriter } from './stack-record.js'
import {
  ensureDatabasePassword,
  ensureEdgeAccessKey,
  ensureRootAccessKey,
  ensureServiceKey,
  makeDirectory,
  prepareLog,
} from './state-directory.js'
import { waitForStreaming } from './streaming.js'

const STREAMING_MS = 5000
const EDGE_READY_MS = 30_000
const EDGE_STOP_MS = 7000
/** An edge that served this long was a good one: the wait before the next begins anew. */
const EDGE_STEADY_MS = 10_000
const EDGE_RESTART: Backoff = { firstMs: 250, maxMs: 5_000 }

export interface StackReport {
  readonly regions: Readonly<
    Record<
      string,
      {
        endpoint: string
        /** Where the metrics of its node are; null: it serves none. */
        metrics: string | null
        pid: number | null
        databasePid: number | null
      }
    >
  >
  readonly edge: string
  readonly edgeMetrics: string | null
  readonly credentialsFile: string
}

type Report = (who: string, what: string) => void
type Embedded = { binaries: PostgresBinaries; user: SystemUser | undefined } | undefined

export class Supervisor {
  readonly #plan: StackPlan
  readonly #report: Report
  readonly #runners = new Map<string, RegionRunner>()
  readonly #record: StackRecordWriter
  #edge: Child | undefined
  /** Restarts of the edge since the last one that served for long. */
  #edgeRestarts = 0
  #isStarted = false
  readonly #stopping = new AbortController()
  /** The end of the last command: commands never overlap. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(plan: StackPlan, report: Report) {
    this.#plan = plan
    this.#report = report
    this.#record = new StackRecordWriter(plan.stateDirectory, {
      current: () => this.#currentRecord(),
      onFailure: (sentence) => report('record', sentence),
    })
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Starts everything; returns when all processes are ready and the Regions replicate. */
  async start(): Promise<void> {
    await this.#prepare()
    if (this.#isStopping) throw new CommandError('Stopped while starting.')
    for (const { home, origin } of await findAbandonedClusters()) {
      this.#report('left over', `${home} was for ${origin}, which is gone; rm -rf it if for good`)
    }
    const starts = [...this.#runners.values()].map((runner) => runner.start())
    await Promise.all([...starts, this.#startEdge()])
    await this.#record.write()
    await this.#waitForStreaming()
    this.#isStarted = true
  }

  /** The Regions, to be called with the root access key. */
  async targets(): Promise<readonly Target[]> {
    const { regions, credentialsFile } = this.#plan
    const credentials = await ensureRootAccessKey(credentialsFile)
    return regions.map(({ name, endpoint }) => ({ region: name, endpoint, credentials }))
  }

  describe(): StackReport {
    const regions: Record<string, StackReport['regions'][string]> = {}
    for (const region of this.#plan.regions) {
      const runner = this.#runners.get(region.name)
      regions[region.name] = {
        endpoint: region.endpoint,
        metrics: metricsUrl(region.metricsPort),
        pid: runner?.pid ?? null,
        databasePid: runner?.databasePid ?? null,
      }
    }
    const { edgeUrl, edgeMetricsPort, credentialsFile } = this.#plan
    const edgeMetrics = metricsUrl(edgeMetricsPort)
    return { regions, edge: edgeUrl, edgeMetrics, credentialsFile }
  }

  /** Carries out a command of the control socket. */
  command(request: ControlRequest): Promise<unknown> {
    if (request.command === 'describe') return Promise.resolve(this.describe())
    const next = this.#queue.then(() => this.#carryOut(request))
    this.#queue = next.catch(() => undefined)
    return next
  }

  /** Stops the edge, the nodes and the databases, in this order. Safe to call at any moment. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const edge = this.#edge
    this.#edge = undefined
    await edge?.stop(EDGE_STOP_MS)
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop({ isKill: false })))
  }

  /** Kills everything at once. */
  async kill(): Promise<void> {
    this.#stopping.abort()
    const runners = [...this.#runners.values()].map((runner) => runner.stop({ isKill: true }))
    await Promise.all([this.#edge?.kill(), ...runners])
  }

  async #carryOut(request: ControlRequest): Promise<unknown> {
    const runner = this.#runners.get(request.region ?? '')
    if (runner === undefined) {
      const names = [...this.#runners.keys()].join(', ')
      throw new CommandError(`There is no Region ${request.region}; the stack has ${names}.`)
    }
    if (this.#isStopping) throw new CommandError('The stack is stopping.')
    if (!this.#isStarted) throw new CommandError('The stack is starting.')
    const isKill = request.isKill === true
    if (request.command === 'region-stop') {
      if (!runner.isRunning) return { ...this.describe().regions[runner.name], isAlreadyDown: true }
      await runner.stop({ isKill })
      this.#report(runner.name, isKill ? 'was killed' : 'was stopped')
    } else {
      await runner.start()
      this.#report(runner.name, 'is running')
    }
    await this.#record.write()
    return this.describe().regions[runner.name]
  }

  async #waitForStreaming(): Promise<void> {
    const { regions } = this.#plan
    if (regions.length < 2) return
    const targets = await this.targets()
    const options = { timeoutMs: STREAMING_MS, signal: this.#stopping.signal }
    const isStreaming = await waitForStreaming(targets, options)
    if (this.#isStopping) return
    if (isStreaming) this.#report('replication', 'is streaming')
    else {
      const logs = regions.map(nodeLogFile).join(' and ')
      this.#report('replication', `is not streaming yet; ${logs} say why`)
    }
  }

  /** Everything that must stand in the state directory before a process starts. */
  async #prepare(): Promise<void> {
    const plan = this.#plan
    await Promise.all(
      [plan.edgeDirectory, ...plan.regions.map((r) => r.directory)].map(makeDirectory),
    )
    await ensureRootAccessKey(plan.credentialsFile)
    await ensureEdgeAccessKey(plan.edgeCredentialsFile)
    await ensureServiceKey(plan.serviceKeyFile)
    await writeEdgeConfig(plan)
    const embedded = await this.#findEmbedded()
    const accesses = new Map<string, DatabaseAccess>()
    const passwords = new Map<string, string>()
    for (const region of plan.regions) {
      const password = await ensureDatabasePassword(region.directory)
      passwords.set(region.name, password)
      accesses.set(region.name, await accessOf(region, { password, embedded }))
    }
    for (const region of plan.regions) {
      const database = accesses.get(region.name)
      if (database === undefined) continue
      await writeNodeConfig(plan, region, { own: database, all: accesses })
      if (database.paths !== undefined) {
        await writePasswordFile(
          { paths: database.paths, user: database.user },
          passwordLines(region, accesses),
        )
      }
      const password = passwords.get(region.name) ?? ''
      this.#addRunner(region, { database, password, binaries: embedded?.binaries })
    }
  }

  #addRunner(
    plan: RegionPlan,
    parts: Pick<RegionRunnerOptions, 'database' | 'password' | 'binaries'>,
  ): void {
    const runner = new RegionRunner({
      ...parts,
      plan,
      hasPeers: this.#plan.regions.length > 1,
      stopping: this.#stopping.signal,
      onProgress: (what) => this.#report(plan.name, what),
      onLoss: (what) => {
        const { stateDirectory } = this.#plan
        const args = `region start ${plan.name}`
        this.#report(
          plan.name,
          `LOST: ${what}\n${' '.repeat(26)}start it again: ${commandFor(stateDirectory, args)}`,
        )
        void this.#record.write()
      },
    })
    this.#runners.set(plan.name, runner)
  }

  async #findEmbedded(): Promise<Embedded> {
    if (this.#plan.regions.every((region) => region.databaseUrl !== undefined)) return undefined
    const user = await postgresUser()
    return { user, binaries: await findBinaries(user) }
  }

  async #startEdge(): Promise<void> {
    const logFile = join(this.#plan.edgeDirectory, 'edge.log')
    await prepareLog(logFile)
    if (this.#isStopping) return
    const edge = startChild({
      title: 'The edge',
      args: ['edge', '--config', this.#plan.edgeConfigFile],
      environment: stackEnvironment(),
      logFile,
    })
    this.#edge = edge
    try {
      await edge.begin(EDGE_READY_MS)
    } catch (error) {
      await edge.kill()
      if (this.#edge === edge) this.#edge = undefined
      throw error
    }
    const readyMs = systemClock.nowMs()
    this.#report('edge', 'is ready')
    void edge.ended.then((how) => {
      if (this.#edge !== edge) return
      this.#edge = undefined
      if (systemClock.nowMs() - readyMs > EDGE_STEADY_MS) this.#edgeRestarts = 0
      this.#report('edge', `LOST: it ended (${how}); it is started again; see ${logFile}`)
      void this.#restartEdge()
    })
  }

  /** The edge holds nothing, and without it no Region has its shared issuer, so it comes back. */
  async #restartEdge(): Promise<void> {
    for (;;) {
      await systemClock.wait(backoffMs(EDGE_RESTART, this.#edgeRestarts), this.#stopping.signal)
      if (this.#isStopping) return
      this.#edgeRestarts += 1
      try {
        await this.#startEdge()
        await this.#record.write()
        return
      } catch (error) {
        this.#report('edge', sentenceOf(error))
      }
    }
  }

  #currentRecord(): StackRecord {
    const plan = this.#plan
    const pids = [process.pid, this.#edge?.pid]
    for (const runner of this.#runners.values()) pids.push(runner.pid)
    return {
      accountId: plan.accountId,
      edge: plan.edgeUrl,
      credentialsFile: plan.credentialsFile,
      regions: plan.regions.map(({ name, endpoint }) => ({ name, endpoint })),
      databaseUrls: Object.fromEntries(plan.databaseUrls),
      pids: pids.filter((pid) => pid !== undefined),
    }
  }
}

function metricsUrl(port: number | undefined): string | null {
  return port === undefined ? null : `http://localhost:${port}/metrics`
}

async function accessOf(
  region: RegionPlan,
  parts: { password: string; embedded: Embedded },
): Promise<DatabaseAccess> {
  if (region.databaseUrl !== undefined) {
    return { url: region.databaseUrl, paths: undefined, user: undefined }
  }
  const user = await ownerOfCluster(region.directory, parts.embedded?.user)
  const paths = await placeCluster(region.directory, user)
  return { url: embeddedUrl({ port: region.databasePort, password: parts.password }), paths, user }
}
