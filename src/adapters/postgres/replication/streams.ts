// How rows of peers stream in, as far as this database alone can tell.
import type { Sql } from 'postgres'
import type { StreamState } from '#ports/replication.js'
import { subscriptionName } from './subscriptions.js'

/** How the subscriptions to these peers are at this moment. */
export async function readStreams(
  sql: Sql,
  peers: readonly string[],
): Promise<readonly StreamState[]> {
  const rows = await sql<{ name: string; errors: string; running: boolean }[]>`
    select t.subname as name, t.apply_error_count as errors,
           exists (select from pg_stat_subscription w
             where w.subid = t.subid and w.pid is not null and w.relid is null) as running
      from pg_stat_subscription_stats t`
  return peers.flatMap((region) => {
    const row = rows.find(({ name }) => name === subscriptionName(region))
    if (row === undefined) return []
    return [{ region, isRunning: row.running, applyErrors: Number(row.errors) }]
  })
}
