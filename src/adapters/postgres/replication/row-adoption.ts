// What another Region said becomes a statement of this Region too. Sign-outs, revocations, used
// refresh tokens, activations and deleted access keys only ever end or decide something, and
// readers fold the rows of all origins; so a row that its origin may lose is said again by whoever
// still has it, and travels back from there. Access keys and failed attempts are not among them:
// whoever planted a row in a copy must not make a credential or a lock of it.
import type { TransactionSql } from 'postgres'
import { quoteText } from './tables.js'

/** Statements by table: `rows` is a query of rows to take over, `me` the quoted Region. */
const STATEMENTS: Readonly<Record<string, (me: string, rows: string) => string>> = {
  sign_outs: (me, rows) => `
    insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
    select t.user_pool_id, ${me}, t.sub, '{}', t.signed_out_at
      from (${rows}) t join user_pools using (user_pool_id)
    on conflict (user_pool_id, origin_region, sub) do update
      set signed_out_at = greatest(sign_outs.signed_out_at, excluded.signed_out_at)`,
  revocations: (me, rows) => `
    insert into revocations (user_pool_id, origin_region, origin_jti, replica_regions, expires_at)
    select t.user_pool_id, ${me}, t.origin_jti, '{}', t.expires_at
      from (${rows}) t join user_pools using (user_pool_id)
    on conflict (user_pool_id, origin_region, origin_jti) do update
      set expires_at = greatest(revocations.expires_at, excluded.expires_at)`,
  // A microsecond later than any use, which tells such a row from a use of this Region's own: the
  // same token used in both Regions ends its session (runtime/uses.ts).
  rotation_uses: (me, rows) => `
    insert into rotation_uses
      (user_pool_id, origin_region, refresh_jti, replica_regions, used_at, expires_at)
    select t.user_pool_id, ${me}, t.refresh_jti, '{}',
           date_trunc('milliseconds', t.used_at) + interval '1 microsecond', t.expires_at
      from (${rows}) t join user_pools using (user_pool_id)
    on conflict (user_pool_id, origin_region, refresh_jti) do update
      set used_at = least(rotation_uses.used_at, excluded.used_at),
          expires_at = greatest(rotation_uses.expires_at, excluded.expires_at)`,
  replica_activations: (me, rows) => `
    insert into replica_activations
      (user_pool_id, origin_region, region, replica_regions, is_active, changed_at)
    select t.user_pool_id, ${me}, t.region, '{}', t.is_active, t.changed_at
      from (${rows}) t join user_pools using (user_pool_id)
    on conflict (user_pool_id, origin_region, region) do update
      set is_active = excluded.is_active, changed_at = excluded.changed_at
      where excluded.changed_at > replica_activations.changed_at`,
  access_key_deletions: (me, rows) => `
    insert into access_key_deletions (origin_region, access_key_id, replica_regions, deleted_at)
    select ${me}, t.access_key_id, '{}', t.deleted_at from (${rows}) t
    on conflict do nothing`,
}

/** Tables whose rows are about sessions and belong to a pool. */
export const SESSION_TABLES: readonly string[] = Object.keys(STATEMENTS).filter(
  (table) => table !== 'access_key_deletions',
)

/** Takes over the rows of the table that meet the condition, if they are of such a kind. */
export async function adoptRows(
  tx: TransactionSql,
  me: string,
  rows: { readonly table: string; readonly condition: string },
): Promise<void> {
  const statement = STATEMENTS[rows.table]
  if (statement === undefined) return
  const query = `select * from ${rows.table} where ${rows.condition}`
  await tx.unsafe(statement(quoteText(me), query))
}
