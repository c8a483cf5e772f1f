// The table of every setting: where it stands in the configuration file, which variable overrides
// it, its unit, its default and what it means. `docs/configuration.md` says the same and a test
// compares the two both ways, so a setting cannot be added without its documentation.

export type SettingType = 'text' | 'secret' | 'integer' | 'flag' | 'choice' | 'networks' | 'regions'

export interface Setting {
  /** Its place in the configuration file, `limits.bodyBytesMax` being a member of `limits`. */
  readonly path: string
  /** The environment variable that overrides the file. */
  readonly variable: string
  readonly type: SettingType
  /** The unit of the value, or `text`, `flag` and the like. */
  readonly unit: string
  /** The default; `undefined` when the setting is required or may be absent. */
  readonly fallback: string | number | boolean | undefined
  /** Whether `serve`, `edge` or both read it. */
  readonly readBy: 'serve' | 'edge' | 'both'
  /** The words that a choice is among. */
  readonly choices?: readonly string[]
  readonly min?: number
  readonly max?: number
}

type Bounds = { readonly min: number; readonly max: number }
type ReadBy = Setting['readBy']

/** `limits.bodyBytesMax` is overridden by `TWINPOOL_LIMITS_BODY_BYTES_MAX`. */
function variableOf(path: string): string {
  const words = path.replaceAll('.', '_').replaceAll(/([a-z])([A-Z])/g, '$1_$2')
  return `TWINPOOL_${words.toUpperCase()}`
}

function text(path: string, readBy: ReadBy, fallback?: string): Setting {
  return { path, variable: variableOf(path), type: 'text', unit: 'text', fallback, readBy }
}

function secret(path: string, readBy: ReadBy, variable: string, unit = 'text'): Setting {
  return { path, variable, type: 'secret', unit, fallback: undefined, readBy }
}

function integer(
  path: string,
  readBy: ReadBy,
  options: { unit: string; fallback: number; bounds: Bounds },
): Setting {
  const { unit, fallback, bounds } = options
  return { path, variable: variableOf(path), type: 'integer', unit, fallback, readBy, ...bounds }
}

function choice(
  path: string,
  readBy: ReadBy,
  { choices, fallback }: { choices: readonly string[]; fallback: string },
): Setting {
  const unit = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
  return { path, variable: variableOf(path), type: 'choice', unit, fallback, readBy, choices }
}

const COUNT: Bounds = { min: 1, max: 1_000_000 }
const PORT: Bounds = { min: 0, max: 65_535 }
const BYTES: Bounds = { min: 1024, max: 1024 ** 3 }
const MILLISECONDS: Bounds = { min: 10, max: 3_600_000 }

export const SETTINGS: readonly Setting[] = [
  text('region', 'serve'),
  text('accountId', 'both', '123456789012'),
  {
    path: 'regions',
    variable: 'TWINPOOL_REGIONS',
    type: 'regions',
    unit: 'JSON array',
    fallback: undefined,
    readBy: 'both',
  },
  text('listen.host', 'both', '127.0.0.1'),
  integer('listen.port', 'both', { unit: 'port', fallback: 4500, bounds: PORT }),
  {
    path: 'listen.trustedProxies',
    variable: variableOf('listen.trustedProxies'),
    type: 'networks',
    unit: 'list of networks',
    fallback: undefined,
    readBy: 'serve',
  },
  text('link.host', 'serve', '127.0.0.1'),
  integer('link.port', 'serve', { unit: 'port', fallback: 4600, bounds: PORT }),
  secret('database.url', 'serve', 'TWINPOOL_DATABASE_URL', 'URL'),
  integer('database.poolSize', 'serve', { unit: 'connections', fallback: 10, bounds: COUNT }),
  text('serviceKeyFile', 'serve'),
  secret('serviceKey', 'serve', 'TWINPOOL_SERVICE_KEY', 'base64'),
  text('rootCredentialsFile', 'serve'),
  secret('rootAccessKey.accessKeyId', 'serve', 'TWINPOOL_ROOT_ACCESS_KEY_ID'),
  secret('rootAccessKey.secretAccessKey', 'serve', 'TWINPOOL_ROOT_SECRET_ACCESS_KEY'),
  text('edgeCredentialsFile', 'both'),
  secret('edgeAccessKey.accessKeyId', 'both', 'TWINPOOL_EDGE_ACCESS_KEY_ID'),
  secret('edgeAccessKey.secretAccessKey', 'both', 'TWINPOOL_EDGE_SECRET_ACCESS_KEY'),
  text('urls.originalIssuer', 'serve', '{endpoint}/{poolId}'),
  text('urls.updatedIssuer', 'serve', 'http://localhost:4500/issuer/{region}/{poolId}'),
  text('urls.domain', 'both', 'http://localhost:4500/domain/{domain}'),
  integer('limits.bodyBytesMax', 'both', { unit: 'bytes', fallback: 1_048_576, bounds: BYTES }),
  integer('limits.headerBytesMax', 'both', { unit: 'bytes', fallback: 32_768, bounds: BYTES }),
  integer('limits.requestTimeoutMs', 'both', {
    unit: 'milliseconds',
    fallback: 15_000,
    bounds: MILLISECONDS,
  }),
  integer('limits.headersTimeoutMs', 'both', {
    unit: 'milliseconds',
    fallback: 10_000,
    bounds: MILLISECONDS,
  }),
  integer('limits.concurrentRequestsMax', 'both', {
    unit: 'requests',
    fallback: 512,
    bounds: COUNT,
  }),
  integer('limits.connectionsMax', 'both', {
    unit: 'connections',
    fallback: 10_000,
    bounds: COUNT,
  }),
  integer('limits.clockSkewSeconds', 'serve', {
    unit: 'seconds',
    fallback: 300,
    bounds: { min: 1, max: 86_400 },
  }),
  integer('limits.codesPerHourMax', 'serve', {
    unit: 'codes',
    fallback: 5,
    bounds: { min: 1, max: 1000 },
  }),
  choice('keys.driver', 'serve', { choices: ['embedded', 'aws-kms'], fallback: 'embedded' }),
  text('keys.awsEndpoint', 'serve'),
  integer('keys.dataKeyTtlSeconds', 'serve', {
    unit: 'seconds',
    fallback: 60,
    bounds: { min: 1, max: 3600 },
  }),
  integer('keys.dataKeyUsesMax', 'serve', {
    unit: 'uses',
    fallback: 1_000_000,
    bounds: { min: 1, max: 2 ** 31 },
  }),
  integer('replication.heartbeatMs', 'serve', {
    unit: 'milliseconds',
    fallback: 1000,
    bounds: MILLISECONDS,
  }),
  integer('replication.slotWalBytesMax', 'serve', {
    unit: 'bytes',
    fallback: 4 * 1024 ** 3,
    bounds: { min: 64 * 1024 ** 2, max: 16 * 1024 ** 4 },
  }),
  integer('replication.batchRows', 'serve', { unit: 'rows', fallback: 5000, bounds: COUNT }),
  integer('replication.reconcileMs', 'serve', {
    unit: 'milliseconds',
    fallback: 5000,
    bounds: MILLISECONDS,
  }),
  integer('replication.verifyRowsPerSecond', 'serve', {
    unit: 'rows per second',
    fallback: 1000,
    bounds: COUNT,
  }),
  {
    path: 'startPage',
    variable: 'TWINPOOL_START_PAGE',
    type: 'flag',
    unit: 'true or false',
    fallback: false,
    readBy: 'edge',
  },
  text('localStack.command', 'edge'),
  text('localStack.stateDirectory', 'edge'),
  integer('healthCheckMs', 'edge', {
    unit: 'milliseconds',
    fallback: 500,
    bounds: MILLISECONDS,
  }),
  choice('logLevel', 'both', { choices: ['debug', 'info', 'warn', 'error'], fallback: 'info' }),
  integer('workers', 'serve', { unit: 'processes', fallback: 1, bounds: { min: 1, max: 256 } }),
  integer('testOnly.clockOffsetMs', 'serve', {
    unit: 'milliseconds',
    fallback: 0,
    bounds: { min: -3_600_000, max: 3_600_000 },
  }),
  integer('drainTimeoutMs', 'both', {
    unit: 'milliseconds',
    fallback: 5000,
    bounds: { min: 0, max: 600_000 },
  }),
]
