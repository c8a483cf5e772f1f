// The configuration of a process, parsed once into a frozen value. Only this file reads
// `process.env`. Every setting, with its unit and default, is a row of `config/settings.ts`, from
// which most of the types here follow.
import { readFileSync } from 'node:fs'
import { isObject } from '#base/json.js'
import { type LocalFunction, readFunctions } from './functions.js'
import { requireLogSettings, requireMessageSettings, requireRiskSettings } from './messages.js'
import {
  type RootAccessKey,
  readCredentialsFile,
  readEdgeAccessKey,
  readRootAccessKey,
  readServiceKey,
  requireEdgeAccessKey,
} from './secrets.js'
import { type MembersOf, SETTINGS } from './settings.js'
import {
  ConfigError,
  type Environment,
  readSettings,
  requireKnownVariables,
  type SettingValues,
} from './values.js'

/** One Region of the deployment, as the node that reads the configuration reaches it. */
export interface PeerRegion {
  readonly name: string
  /** The Region endpoint that clients use, for example `http://localhost:4501`. */
  readonly endpoint: string
  /** Where the Region's nodes receive control calls of other Regions. */
  readonly linkUrl: string
  /** How the database of the Region that reads this reaches the database of this peer. */
  readonly databaseUrl: string
}

export interface Config extends MembersOf<'serve'> {
  readonly triggers: MembersOf<'serve'>['triggers'] & {
    /** Functions that are not in AWS Lambda. */
    readonly functions: readonly LocalFunction[]
  }
  readonly metrics: MetricsSettings
  /** All Regions of the deployment, this one among them, in the order of the configuration. */
  readonly regions: readonly PeerRegion[]
  /** 32 bytes, the same in every Region. */
  readonly serviceKey: Uint8Array
  readonly rootAccessKey: RootAccessKey
  /** The key of the edge, which needs no row in a database; undefined: the edge has none here. */
  readonly edgeAccessKey: RootAccessKey | undefined
}

type MetricsSettings = MembersOf<'edge'>['metrics'] & {
  /** Whether an operator chose the port; otherwise it is the default. */
  readonly isPortGiven: boolean
}

export interface EdgeConfig extends MembersOf<'edge'> {
  readonly metrics: MetricsSettings
  readonly regions: readonly { readonly name: string; readonly endpoint: string }[]
  readonly accessKey: RootAccessKey
  /** What the start page's commands are about; absent where `twinpool up` is not what runs. */
  readonly localStack: { readonly command: string; readonly stateDirectory: string } | undefined
}

export interface ConfigSources {
  /** Path of the configuration file. */
  readonly file?: string | undefined
  /** What command line flags set, by path; they win over file and environment. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined
  /** The environment; the process's own unless a test passes another. */
  readonly environment?: Environment | undefined
}

/** The configuration of one node of one Region. */
export function loadConfig(sources: ConfigSources = {}): Config {
  const values = readSettings({ ...sources, environment: sources.environment ?? process.env })
  const region = values.text('region')
  const names = values.list('regions').map((value) => memberText(value, 'name'))
  if (!names.includes(region)) {
    throw new ConfigError(`The Region ${region} is not one of the setting regions.`)
  }
  requireDistinct(names)
  const regions = values.list('regions').map((value) => readPeer(value, region))
  const rootAccessKey = readRootAccessKey(values)
  const edgeAccessKey = readEdgeAccessKey(values)
  if (edgeAccessKey?.accessKeyId === rootAccessKey.accessKeyId) {
    throw new ConfigError('The access key of the edge must not be the root access key.')
  }
  const members = membersOf(values, 'serve')
  requireMessageSettings(members)
  requireLogSettings(members)
  requireRiskSettings(members)
  return freeze({
    ...members,
    regions,
    serviceKey: readServiceKey(values),
    rootAccessKey,
    edgeAccessKey,
    keys: { ...members.keys, awsEndpoint: awsEndpointOf(members) },
    triggers: readTriggers(values, members),
    metrics: { ...members.metrics, isPortGiven: values.isGiven('metrics.port') },
  })
}

/** The configuration of an edge process. */
export function loadEdgeConfig(sources: ConfigSources = {}): EdgeConfig {
  const values = readSettings({ ...sources, environment: sources.environment ?? process.env })
  const regions = values.list('regions').map((value) => ({
    name: memberText(value, 'name'),
    endpoint: memberUrl(value, 'endpoint'),
  }))
  requireDistinct(regions.map((region) => region.name))
  const members = membersOf(values, 'edge')
  return freeze({
    ...members,
    metrics: { ...members.metrics, isPortGiven: values.isGiven('metrics.port') },
    regions,
    accessKey: requireEdgeAccessKey(values),
    localStack: readLocalStack(values),
  })
}

/**
 * The settings among `paths` whose variables are set, by variable: what `twinpool up` decides by
 * its own flags or files, so that a variable would have no effect.
 */
export function variablesWithoutEffect(
  paths: readonly string[],
  environment: Environment = process.env,
): readonly string[] {
  requireKnownVariables(environment)
  return SETTINGS.filter((setting) => paths.includes(setting.path))
    .map((setting) => setting.variable)
    .filter((variable) => (environment[variable] ?? '') !== '')
}

/** The template of ORIGINAL issuers that the environment sets for `twinpool up`, or the default. */
export function originalIssuerTemplate(environment: Environment = process.env): string {
  return readSettings({ environment }).text('urls.originalIssuer')
}

/** Where the shell looks for programs. */
export function searchPath(environment: Environment = process.env): string {
  return environment['PATH'] ?? ''
}

/** Whether a person who reads a terminal wants colours (https://no-color.org). */
export function wantsColours(environment: Environment = process.env): boolean {
  return (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb'
}

/** The root access key that the environment sets for `twinpool up`, if any. */
export function environmentRootAccessKey(
  environment: Environment = process.env,
): RootAccessKey | undefined {
  const accessKeyId = environment['TWINPOOL_ROOT_ACCESS_KEY_ID']
  const secretAccessKey = environment['TWINPOOL_ROOT_SECRET_ACCESS_KEY']
  if (!accessKeyId && !secretAccessKey) return undefined
  if (!accessKeyId || !secretAccessKey) {
    throw new ConfigError(
      'Set both TWINPOOL_ROOT_ACCESS_KEY_ID and TWINPOOL_ROOT_SECRET_ACCESS_KEY, or neither.',
    )
  }
  return { accessKeyId, secretAccessKey }
}

/** Whether the environment leaves metrics on for `twinpool up`. */
export function wantsMetrics(environment: Environment = process.env): boolean {
  return readSettings({ environment }).flag('metrics.enabled')
}

/** Whether the environment leaves the console on for `twinpool up`. */
export function wantsConsole(environment: Environment = process.env): boolean {
  return readSettings({ environment }).flag('console.enabled')
}

/** How much WAL an embedded database keeps for another Region that is down, in bytes. */
export function slotWalBytesMax(environment: Environment = process.env): number {
  return readSettings({ environment }).integer('replication.slotWalBytesMax')
}

/** The credentials of the AWS environment variables, for commands that call a remote endpoint. */
export function environmentAwsCredentials(
  environment: Environment = process.env,
): (RootAccessKey & { readonly sessionToken?: string }) | undefined {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID']
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
  const sessionToken = environment['AWS_SESSION_TOKEN']
  if (!accessKeyId || !secretAccessKey) return readSharedCredentials(environment)
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

function readSharedCredentials(environment: Environment): RootAccessKey | undefined {
  const file = environment['AWS_SHARED_CREDENTIALS_FILE']
  return file ? readCredentialsFile(file, environment['AWS_PROFILE'] || 'default') : undefined
}

/**
 * The environment for a child process whose configuration file holds `paths`: the variables of
 * these settings are left out, so that what the file says holds, and all others are passed on.
 */
export function childEnvironment(
  paths: readonly string[],
  environment: Environment = process.env,
): Record<string, string> {
  const dropped = new Set(
    SETTINGS.filter((setting) => paths.includes(setting.path)).map((setting) => setting.variable),
  )
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !dropped.has(name)) kept[name] = value
  }
  return kept
}

function readLocalStack(values: SettingValues): EdgeConfig['localStack'] {
  const command = values.textIfSet('localStack.command')
  const stateDirectory = values.textIfSet('localStack.stateDirectory')
  if (command === undefined || stateDirectory === undefined) return undefined
  return { command, stateDirectory }
}

function membersOf<P extends 'serve' | 'edge'>(values: SettingValues, process: P): MembersOf<P> {
  if (!/^\d{12}$/.test(values.text('accountId'))) {
    throw new ConfigError('The setting accountId (variable TWINPOOL_ACCOUNT_ID) must be 12 digits.')
  }
  return values.membersOf(process)
}

/** The endpoint of AWS KMS, with the node's Region in it. */
function awsEndpointOf({ region, keys }: MembersOf<'serve'>): string | undefined {
  if (keys.awsEndpoint === undefined) return undefined
  const name = 'The setting keys.awsEndpoint (variable TWINPOOL_KEYS_AWS_ENDPOINT)'
  if (keys.driver !== 'aws-kms') {
    throw new ConfigError(`${name} is only for the keys.driver aws-kms.`)
  }
  return endpointOf(keys.awsEndpoint, { region, name })
}

function endpointOf(template: string, { region, name }: { region: string; name: string }): string {
  const endpoint = template.replaceAll('{region}', region)
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new ConfigError(`${name} must be an http or https URL; {region} may stand in it.`)
  }
  return endpoint
}

function readTriggers(
  values: SettingValues,
  { region, triggers }: MembersOf<'serve'>,
): Config['triggers'] {
  const { awsEndpoint } = triggers
  const name = 'The setting triggers.awsEndpoint (variable TWINPOOL_TRIGGERS_AWS_ENDPOINT)'
  return {
    ...triggers,
    functions: readFunctions(values),
    awsEndpoint: awsEndpoint && endpointOf(awsEndpoint, { region, name }),
  }
}

function readPeer(value: unknown, ownRegion: string): PeerRegion {
  const name = memberText(value, 'name')
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(name)) {
    throw new ConfigError(`${name} does not look like a Region, for example us-west-2.`)
  }
  const isOwn = name === ownRegion
  return {
    name,
    endpoint: memberUrl(value, 'endpoint'),
    linkUrl: isOwn ? (optionalText(value, 'linkUrl') ?? '') : memberUrl(value, 'linkUrl'),
    databaseUrl: isOwn
      ? (optionalText(value, 'databaseUrl') ?? '')
      : memberText(value, 'databaseUrl'),
  }
}

function optionalText(value: unknown, member: string): string | undefined {
  const text = isObject(value) ? value[member] : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}

function memberText(value: unknown, member: string): string {
  const text = optionalText(value, member)
  const name = optionalText(value, 'name') ?? 'A Region'
  if (text === undefined) throw new ConfigError(`${name} of the setting regions has no ${member}.`)
  return text
}

function memberUrl(value: unknown, member: string): string {
  const text = memberText(value, member)
  if (!URL.canParse(text)) {
    throw new ConfigError(`The ${member} ${text} of the setting regions is not a URL.`)
  }
  return text.replace(/\/+$/, '')
}

function requireDistinct(names: readonly string[]): void {
  if (new Set(names).size !== names.length) {
    throw new ConfigError('The setting regions names a Region twice.')
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const member of Object.values(value)) freeze(member)
    Object.freeze(value)
  }
  return value
}

/** The version of this program, as its package has it. */
export function versionOfPackage(): string {
  const file = new URL('../../../package.json', import.meta.url)
  const description = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return description.version
}
