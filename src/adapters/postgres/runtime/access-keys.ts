// Access keys of the API's callers, valid in every Region. A key belongs to the Region that made
// it, and any Region may delete it: a deletion is a row of its own, which wins over the key
// wherever the two meet.
import type { AccessKey, AccessKeys } from '#ports/runtime.js'
import { liveAccessKeys } from '../cache/pool-queries.js'
import { CachedRepository } from '../connection/repository.js'
import { at, json } from '../connection/values.js'

export class PostgresAccessKeys extends CachedRepository implements AccessKeys {
  find(accessKeyId: string): Promise<AccessKey | undefined> {
    return this.cache.accessKey(accessKeyId)
  }

  async list(): Promise<readonly AccessKey[]> {
    const rows = await this.query(
      (sql) => sql<AccessKey[]>`${liveAccessKeys(sql)} order by created_at, access_key_id`,
    )
    return [...rows]
  }

  async insert(key: AccessKey): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into access_keys (origin_region, access_key_id, secret_sealed, policy, created_at)
        values (${this.connection.region}, ${key.accessKeyId}, ${key.secretSealed},
          ${json(sql, key.policy)}, ${at(key.createdAtMs)})`,
    )
    this.cache.accountChanged()
  }

  async remove(accessKeyId: string): Promise<'removed' | 'absent'> {
    const isRemoved = await this.changes(
      (sql) => sql`
        insert into access_key_deletions (origin_region, access_key_id, deleted_at)
        select ${this.connection.region}, ${accessKeyId}, now()
         where exists (select from access_keys where access_key_id = ${accessKeyId})
           and not exists (
             select from access_key_deletions where access_key_id = ${accessKeyId})
        on conflict do nothing`,
    )
    this.cache.accountChanged()
    return isRemoved ? 'removed' : 'absent'
  }
}
