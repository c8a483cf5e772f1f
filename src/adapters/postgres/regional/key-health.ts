// Health of keys: a row for each change. A check that finds what the last one found only moves the
// newest row's moment on.
import type { Pool } from '#ports/capability.js'
import type { KeyFinding, KeyHealth, KeyHealthRecords } from '#ports/key-health.js'
import type { Queryable } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface StoredHealth extends Omit<KeyHealth, 'failure'> {
  readonly action: string | null
  readonly refusal: string | null
}

interface Page {
  readonly afterId: string
  readonly limit: number
}

const columns = (sql: Queryable) => sql`
  user_pool_id as "poolId", kms_key_arn as "kmsKeyArn", failed_action as action, refusal,
  since as "sinceMs", checked_at as "checkedAtMs"`

export class PostgresKeyHealth extends Repository implements KeyHealthRecords {
  async poolsWithKey({ afterId, limit }: Page): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<{ id: string }[]>`
        select user_pool_id as id from user_pools
         where kms_key_arn is not null and user_pool_id > ${afterId}
         order by user_pool_id limit ${limit}`,
    )
    return rows.map((row) => row.id)
  }

  async record(
    pool: Pool,
    { kmsKeyArn, failure }: KeyFinding,
    nowMs: number,
  ): Promise<'changed' | 'same'> {
    const { action = null, refusal = null } = failure ?? {}
    const isChanged = await this.changes(
      (sql) => sql`
        with same as (
          update key_health set checked_at = ${at(nowMs)}
           where user_pool_id = ${pool.id}
             and since = (select max(since) from key_health where user_pool_id = ${pool.id})
             and kms_key_arn = ${kmsKeyArn}
             and failed_action is not distinct from ${action}
             and refusal is not distinct from ${refusal}
          returning since)
        insert into key_health
          (user_pool_id, since, kms_key_arn, failed_action, refusal, checked_at)
        select ${pool.id}, ${at(nowMs)}, ${kmsKeyArn}, ${action}, ${refusal}, ${at(nowMs)}
         where not exists (select from same)
        on conflict (user_pool_id, since) do update set kms_key_arn = excluded.kms_key_arn,
          failed_action = excluded.failed_action, refusal = excluded.refusal`,
    )
    return isChanged ? 'changed' : 'same'
  }

  async current({ afterId, limit }: Page): Promise<readonly KeyHealth[]> {
    const rows = await this.query(
      (sql) => sql<StoredHealth[]>`
        select distinct on (user_pool_id) ${columns(sql)} from key_health
         where user_pool_id > ${afterId}
         order by user_pool_id, since desc limit ${limit}`,
    )
    return rows.map(toHealth)
  }

  async refused(limit: number): Promise<readonly KeyHealth[]> {
    // Rows outlive their pool, and the key that a pool had before.
    const rows = await this.query(
      (sql) => sql<StoredHealth[]>`
        select ${columns(sql)} from (
          select distinct on (user_pool_id) * from key_health
           order by user_pool_id, since desc) newest
         where refusal is not null and exists (
           select from user_pools p
            where p.user_pool_id = newest.user_pool_id and p.kms_key_arn is not null)
         order by user_pool_id limit ${limit}`,
    )
    return rows.map(toHealth)
  }

  async history(pool: Pool, limit: number): Promise<readonly KeyHealth[]> {
    const rows = await this.query(
      (sql) => sql<StoredHealth[]>`
        select ${columns(sql)} from key_health where user_pool_id = ${pool.id}
         order by since desc limit ${limit}`,
    )
    return rows.map(toHealth)
  }
}

function toHealth({ action, refusal, ...row }: StoredHealth): KeyHealth {
  const failure = action === null || refusal === null ? undefined : { action, refusal }
  return { ...row, failure }
}
