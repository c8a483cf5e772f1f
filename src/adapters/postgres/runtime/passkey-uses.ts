// Signature counters of passkeys. Each Region has a row for a passkey that it has seen in use, and
// a counter must be greater than those of all Regions, unless the authenticator has none.
import type { Pool } from '#ports/capability.js'
import type { PasskeyUse, PasskeyUses } from '#ports/passkeys.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresPasskeyUses extends Repository implements PasskeyUses {
  async use(pool: Pool, use: PasskeyUse): Promise<'grown' | 'stale'> {
    const { sub, credentialHash, signCount, atMs } = use
    const { region } = this.connection
    const isGrown = await this.changes(
      (sql) => sql`
        insert into passkey_uses as mine
          (user_pool_id, origin_region, credential_hash, sub, sign_count, used_at)
        select ${pool.id}, ${region}, ${credentialHash}::bytea, ${sub}::uuid, ${signCount}::bigint,
            ${at(atMs)}::timestamptz
         where not exists (
           select from passkey_uses u
            where u.user_pool_id = ${pool.id} and u.credential_hash = ${credentialHash}::bytea
              and u.origin_region <> ${region} and u.sign_count > 0
              and u.sign_count >= ${signCount}::bigint)
        on conflict (user_pool_id, origin_region, credential_hash) do update set
          sign_count = excluded.sign_count, used_at = excluded.used_at
          where mine.sign_count = 0 or mine.sign_count < excluded.sign_count`,
    )
    return isGrown ? 'grown' : 'stale'
  }
}
