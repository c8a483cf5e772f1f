// Locks on names that are given away once in a Region. No unique index can keep them apart: rows of
// other Regions arrive by replication, where a violation would stop everything behind it, and a
// name may be in one of several tables. So whoever gives a name away first locks it, and then looks
// whether it is there.
import { assert } from '#base/assert.js'
import type { Connection } from './connection.js'

/** Waits for others who give the name away; it stays locked until the transaction ends. */
export async function lockName(connection: Connection, name: string): Promise<void> {
  assert(connection.isTransaction, 'a name is locked until the end of a transaction')
  await connection.query((sql) => sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}
