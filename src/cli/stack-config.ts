// Writes the configuration files of a stack's processes: what `twinpool serve` and `twinpool edge`
// would read in production, filled in for one machine.
import { join } from 'node:path'
import {
  EMBEDDED_DATABASE,
  EMBEDDED_ROLE,
  passwordLine,
} from '#adapters/postgres-embedded/cluster.js'
import type { ClusterPaths } from '#adapters/postgres-embedded/cluster-paths.js'
import type { SystemUser } from '#adapters/postgres-embedded/system-user.js'
import { childEnvironment, variablesWithoutEffect } from '#config/config.js'
import { writeSecret } from './durable-file.js'
import { programCall } from './paste.js'
import { LOOPBACK, type RegionPlan, type StackPlan } from './plan.js'

/** A Region's database as others reach it. */
export interface DatabaseAccess {
  /** The URL with the password in it. */
  readonly url: string
  /** Where its cluster stands, when it is embedded. */
  readonly paths: ClusterPaths | undefined
  /** The system user of the embedded database, when it is not that of the supervisor. */
  readonly user: SystemUser | undefined
}

export type DatabaseAccesses = ReadonlyMap<string, DatabaseAccess>

/** The URL of a database without its password, and the line that a password file has for it. */
export function splitPassword(url: string): { url: string; line: string | undefined } {
  const parsed = new URL(url)
  const password = decodeURIComponent(parsed.password)
  if (password === '') return { url, line: undefined }
  const line = passwordLine({
    host: parsed.hostname,
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username) || EMBEDDED_ROLE,
    password,
  })
  parsed.password = ''
  return { url: parsed.toString(), line }
}

/** The lines of the password file for the database of `region`: one for each other database. */
export function passwordLines(region: RegionPlan, accesses: DatabaseAccesses): readonly string[] {
  const lines: string[] = []
  for (const [name, access] of accesses) {
    const line = name === region.name ? undefined : splitPassword(access.url).line
    if (line !== undefined) lines.push(line)
  }
  return lines
}

/**
 * How the database of `from` reaches that of `to`. A subscription stores its connection string,
 * so an embedded database finds the password in its own file; a real server has no file of ours
 * and gets the URL as it was given.
 */
function peerDatabaseUrl(from: DatabaseAccess, to: DatabaseAccess): string {
  if (from.paths === undefined) return to.url
  const { url, line } = splitPassword(to.url)
  if (line === undefined) return url
  const parsed = new URL(url)
  parsed.searchParams.set('passfile', from.paths.passwordFile)
  return parsed.toString()
}

function settingsOfNode(
  plan: StackPlan,
  region: RegionPlan,
  databases: { own: DatabaseAccess; all: DatabaseAccesses },
): Record<string, unknown> {
  return {
    region: region.name,
    accountId: plan.accountId,
    regions: plan.regions.map((peer) => {
      const access = databases.all.get(peer.name) ?? databases.own
      return {
        name: peer.name,
        endpoint: peer.endpoint,
        linkUrl: `http://${LOOPBACK}:${peer.linkPort}`,
        databaseUrl:
          peer.name === region.name ? access.url : peerDatabaseUrl(databases.own, access),
      }
    }),
    listen: { host: LOOPBACK, port: region.endpointPort },
    link: { host: LOOPBACK, port: region.linkPort },
    metrics: metricsAt(region.metricsPort),
    database: { url: databases.own.url },
    serviceKeyFile: plan.serviceKeyFile,
    rootCredentialsFile: plan.credentialsFile,
    edgeCredentialsFile: plan.edgeCredentialsFile,
    urls: {
      updatedIssuer: `${plan.edgeUrl}/issuer/{region}/{poolId}`,
      domain: `${plan.edgeUrl}/domain/{domain}`,
    },
  }
}

function metricsAt(port: number | undefined): Record<string, unknown> {
  return port === undefined ? { enabled: false } : { host: LOOPBACK, port }
}

export async function writeNodeConfig(
  plan: StackPlan,
  region: RegionPlan,
  databases: { own: DatabaseAccess; all: DatabaseAccesses },
): Promise<void> {
  await writeJson(region.configFile, settingsOfNode(plan, region, databases))
}

export async function writeEdgeConfig(plan: StackPlan): Promise<void> {
  await writeJson(plan.edgeConfigFile, {
    accountId: plan.accountId,
    regions: plan.regions.map(({ name, endpoint }) => ({ name, endpoint })),
    listen: { host: LOOPBACK, port: plan.edgePort },
    metrics: metricsAt(plan.edgeMetricsPort),
    edgeCredentialsFile: plan.edgeCredentialsFile,
    startPage: true,
    localStack: { command: programCall(), stateDirectory: plan.stateDirectory },
  })
}

/**
 * The environment of the stack's processes. What the files above say must hold, whatever the
 * variables of the shell are; every other setting may be given to `twinpool up` as a variable.
 */
export function stackEnvironment(): Record<string, string> {
  return childEnvironment(DECIDED)
}

/** Variables that are set and have no effect, because the stack decides these settings itself. */
export function variablesOverruled(): readonly string[] {
  // The root access key may be given to the stack, and metrics may be switched off.
  return variablesWithoutEffect(DECIDED.filter((path) => !GIVEN.test(path)))
}

const GIVEN = /^(?:rootAccessKey\..+|metrics\.enabled)$/

/** The settings that the files of a stack hold, whatever the variables of the shell say. */
const DECIDED: readonly string[] = [
  'region',
  'accountId',
  'regions',
  'listen.host',
  'listen.port',
  'link.host',
  'link.port',
  'metrics.enabled',
  'metrics.host',
  'metrics.port',
  'database.url',
  'serviceKey',
  'serviceKeyFile',
  'rootCredentialsFile',
  'rootAccessKey.accessKeyId',
  'rootAccessKey.secretAccessKey',
  'edgeCredentialsFile',
  'edgeAccessKey.accessKeyId',
  'edgeAccessKey.secretAccessKey',
  'urls.updatedIssuer',
  'urls.domain',
  'startPage',
  'localStack.command',
  'localStack.stateDirectory',
  'workers',
]

/** The log file of a Region's database. */
export function databaseLogFile(region: RegionPlan): string {
  return join(region.directory, 'postgres.log')
}

/** The log file of a Region's node. */
export function nodeLogFile(region: RegionPlan): string {
  return join(region.directory, 'node.log')
}

/** What an operator may paste into a tool to look at an embedded database. */
export function describeDatabase(region: RegionPlan): string {
  if (region.databaseUrl !== undefined) return new URL(region.databaseUrl).host
  return `${LOOPBACK}:${region.databasePort}/${EMBEDDED_DATABASE}`
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeSecret(file, `${JSON.stringify(value, undefined, 2)}\n`)
}
