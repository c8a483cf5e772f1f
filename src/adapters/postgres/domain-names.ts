// Domain names are given away once in a Region, whether a pool's primary or a secondary gives them.
// Two tables hold them, so a lock on the name stands in for the unique index they cannot share.
import type { Domain } from '#ports/directory.js'
import type { Transaction } from '#ports/transaction.js'
import { type Database, json } from './database.js'
import { lockName } from './name-locks.js'
import { insertedOr } from './sql-rows.js'

/** Inserts the domain unless the name is taken in this Region. */
export async function insertDomain(
  database: Database,
  table: 'user_pool_domains' | 'regional_domains',
  claim: { poolId: string; domain: Domain },
): Promise<'inserted' | 'exists'> {
  const { poolId, domain } = claim
  return database.begin(async (tx: Transaction) => {
    await lockName(database, domain.domain, tx)
    const { count } = await database.query(
      (sql) => sql`
        insert into ${sql(table)} (user_pool_id, domain, settings, created_at)
        select ${poolId}, ${domain.domain}, ${json(sql, domain.settings)},
          ${new Date(domain.createdAtMs)}
         where not exists (select from user_pool_domains where domain = ${domain.domain})
           and not exists (select from regional_domains where domain = ${domain.domain})`,
      tx,
    )
    return insertedOr(count)
  })
}
