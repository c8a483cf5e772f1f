// What this Region found when it compared its rows with their copies elsewhere: regional rows.
import type { JSONValue, Sql } from 'postgres'
import type {
  SharedSubject,
  Verification,
  Verifications,
  VerifiedSubject,
} from '#ports/verifications.js'

const ACCOUNT = 'account'

interface Row {
  readonly subject: string
  readonly region: string
  readonly verified_at: Date | null
  readonly compared_at: Date | null
  readonly cursor: Verification['cursor'] | null
  readonly repairs: number
  readonly rows_resent: string
  readonly rows_removed: string
}

export function openVerifications(sql: Sql, me: string): Verifications {
  return {
    shared: (regions) => readShared(sql, me, regions),
    async list() {
      const rows = await sql<Row[]>`select * from verifications order by subject, region`
      return rows.map(toVerification)
    },
    async summary() {
      const rows = await sql<{ region: string; verified_at: Date | null; repaired: string }[]>`
        select region, min(verified_at) as verified_at,
               sum(rows_resent + rows_removed) as repaired
          from verifications group by region`
      return rows.map(({ region, verified_at, repaired }) => ({
        region,
        verifiedAtMs: verified_at?.getTime(),
        rowsRepaired: Number(repaired),
      }))
    },
    async saveCursor(subject, cursor) {
      const value = cursor === undefined ? null : sql.json(cursor as unknown as JSONValue)
      await sql`
        insert into verifications (subject, region, cursor)
        values (${nameOf(subject)}, ${subject.region}, ${value})
        on conflict (subject, region) do update set cursor = excluded.cursor`
    },
    async record(subject, { atMs, isEqual, resent, removed }) {
      const at = new Date(atMs)
      const verifiedAt = isEqual ? at : null
      const repairs = resent + removed > 0 ? 1 : 0
      await sql`
        insert into verifications as v (subject, region, verified_at, compared_at, repairs,
          rows_resent, rows_removed)
        values (${nameOf(subject)}, ${subject.region}, ${verifiedAt}, ${at}, ${repairs},
          ${resent}, ${removed})
        on conflict (subject, region) do update set cursor = null,
          verified_at = coalesce(excluded.verified_at, v.verified_at),
          compared_at = excluded.compared_at, repairs = v.repairs + excluded.repairs,
          rows_resent = v.rows_resent + excluded.rows_resent,
          rows_removed = v.rows_removed + excluded.rows_removed`
    },
    async keepOnly(subjects) {
      const names = subjects.map(nameOf)
      const regions = subjects.map(({ region }) => region)
      await sql`
        delete from verifications v where not exists (
          select from unnest(${names}::text[], ${regions}::text[]) as kept (subject, region)
           where kept.subject = v.subject and kept.region = v.region)`
    },
  }
}

async function readShared(
  sql: Sql,
  me: string,
  regions: readonly string[],
): Promise<readonly SharedSubject[]> {
  const rows = await sql<{ pool: string; region: string; is_owner: boolean }[]>`
    select p.user_pool_id as pool, other.region, p.replica_regions[1] = ${me} as is_owner
      from user_pools p cross join unnest(p.replica_regions) as other (region)
     where ${me} = any(p.replica_regions) and other.region <> ${me}
       and other.region = any(${[...regions]}) and not exists (
         select from user_pool_replicas r
          where r.user_pool_id = p.user_pool_id and r.region in (${me}, other.region)
            and r.phase <> 'READY')`
  const account = regions.map((region) => ({ poolId: undefined, region, isOwner: true }))
  const pools = rows.map((row) => ({
    poolId: row.pool,
    region: row.region,
    isOwner: row.is_owner,
  }))
  return [...account, ...pools]
}

function nameOf({ poolId }: VerifiedSubject): string {
  return poolId ?? ACCOUNT
}

function toVerification(row: Row): Verification {
  return {
    poolId: row.subject === ACCOUNT ? undefined : row.subject,
    region: row.region,
    verifiedAtMs: row.verified_at?.getTime(),
    comparedAtMs: row.compared_at?.getTime(),
    cursor: row.cursor ?? undefined,
    repairs: row.repairs,
    rowsResent: Number(row.rows_resent),
    rowsRemoved: Number(row.rows_removed),
  }
}
