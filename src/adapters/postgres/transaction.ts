// Transactions as values. The value is a name only: what it stands for is known to the database
// object, and is forgotten when the transaction ends, so a value that is kept too long runs
// nothing.
import type { Transactions } from '#ports/transaction.js'
import type { Database } from './database.js'

export function createTransactions(database: Database): Transactions {
  return { run: (work) => database.begin(work) }
}
