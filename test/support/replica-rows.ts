// Pools with rows for tests of replication, and what must hold between two Regions afterwards.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Side } from './region-pair.js'
import { waitFor } from './wait.js'

const KEY_ARN = 'arn:aws:kms:us-west-2:123456789012:key/mrk-1234'

/** A value that compression does not make small, so that it is stored apart. */
export function incompressible(length: number, seed: string): Buffer {
  const parts: Buffer[] = []
  for (let n = 0; parts.length * 32 < length; n += 1) {
    parts.push(createHash('sha256').update(`${seed} ${n}`).digest())
  }
  return Buffer.concat(parts).subarray(0, length)
}

/** A pool owned by the side's Region, with a data key. */
export async function makePool(side: Side, poolId: string): Promise<void> {
  await side.sql`
    insert into user_pools (user_pool_id, replica_regions, name, settings, tier, issuer_type,
      kms_key_arn, created_at, modified_at)
    values (${poolId}, ${[side.region]}, ${poolId}, '{"schemaAttributes": []}', 'ESSENTIALS',
      'ORIGINAL', ${KEY_ARN}, now(), now())`
  await side.sql`
    insert into data_keys (user_pool_id, data_key_id, purpose, wrapped, created_at)
    values (${poolId}, '0011223344556677', 'data', ${Buffer.alloc(48, 1)}, now())`
}

/** Users with sealed columns of the usual sizes. */
export async function addUsers(
  side: Side,
  poolId: string,
  options: { from: number; count: number },
): Promise<void> {
  const { from, count } = options
  await side.sql`
    insert into users (user_pool_id, sub, username_hash, email_hash, search_terms, status,
      profile_sealed, credential_sealed, factors_sealed, created_at, modified_at)
    select ${poolId}, md5(${poolId} || i)::uuid, sha256((${poolId} || 'u' || i)::bytea),
           sha256((${poolId} || 'e' || i)::bytea),
           (select array_agg(hashint8extended(i * 10 + k, 1)) from generate_series(1, 6) k),
           'CONFIRMED', decode(repeat(md5(i::text), 16), 'hex'),
           decode(repeat(md5(i::text), 38), 'hex'), decode(repeat(md5(i::text), 8), 'hex'), now(),
           now()
      from generate_series(${from}::int, ${from + count - 1}::int) i`
}

export async function countUsers(side: Side, poolId: string): Promise<number> {
  const [row] = await side.sql<{ users: number }[]>`
    select count(*)::int as users from users where user_pool_id = ${poolId}`
  return row?.users ?? 0
}

/** Runs statements at a side as a hand does that knows how to get round the guards. */
export async function byHand(side: Side, statement: string): Promise<number> {
  const done = await side.sql.begin(async (tx) => {
    await tx.unsafe('set local session_replication_role = replica')
    return tx.unsafe(statement)
  })
  return done.count
}

/** The replica's phase as a side sees it; 'none' without a row. */
export async function phaseOf(side: Side, poolId: string, region: string): Promise<string> {
  const [row] = await side.sql<{ phase: string }[]>`
    select phase from user_pool_replicas where user_pool_id = ${poolId} and region = ${region}`
  return row?.phase ?? 'none'
}

export function waitForPhase(
  side: Side,
  options: { poolId: string; region: string; phase: string; timeoutMs?: number },
): Promise<boolean> {
  const { poolId, region, phase, timeoutMs } = options
  return waitFor(async () => (await phaseOf(side, poolId, region)) === phase, {
    what: `${poolId} in ${region} to be ${phase}`,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

/** Begins a replica as CreateUserPoolReplica does. */
export async function beginReplica(side: Side, poolId: string, region: string): Promise<void> {
  const { pools } = side.storage.repositories
  const { asPrimary } = await import('#ports/capability.js')
  const pool = asPrimary((await pools.find(poolId)) ?? assert.fail(`no pool ${poolId}`))
  assert.ok(pool, 'the pool is ours')
  const started = await side.control.create(pool, {
    targetRegion: region,
    tags: {},
    createdAtMs: Date.now(),
    replicasMax: 1,
  })
  assert.equal(started, 'started')
}

/** Every table of the pool is equal in both Regions, in both directions, after quiet. */
export async function assertEqualSides(a: Side, b: Side, poolId: string): Promise<void> {
  let rows = 0
  await waitFor(
    async () => {
      rows = 0
      for (const [owner, other] of [
        [a, b],
        [b, a],
      ] as const) {
        for (const table of owner.digests.tables) {
          const query = { poolId, table, owner: owner.region, targetRegion: other.region }
          const [ours, theirs] = await Promise.all([
            owner.digests.digest(query),
            other.digests.digest(query),
          ])
          assert.deepEqual(theirs, ours, `${table} of ${owner.region}`)
          rows += ours.reduce((sum, [, count]) => sum + count, 0)
        }
      }
      return true
    },
    { what: `both Regions to have the same rows of ${poolId}`, timeoutMs: 30_000 },
  )
  assert.ok(rows > 0, 'the comparison saw rows')
}

/** No row collided with one that was here. Lost connections count as errors too, but not here. */
export async function assertNoConflicts(side: Side): Promise<void> {
  const rows = await side.sql<{ subname: string; errors: number | null }[]>`
    select subname, (to_jsonb(stats) ->> 'confl_insert_exists')::int as errors
      from pg_stat_subscription_stats stats`
  assert.ok(rows.length > 0, 'there is a subscription')
  for (const row of rows) {
    // Before PostgreSQL 18 conflicts are not counted, only written to the server's log.
    const errors = row.errors ?? conflictsIn(readFileSync(side.cluster.logFile, 'utf8'))
    assert.equal(errors, 0, `${row.subname} of ${side.region}`)
  }
}

/** How many inserts of another Region's rows met a row, by the server's log. */
function conflictsIn(log: string): number {
  const told = /duplicate key value.*\n(?:.*\n){0,3}?.*CONTEXT: +processing remote data/g
  return [...log.matchAll(told)].length
}

/** Waits until the Region's copy of the other's rows is complete. */
export function waitUntilFinished(side: Side, other: string): Promise<boolean> {
  return waitFor(
    async () => {
      const peer = (await side.replication.peers()).find(({ region }) => region === other)
      return peer?.isFinished === true && !peer.needsReseed
    },
    { what: `the copy of ${other} in ${side.region}`, timeoutMs: 60_000 },
  )
}

/**
 * Takes away the slot through which `reader` reads the side's rows, whichever process uses it.
 * Returns the moment before it went, in milliseconds since 1970 by the clock of the side's server.
 */
export function dropSlotOf(side: Pick<Side, 'sql'>, reader: string): Promise<number> {
  const slot = `twinpool_${reader.replaceAll('-', '_')}`
  return waitFor(
    async () => {
      await side.sql`
        select pg_terminate_backend(active_pid) from pg_replication_slots
         where slot_name = ${slot} and active_pid is not null`
      const [row] = await side.sql<{ at: Date }[]>`
        select clock_timestamp() as at, pg_drop_replication_slot(${slot})`
      return row?.at.getTime()
    },
    { what: `the slot ${slot} to be dropped` },
  )
}
