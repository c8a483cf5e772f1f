// Which ports, files and addresses a stack has: computed from the flags alone, so that a test can
// know every address before anything runs. That the ports are free is checked before anything is
// started, so that a clash is one sentence and not a half-started stack.
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { CommandError, isCode } from './failure.js'

export interface RegionPlan {
  readonly name: string
  readonly endpoint: string
  readonly endpointPort: number
  readonly linkPort: number
  /** Undefined: its node serves no metrics. */
  readonly metricsPort: number | undefined
  /** The port of the embedded database; unused when `databaseUrl` is given. */
  readonly databasePort: number
  /** The URL of a real server, if one is to be used instead of an embedded one. */
  readonly databaseUrl: string | undefined
  readonly directory: string
  readonly configFile: string
}

export interface StackPlan {
  readonly stateDirectory: string
  readonly accountId: string
  readonly edgeUrl: string
  readonly edgePort: number
  readonly edgeMetricsPort: number | undefined
  readonly edgeDirectory: string
  readonly edgeConfigFile: string
  /** The access key of the edge, in the AWS format. */
  readonly edgeCredentialsFile: string
  readonly credentialsFile: string
  readonly serviceKeyFile: string
  readonly regions: readonly RegionPlan[]
  /** The servers to remember by Region, also those of Regions that are left out this time. */
  readonly databaseUrls: ReadonlyMap<string, string>
}

export interface StackFlags {
  readonly stateDirectory: string
  readonly regions: readonly string[]
  readonly port: number
  readonly accountId: string
  readonly databaseUrls: ReadonlyMap<string, string>
}

export const LOOPBACK = '127.0.0.1'
export const DEFAULT_ACCOUNT_ID = '123456789012'
const REGIONS_MAX = 10
const PORT_MAX = 65_535
/** Where free ports are looked for: below those that Linux takes for outgoing connections. */
const SEARCH_FROM = 10_240
const SEARCH_TO = 32_767

/**
 * The plan of a stack: the edge on the port, then endpoints, links, databases and the metrics of
 * nodes in order, and those of the edge.
 */
export function planStack(flags: StackFlags): StackPlan {
  checkFlags(flags)
  const stateDirectory = resolve(flags.stateDirectory)
  const count = flags.regions.length
  return {
    stateDirectory,
    accountId: flags.accountId,
    edgeUrl: `http://localhost:${flags.port}`,
    edgePort: flags.port,
    edgeMetricsPort: ifPort(flags.port + 4 * count + 1),
    edgeDirectory: join(stateDirectory, 'edge'),
    edgeConfigFile: join(stateDirectory, 'edge', 'config.json'),
    edgeCredentialsFile: join(stateDirectory, 'edge', 'credentials'),
    credentialsFile: join(stateDirectory, 'credentials'),
    serviceKeyFile: join(stateDirectory, 'service.key'),
    databaseUrls: flags.databaseUrls,
    regions: flags.regions.map((name, index) => {
      const directory = join(stateDirectory, name)
      const endpointPort = flags.port + 1 + index
      return {
        name,
        endpoint: `http://localhost:${endpointPort}`,
        endpointPort,
        linkPort: endpointPort + count,
        metricsPort: ifPort(endpointPort + 3 * count),
        databasePort: endpointPort + 2 * count,
        databaseUrl: flags.databaseUrls.get(name),
        directory,
        configFile: join(directory, 'config.json'),
      }
    }),
  }
}

/** Metrics are nothing that a stack needs, so what has no room is left out. */
function ifPort(port: number): number | undefined {
  return port <= PORT_MAX ? port : undefined
}

function checkFlags(flags: StackFlags): void {
  const { regions, port } = flags
  if (regions.length === 0 || regions.length > REGIONS_MAX) {
    throw new CommandError(`A stack has 1 to ${REGIONS_MAX} Regions.`)
  }
  for (const name of regions) {
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(name)) {
      throw new CommandError(`"${name}" does not look like a Region, for example us-west-2.`)
    }
  }
  if (new Set(regions).size !== regions.length) {
    throw new CommandError('A Region is named twice in --regions.')
  }
  if (port < 1) throw new CommandError('--port must be a port from 1 on.')
  if (port + 3 * regions.length > PORT_MAX) {
    throw new CommandError(`--port ${port} leaves no room for the ports of the Regions after it.`)
  }
  if (!/^\d{12}$/.test(flags.accountId)) throw new CommandError('--account-id must be 12 digits.')
}

/** How many ports in a row a stack of so many Regions takes, those of metrics too. */
export const stackPorts = (regions: number): number => 4 * regions + 2

/** Every port that the stack will listen on, with what listens there. */
function portsOf(plan: StackPlan): readonly { port: number; purpose: string }[] {
  const ports = [{ port: plan.edgePort, purpose: 'the edge' }]
  for (const region of plan.regions) {
    ports.push({ port: region.endpointPort, purpose: `the endpoint of ${region.name}` })
    ports.push({ port: region.linkPort, purpose: `the region link of ${region.name}` })
    if (region.databaseUrl === undefined) {
      ports.push({ port: region.databasePort, purpose: `the database of ${region.name}` })
    }
  }
  return ports
}

/** Throws the sentence for the first port that is in use. */
export async function requireFreePorts(plan: StackPlan): Promise<void> {
  for (const { port, purpose } of portsOf(plan)) {
    if (!(await isFree(port))) {
      throw new CommandError(
        `Port ${port}, for ${purpose}, is in use; stop what listens there or choose another.`,
      )
    }
  }
}

/**
 * A port to give to `planStack` for a stack of `count` Regions that needs no port of its own: each
 * of its ports, those of metrics too, was free a moment ago.
 */
export async function findStackPort(count: number): Promise<number> {
  const size = stackPorts(count)
  const rows = Math.floor((SEARCH_TO - SEARCH_FROM + 1) / size)
  for (let tries = 0; tries < rows; tries += 1) {
    // Processes that look at the same time begin at different rows.
    const first = SEARCH_FROM + ((process.pid + tries) % rows) * size
    const row = Array.from({ length: size }, (_, at) => isFree(first + at))
    if ((await Promise.all(row)).every((free) => free)) return first
  }
  throw new CommandError(`No ${size} free ports in a row were found.`)
}

/** The plan with the metrics whose ports are free; `say` is told of those that are not. */
export async function withFreeMetrics(
  plan: StackPlan,
  say: (whose: string, what: string) => void,
): Promise<StackPlan> {
  const free = async (whose: string, port: number | undefined) => {
    if (port === undefined || (await isFree(port))) return port
    say(whose, `port ${port} is in use, so there are no metrics of it`)
    return undefined
  }
  const regions = plan.regions.map(async (region) => {
    return { ...region, metricsPort: await free(region.name, region.metricsPort) }
  })
  const edgeMetricsPort = await free('edge', plan.edgeMetricsPort)
  return { ...plan, edgeMetricsPort, regions: await Promise.all(regions) }
}

/** The plan of a stack without metrics. */
export function withoutMetrics(plan: StackPlan): StackPlan {
  const regions = plan.regions.map((region) => ({ ...region, metricsPort: undefined }))
  return { ...plan, edgeMetricsPort: undefined, regions }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (isCode(error, 'EADDRINUSE')) resolve(false)
      else if (isCode(error, 'EACCES')) {
        reject(new CommandError(`Port ${port} may only be used by root; choose another --port.`))
      } else reject(error)
    })
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}
