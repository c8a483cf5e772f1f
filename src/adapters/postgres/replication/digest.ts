// Digests: whether two Regions have the same rows, without sending the rows. A table's rows of a
// pool fall into 256 buckets by a hash of their key; a bucket's digest is the number of its rows
// and the sum of their hashes. Hashes are the database's own, which do not depend on where a row
// lies or how it is stored. Only buckets that differ need to be looked at again.
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import type { Digests } from '#ports/replication.js'
import { ownedBy } from './publications.js'
import { POOL_TABLES, quoteName, readShapes, runtimeTables } from './tables.js'

const BUCKETS = 256

export function openDigests(sql: Sql): Digests {
  return {
    tables: POOL_TABLES.map((table) => table.name),
    runtimeTables,
    async digest({ poolId, table, owner, targetRegion, buckets }) {
      const shapes = await readShapes(sql)
      const shape = required(
        shapes.find((each) => each.name === table && each.family !== 'account'),
        `table ${table}`,
      )
      const keys = shape.keys.map((key) => quoteName(key.name)).join(', ')
      const columns = shape.columns.map(quoteName).join(', ')
      // `offset 0`: rows are hashed before they are sorted; whole rows would be sorted on disk.
      const rows = await sql.unsafe<{ bucket: number; rows: number; sum: string }[]>(
        `select bucket, count(*)::int as rows, sum(hash)::text as sum
           from (select (hash_record_extended(row(${keys}), 0) & ${BUCKETS - 1})::int as bucket,
                        hash_record_extended(row(${columns}), 0) as hash
                   from ${quoteName(shape.name)}
                  where user_pool_id = $1 and ${ownedBy(shape, owner)}
                    and $2 = any(replica_regions) offset 0) hashed
          where $3::int[] is null or bucket = any($3::int[])
          group by bucket order by bucket`,
        [poolId, targetRegion, buckets === undefined ? null : [...buckets]],
      )
      return rows.map((row) => [row.bucket, row.rows, row.sum] as const)
    },
  }
}
