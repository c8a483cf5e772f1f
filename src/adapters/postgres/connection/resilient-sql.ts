// The driver with its three faults around lost connections kept away from us. When a connection is
// lost, version 3.4.9 of `postgres` (1) still sends the transaction's rollback to it and ends the
// process with an exception that no code can catch, (2) may later connect the same object again,
// with half a message, an old error or an old transaction's statements left in it, and (3) lets a
// transaction go on over that new connection, outside of any transaction (porsager/postgres issues
// 1154, 1208 and 1216).
//
// So an established connection that is lost retires the whole set of connections it belonged to:
// what runs on the others may finish, everything new gets a new set. And a transaction whose
// connection is lost never settles for the driver, so the driver has nothing to send; its caller
// gets the loss as an error. Remove this file when the driver is repaired (docs/decisions/0056).
import postgres, { type Options, type PostgresType, type Sql, type TransactionSql } from 'postgres'
import type { Clock } from '#base/clock.js'
import { knowArrayTypes } from './array-types.js'

export interface ResilientSqlOptions {
  readonly url: string
  readonly options: Options<Record<string, PostgresType>>
  readonly clock: Clock
  /** How long statements that wait in a retired set may take to finish. */
  readonly drainMs?: number
}

export interface ResilientSql {
  /** Use it like the driver's own. Statements inside `begin` should follow one another. */
  readonly sql: Sql
  /** `sql.begin`, whose work also learns whether the connection was lost. */
  begin<T>(work: TransactionWork<T>): Promise<T>
  /** Gives up the connections at once, with all that runs on them. */
  replace(): void
  /** Waits for what runs, a few seconds at most, and disconnects. */
  close(): Promise<void>
}

interface Connections {
  readonly sql: Sql
  isEstablished: boolean
}

const DRAIN_MS = 15_000
const CLOSE_SECONDS = 5

export function openResilientSql(options: ResilientSqlOptions): ResilientSql {
  const { clock, drainMs = DRAIN_MS } = options
  let isClosed = false
  const retired = new Map<Connections, AbortController>()
  let current = connect()

  function connect(): Connections {
    const connections: Connections = {
      sql: postgres(options.url, {
        // A connection that ends by age would retire its set for nothing.
        max_lifetime: null,
        fetch_types: false,
        ...options.options,
        onparameter: () => {
          connections.isEstablished = true
        },
        onclose: () => {
          if (connections === current && connections.isEstablished) retire()
        },
      }) as unknown as Sql,
      isEstablished: false,
    }
    knowArrayTypes(connections.sql)
    return connections
  }

  function retire(): void {
    if (isClosed) return
    const old = current
    const drained = new AbortController()
    retired.set(old, drained)
    current = connect()
    void clock
      .wait(drainMs, drained.signal)
      .then(() => old.sql.end({ timeout: CLOSE_SECONDS }))
      .then(() => retired.delete(old))
  }

  return {
    sql: forward(() => current.sql, clock),
    begin: (work) => guardedBegin(current.sql, work, { clock }),
    replace() {
      const old = current
      current = connect()
      void old.sql.end({ timeout: 0 })
    },
    async close() {
      isClosed = true
      for (const drained of retired.values()) drained.abort()
      const all = [current, ...retired.keys()]
      await Promise.all(all.map(({ sql }) => sql.end({ timeout: CLOSE_SECONDS })))
    },
  }
}

/** A stand-in for whichever driver object is the current one. */
function forward(current: () => Sql, clock: Clock): Sql {
  const begin = (...parts: [unknown, unknown?]) => {
    const [first, second] = parts
    return typeof first === 'string'
      ? guardedBegin(current(), second as TransactionWork<unknown>, { clock, modes: first })
      : guardedBegin(current(), first as TransactionWork<unknown>, { clock })
  }
  const target = () => undefined
  return new Proxy(target, {
    apply: (_, __, parts: unknown[]) => Reflect.apply(current(), undefined, parts),
    get: (_, name) => (name === 'begin' ? begin : Reflect.get(current(), name)),
  }) as unknown as Sql
}

/** Whether the connection of a transaction was lost. */
export interface TransactionState {
  readonly isLost: boolean
}

export type TransactionWork<T> = (sql: TransactionSql, state: TransactionState) => T | Promise<T>

/** `sql.begin`, such that the driver sends nothing over a connection that was lost. */
async function guardedBegin<T>(
  sql: Sql,
  work: TransactionWork<T>,
  { clock, modes }: { clock: Clock; modes?: string },
): Promise<T> {
  const state = { isLost: false }
  const run = (tx: TransactionSql) =>
    new Promise<{ value: T }>((resolve, reject) => {
      // One turn of the event loop later it is known whether the connection is gone.
      const settle = async (action: () => void) => {
        await clock.wait(0)
        if (!state.isLost) action()
      }
      Promise.resolve()
        .then(() => work(tx, state))
        .then(
          (value) => settle(() => resolve({ value })),
          (error: unknown) => settle(() => reject(error)),
        )
    })
  const finished = modes === undefined ? sql.begin(run) : sql.begin(modes, run)
  finished.catch(() => {
    state.isLost = true
  })
  return ((await finished) as { value: T }).value
}
