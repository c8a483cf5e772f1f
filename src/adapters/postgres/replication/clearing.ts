// What becomes of the rows of a copy that is made anew. They stay and serve while the peer sends
// its rows again, each of which replaces what it collides with. Afterwards the rows that were not
// replaced are those that the peer does not have any more, and they go: `pruneCopy`. Rows are told
// apart by the transaction that wrote them, before the rebuild began or after.
//
// Three things must not be lost by it. What the peer said about sessions (sign-outs, revocations,
// used refresh tokens) stays in force even if the peer has lost it: those rows are first taken over
// as rows of this Region, which readers fold in the same way, and which travel back to the peer.
// So do failed attempts, access keys, records of sessions, and codes and counters that were used
// up, if the peer's database is another one. And pools whose owner has lost them with its database
// stay, because this copy may be the only one: a pool that is older than the peer's database and
// unknown to it is kept and reported, never removed.
import type { Sql, TransactionSql } from 'postgres'
import { adoptRows, SESSION_TABLES } from './row-adoption.js'
import { quoteName, quoteText, type TableShape } from './tables.js'
import { adoptUsage } from './usage-adoption.js'

/** The two Regions: whose database this is, and whose rows are meant. */
export interface Between {
  readonly me: string
  readonly peer: string
}

/** Lets the transaction change rows of the peer. */
async function maintain(tx: TransactionSql, { me }: Between): Promise<void> {
  await tx`select set_config('twinpool.maintenance', 'on', true),
                  set_config('twinpool.region', ${me}, true)`
}

/** Before the peer sends its rows again: what it may have lost becomes ours. */
export async function adoptRowsBefore(
  tx: TransactionSql,
  between: Between,
  { isNewDatabase }: { isNewDatabase: boolean },
): Promise<void> {
  await maintain(tx, between)
  await adoptSessionRows(tx, between, null)
  if (isNewDatabase) {
    await adoptAttempts(tx, between)
    await adoptUses(tx, between, null)
    await adoptEvents(tx, between, null)
    await adoptUsage(tx, between, null)
  }
  await tx`select set_config('twinpool.maintenance', '', true)`
}

/** Rows that went, and pools that were kept. */
export interface Pruned {
  readonly rows: number
  readonly keptPools: readonly string[]
}

interface RebuiltCopy {
  readonly xid: string
  readonly source_created_at: Date
}

/** The rebuild of the copy of this ID; undefined when the copy is another one by now. */
async function findRebuild(
  sql: Sql | TransactionSql,
  peer: string,
  copyId: string,
): Promise<RebuiltCopy | undefined> {
  const [copy] = await sql<RebuiltCopy[]>`
    select rebuild_xid::xid::text as xid, source_created_at from peers
     where region = ${peer} and copy_id = ${copyId} and rebuild_xid is not null
       for update`
  return copy
}

/** A pool, and when it was created, in the database's words: an ID may be used again. */
export interface StalePool {
  readonly user_pool_id: string
  readonly created_at: string
}

/** Of the peer's pools here, those that it has not sent since the rebuild began. */
export async function findStalePools(
  sql: Sql,
  peer: string,
  copyId: string,
): Promise<readonly StalePool[]> {
  const copy = await findRebuild(sql, peer, copyId)
  if (copy === undefined) return []
  return sql<StalePool[]>`
    select user_pool_id, created_at::text as created_at from user_pools
     where replica_regions[1] = ${peer} and age(xmin) > age(${copy.xid}::xid)`
}

/**
 * Asks the peer's database which of the stale pools it has, though not for this Region any more. A
 * pool that was created since under the ID of one that the peer has lost is another pool.
 */
export async function findKnownPools(
  remote: Sql,
  peer: string,
  stale: readonly StalePool[],
): Promise<readonly string[]> {
  const pools = await remote<{ user_pool_id: string }[]>`
    select p.user_pool_id
      from user_pools p
      join json_to_recordset(${JSON.stringify(stale)}::text::json)
        as stale(user_pool_id text, created_at timestamptz) using (user_pool_id, created_at)
     where p.replica_regions[1] = ${peer}`
  return pools.map((pool) => pool.user_pool_id)
}

/**
 * Removes the rows that the peer has not sent again, all at once. `known` are the stale pools that
 * the peer has, though not for this Region.
 */
export async function pruneCopy(
  tx: TransactionSql,
  between: Between,
  copy: { id: string; shapes: readonly TableShape[]; known: readonly string[] },
): Promise<Pruned> {
  const { peer } = between
  const rebuild = await findRebuild(tx, peer, copy.id)
  if (rebuild === undefined) return { rows: 0, keptPools: [] }
  await maintain(tx, between)
  const stale = `age(xmin) > age(${quoteText(rebuild.xid)}::xid)`
  await adoptAccountRows(tx, between, stale)
  const kept = await tx<{ user_pool_id: string }[]>`
    select user_pool_id from user_pools
     where replica_regions[1] = ${peer} and age(xmin) > age(${rebuild.xid}::xid)
       and created_at < ${rebuild.source_created_at}
       and not (user_pool_id = any(${[...copy.known]}))`
  const keptPools = kept.map((pool) => pool.user_pool_id)
  let rows = 0
  for (const shape of copy.shapes) {
    const table = quoteName(shape.name)
    const ofPeer =
      shape.family === 'directory'
        ? `replica_regions[1] = $1 and not (user_pool_id = any($2::text[]))`
        : `origin_region = $1 and $2::text[] is not null`
    const gone = await tx.unsafe(`delete from ${table} where ${ofPeer} and ${stale}`, [
      peer,
      keptPools,
    ])
    rows += gone.count
  }
  await tx`select set_config('twinpool.maintenance', '', true)`
  return { rows, keptPools }
}

/** Before the peer forgets a pool: what it said, took and recorded becomes ours. */
export async function adoptRowsOfPool(
  tx: TransactionSql,
  between: Between,
  poolId: string,
): Promise<void> {
  await adoptSessionRows(tx, between, poolId)
  await adoptUses(tx, between, poolId)
  await adoptEvents(tx, between, poolId)
  await adoptUsage(tx, between, poolId)
}

/** Makes what the peer said about sessions, of one pool or all, a statement of this Region too. */
async function adoptSessionRows(
  tx: TransactionSql,
  { me, peer }: Between,
  poolId: string | null,
): Promise<void> {
  const ofPool = poolId === null ? '' : ` and user_pool_id = ${quoteText(poolId)}`
  const condition = `origin_region = ${quoteText(peer)}${ofPool}`
  for (const table of SESSION_TABLES) await adoptRows(tx, me, { table, condition })
}

/**
 * What happened to users when the peer served them stays in their log, though the peer forgets it.
 * Readers count an event that two Regions have once.
 */
async function adoptEvents(
  tx: TransactionSql,
  { me, peer }: Between,
  poolId: string | null,
): Promise<void> {
  const ofPeer = tx`t.origin_region = ${peer} and t.user_pool_id =
    coalesce(${poolId}::text, t.user_pool_id)`
  await tx`
    insert into auth_events (user_pool_id, origin_region, event_id, sub, replica_regions, step,
      has_passed, created_at, expires_at, event_sealed)
    select t.user_pool_id, ${me}, t.event_id, t.sub, '{}', t.step, t.has_passed, t.created_at,
        t.expires_at, t.event_sealed
      from auth_events t join user_pools using (user_pool_id) where ${ofPeer}
    on conflict do nothing`
  await tx`
    insert into auth_event_feedback as mine (user_pool_id, origin_region, event_id, sub,
      replica_regions, value, provider, given_at, expires_at)
    select t.user_pool_id, ${me}, t.event_id, t.sub, '{}', t.value, t.provider, t.given_at,
        t.expires_at
      from auth_event_feedback t join user_pools using (user_pool_id) where ${ofPeer}
    on conflict (user_pool_id, origin_region, event_id) do update set
      value = excluded.value, provider = excluded.provider, given_at = excluded.given_at
      where mine.given_at < excluded.given_at`
}

/**
 * Makes failed attempts that the peer counted our own. Counts of the Regions add up, so in the same
 * step they cease to be the peer's: nothing counts twice, however often a copy is made anew.
 * Attempts from before a success, or from long before the newest, count no longer and are not added
 * (as in `failedAttemptsOf`).
 */
async function adoptAttempts(tx: TransactionSql, { me, peer }: Between): Promise<void> {
  const counts = (row: string) =>
    tx.unsafe(`case when ${row}.last_failure_at > coalesce(
                 greatest(mine.last_success_at, excluded.last_success_at), '-infinity')
        and ${row}.last_failure_at >
          greatest(mine.last_failure_at, excluded.last_failure_at) - interval '15 minutes'
      then ${row}.failures else 0 end`)
  await tx`
    with taken as (
      delete from failed_attempts t using user_pools p
       where p.user_pool_id = t.user_pool_id and t.origin_region = ${peer} returning t.*)
    insert into failed_attempts as mine (user_pool_id, origin_region, sub, replica_regions,
      failures, last_failure_at, last_success_at)
    select user_pool_id, ${me}, sub, '{}', failures, last_failure_at, last_success_at from taken
    on conflict (user_pool_id, origin_region, sub) do update set
      failures = ${counts('mine')} + ${counts('excluded')},
      last_failure_at = greatest(mine.last_failure_at, excluded.last_failure_at),
      last_success_at = greatest(mine.last_success_at, excluded.last_success_at)`
}

/**
 * A code that the peer took must not be good again, nor a counter of a passkey: the greatest of any
 * Region counts, so that of the peer may as well be ours. And a session that only the peer recorded
 * goes on, so it must be listed to be ended.
 */
async function adoptUses(
  tx: TransactionSql,
  { me, peer }: Between,
  poolId: string | null,
): Promise<void> {
  const isMeant = tx`
    t.origin_region = ${peer} and (${poolId}::text is null or t.user_pool_id = ${poolId})`
  await tx`
    insert into totp_uses as mine (user_pool_id, origin_region, sub, replica_regions, last_step,
      used_at)
    select t.user_pool_id, ${me}, t.sub, '{}', t.last_step, t.used_at
      from totp_uses t join user_pools using (user_pool_id) where ${isMeant}
    on conflict (user_pool_id, origin_region, sub) do update set
      last_step = excluded.last_step, used_at = excluded.used_at
      where mine.last_step < excluded.last_step`
  await tx`
    insert into passkey_uses as mine (user_pool_id, origin_region, credential_hash, sub,
      replica_regions, sign_count, used_at)
    select t.user_pool_id, ${me}, t.credential_hash, t.sub, '{}', t.sign_count, t.used_at
      from passkey_uses t join user_pools using (user_pool_id) where ${isMeant}
    on conflict (user_pool_id, origin_region, credential_hash) do update set
      sign_count = excluded.sign_count, used_at = excluded.used_at
      where mine.sign_count < excluded.sign_count`
  await tx`
    insert into user_sessions (user_pool_id, origin_region, origin_jti, sub, replica_regions,
      client_id, created_at, last_active_at, expires_at, activity_sealed)
    select t.user_pool_id, ${me}, t.origin_jti, t.sub, '{}', t.client_id, t.created_at,
        t.last_active_at, t.expires_at, t.activity_sealed
      from user_sessions t join user_pools using (user_pool_id) where ${isMeant}
    on conflict do nothing`
}

/**
 * A Region that lost its database must not take the access keys with it that were made there, nor
 * forget which were deleted. A Region removes none of these rows, so what it has not sent again, it
 * has lost.
 */
async function adoptAccountRows(
  tx: TransactionSql,
  { me, peer }: Between,
  stale: string,
): Promise<void> {
  await tx.unsafe(
    `insert into access_keys
       (origin_region, access_key_id, replica_regions, secret_sealed, policy, created_at)
     select $1, access_key_id, '{}', secret_sealed, policy, created_at
       from access_keys where origin_region = $2 and ${stale}
     on conflict do nothing`,
    [me, peer],
  )
  const condition = `origin_region = ${quoteText(peer)} and ${stale}`
  await adoptRows(tx, me, { table: 'access_key_deletions', condition })
}
