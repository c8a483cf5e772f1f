// Removal of rows whose time is over. Each statement removes a bounded number of rows, so that it
// holds no lock for long and a backlog is worked off over several runs. Runtime rows of other
// Regions are theirs to remove; the removal travels here.
import { SAMPLES_TTL_MS } from '#ports/replication-samples.js'
import type { Database } from '../connection/database.js'
import { at } from '../connection/values.js'

export interface ExpiryOptions {
  readonly nowMs: number
  /** How long the outbox keeps messages. */
  readonly outboxTtlMs?: number
  /** Usage from before these moments is over; undefined: it is kept. */
  readonly usage?: { readonly monthsFromMs: number; readonly daysFromMs: number } | undefined
  readonly batchRows?: number
  /** At most so many batches for each table. */
  readonly batchesMax?: number
}

/** Rows removed, by table. */
export type ExpiredRows = Readonly<Record<string, number>>

interface Expiry {
  readonly table: string
  readonly column: string
  /** Rows before this moment are over. */
  readonly beforeMs: number
  readonly isRuntime: boolean
}

// A code of an authenticator app is good for a minute and a half at most.
const TOTP_USES_TTL_MS = 60 * 60 * 1000
// A job expires within two days, and an import runs for hours at most.
const IMPORT_CHUNKS_TTL_MS = 7 * 24 * 60 * 60 * 1000
const KEY_HEALTH_TTL_MS = 90 * 24 * 60 * 60 * 1000
// A process says every few seconds that it is there.
const NODES_TTL_MS = 60 * 60 * 1000
const OUTBOX_TTL_MS = 7 * 24 * 60 * 60 * 1000
// Attempts count for minutes; successes that outlive them only matter to those.
const ATTEMPTS_TTL_MS = 60 * 60 * 1000
const BATCH_ROWS = 1000
const BATCHES_MAX = 50

/** Removes expired rows of this Region. */
export async function removeExpired(
  database: Database,
  options: ExpiryOptions,
): Promise<ExpiredRows> {
  const removed: Record<string, number> = {}
  for (const expiry of expiriesAt(options)) {
    removed[expiry.table] = await removeBatches(database, expiry, options)
  }
  return removed
}

function expiriesAt({ nowMs, outboxTtlMs, usage }: ExpiryOptions): readonly Expiry[] {
  const byExpiry = (table: string, isRuntime: boolean): Expiry => ({
    table,
    column: 'expires_at',
    beforeMs: nowMs,
    isRuntime,
  })
  return [
    byExpiry('revocations', true),
    byExpiry('rotation_uses', true),
    byExpiry('user_sessions', true),
    byExpiry('auth_events', true),
    byExpiry('auth_event_feedback', true),
    byExpiry('codes', false),
    byExpiry('send_limits', false),
    byExpiry('used_sessions', false),
    byExpiry('rotation_families', false),
    byExpiry('console_links', false),
    {
      table: 'failed_attempts',
      column: 'greatest(last_failure_at, last_success_at)',
      beforeMs: nowMs - ATTEMPTS_TTL_MS,
      isRuntime: true,
    },
    {
      table: 'totp_uses',
      column: 'used_at',
      beforeMs: nowMs - TOTP_USES_TTL_MS,
      isRuntime: true,
    },
    {
      // Of uploads that were refused or broken off, and of jobs that were never started.
      table: 'user_import_chunks',
      column: 'created_at',
      beforeMs: nowMs - IMPORT_CHUNKS_TTL_MS,
      isRuntime: false,
    },
    {
      // A check moves the newest row of a pool on, so that one stays.
      table: 'key_health',
      column: 'checked_at',
      beforeMs: nowMs - KEY_HEALTH_TTL_MS,
      isRuntime: false,
    },
    { table: 'nodes', column: 'seen_at', beforeMs: nowMs - NODES_TTL_MS, isRuntime: false },
    {
      table: 'replication_samples',
      column: 'at',
      beforeMs: nowMs - SAMPLES_TTL_MS,
      isRuntime: false,
    },
    {
      table: 'outbox',
      column: 'created_at',
      beforeMs: nowMs - (outboxTtlMs ?? OUTBOX_TTL_MS),
      isRuntime: false,
    },
    ...(usage === undefined ? [] : usageExpiries(usage)),
  ]
}

function usageExpiries({ monthsFromMs, daysFromMs }: NonNullable<ExpiryOptions['usage']>) {
  const before = (beforeMs: number, table: string, column: string) => ({
    ...{ table, column, beforeMs },
    isRuntime: true,
  })
  return [
    before(monthsFromMs, 'monthly_active_users', 'month'),
    before(monthsFromMs, 'machine_token_counts', 'month'),
    // Of a replica that is there, the end is moved on.
    before(monthsFromMs, 'replica_periods', 'until'),
    before(daysFromMs, 'endpoint_uses', 'day'),
  ]
}

async function removeBatches(
  database: Database,
  expiry: Expiry,
  { batchRows = BATCH_ROWS, batchesMax = BATCHES_MAX }: ExpiryOptions,
): Promise<number> {
  const { table, column, beforeMs, isRuntime } = expiry
  const own = isRuntime ? 'and origin_region = $2' : ''
  let total = 0
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const { count } = await database.query((sql) =>
      sql.unsafe(
        `delete from ${table} where ctid = any (array(
           select ctid from ${table} where ${column} < $1 ${own}
            limit ${batchRows} for update skip locked))`,
        [at(beforeMs), ...(isRuntime ? [database.region] : [])],
      ),
    )
    total += count
    if (count < batchRows) break
  }
  return total
}
