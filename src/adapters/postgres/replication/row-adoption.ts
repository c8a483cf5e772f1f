// What another Region said becomes a statement of this Region too. Sign-outs, revocations, used
// refresh tokens, activations and deleted access keys only ever end or decide something, and
// readers fold the rows of all origins; so a row that its origin may lose is said again by the
// Region that still has it, and travels back from there. Access keys and failed attempts are not
// among them: a row that an attacker planted in a copy must not become a credential or a lock.
import type { TransactionSql } from 'postgres'
import { quoteText } from './tables.js'

/** Makes a statement from `me`, the quoted Region, and a query of the rows to take over. */
type Adoption = (me: string, rows: string) => string

const ADOPTIONS: Readonly<Record<string, Adoption>> = {
  sign_outs: ofPools('sign_outs', 'sub', {
    values: { signed_out_at: 't.signed_out_at' },
    update: 'signed_out_at = greatest(sign_outs.signed_out_at, excluded.signed_out_at)',
  }),
  revocations: ofPools('revocations', 'origin_jti', {
    values: { expires_at: 't.expires_at' },
    update: 'expires_at = greatest(revocations.expires_at, excluded.expires_at)',
  }),
  // A microsecond later than any use, which distinguishes such a row from a use of this Region's
  // own: the same token used in both Regions ends its session (runtime/uses.ts).
  rotation_uses: ofPools('rotation_uses', 'refresh_jti', {
    values: {
      used_at: "date_trunc('milliseconds', t.used_at) + interval '1 microsecond'",
      expires_at: 't.expires_at',
    },
    update: `used_at = least(rotation_uses.used_at, excluded.used_at),
      expires_at = greatest(rotation_uses.expires_at, excluded.expires_at)`,
  }),
  replica_activations: ofPools('replica_activations', 'region', {
    values: { is_active: 't.is_active', changed_at: 't.changed_at' },
    update: `is_active = excluded.is_active, changed_at = excluded.changed_at
      where excluded.changed_at > replica_activations.changed_at`,
  }),
  access_key_deletions: (me, rows) => `
    insert into access_key_deletions (origin_region, access_key_id, replica_regions, deleted_at)
    select ${me}, t.access_key_id, '{}', t.deleted_at from (${rows}) t
    on conflict do nothing`,
}

/** For rows of pools that are here: their values, or what they change in a row of our own. */
function ofPools(
  table: string,
  key: string,
  { values, update }: { values: Readonly<Record<string, string>>; update: string },
): Adoption {
  const columns = Object.keys(values).join(', ')
  return (me, rows) => `
    insert into ${table} (user_pool_id, origin_region, ${key}, replica_regions, ${columns})
    select t.user_pool_id, ${me}, t.${key}, '{}', ${Object.values(values).join(', ')}
      from (${rows}) t join user_pools using (user_pool_id)
    on conflict (user_pool_id, origin_region, ${key}) do update set ${update}`
}

/** Tables whose rows are about sessions and belong to a pool. */
export const SESSION_TABLES: readonly string[] = Object.keys(ADOPTIONS).filter(
  (table) => table !== 'access_key_deletions',
)

/** Takes over the rows of the table that meet the condition, if they are of such a kind. */
export async function adoptRows(
  tx: TransactionSql,
  me: string,
  rows: { readonly table: string; readonly condition: string },
): Promise<void> {
  const statement = ADOPTIONS[rows.table]
  if (statement === undefined) return
  const query = `select * from ${rows.table} where ${rows.condition}`
  await tx.unsafe(statement(quoteText(me), query))
}
