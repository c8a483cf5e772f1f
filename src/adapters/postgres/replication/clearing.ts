// Clears this Region's copy of a peer's rows, before the peer sends them anew.
//
// Two things must not be lost by it. What a secondary was told about sessions (sign-outs,
// revocations, used refresh tokens) stays in force: those rows are first taken over as rows of
// this Region, which readers fold in the same way, and which travel back to the peer. And pools
// whose owner has lost its database stay, because this copy may be the only one: a pool that is
// older than the peer's database and unknown to it is kept and reported, never cleared.
import type { TransactionSql } from 'postgres'
import type { TableShape } from './tables.js'

/** What must be known of the peer's database. */
export interface PeerFacts {
  readonly databaseId: string
  readonly createdAt: Date
  /** Pools that the peer owns. */
  readonly ownPools: readonly string[]
}

export interface Clearing {
  readonly me: string
  readonly peer: string
  readonly facts: PeerFacts
  /** The peer's database is another one than this copy came from. */
  readonly isNewDatabase: boolean
  readonly shapes: readonly TableShape[]
}

/** Clears the copy and gives the pools that were kept. */
export async function clearCopy(
  tx: TransactionSql,
  clearing: Clearing,
): Promise<readonly string[]> {
  await tx`select set_config('twinpool.maintenance', 'on', true),
                  set_config('twinpool.region', ${clearing.me}, true)`
  await takeOverSessions(tx, clearing, null)
  if (clearing.isNewDatabase) await takeOverAccount(tx, clearing)
  const { peer, facts } = clearing
  const kept = await tx<{ user_pool_id: string }[]>`
    select user_pool_id from user_pools
     where replica_regions[1] = ${peer} and created_at < ${facts.createdAt}
       and not (user_pool_id = any(${[...facts.ownPools]}))`
  const keptPools = kept.map((pool) => pool.user_pool_id)
  for (const shape of clearing.shapes) {
    const table = tx(shape.name)
    if (shape.family === 'directory') {
      await tx`
        delete from ${table}
         where replica_regions[1] = ${peer} and not (user_pool_id = any(${keptPools}))`
    } else {
      await tx`delete from ${table} where origin_region = ${peer}`
    }
  }
  await tx`select set_config('twinpool.maintenance', '', true)`
  return keptPools
}

/** Makes what the peer said about sessions, of one pool or all, a statement of this Region too. */
export async function takeOverSessions(
  tx: TransactionSql,
  { me, peer }: Pick<Clearing, 'me' | 'peer'>,
  poolId: string | null,
): Promise<void> {
  const ofPeer = tx`
    join user_pools using (user_pool_id)
      where t.origin_region = ${peer} and (${poolId}::text is null or t.user_pool_id = ${poolId})`
  await tx`
    insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
    select t.user_pool_id, ${me}, t.sub, '{}', t.signed_out_at
      from sign_outs t ${ofPeer}
    on conflict (user_pool_id, origin_region, sub) do update
      set signed_out_at = greatest(sign_outs.signed_out_at, excluded.signed_out_at)`
  await tx`
    insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
    select t.user_pool_id, ${me}, t.origin_jti, '{}', t.expires_at
      from revocations t ${ofPeer}
    on conflict (user_pool_id, origin_region, origin_jti) do update
      set expires_at = greatest(revocations.expires_at, excluded.expires_at)`
  await tx`
    insert into rotation_uses
      (user_pool_id, origin_region, refresh_jti, replica_regions, used_at, expires_at)
    select t.user_pool_id, ${me}, t.refresh_jti, '{}', t.used_at, t.expires_at
      from rotation_uses t ${ofPeer}
    on conflict (user_pool_id, origin_region, refresh_jti) do update
      set used_at = least(rotation_uses.used_at, excluded.used_at),
          expires_at = greatest(rotation_uses.expires_at, excluded.expires_at)`
  await tx`
    insert into replica_activations
      (user_pool_id, origin_region, region, replica_regions, is_active, changed_at)
    select t.user_pool_id, ${me}, t.region, '{}', t.is_active, t.changed_at
      from replica_activations t ${ofPeer}
    on conflict (user_pool_id, origin_region, region) do update
      set is_active = excluded.is_active, changed_at = excluded.changed_at
      where excluded.changed_at > replica_activations.changed_at`
}

/** A Region that lost its database must not take the access keys with it that were made there. */
async function takeOverAccount(tx: TransactionSql, { me, peer }: Clearing): Promise<void> {
  await tx`
    insert into access_keys
      (origin_region, access_key_id, replica_regions, secret_sealed, policy, created_at)
    select ${me}, access_key_id, '{}', secret_sealed, policy, created_at
      from access_keys where origin_region = ${peer}
    on conflict do nothing`
  await tx`
    insert into access_key_deletions (origin_region, access_key_id, replica_regions, deleted_at)
    select ${me}, access_key_id, '{}', deleted_at
      from access_key_deletions where origin_region = ${peer}
    on conflict do nothing`
}
