// Locks on names that are given away once in a Region. No unique index can keep them apart: rows of
// other Regions arrive by replication, where a violation would stop everything behind it, and a
// name may be in one of several tables. So whoever gives a name away first locks it, and then looks
// whether it is there.
import type { Transaction } from '#ports/transaction.js'
import type { Database } from './database.js'

/** Waits for others who give the name away; it stays locked until the end of `tx`. */
export async function lockName(database: Database, name: string, tx: Transaction): Promise<void> {
  await database.query((sql) => sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`, tx)
}
