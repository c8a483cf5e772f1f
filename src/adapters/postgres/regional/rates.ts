// Request rates of this Region's account: the limits that were provisioned, and how much of the
// running second is taken. The statement about a second is a function in the database, whose clock
// all processes go by.
import type { RateCategory } from '#domain/throttle/rate-category.js'
import type { ProvisionedLimits, RateGrant, RateRequest, RateWindows } from '#ports/rates.js'
import { Repository } from '../connection/repository.js'

export class PostgresRateWindows extends Repository implements RateWindows {
  async take(bucket: string, { category, free, times, wanted }: RateRequest): Promise<RateGrant> {
    const [row] = await this.query(
      (sql) => sql<{ granted: number; ends_in_ms: number }[]>`
        select granted, ends_in_ms
          from twinpool_take_rate(${bucket}, ${category}, ${free}, ${times}, ${wanted})`,
    )
    return { granted: row?.granted ?? 0, endsInMs: row?.ends_in_ms ?? 0 }
  }
}

export class PostgresProvisionedLimits extends Repository implements ProvisionedLimits {
  async find(category: RateCategory): Promise<number | undefined> {
    const [row] = await this.query(
      (sql) => sql<{ requests_per_second: number }[]>`
        select requests_per_second from provisioned_limits where category = ${category}`,
    )
    return row?.requests_per_second
  }

  async set(category: RateCategory, requestsPerSecond: number): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into provisioned_limits (category, requests_per_second)
        values (${category}, ${requestsPerSecond})
        on conflict (category) do update set
          requests_per_second = excluded.requests_per_second`,
    )
  }
}
