// What repositories run statements on: all connections of the pool, or the one connection of a
// transaction. Both are one interface, so a repository is written once, and which of the two it was
// made over decides where its statements run. What must stay true: work inside a transaction uses
// that transaction's connection and no other, since with as many transactions as connections each
// would wait for one that no other returns.
//
// Two channels of `node:diagnostics_channel` say what runs where, for tests that count statements
// or watch that rule. Without a subscriber they cost a comparison.
import { channel } from 'node:diagnostics_channel'
import type { ISql } from 'postgres'
import { assert } from '#base/assert.js'

/** What runs statements: a connection of the pool or a transaction. */
export type Queryable = ISql

export interface Connection {
  /** The Region whose rows are written. */
  readonly region: string
  /** Whether its statements hold together and can only be tried again together. */
  readonly isTransaction: boolean
  /** Runs a statement. Throws DependencyError or InvariantError. */
  query<T>(work: (sql: Queryable) => PromiseLike<T>): Promise<T>
  /** Runs statements that hold together, in a transaction of their own or in the running one. */
  atomically<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Calls `action` when what was written is there for others, or is known not to be. */
  afterEnd(action: () => void): void
}

/** A statement is about to run; `isPooled`: on a connection that it takes from the pool. */
export interface StatementNotice {
  readonly isPooled: boolean
}

/** Carries a StatementNotice for each statement, and for each transaction as it begins. */
export const statementChannel = channel('twinpool:postgres:statement')

/** The work of a transaction runs inside `runStores` of this channel. */
export const transactionChannel = channel('twinpool:postgres:transaction')

/**
 * Locks a name that must be unique in a Region, until the transaction ends: a caller that assigns
 * one locks it first, and then looks whether it is there. No unique index can keep two apart: rows
 * of other Regions arrive by replication, where a violation would stop everything behind it, and a
 * name may be in one of several tables.
 */
export async function lockName(connection: Connection, name: string): Promise<void> {
  assert(connection.isTransaction, 'a name is locked until the end of a transaction')
  await connection.query((sql) => sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}
