// This Region's copy of a peer's rows: a replication slot in the peer's database, a subscription
// here, and the rows. A review looks at all three and repairs what it finds. What cannot be
// repaired in place (first contact, a slot that was lost or has vanished, a peer with a new
// database) is made anew: subscription, slot and rows together, because a new slot knows nothing of
// what was committed before it, and an old subscription remembers log positions of a log that is
// gone.
//
// A copy is made anew in place: its old rows stay and serve. The peer sends all of its rows again,
// each replaces what it collides with, and what was not replaced in the end is removed
// (`clearing.ts`). Should the peer be lost in the middle, the rows that have not been replaced yet
// are still here.
//
// The slot is made by a plain connection to the peer, and never by CREATE SUBSCRIPTION: making a
// slot waits for transactions of the peer, and if these were CREATE SUBSCRIPTIONs that wait for
// slots of ours, two Regions that start together would wait for each other for ever.
//
// What must stay true: the copy counts as unfinished before the first row of the new subscription
// arrives, so that no row can conflict with what is left of the old copy; and from then on until
// the peer says that it has compared everything.
import { createHash } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import type { Clock } from '#base/clock.js'
import { DependencyError } from '#base/dependency-error.js'
import type { Random } from '#base/random.js'
import type { SubscriptionReview } from '#ports/replication.js'
import { connectionOptions } from '../connection/database.js'
import {
  adoptRowsBefore,
  findKnownPools,
  findStalePools,
  type Pruned,
  pruneCopy,
} from './clearing.js'
import {
  forgetBeats,
  giveUpDatabase,
  isAboutToNotice,
  noticeRestore,
  ownSince,
  type PeerHistory,
  readHistory,
  readSeenBeats,
  WENT_BACK,
} from './history.js'
import { subscriptionConninfo, withPeerDatabase } from './peer-connection.js'
import { followPeer, type PeerColumn, readPeerColumns } from './peer-schema.js'
import { publicationName } from './publications.js'
import { dropWithoutSlot, restoreSettings, SUBSCRIPTION_OPTIONS } from './subscription-settings.js'
import { nameOf, quoteText, regionIn, type TableShape } from './tables.js'

const TIMEOUT_MS = { review: 15_000, rebuild: 120_000, statement: 15_000 } as const
const SLOT_RELEASE_TRIES = 25

export interface CopyOptions {
  readonly sql: Sql
  readonly url: string
  readonly me: string
  readonly peer: string
  readonly databaseUrl: string
  readonly shapes: readonly TableShape[]
  readonly clock: Clock
  readonly random: Random
}

interface LocalCopy {
  readonly exists: boolean
  readonly isEnabled: boolean
  /** Of the connection string that the subscription was given last. */
  readonly conninfoHash: string | null
  readonly tables: readonly string[]
  readonly applyErrors: number
  readonly isRunning: boolean
  readonly copyId: string | null
  readonly rebuildReason: string | null
  readonly sourceDatabaseId: string | null
  /** Why rows could not be applied, as far as the server (18 and newer) counts it. */
  readonly conflicts: readonly string[]
}

interface RemoteSlot {
  readonly wal_status: string | null
  readonly active_pid: number | null
}

interface RemoteCopy {
  readonly databaseId: string
  /** Pools that are older than this and that it does not know, it has lost. */
  readonly createdAt: Date
  readonly history: PeerHistory | undefined
  readonly slot: RemoteSlot | undefined
  readonly publishedTables: readonly string[]
  readonly columns: readonly PeerColumn[]
}

export function subscriptionName(peer: string): string {
  return nameOf('from', peer)
}

const SLOT_PREFIX = 'twinpool'

/** The slot that `subscriber` has in the database of the Region it copies from. */
export function slotName(subscriber: string): string {
  return nameOf(SLOT_PREFIX, subscriber)
}

/** The Region whose slot this is; undefined when it is none of ours. */
export function subscriberOf(slot: string): string | undefined {
  return regionIn(slot, SLOT_PREFIX)
}

/** Looks at the copy and repairs what it finds; makes it anew when `because` has a reason. */
export async function reconcileSubscription(
  options: CopyOptions,
  signal: AbortSignal,
  because?: string,
): Promise<SubscriptionReview> {
  const { sql, peer, shapes } = options
  const seen = await readSeenBeats(sql, peer)
  const remote = await withPeerDatabase(
    { url: options.databaseUrl, clock: options.clock, timeoutMs: TIMEOUT_MS.review, signal },
    (peerSql) => readRemote(peerSql, options),
  )
  if (typeof remote === 'string') return { state: 'waiting', reason: remote }
  await followPeer(sql, { region: peer, shapes, columns: remote.columns })
  const restored = await noticeRestore(sql, remote.history?.seen ?? [])
  const local = await readLocal(options)
  const reason = restored ?? because ?? reasonToRebuild(local, remote)
  if (await isAboutToNotice(sql, seen, remote)) return { state: 'waiting', reason: WENT_BACK }
  if (reason !== undefined) {
    await rebuild(options, { local, signal, reason })
    return { state: 'recreated', reason, isRestored: restored !== undefined }
  }
  await repair(options, local)
  if (remote.history) await forgetBeats(sql, peer, { seen, periods: remote.history.periods })
  const isHere = (table: string) => shapes.some(({ name }) => name === table)
  if (!remote.publishedTables.every(isHere)) {
    return { state: 'waiting', reason: 'the peer publishes tables of a later version' }
  }
  if (remote.publishedTables.some((table) => !local.tables.includes(table))) {
    await extend(options)
    return { state: 'extended' }
  }
  const { applyErrors, conflicts } = local
  if (applyErrors > 0 && !local.isRunning && remote.slot?.active_pid == null) {
    return { state: 'failing', applyErrors, conflicts }
  }
  return { state: 'streaming', applyErrors }
}

function reasonToRebuild(local: LocalCopy, remote: RemoteCopy): string | undefined {
  if (local.sourceDatabaseId === null) return 'first contact'
  if (local.sourceDatabaseId !== remote.databaseId) {
    const restored = remote.history?.restoredReason
    return restored === undefined ? 'the peer has a new database' : `at the peer, ${restored}`
  }
  if (!local.exists) return 'the subscription is gone'
  if (local.copyId === null) return local.rebuildReason ?? 'the copy was not finished'
  if (remote.slot === undefined) return 'the slot is gone'
  if (remote.slot.wal_status === 'lost') return 'the slot is lost'
  return undefined
}

async function readLocal({ sql, me, peer }: CopyOptions): Promise<LocalCopy> {
  const name = subscriptionName(peer)
  const [row] = await sql<
    {
      enabled: boolean | null
      tables: string[] | null
      apply_errors: string | null
      running: boolean | null
      copy_id: string | null
      rebuild_reason: string | null
      database_id: string | null
      conninfo_hash: string | null
      conflicts: string[] | null
    }[]
  >`
    select s.subenabled as enabled,
           (select array_agg(r.srrelid::regclass::text)
              from pg_subscription_rel r where r.srsubid = s.oid) as tables,
           coalesce(t.apply_error_count, 0) as apply_errors,
           exists (select from pg_stat_subscription w where w.subid = s.oid and w.pid is not null
             and w.relid is null) as running,
           p.copy_id, p.rebuild_reason, p.database_id, p.conninfo_hash,
           (select array_agg(format('%s: %s', kind, number) order by kind)
              from jsonb_each_text(to_jsonb(t)) as counter(kind, number)
             where kind like 'confl_%' and number <> '0') as conflicts
      from peers p
      left join pg_subscription s on s.subname = ${name}
       and s.subdbid = (select oid from pg_database where datname = current_database())
      left join pg_stat_subscription_stats t on t.subid = s.oid
     where p.region = ${peer}`
  if (row === undefined) {
    throw new DependencyError(`${me} does not know the Region ${peer}`, { isRetryable: false })
  }
  return {
    exists: row.enabled !== null,
    isEnabled: row.enabled === true,
    conninfoHash: row.conninfo_hash,
    tables: row.tables ?? [],
    applyErrors: Number(row.apply_errors ?? 0),
    isRunning: row.running === true,
    copyId: row.copy_id,
    rebuildReason: row.rebuild_reason,
    sourceDatabaseId: row.database_id,
    conflicts: row.conflicts ?? [],
  }
}

/** What the peer's database says, or why it cannot be copied from yet. */
async function readRemote(
  sql: Sql,
  { me, peer }: Pick<CopyOptions, 'me' | 'peer'>,
): Promise<RemoteCopy | string> {
  const [ready] = await sql<{ ready: boolean }[]>`
    select to_regclass('this_region') is not null and to_regclass('user_pools') is not null
      as ready`
  if (ready?.ready !== true) return 'the peer has no tables yet'
  const [region] = await sql<{ region: string; database_id: string; created_at: Date }[]>`
    select region, database_id, created_at from this_region`
  if (region === undefined) return 'the peer has not started yet'
  if (region.region !== peer) return `the database says that it is of ${region.region}`
  const tables = await sql<{ tablename: string }[]>`
    select tablename from pg_publication_tables where pubname = ${publicationName(me)}`
  if (tables.length === 0) return 'the peer has no publication yet'
  const [slot] = await sql<RemoteSlot[]>`
    select wal_status, active_pid from pg_replication_slots where slot_name = ${slotName(me)}`
  const history = await readHistory(sql, me)
  return {
    databaseId: region.database_id,
    createdAt: ownSince(history) ?? region.created_at,
    history,
    publishedTables: tables.map((table) => table.tablename),
    columns: await readPeerColumns(sql),
    slot,
  }
}

/** What the peer's database says; throws a retryable error where it must not be copied from now. */
async function requireRemote(remote: Sql, options: CopyOptions): Promise<RemoteCopy> {
  const { sql, peer } = options
  const seen = await readSeenBeats(sql, peer)
  const found = await readRemote(remote, options)
  if (typeof found === 'string') throw new DependencyError(found, { isRetryable: true })
  if (await isAboutToNotice(sql, seen, found)) {
    throw new DependencyError(WENT_BACK, { isRetryable: true })
  }
  return found
}

async function rebuild(
  options: CopyOptions,
  found: { local: LocalCopy; signal: AbortSignal; reason: string },
): Promise<void> {
  const { sql, me, peer } = options
  const name = subscriptionName(peer)
  const conninfo = subscriptionConninfo(options.databaseUrl)
  await sql`
    update peers set copy_id = null, rebuild_reason = ${found.reason} where region = ${peer}`
  if (found.local.exists) {
    await sql.unsafe(`alter subscription ${name} disable`)
    await dropWithoutSlot(sql, name)
  }
  const peerDatabase = await withPeerDatabase(
    {
      url: options.databaseUrl,
      clock: options.clock,
      timeoutMs: TIMEOUT_MS.rebuild,
      signal: found.signal,
    },
    async (remote) => {
      await dropSlot(remote, { name: slotName(me), clock: options.clock, signal: found.signal })
      await remote`select pg_create_logical_replication_slot(${slotName(me)}, 'pgoutput')`
      return requireRemote(remote, options)
    },
  )
  await bounded(
    options,
    `create subscription ${name} connection ${quoteText(conninfo)}
       publication ${publicationName(me)} with (create_slot = false, slot_name = ${slotName(me)},
       enabled = false, copy_data = false, ${SUBSCRIPTION_OPTIONS})`,
  )
  const { sourceDatabaseId } = found.local
  const isNewDatabase = sourceDatabaseId !== null && sourceDatabaseId !== peerDatabase.databaseId
  await sql.begin(async (tx) => {
    await adoptRowsBefore(tx, { me, peer }, { isNewDatabase })
    if (isNewDatabase) await giveUpDatabase(tx, peer, sourceDatabaseId)
    await tx`
      update peers set copy_id = ${options.random.uuid()}, database_id = ${peerDatabase.databaseId},
        conninfo_hash = ${hashOf(conninfo)}, rebuild_xid = pg_current_xact_id(),
        source_created_at = ${peerDatabase.createdAt}, rebuild_reason = ${found.reason},
        rebuilt_at = now(), rebuilds = rebuilds + 1
       where region = ${peer}`
    await tx.unsafe(`alter subscription ${name} enable`)
  })
}

/** Removes what the peer, after it has sent all of its rows, does not have any more. */
export async function finishCopy(
  options: CopyOptions,
  copyId: string,
  signal: AbortSignal,
): Promise<Pruned> {
  const { sql, me, peer, shapes, databaseUrl, clock } = options
  const stale = await findStalePools(sql, peer, copyId)
  const known = await withPeerDatabase(
    { url: databaseUrl, clock, timeoutMs: TIMEOUT_MS.review, signal },
    async (remote) => {
      await requireRemote(remote, options)
      return findKnownPools(remote, peer, stale)
    },
  )
  return sql.begin((tx) => pruneCopy(tx, { me, peer }, { id: copyId, shapes, known }))
}

/**
 * Drops an old slot. What still reads from it is a connection of the old subscription, and comes
 * back at once where the subscription goes on: the slot is dropped in the moment between, which is
 * too short for a request and its response.
 */
export async function dropSlot(
  publisher: Sql,
  { name, clock, signal }: { name: string; clock: Clock; signal: AbortSignal },
): Promise<void> {
  const slot = quoteText(name)
  for (let tries = 0; tries < SLOT_RELEASE_TRIES && !signal.aborted; tries += 1) {
    await publisher.unsafe(
      `do $$ begin
        for try in 1 .. 100 loop
          perform pg_terminate_backend(active_pid)
            from pg_replication_slots where slot_name = ${slot} and active_pid is not null;
          begin
            perform pg_drop_replication_slot(slot_name)
              from pg_replication_slots where slot_name = ${slot};
            return;
          exception when object_in_use then
            perform pg_sleep(0.001);
          end;
        end loop;
      end $$`,
    )
    const left = await publisher`
      select from pg_replication_slots where slot_name = ${name}`
    if (left.length === 0) return
    await clock.wait(100, signal)
  }
  throw new DependencyError(`the slot ${name} stays in use`, { isRetryable: true })
}

async function repair(options: CopyOptions, local: LocalCopy): Promise<void> {
  const { sql, me, peer } = options
  const name = subscriptionName(peer)
  await restoreSettings(sql, { name, slot: slotName(me), me })
  const conninfo = subscriptionConninfo(options.databaseUrl)
  if (local.conninfoHash !== hashOf(conninfo)) {
    await options.sql.unsafe(`alter subscription ${name} connection ${quoteText(conninfo)}`)
    // Afterwards: should we end in between, the next review says it once more.
    await options.sql`
      update peers set conninfo_hash = ${hashOf(conninfo)} where region = ${options.peer}`
  }
  if (!local.isEnabled) await options.sql.unsafe(`alter subscription ${name} enable`)
}

/** Stands in for the connection string, which only superusers may read back. */
function hashOf(conninfo: string): string {
  return createHash('sha256').update(conninfo).digest('hex')
}

/** Adds newly published tables. Rows from before the addition come when the peer seeds again. */
async function extend(options: CopyOptions): Promise<void> {
  const { peer, random } = options
  const name = subscriptionName(peer)
  await bounded(options, `alter subscription ${name} refresh publication with (copy_data = false)`)
  // What was complete stays so: the new tables alone are still to come.
  await options.sql`
    update peers set copy_id = next.id,
      finished_copy_id = case when finished_copy_id = copy_id then next.id end
      from (select ${random.uuid()}::uuid as id) next where region = ${peer}`
}

/** A statement in which our database calls the peer's: it must not wait for ever. */
export async function bounded(
  { url, me }: Pick<CopyOptions, 'url' | 'me'>,
  statement: string,
): Promise<void> {
  const options = connectionOptions({
    region: me,
    applicationName: 'twinpool-subscriptions',
    statementTimeoutMs: TIMEOUT_MS.statement,
  })
  // A connection of its own: these statements must not be in a transaction.
  const sql = postgres(url, { ...options, max: 1, backoff: false, fetch_types: false })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 0 }).catch(() => undefined)
  }
}
