// Samples of replication: a row for each peer and moment, written by the leader. Housekeeping
// removes them after an hour.
import type { ReplicationSample, ReplicationSamples } from '#ports/replication-samples.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface StoredSample extends Omit<ReplicationSample, 'lagMs'> {
  readonly lagMs: number | null
}

export class PostgresReplicationSamples extends Repository implements ReplicationSamples {
  async add(samples: readonly ReplicationSample[]): Promise<void> {
    if (samples.length === 0) return
    const rows = samples.map((sample) => ({
      at: at(sample.atMs),
      peer: sample.region,
      lag_ms: sample.lagMs ?? null,
      pending_bytes: sample.pendingBytes,
      apply_failures: sample.applyFailures,
      rows_repaired: sample.rowsRepaired,
    }))
    await this.query(
      (sql) => sql`insert into replication_samples ${sql(rows)} on conflict do nothing`,
    )
  }

  async since(atMs: number): Promise<readonly ReplicationSample[]> {
    const rows = await this.query(
      (sql) => sql<StoredSample[]>`
        select at as "atMs", peer as region, lag_ms as "lagMs",
               pending_bytes::float8 as "pendingBytes",
               apply_failures::float8 as "applyFailures", rows_repaired::float8 as "rowsRepaired"
          from replication_samples where at >= ${at(atMs)} order by at, peer`,
    )
    return rows.map((row) => ({ ...row, lagMs: row.lagMs ?? undefined }))
  }
}
