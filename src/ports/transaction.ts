// A database transaction as a value. Repositories take one where a caller needs several writes to
// hold together; without one each public method is a transaction of its own.

declare const transaction: unique symbol

/** A running transaction. Only the database adapter makes one. */
export interface Transaction {
  readonly [transaction]: true
}

/** Runs `work` in one transaction: all of its writes happen, or none. */
export interface Transactions {
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}
