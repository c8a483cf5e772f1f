// Every metric of Twinpool, in one table: what it counts or measures, and by which labels. Types,
// the registry of a process, docs/metrics.md and the tests of dashboard and alerts follow from it.
// What must stay true: labels are bounded. A label never holds what names a user, a token, a pool
// or an app client, nor text that a caller or a pool has chosen, but for the ARNs of functions, of
// which the first hundred have names and the rest are `other`.

/** How the values of several workers of one node become one. */
export type OverWorkers = 'sum' | 'max' | 'min'

interface Definition {
  readonly help: string
  readonly labels: readonly LabelName[]
  /** Which process has it. */
  readonly of: 'node' | 'edge' | 'both'
}

/** A number that only grows. `isRead`: something else counts, and it is read at each scrape. */
export interface CounterDefinition extends Definition {
  readonly kind: 'counter'
  readonly isRead?: true
}

/** A number that is read at each scrape. */
export interface GaugeDefinition extends Definition {
  readonly kind: 'gauge'
  readonly over: OverWorkers
}

/** Durations in seconds. */
export interface HistogramDefinition extends Definition {
  readonly kind: 'histogram'
  readonly buckets: readonly number[]
}

/** One metric. */
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition

/** What a label says, and how many values of it one metric has at most; others are `other`. */
export interface LabelDefinition {
  readonly meaning: string
  readonly max: number
}

/** Every label. */
export const METRIC_LABELS = {
  service: { meaning: '`cognito-idp`, `kms`, `twinpool` or, for other routes, `http`', max: 8 },
  operation: {
    meaning: 'an operation of the API, or a method and a route; what is neither is `unknown`',
    max: 300,
  },
  result: { meaning: 'how it ended: `ok` or the error, in the words of the metric', max: 150 },
  listener: { meaning: '`endpoint`, `link` or `edge`', max: 4 },
  process: { meaning: '`node` or `edge`', max: 2 },
  version: { meaning: 'the version of Twinpool', max: 2 },
  node_version: { meaning: 'the version of Node.js', max: 2 },
  region: { meaning: 'a Region of the configuration, or `none`', max: 40 },
  peer: { meaning: 'another Region of the configuration', max: 40 },
  stream: { meaning: '`receive`: its rows to here; `send`: our rows to there', max: 2 },
  method: { meaning: 'what the user proved, such as `password+software-token`', max: 60 },
  challenge: { meaning: 'the name of a challenge of the API', max: 30 },
  grant: { meaning: '`sign-in`, `refresh` or `client-credentials`', max: 4 },
  state: { meaning: 'a state, in the words of the metric', max: 12 },
  call: { meaning: 'the call, by the name that it has in the source', max: 60 },
  reason: { meaning: 'why, in the words of the metric', max: 20 },
  function: { meaning: 'the ARN of a function, the first 100 of a process', max: 100 },
  medium: { meaning: '`EMAIL` or `SMS`', max: 2 },
  transport: { meaning: 'a value of `messages.email` or `messages.sms`, or `function`', max: 8 },
  kind: { meaning: 'a kind, in the words of the metric', max: 8 },
  category: { meaning: 'a category of request rates', max: 24 },
  source: { meaning: 'what is read at a scrape', max: 12 },
} as const satisfies Readonly<Record<string, LabelDefinition>>

/** The name of a label. */
export type LabelName = keyof typeof METRIC_LABELS

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const DATABASE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10]
const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

const counter = <const L extends readonly LabelName[]>(
  of: Definition['of'],
  labels: L,
  help: string,
) => ({ kind: 'counter', of, labels, help }) as const

/** A counter that is read at each scrape. */
const tally = <const L extends readonly LabelName[]>(
  of: Definition['of'],
  labels: L,
  help: string,
) => ({ kind: 'counter', of, labels, help, isRead: true }) as const

const gauge = <const L extends readonly LabelName[]>(
  of: Definition['of'],
  labels: L,
  help: string,
  over: OverWorkers = 'sum',
) => ({ kind: 'gauge', of, labels, help, over }) as const

const seconds = <const L extends readonly LabelName[]>(
  of: Definition['of'],
  labels: L,
  help: string,
  buckets = CALL_SECONDS,
) => ({ kind: 'histogram', of, labels, help, buckets }) as const

/** Every metric by its name. */
export const METRICS = {
  twinpool_info: gauge(
    'both',
    ['process', 'region', 'version', 'node_version'],
    'Always 1; what runs is in the labels.',
    'max',
  ),
  twinpool_source_up: gauge(
    'both',
    ['source'],
    'Whether what is read at a scrape was read in time; 0: its metrics are missing.',
    'min',
  ),
  twinpool_workers: gauge(
    'node',
    ['state'],
    'Workers of the node: `wanted`, and those that are `counted` in this scrape.',
    'max',
  ),
  twinpool_requests_total: counter(
    'both',
    ['service', 'operation', 'result'],
    'Requests that ended; the result is `ok` or the error code, of other routes the HTTP status.',
  ),
  twinpool_request_duration_seconds: seconds(
    'both',
    ['service', 'operation'],
    'How long requests took, from the whole body to the response.',
    REQUEST_SECONDS,
  ),
  twinpool_requests_running: gauge('both', ['listener'], 'Requests that run.'),
  twinpool_connections: gauge('both', ['listener'], 'Open connections of clients.'),
  twinpool_unhandled_errors_total: tally(
    'node',
    ['kind'],
    'Errors that no code handled: `rejections`, `exceptions`, or `harmless` ones.',
  ),
  twinpool_sign_ins_total: counter(
    'node',
    ['method', 'result'],
    'Sign-ins that ended with `tokens`, and steps of them that were refused, with the reason.',
  ),
  twinpool_challenges_total: counter(
    'node',
    ['challenge', 'result'],
    'Challenges that were `issued`, those that were `passed`, and refused responses by reason.',
  ),
  twinpool_tokens_total: counter('node', ['grant'], 'Sets of tokens that were issued.'),
  twinpool_replication_lag_seconds: gauge(
    'node',
    ['peer', 'stream'],
    'How far copies are behind: ours behind the peer, and the peer’s behind us.',
    'max',
  ),
  twinpool_replication_recovery_point_age_seconds: gauge(
    'node',
    ['peer'],
    'Age of the moment up to which everything that the peer wrote is here: what its loss costs.',
    'max',
  ),
  twinpool_replication_stream_running: gauge(
    'node',
    ['peer', 'stream'],
    'Whether rows stream (1) or not (0).',
    'min',
  ),
  twinpool_replication_apply_failures_total: tally(
    'node',
    ['peer'],
    'Rows of the peer that could not be applied, and connections to it that broke.',
  ),
  twinpool_replication_slot_kept_bytes: gauge(
    'node',
    ['peer'],
    'Bytes of log that the database keeps for the peer, which has not confirmed them.',
    'max',
  ),
  twinpool_replication_slot_lost: gauge(
    'node',
    ['peer'],
    'Whether the slot of the peer was given up: it gets everything again.',
    'max',
  ),
  twinpool_replication_copy_complete: gauge(
    'node',
    ['peer'],
    'Whether our copy of the rows of the peer is complete.',
    'min',
  ),
  twinpool_replication_copy_rebuilds_total: tally(
    'node',
    ['peer'],
    'How often our copy of the rows of the peer was made anew.',
  ),
  twinpool_replication_clock_skew_seconds: gauge(
    'node',
    ['peer'],
    'How far the clock of the peer was ahead of ours when it was greeted last.',
    'max',
  ),
  twinpool_replication_verified_age_seconds: gauge(
    'node',
    ['peer'],
    'Time since the copy at the peer that was not compared for longest was found equal.',
    'max',
  ),
  twinpool_replication_rows_repaired_total: tally(
    'node',
    ['peer'],
    'Rows at the peer that comparisons found wrong and repaired.',
  ),
  twinpool_leader: gauge(
    'node',
    [],
    'Whether a process of this node leads its Region: runs reconcilers and workflows.',
    'max',
  ),
  twinpool_link_calls_total: counter(
    'node',
    ['peer', 'call', 'result'],
    'Control calls to other Regions: `ok`, `refused` or `unreachable`.',
  ),
  twinpool_link_call_duration_seconds: seconds(
    'node',
    ['peer'],
    'How long control calls to other Regions took.',
  ),
  twinpool_kms_calls_total: counter(
    'node',
    ['call', 'result'],
    'Calls to the KMS about customer managed keys: `ok`, the refusal, or `failed`.',
  ),
  twinpool_kms_call_duration_seconds: seconds('node', ['call'], 'How long calls to the KMS took.'),
  twinpool_pool_keys: gauge(
    'node',
    ['state'],
    'Pools by what the KMS said last of their key: `usable` while leased, or the refusal.',
    'max',
  ),
  twinpool_key_leases: gauge('node', [], 'Pools whose unwrapped keys are in memory.', 'max'),
  twinpool_key_lease_age_seconds: gauge(
    'node',
    [],
    'Age of the oldest unwrapped keys in memory; at most `keys.dataKeyTtlSeconds`.',
    'max',
  ),
  twinpool_database_up: gauge('node', [], 'Whether the database responds.', 'min'),
  twinpool_database_connections_max: gauge('node', [], 'Connections that the node may open.'),
  twinpool_database_calls_running: gauge(
    'node',
    [],
    'Statements and transactions under way, each on a connection.',
  ),
  twinpool_database_calls_waiting: gauge(
    'node',
    [],
    'Statements and transactions beyond the number of connections, which wait for others.',
  ),
  twinpool_database_call_duration_seconds: seconds(
    'node',
    ['call'],
    'How long a `statement` outside of transactions took, or a `transaction`, waits included.',
    DATABASE_SECONDS,
  ),
  twinpool_database_connection_wait_seconds: seconds(
    'node',
    [],
    'How long transactions waited for a connection.',
    DATABASE_SECONDS,
  ),
  twinpool_database_failures_total: counter(
    'node',
    ['reason'],
    'Calls that failed because the database was `unreachable` or silent (`stalled`).',
  ),
  twinpool_trigger_calls_total: counter(
    'node',
    ['function', 'result'],
    'Calls of functions: `returned`, `threw` or `failed`.',
  ),
  twinpool_trigger_retries_total: counter(
    'node',
    ['function'],
    'Tries beyond the first of a call.',
  ),
  twinpool_trigger_rejected_total: counter(
    'node',
    ['function'],
    'Calls that found the queue full, or waited in it for too long.',
  ),
  twinpool_trigger_duration_seconds: seconds(
    'node',
    ['function'],
    'How long calls took, the wait in the queue and all tries included.',
  ),
  twinpool_trigger_queue_wait_seconds: seconds(
    'node',
    ['function'],
    'How long calls waited for their turn, those that gave up included.',
  ),
  twinpool_trigger_calls_running: gauge('node', ['function'], 'Calls of the function that run.'),
  twinpool_trigger_calls_queued: gauge(
    'node',
    ['function'],
    'Calls of the function that wait for their turn.',
  ),
  twinpool_trigger_queue_age_seconds: gauge(
    'node',
    ['function'],
    'How long the call at the head of the queue has waited.',
    'max',
  ),
  twinpool_messages_total: counter(
    'node',
    ['medium', 'transport', 'result'],
    'Messages: `taken`, `kept` in the outbox, `not-delivered`, or beyond the `daily-quota`.',
  ),
  twinpool_message_duration_seconds: seconds(
    'node',
    ['medium', 'transport'],
    'How long it took until a message was taken or given up.',
  ),
  twinpool_throttled_total: counter(
    'node',
    ['category'],
    'Requests beyond a rate, by the category that they count in; `domain`: to a domain.',
  ),
  twinpool_import_rows_total: counter(
    'node',
    ['result'],
    'Lines of user imports that have ended: `imported`, `skipped` or `failed`.',
  ),
  twinpool_usage_dropped_total: counter(
    'node',
    ['kind'],
    'Usage that was not recorded, since the database was away for too long: see docs/usage.md.',
  ),
  twinpool_edge_requests_total: counter(
    'edge',
    ['region', 'reason'],
    'Requests by the Region whose response was passed on, and why it: see docs/metrics.md.',
  ),
  twinpool_edge_request_duration_seconds: seconds(
    'edge',
    ['region'],
    'How long it took until the response of a Region was chosen.',
    REQUEST_SECONDS,
  ),
  twinpool_edge_attempt_failures_total: counter(
    'edge',
    ['region', 'reason'],
    'Requests to a Region without a response.',
  ),
  twinpool_edge_region_alive: gauge('edge', ['region'], 'Whether the Region is alive.', 'min'),
  twinpool_edge_region_suspect: gauge(
    'edge',
    ['region'],
    'Whether the last check of a living Region waits for its response.',
    'max',
  ),
  twinpool_edge_region_changes_total: counter(
    'edge',
    ['region', 'state'],
    'How often the Region became `alive` or `down`.',
  ),
} as const satisfies Readonly<Record<string, MetricDefinition>>

type Table = typeof METRICS

/** The name of a metric. */
export type MetricName = keyof Table

/** Names of counters that are counted here, and not read from elsewhere. */
export type CounterName = {
  [N in MetricName]: Table[N] extends { kind: 'counter'; isRead: true }
    ? never
    : Table[N] extends { kind: 'counter' }
      ? N
      : never
}[MetricName]

/** Names of histograms. */
export type HistogramName = {
  [N in MetricName]: Table[N] extends { kind: 'histogram' } ? N : never
}[MetricName]

/** Names of metrics that are read at each scrape. */
export type ReadName = Exclude<MetricName, CounterName | HistogramName>

/** The labels of a metric. */
export type LabelsOf<N extends MetricName> = { readonly [L in Table[N]['labels'][number]]: string }
