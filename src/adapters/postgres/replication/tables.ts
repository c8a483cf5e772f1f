// The travelling tables, in one list: publications, marking, reseeding and digests all derive from
// it, and a test compares it with the families that the migrations state. Parents come first, so
// that a Region that receives a pool knows the pool before its users. Keys and columns are read
// from the database, because migrations add to them.
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'

export type TravellingFamily = 'directory' | 'runtime' | 'account'

export interface TravellingTable {
  readonly name: string
  readonly family: TravellingFamily
}

export const POOL_TABLE = 'user_pools'
export const REPLICA_TABLE = 'user_pool_replicas'

const directory = (name: string): TravellingTable => ({ name, family: 'directory' })
const runtime = (name: string): TravellingTable => ({ name, family: 'runtime' })
const account = (name: string): TravellingTable => ({ name, family: 'account' })

export const TRAVELLING_TABLES: readonly TravellingTable[] = [
  directory(POOL_TABLE),
  directory(REPLICA_TABLE),
  directory('data_keys'),
  directory('signing_keys'),
  directory('signing_certificates'),
  // Before its secrets have come, a confidential client would look like a public one.
  directory('client_secrets'),
  directory('user_pool_clients'),
  directory('resource_servers'),
  directory('user_pool_domains'),
  directory('groups'),
  directory('users'),
  directory('group_memberships'),
  // Empty since users have their factors in their row; migrations only add, and peers expect it.
  directory('authenticators'),
  directory('passkeys'),
  directory('devices'),
  runtime('replica_activations'),
  runtime('sign_outs'),
  runtime('revocations'),
  runtime('rotation_uses'),
  runtime('failed_attempts'),
  runtime('totp_uses'),
  runtime('passkey_uses'),
  runtime('user_sessions'),
  runtime('auth_events'),
  runtime('auth_event_feedback'),
  runtime('monthly_active_users'),
  runtime('machine_token_counts'),
  runtime('replica_periods'),
  runtime('endpoint_uses'),
  account('heartbeats'),
  account('access_keys'),
  account('access_key_deletions'),
]

/** Directory tables whose rows belong to a user, by its `sub`, and go with the user. */
export const USER_TABLES: readonly string[] = [
  'group_memberships',
  'authenticators',
  'passkeys',
  'devices',
]

/** Tables whose rows belong to a pool. */
export const POOL_TABLES = TRAVELLING_TABLES.filter((table) => table.family !== 'account')

export interface TableColumn {
  readonly name: string
  readonly type: string
}

export interface TableShape extends TravellingTable {
  /** Columns of the primary key, in its order. */
  readonly keys: readonly TableColumn[]
  /** All columns, in an order that both Regions agree on. */
  readonly columns: readonly string[]
}

/** Shapes of the travelling tables that this database has, in the order of the list. */
export async function readShapes(sql: Sql): Promise<readonly TableShape[]> {
  const rows = await sql<
    { table: string; column: string; type: string; position: number | null }[]
  >`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
           array_position(i.indkey::int2[], a.attnum) as position
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_index i on i.indrelid = c.oid and i.indisprimary
     where c.relnamespace = current_schema()::regnamespace
       and c.relname = any(${TRAVELLING_TABLES.map((table) => table.name)})
     order by c.relname, a.attname collate "C"`
  return TRAVELLING_TABLES.flatMap((table) => {
    const own = rows.filter((row) => row.table === table.name)
    if (own.length === 0) return []
    const column = (row: (typeof own)[number]) => ({ name: row.column, type: row.type })
    const isKey = (row: (typeof own)[number]) => row.position !== null
    const order = (row: (typeof own)[number]) => required(row.position, 'position in the key')
    return [
      {
        ...table,
        keys: own
          .filter(isKey)
          .sort((a, b) => order(a) - order(b))
          .map(column),
        columns: own.map((row) => row.column),
      },
    ]
  })
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Region names as parts of publication, subscription and slot names. */
export function nameOf(prefix: string, region: string): string {
  return `${prefix}_${region.replaceAll('-', '_')}`
}

/** The Region in such a name; undefined when the name has another prefix. */
export function regionIn(name: string, prefix: string): string | undefined {
  const start = `${prefix}_`
  return name.startsWith(start) ? name.slice(start.length).replaceAll('_', '-') : undefined
}

// The tables that hold rows of pools, by family. A test compares them with the migrations, so that
// a new table cannot be forgotten when a pool is removed.

const namesOf = (family: 'directory' | 'runtime') =>
  TRAVELLING_TABLES.filter((table) => table.family === family).map((table) => table.name)

/** Parents first. */
export const directoryTables: readonly string[] = namesOf('directory')

export const runtimeTables: readonly string[] = namesOf('runtime')

/** Rows of this Region about its pools. */
export const regionalTables: readonly string[] = [
  'regional_settings',
  'regional_domains',
  'codes',
  'send_limits',
  'used_sessions',
  'rotation_families',
  'rotation_conflicts',
  'outbox',
  'default_sender_days',
  'key_health',
  'jobs',
  'user_imports',
  'user_import_chunks',
  'user_import_logs',
]

/**
 * The beginning of a statement that has `pools`: those with rows in the table. It hops from one
 * pool's rows to the next over the primary key, so a large table costs little.
 */
export function withPoolsOf(table: string): string {
  return `with recursive pools as (
    (select user_pool_id from ${table} order by user_pool_id limit 1)
    union all
    select (select t.user_pool_id from ${table} t where t.user_pool_id > pools.user_pool_id
             order by t.user_pool_id limit 1)
      from pools where pools.user_pool_id is not null)`
}
