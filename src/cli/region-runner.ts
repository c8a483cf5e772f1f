// One Region of a running stack: its database and its node, started, stopped, killed, and watched.
// A process that ends without having been asked to is reported and stays down: what a Region's
// loss does to the others is what this program exists to show, and starting it again is a command.

import type { PostgresBinaries } from '#adapters/postgres-embedded/binaries.js'
import { type RunningCluster, startEmbedded } from '#adapters/postgres-embedded/cluster.js'
import { requireServer } from '#adapters/postgres-embedded/own-server.js'
import { required } from '#base/assert.js'
import { slotWalBytesMax } from '#config/config.js'
import { type Child, startChild } from './child.js'
import { CommandError } from './failure.js'
import type { RegionPlan } from './plan.js'
import {
  type DatabaseAccess,
  databaseLogFile,
  nodeLogFile,
  stackEnvironment,
} from './stack-config.js'
import { prepareLog } from './state-directory.js'

const NODE_READY_MS = 90_000
const NODE_STOP_MS = 8000

export interface RegionRunnerOptions {
  readonly plan: RegionPlan
  readonly database: DatabaseAccess
  /** Whether there are other Regions, to and from which rows travel. */
  readonly hasPeers: boolean
  readonly password: string
  /** What an embedded database runs from; absent when no Region has one. */
  readonly binaries: PostgresBinaries | undefined
  /** Aborted when the stack stops: nothing may be started from then on. */
  readonly stopping: AbortSignal
  readonly onProgress: (what: string) => void
  /** Called when a process of the Region ends without having been stopped. */
  readonly onLoss: (what: string) => void
}

export class RegionRunner {
  readonly #options: RegionRunnerOptions
  #cluster: RunningCluster | undefined
  #node: Child | undefined
  #clusterStart: Promise<RunningCluster> | undefined

  constructor(options: RegionRunnerOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.plan.name
  }

  get pid(): number | undefined {
    return this.#node?.pid
  }

  /** Whether any process of the Region runs. */
  get isRunning(): boolean {
    return (
      this.#node !== undefined || this.#cluster !== undefined || this.#clusterStart !== undefined
    )
  }

  get databasePid(): number | undefined {
    return this.#cluster?.pid
  }

  /** Starts what is not running, and returns when the Region responds. */
  async start(): Promise<void> {
    const isNodeMissing = this.#node === undefined
    const { plan } = this.#options
    await Promise.all([nodeLogFile(plan), databaseLogFile(plan)].map(prepareLog))
    this.#requireRunning()
    const node = this.#node ?? this.#startNode()
    try {
      await this.#startDatabase()
      if (isNodeMissing) {
        await node.begin(NODE_READY_MS)
        this.#watchNode(node)
        this.#options.onProgress('the node is ready')
      }
    } catch (error) {
      if (isNodeMissing) {
        this.#node = undefined
        await node.kill()
      }
      throw error
    }
  }

  /** Stops the node and then the database, or kills both at the same moment. */
  async stop(options: { isKill: boolean }): Promise<void> {
    const node = this.#node
    this.#node = undefined
    // A start that is under way has a database that is not known yet.
    const starting = this.#clusterStart
    if (starting !== undefined) await starting.catch(() => undefined)
    const cluster = this.#cluster
    this.#cluster = undefined
    if (options.isKill) {
      await Promise.all([node?.kill(), cluster?.kill()])
      return
    }
    await node?.stop(NODE_STOP_MS)
    await cluster?.stop()
  }

  #startNode(): Child {
    const { plan } = this.#options
    const args = ['serve', '--region', plan.name, '--config', plan.configFile]
    const paths = this.#options.database.paths
    if (paths !== undefined) args.push('--database-directory', paths.dataDirectory)
    const logFile = nodeLogFile(plan)
    const node = startChild({
      title: `The node of ${plan.name}`,
      args,
      environment: stackEnvironment(),
      logFile,
    })
    this.#node = node
    return node
  }

  #watchNode(node: Child): void {
    const { plan, onLoss } = this.#options
    void node.ended.then((how) => {
      if (this.#node !== node) return
      this.#node = undefined
      onLoss(`the node ended (${how}); see ${nodeLogFile(plan)}`)
    })
  }

  #requireRunning(): void {
    if (this.#options.stopping.aborted) throw new CommandError('The stack is stopping.')
  }

  async #startDatabase(): Promise<void> {
    const { plan, database, onProgress, onLoss } = this.#options
    if (this.#cluster !== undefined) return
    if (plan.databaseUrl !== undefined || database.paths === undefined) {
      await requireServer(plan.name, database.url, { hasPeers: this.#options.hasPeers })
      onProgress('the database answers')
      return
    }
    const cluster = await this.#startCluster(database.paths)
    onProgress('the database is up')
    void cluster.ended.then((how) => {
      if (this.#cluster !== cluster) return
      this.#cluster = undefined
      onLoss(`the database ended (${how}); see ${databaseLogFile(plan)}`)
    })
  }

  async #startCluster(paths: NonNullable<DatabaseAccess['paths']>): Promise<RunningCluster> {
    const { plan, password, database, binaries } = this.#options
    const logFile = databaseLogFile(plan)
    this.#clusterStart = startEmbedded({
      paths,
      binaries: required(binaries, 'the embedded PostgreSQL'),
      user: database.user,
      port: plan.databasePort,
      password,
      logFile,
      slotWalBytesMax: slotWalBytesMax(),
    })
    try {
      this.#cluster = await this.#clusterStart
      return this.#cluster
    } finally {
      this.#clusterStart = undefined
    }
  }
}
