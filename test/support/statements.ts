// What runs on which connection, in this process: how many statements a piece of work takes, and
// whether work inside a transaction asked the pool for a second connection.
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type StatementNotice,
  statementChannel,
  transactionChannel,
} from '#adapters/postgres/connection/connection.js'

export interface StatementWatch {
  /** Statements and begun transactions since the watch began. */
  readonly statements: number
  /** The methods of the adapters that ran them, in their order. */
  readonly places: readonly string[]
  /** Where a second connection was asked for; a stack each. */
  readonly violations: readonly string[]
  /** Whether the caller of this runs inside a transaction. */
  readonly isInTransaction: boolean
  stop(): void
}

/** What a node does by itself meanwhile, for nobody who calls. */
const BY_TIMERS = new RegExp(
  '^PostgresUserImports\\.live|onflicts$|poolsWithOldTerms|poolsWithout|poolsInNeed|' +
    'removeBatches|[oO]rphans|^PostgresUsage\\.|^PostgresKeyHealth\\.|' +
    '^PostgresKmsKeys\\.(?:listDue|listOfPrimary)$',
)

/** Watches all databases of this process until it is stopped. */
export function watchStatements(): StatementWatch {
  const running = new AsyncLocalStorage<object>()
  const violations: string[] = []
  const places: string[] = []
  let statements = 0
  const see = (notice: unknown) => {
    const place = placeOf(new Error('a statement').stack)
    if (BY_TIMERS.test(place)) return
    statements += 1
    places.push(place)
    const { isPooled } = notice as StatementNotice
    if (!isPooled || running.getStore() === undefined) return
    violations.push(new Error('a second connection inside of a transaction').stack ?? '')
  }
  transactionChannel.bindStore(running)
  statementChannel.subscribe(see)
  return {
    get statements() {
      return statements
    },
    violations,
    places,
    get isInTransaction() {
      return running.getStore() !== undefined
    },
    stop() {
      statementChannel.unsubscribe(see)
      transactionChannel.unbindStore(running)
    },
  }
}

/** The repository's method that a stack comes from, like `PostgresCodes.put`. */
function placeOf(stack = ''): string {
  const frames = stack.split('\n').filter((frame) => frame.includes('/adapters/postgres/'))
  const frame = frames.find((one) => !one.includes('/connection/')) ?? frames[0] ?? ''
  return / at (?:async )?(\S+) \(/.exec(frame)?.[1] ?? frame
}
