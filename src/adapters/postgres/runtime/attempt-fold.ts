// How failed password attempts of all Regions add up. A row of a Region counts while its last
// failure is newer than every Region's last success and not long before the newest failure of all:
// after so long in peace, old failures are forgiven.
import type { Fragment } from 'postgres'
import type { Queryable } from '../database.js'

/** After this long without a failure, counting begins anew. */
export const FORGIVEN_AFTER_MINUTES = 15

/**
 * Two FROM items, to be put after others, that add the columns `failures` and `last_failure_at` of
 * the user whose pool and sub are the two expressions.
 */
export function foldedAttempts(sql: Queryable, poolId: Fragment, sub: Fragment): Fragment {
  return sql`
    cross join lateral (
      select max(e.last_success_at) as success_at,
          max(e.last_failure_at) - make_interval(mins => ${FORGIVEN_AFTER_MINUTES}) as horizon
        from failed_attempts e where e.user_pool_id = ${poolId} and e.sub = ${sub}) latest
    cross join lateral (
      select coalesce(sum(f.failures), 0)::int as failures,
          max(f.last_failure_at) as last_failure_at
        from failed_attempts f
       where f.user_pool_id = ${poolId} and f.sub = ${sub} and f.failures > 0
         and f.last_failure_at > coalesce(latest.success_at, '-infinity')
         and f.last_failure_at > latest.horizon) attempts`
}
