// The table of every setting: where it stands in the configuration file, which variable overrides
// it, its unit and its default. The types of configurations, what is read of a file and the columns
// of docs/configuration.md follow from it.

/** What a setting is, wherever it stands. */
interface Shape {
  readonly type:
    | 'text'
    | 'secret'
    | 'integer'
    | 'decimal'
    | 'flag'
    | 'choice'
    | 'networks'
    | 'regions'
    | 'functions'
  /** The unit of the value, or `text`, `flag` and the like. */
  readonly unit: string
  /** The default; `undefined` when the setting is required or may be absent. */
  readonly fallback?: string | number | boolean | readonly string[]
  readonly isRequired?: true
  /** Set when it is no member of the configuration, because something else is made of it. */
  readonly isSource?: true
  /** The words that a choice is among. */
  readonly choices?: readonly string[]
  readonly min?: number
  readonly max?: number
}

/** Whether `serve`, `edge` or both read a setting. */
type ReadBy = 'serve' | 'edge' | 'both'

export interface Setting extends Shape {
  /** Its place in the configuration file, `limits.bodyBytesMax` being a member of `limits`. */
  readonly path: string
  /** The environment variable that overrides the file. */
  readonly variable: string
  readonly readBy: ReadBy
}

type Bounds = { readonly min: number; readonly max: number }

/** `limits.bodyBytesMax` is overridden by `TWINPOOL_LIMITS_BODY_BYTES_MAX`. */
function variableOf(path: string): string {
  const words = path.replaceAll('.', '_').replaceAll(/([a-z])([A-Z])/g, '$1_$2')
  return `TWINPOOL_${words.toUpperCase()}`
}

function setting<const P extends string, const R extends ReadBy, const S extends Shape>(
  path: P,
  readBy: R,
  shape: S,
  variable = variableOf(path),
): { readonly path: P; readonly readBy: R; readonly variable: string } & S {
  return { path, readBy, variable, ...shape }
}

const OPTIONAL_TEXT = { type: 'text', unit: 'text' } as const
const REQUIRED_TEXT = { ...OPTIONAL_TEXT, isRequired: true } as const
const FILE = { ...OPTIONAL_TEXT, isSource: true } as const
const SECRET = { type: 'secret', unit: 'text', isSource: true } as const

const text = (fallback: string) => ({ ...OPTIONAL_TEXT, fallback })

const integer = (unit: string, fallback: number, bounds: Bounds) =>
  ({ type: 'integer', unit, fallback, ...bounds }) as const

function choice<const C extends readonly string[]>(choices: C, fallback: C[number]) {
  const unit = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
  return { type: 'choice', unit, fallback, choices } as const
}

const decimal = (unit: string, fallback: number) =>
  ({ type: 'decimal', unit, fallback, min: 0, max: 1_000_000 }) as const

const milliseconds = (fallback: number) => integer('milliseconds', fallback, MILLISECONDS)

const COUNT: Bounds = { min: 1, max: 1_000_000 }
const PORT: Bounds = { min: 0, max: 65_535 }
const BYTES: Bounds = { min: 1024, max: 1024 ** 3 }
const FILE_BYTES: Bounds = { min: 1024, max: 16 * 1024 ** 3 }
const ROWS: Bounds = { min: 1, max: 100_000_000 }
const MILLISECONDS: Bounds = { min: 10, max: 3_600_000 }
const WAL_BYTES: Bounds = { min: 64 * 1024 ** 2, max: 16 * 1024 ** 4 }

const TABLE = [
  setting('region', 'serve', REQUIRED_TEXT),
  setting('accountId', 'both', text('123456789012')),
  setting('regions', 'both', {
    type: 'regions',
    unit: 'JSON array',
    isRequired: true,
    isSource: true,
  }),
  setting('listen.host', 'both', text('127.0.0.1')),
  setting('listen.port', 'both', integer('port', 4500, PORT)),
  setting('listen.trustedProxies', 'serve', {
    type: 'networks',
    unit: 'list of networks',
    fallback: [],
  }),
  setting('link.host', 'serve', text('127.0.0.1')),
  setting('link.port', 'serve', integer('port', 4600, PORT)),
  setting('database.url', 'serve', { type: 'secret', unit: 'URL', isRequired: true }),
  setting('database.poolSize', 'serve', integer('connections', 10, COUNT)),
  setting('serviceKeyFile', 'serve', FILE),
  setting('serviceKey', 'serve', { ...SECRET, unit: 'base64' }),
  setting('rootCredentialsFile', 'serve', FILE),
  setting('rootAccessKey.accessKeyId', 'serve', SECRET, 'TWINPOOL_ROOT_ACCESS_KEY_ID'),
  setting('rootAccessKey.secretAccessKey', 'serve', SECRET, 'TWINPOOL_ROOT_SECRET_ACCESS_KEY'),
  setting('edgeCredentialsFile', 'both', FILE),
  setting('edgeAccessKey.accessKeyId', 'both', SECRET, 'TWINPOOL_EDGE_ACCESS_KEY_ID'),
  setting('edgeAccessKey.secretAccessKey', 'both', SECRET, 'TWINPOOL_EDGE_SECRET_ACCESS_KEY'),
  setting('urls.originalIssuer', 'serve', text('{endpoint}/{poolId}')),
  setting('urls.updatedIssuer', 'serve', text('http://localhost:4500/issuer/{region}/{poolId}')),
  setting('urls.domain', 'both', text('http://localhost:4500/domain/{domain}')),
  setting('limits.bodyBytesMax', 'both', integer('bytes', 1_048_576, BYTES)),
  setting('limits.headerBytesMax', 'both', integer('bytes', 32_768, BYTES)),
  setting('limits.requestTimeoutMs', 'both', milliseconds(15_000)),
  setting('limits.headersTimeoutMs', 'both', milliseconds(10_000)),
  setting('limits.concurrentRequestsMax', 'both', integer('requests', 512, COUNT)),
  setting('limits.connectionsMax', 'both', integer('connections', 10_000, COUNT)),
  setting('limits.clockSkewSeconds', 'serve', integer('seconds', 300, { min: 1, max: 86_400 })),
  setting('limits.codesPerHourMax', 'serve', integer('codes', 5, { min: 1, max: 1000 })),
  setting('quotas.userPools', 'serve', integer('user pools', 1000, COUNT)),
  setting('quotas.clients', 'serve', integer('app clients', 1000, COUNT)),
  setting('quotas.resourceServers', 'serve', integer('resource servers', 25, COUNT)),
  setting('quotas.groups', 'serve', integer('groups', 10_000, COUNT)),
  setting('rates.enforced', 'serve', { type: 'flag', unit: 'true or false', fallback: false }),
  setting('rates.adjustableTimesMax', 'serve', integer('times', 10, { min: 1, max: 100_000 })),
  setting('signIn.totpOnSecondary', 'serve', {
    type: 'flag',
    unit: 'true or false',
    fallback: true,
  }),
  setting('keys.driver', 'serve', choice(['embedded', 'aws-kms'], 'embedded')),
  setting('keys.awsEndpoint', 'serve', OPTIONAL_TEXT),
  setting('keys.dataKeyTtlSeconds', 'serve', integer('seconds', 60, { min: 1, max: 3600 })),
  setting('keys.healthCheckSeconds', 'serve', integer('seconds', 60, { min: 1, max: 86_400 })),
  setting('keys.dataKeyUsesMax', 'serve', integer('uses', 1_000_000, { min: 1, max: 2 ** 31 })),
  setting('triggers.functions', 'serve', {
    type: 'functions',
    unit: 'JSON array',
    fallback: [],
    isSource: true,
  }),
  setting('triggers.awsEndpoint', 'serve', OPTIONAL_TEXT),
  setting('triggers.concurrentCallsMax', 'serve', integer('calls', 50, COUNT)),
  setting('triggers.queuedCallsMax', 'serve', integer('calls', 500, COUNT)),
  setting('messages.email', 'serve', choice(['outbox', 'smtp', 'ses'], 'outbox')),
  setting('messages.sms', 'serve', choice(['outbox', 'sns', 'http'], 'outbox')),
  setting('messages.from', 'serve', text('no-reply@verificationemail.com')),
  setting('messages.smtpUrl', 'serve', { type: 'secret', unit: 'URL' }),
  setting('messages.smtpRequireTls', 'serve', {
    type: 'flag',
    unit: 'true or false',
    fallback: false,
  }),
  setting('messages.smtpCaFile', 'serve', OPTIONAL_TEXT),
  setting('messages.sesEndpoint', 'serve', OPTIONAL_TEXT),
  setting('messages.snsEndpoint', 'serve', OPTIONAL_TEXT),
  setting('messages.smsHookUrl', 'serve', { type: 'secret', unit: 'URL' }),
  setting('messages.smsHookSecret', 'serve', { type: 'secret', unit: 'text' }),
  setting('messages.timeoutMs', 'serve', milliseconds(10_000)),
  setting('messages.concurrentMax', 'serve', integer('messages', 20, { min: 1, max: 1000 })),
  setting(
    'messages.defaultSenderPerDayMax',
    'serve',
    integer('emails', 0, { min: 0, max: 1_000_000 }),
  ),
  setting('risk.locationsFile', 'serve', OPTIONAL_TEXT),
  setting('risk.locationsModule', 'serve', OPTIONAL_TEXT),
  setting('logDelivery.to', 'serve', choice(['off', 'aws', 'file', 'http'], 'off')),
  setting('logDelivery.awsEndpoint', 'serve', OPTIONAL_TEXT),
  setting('logDelivery.directory', 'serve', OPTIONAL_TEXT),
  setting('logDelivery.httpUrl', 'serve', { type: 'secret', unit: 'URL' }),
  setting('userImport.bytesMax', 'serve', integer('bytes', 100 * 1024 ** 2, FILE_BYTES)),
  setting('userImport.rowsMax', 'serve', integer('rows', 500_000, ROWS)),
  setting('replication.heartbeatMs', 'serve', milliseconds(1000)),
  setting('replication.slotWalBytesMax', 'serve', integer('bytes', 4 * 1024 ** 3, WAL_BYTES)),
  setting('replication.batchRows', 'serve', integer('rows', 5000, COUNT)),
  setting('replication.reconcileMs', 'serve', milliseconds(5000)),
  setting('replication.verifyRowsPerSecond', 'serve', integer('rows per second', 1000, COUNT)),
  setting('audit.keepDays', 'serve', integer('days', 365, { min: 1, max: 36_500 })),
  setting('usage.keepMonths', 'serve', integer('months', 24, { min: 1, max: 1200 })),
  setting('usage.keepEndpointDays', 'serve', integer('days', 90, { min: 1, max: 36_500 })),
  setting('usage.essentialsPrice', 'serve', decimal('US dollars', 0.0045)),
  setting('usage.plusPrice', 'serve', decimal('US dollars', 0.006)),
  setting('usage.machineTokenPrice', 'serve', decimal('US dollars', 0.00225)),
  setting('usage.machineTokenPercent', 'serve', decimal('percent', 30)),
  setting('metrics.enabled', 'both', { type: 'flag', unit: 'true or false', fallback: true }),
  setting('metrics.host', 'both', text('127.0.0.1')),
  setting('metrics.port', 'both', integer('port', 4700, PORT)),
  setting('tracing.enabled', 'both', { type: 'flag', unit: 'true or false', fallback: false }),
  setting('console.enabled', 'both', { type: 'flag', unit: 'true or false', fallback: true }),
  setting('startPage', 'edge', { type: 'flag', unit: 'true or false', fallback: false }),
  setting('localStack.command', 'edge', { ...OPTIONAL_TEXT, isSource: true }),
  setting('localStack.stateDirectory', 'edge', { ...OPTIONAL_TEXT, isSource: true }),
  setting('healthCheckMs', 'edge', milliseconds(500)),
  setting('logLevel', 'both', choice(['debug', 'info', 'warn', 'error'], 'info')),
  setting('workers', 'serve', integer('processes', 1, { min: 1, max: 256 })),
  setting(
    'testOnly.clockOffsetMs',
    'serve',
    integer('milliseconds', 0, { min: -3_600_000, max: 3_600_000 }),
  ),
  setting('drainTimeoutMs', 'both', integer('milliseconds', 5000, { min: 0, max: 600_000 })),
] as const

export const SETTINGS: readonly Setting[] = TABLE

type ValueOf<S extends Shape> = S extends { type: 'integer' | 'decimal' }
  ? number
  : S extends { type: 'flag' }
    ? boolean
    : S extends { type: 'networks' }
      ? readonly string[]
      : S extends { type: 'choice'; choices: readonly (infer Word)[] }
        ? Word
        : S extends { isRequired: true } | { fallback: string }
          ? string
          : string | undefined

type Row = (typeof TABLE)[number]
type First<Path extends string> = Path extends `${infer Head}.${string}` ? Head : Path
type Nested<R extends Row> = {
  readonly [Head in First<R['path']>]: [Extract<R, { path: Head }>] extends [never]
    ? {
        readonly [Path in R['path'] as Path extends `${Head}.${infer Member}`
          ? Member
          : never]: ValueOf<Extract<R, { path: Path }>>
      }
    : ValueOf<Extract<R, { path: Head }>>
}

/** The members that the configuration of a process has as they are set. */
export type MembersOf<Process extends 'serve' | 'edge'> = Nested<
  Exclude<Extract<Row, { readBy: Process | 'both' }>, { isSource: true }>
>
