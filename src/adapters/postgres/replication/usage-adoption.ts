// What a peer has metered, taken over before the peer forgets it or because it may have lost it. A
// row that two Regions have counts once: a user is there or not, a count bears the recorder that
// counted it, and times of a replica may overlap.
import type { TransactionSql } from 'postgres'
import { TIERS } from '#domain/pool/tier.js'

/** Makes usage that the peer metered, of one pool or all, this Region's, too. */
export async function adoptUsage(
  tx: TransactionSql,
  { me, peer }: { readonly me: string; readonly peer: string },
  poolId: string | null,
): Promise<void> {
  const isMeant = tx`
    t.origin_region = ${peer} and (${poolId}::text is null or t.user_pool_id = ${poolId})`
  await tx`
    insert into monthly_active_users as mine (user_pool_id, origin_region, month, sub,
      replica_regions, tier)
    select t.user_pool_id, ${me}, t.month, t.sub, '{}', t.tier
      from monthly_active_users t join user_pools using (user_pool_id) where ${isMeant}
    on conflict (user_pool_id, origin_region, month, sub) do update set tier = excluded.tier
      where array_position(${TIERS}::text[], excluded.tier)
          > array_position(${TIERS}::text[], mine.tier)`
  await tx`
    insert into machine_token_counts as mine (user_pool_id, origin_region, recorder_id, client_id,
      month, replica_regions, tokens)
    select t.user_pool_id, ${me}, t.recorder_id, t.client_id, t.month, '{}', t.tokens
      from machine_token_counts t join user_pools using (user_pool_id) where ${isMeant}
    on conflict (user_pool_id, origin_region, recorder_id, client_id, month)
      do update set tokens = excluded.tokens where mine.tokens < excluded.tokens`
  await tx`
    insert into replica_periods as mine (user_pool_id, origin_region, region, since,
      replica_regions, until)
    select t.user_pool_id, ${me}, t.region, t.since, '{}', t.until
      from replica_periods t join user_pools using (user_pool_id) where ${isMeant}
    on conflict (user_pool_id, origin_region, region, since)
      do update set until = excluded.until where mine.until < excluded.until`
  await tx`
    insert into endpoint_uses as mine (user_pool_id, origin_region, recorder_id, day, client_id,
      kind, issuer_form, host, user_agent, replica_regions, calls, last_seen_at)
    select t.user_pool_id, ${me}, t.recorder_id, t.day, t.client_id, t.kind, t.issuer_form, t.host,
        t.user_agent, '{}', t.calls, t.last_seen_at
      from endpoint_uses t join user_pools using (user_pool_id) where ${isMeant}
    on conflict (user_pool_id, origin_region, recorder_id, day, client_id, kind, issuer_form, host,
        user_agent)
      do update set calls = excluded.calls, last_seen_at = excluded.last_seen_at
      where mine.calls < excluded.calls`
}
