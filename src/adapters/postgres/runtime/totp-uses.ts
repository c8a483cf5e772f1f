// Codes of authenticator apps that were used. Each Region has one row for a user, and a code is
// good if its step is later than the steps of all Regions' rows. Two Regions that get the same code
// before they have heard of each other take it once each: a code that is read over a shoulder is
// good for a minute and a half, and rows travel in milliseconds. A new app begins the Region's row
// anew, in the transaction that replaces the secret: no Region sees one without the other, so what
// was used of the app before is good nowhere again.
import type { Pool } from '#ports/capability.js'
import type { TotpUse, TotpUses } from '#ports/runtime.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresTotpUses extends Repository implements TotpUses {
  async use(pool: Pool, use: TotpUse): Promise<'first' | 'again'> {
    const { sub, step, atMs, isFirstOfApp = false } = use
    const { region } = this.connection
    const isFirst = await this.changes(
      (sql) => sql`
        insert into totp_uses as mine (user_pool_id, origin_region, sub, last_step, used_at)
        select ${pool.id}, ${region}, ${sub}::uuid, ${step}::bigint, ${at(atMs)}::timestamptz
         where ${isFirstOfApp} or not exists (
           select from totp_uses t where t.user_pool_id = ${pool.id} and t.sub = ${sub}::uuid
              and t.origin_region <> ${region} and t.last_step >= ${step}::bigint)
        on conflict (user_pool_id, origin_region, sub) do update set
          last_step = excluded.last_step, used_at = excluded.used_at
          where ${isFirstOfApp} or mine.last_step < excluded.last_step`,
    )
    return isFirst ? 'first' : 'again'
  }
}
