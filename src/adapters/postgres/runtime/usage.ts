// Rows of usage. A batch is one statement, sorted, so that two processes that write the same rows
// do not wait for each other crosswise. Reads fold the origins: of a user any row counts, with the
// highest tier; of a recorder's count the greatest, since a Region that has taken over another's
// rows has it twice.
import { TIERS, type Tier } from '#domain/pool/tier.js'
import type { Period } from '#domain/usage/month.js'
import type {
  ActiveUser,
  EndpointUse,
  EndpointUseKey,
  PoolUsage,
  TokenCount,
  UsageFigures,
  UsageRows,
} from '#ports/usage.js'
import { Repository } from '../connection/repository.js'
import { at, json } from '../connection/values.js'

/** The order of tiers; one that a later version knows is below all. */
const RANK = `coalesce(array_position(array[${TIERS.map((tier) => `'${tier}'`)}], tier), 0)`

export class PostgresUsage extends Repository implements UsageRows, UsageFigures {
  async addActiveUsers(users: readonly ActiveUser[]): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into monthly_active_users as mine (user_pool_id, origin_region, month, sub, tier)
        select p.user_pool_id, ${this.connection.region}, (u.month || '-01')::date, u.sub, u.tier
          from jsonb_to_recordset(${json(sql, users)})
            as u ("poolId" text, sub uuid, month text, tier text)
          join user_pools p on p.user_pool_id = u."poolId"
         order by 1, 3, 4
        on conflict (user_pool_id, origin_region, month, sub) do update set tier = excluded.tier
          where array_position(${TIERS}::text[], excluded.tier)
              > array_position(${TIERS}::text[], mine.tier)`,
    )
  }

  async raiseTokenCounts(recorderId: string, counts: readonly TokenCount[]): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into machine_token_counts as mine
          (user_pool_id, origin_region, recorder_id, client_id, month, tokens)
        select p.user_pool_id, ${this.connection.region}, ${recorderId}, c."clientId",
               (c.month || '-01')::date, c.tokens
          from jsonb_to_recordset(${json(sql, counts)})
            as c ("poolId" text, "clientId" text, month text, tokens bigint)
          join user_pools p on p.user_pool_id = c."poolId"
         order by 1, 4, 5
        on conflict (user_pool_id, origin_region, recorder_id, client_id, month)
          do update set tokens = excluded.tokens where mine.tokens < excluded.tokens`,
    )
  }

  async raiseEndpointUses(recorderId: string, uses: readonly EndpointUse[]): Promise<void> {
    const rows = uses.map((use) => ({ ...use, seenAt: at(use.lastSeenMs).toISOString() }))
    await this.query(
      (sql) => sql`
        insert into endpoint_uses as mine (user_pool_id, origin_region, recorder_id, day,
          client_id, kind, issuer_form, host, user_agent, calls, last_seen_at)
        select p.user_pool_id, ${this.connection.region}, ${recorderId}, u.day, u."clientId",
               u.kind, u."issuerForm", u.host, u."userAgent", u.calls, u."seenAt"
          from jsonb_to_recordset(${json(sql, rows)})
            as u ("poolId" text, "clientId" text, day date, kind text, "issuerForm" text,
              host text, "userAgent" text, calls bigint, "seenAt" timestamptz)
          join user_pools p on p.user_pool_id = u."poolId"
         order by 1, 4, 5, 6, 7, 8, 9
        on conflict (user_pool_id, origin_region, recorder_id, day, client_id, kind, issuer_form,
            host, user_agent)
          do update set calls = excluded.calls, last_seen_at = excluded.last_seen_at
          where mine.calls < excluded.calls`,
    )
  }

  async extendReplicaPeriods(nowMs: number): Promise<void> {
    const { region } = this.connection
    await this.query(
      (sql) => sql`
        insert into replica_periods as mine (user_pool_id, origin_region, region, since, until)
        select r.user_pool_id, ${region}, r.region, r.created_at,
               greatest(r.created_at, ${at(nowMs)})
          from user_pool_replicas r join user_pools p using (user_pool_id)
         where p.replica_regions[1] = ${region}
        on conflict (user_pool_id, origin_region, region, since)
          do update set until = excluded.until where mine.until < excluded.until`,
    )
  }

  async ofMonth(month: string, poolIds: readonly string[]): Promise<readonly PoolUsage[]> {
    if (poolIds.length === 0) return []
    const asked = { month: `${month}-01`, poolIds: [...poolIds] }
    const [users, tokens, periods] = await Promise.all([
      this.#activeUsers(asked),
      this.#machineTokens(asked),
      this.#replicaPeriods(asked),
    ])
    return poolIds.map((poolId) => {
      const isOwn = (row: { readonly poolId: string }) => row.poolId === poolId
      const regions = [...new Set(periods.filter(isOwn).map((row) => row.region))]
      return {
        poolId,
        activeUsers: byTier(users.filter(isOwn)),
        machineClients: tokens
          .filter(isOwn)
          .map((row) => ({ clientId: row.clientId, tokens: Number(row.tokens) })),
        replicas: regions.map((region) => ({
          region,
          periods: periods
            .filter((row) => isOwn(row) && row.region === region)
            .map(({ sinceMs, untilMs }) => ({ sinceMs, untilMs })),
        })),
      }
    })
  }

  async #activeUsers({ month, poolIds }: Asked) {
    return this.query(
      (sql) => sql<{ poolId: string; rank: number; users: string }[]>`
        select user_pool_id as "poolId", rank, count(*)::text as users
          from (select user_pool_id, sub, max(${sql.unsafe(RANK)}) as rank
                  from monthly_active_users
                 where month = ${month}::date and user_pool_id = any(${poolIds})
                 group by user_pool_id, sub) u
         group by user_pool_id, rank`,
    )
  }

  async #machineTokens({ month, poolIds }: Asked) {
    return this.query(
      (sql) => sql<{ poolId: string; clientId: string; tokens: string }[]>`
        select user_pool_id as "poolId", client_id as "clientId", sum(tokens)::text as tokens
          from (select user_pool_id, client_id, recorder_id, max(tokens) as tokens
                  from machine_token_counts
                 where month = ${month}::date and user_pool_id = any(${poolIds})
                 group by user_pool_id, client_id, recorder_id) c
         group by user_pool_id, client_id order by user_pool_id, client_id`,
    )
  }

  async #replicaPeriods({ month, poolIds }: Asked) {
    return this.query(
      (sql) => sql<(Period & { poolId: string; region: string })[]>`
        select user_pool_id as "poolId", region, since as "sinceMs", until as "untilMs"
          from replica_periods
         where user_pool_id = any(${poolIds})
           and since < ${month}::date + interval '1 month' and until > ${month}::date
         order by user_pool_id, region, since`,
    )
  }

  async endpointUses({
    poolId,
    sinceDay,
    after,
    limit,
  }: Parameters<UsageFigures['endpointUses']>[0]): Promise<readonly EndpointUse[]> {
    const rows = await this.query(
      (sql) => sql<(EndpointUseKey & { calls: string; lastSeenMs: number })[]>`
        select user_pool_id as "poolId", client_id as "clientId", day::text as day, kind,
               issuer_form as "issuerForm", host, user_agent as "userAgent",
               sum(calls)::text as calls, max(last_seen_at) as "lastSeenMs"
          from (select user_pool_id, client_id, day, kind, issuer_form, host, user_agent,
                       recorder_id, max(calls) as calls, max(last_seen_at) as last_seen_at
                  from endpoint_uses
                 where day >= ${sinceDay}::date
                   ${poolId === undefined ? sql`` : sql`and user_pool_id = ${poolId}`}
                   ${after === undefined ? sql`` : sql`and day <= ${after.day}::date`}
                 group by 1, 2, 3, 4, 5, 6, 7, 8) u
         where ${
           after === undefined
             ? sql`true`
             : sql`(day < ${after.day}::date or
                 (user_pool_id, client_id, kind, issuer_form, host, user_agent) >
                 (${after.poolId}, ${after.clientId}, ${after.kind}, ${after.issuerForm},
                  ${after.host}, ${after.userAgent}))`
         }
         group by user_pool_id, client_id, u.day, kind, issuer_form, host, user_agent
         order by u.day desc, user_pool_id, client_id, kind, issuer_form, host, user_agent
         limit ${limit}`,
    )
    return rows.map((row) => ({ ...row, calls: Number(row.calls) }))
  }
}

interface Asked {
  readonly month: string
  readonly poolIds: string[]
}

function byTier(rows: readonly { readonly rank: number; readonly users: string }[]) {
  const of = (tier: Tier) => {
    // Of a tier that a later version knows, nothing is known but that there is one.
    const ranks = tier === 'LITE' ? [0, 1] : [TIERS.indexOf(tier) + 1]
    return rows
      .filter(({ rank }) => ranks.includes(rank))
      .reduce((sum, { users }) => sum + Number(users), 0)
  }
  return { LITE: of('LITE'), ESSENTIALS: of('ESSENTIALS'), PLUS: of('PLUS') }
}
