// Sends everything again that a Region has of ours, into a copy that it makes anew. In one
// transaction a row leaves the Region and comes back: a DELETE and an INSERT there, which readers
// see as one change or not at all. So the copy goes on serving while it is replaced row by row.
//
// Which rows is told by the rows themselves and not by the pools' rows: what this Region has to say
// about sessions must arrive even while the pool, which another Region owns, is not here.
//
// What must stay true: a row is given back to the Region only by the transaction that took it away.
// A replica that is being removed at the same time loses its rows for good.
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import type { RowsToResend } from '#ports/replication.js'
import { amongKeys, nextBatch, relaxDurability } from './batches.js'
import { ownedBy } from './publications.js'
import {
  quoteName,
  quoteText,
  readShapes,
  type TableShape,
  USER_TABLES,
  withPoolsOf,
} from './tables.js'

export interface Resending {
  readonly sql: Sql
  readonly region: string
  readonly batchRows: number
}

interface Work {
  readonly targetRegion: string
  readonly signal: AbortSignal
}

/** Account rows, then pool by pool: its directory if it is ours, and our runtime rows. */
export async function resendAll(
  options: Resending,
  work: Work,
): Promise<{ readonly rows: number }> {
  const { sql, region: me } = options
  const shapes = await readShapes(sql)
  const owned = new Set(await ownPoolsIn(sql, { me, targetRegion: work.targetRegion }))
  const spokenOf = await poolsSpokenOf(sql, { me, targetRegion: work.targetRegion })
  let rows = 0
  for (const shape of shapes) {
    if (shape.family !== 'account') continue
    rows += await resendTable(options, shape, { ...work, scope: ownedBy(shape, me) })
  }
  for (const poolId of new Set([...owned, ...spokenOf])) {
    for (const shape of usersLast(shapes)) {
      if (shape.family === 'account') continue
      if (shape.family === 'directory' && !owned.has(poolId)) continue
      const ofPool = `user_pool_id = ${quoteText(poolId)}`
      // All directory rows of a pool have one owner; the update looks at it again.
      const scope = shape.family === 'directory' ? ofPool : `${ofPool} and ${ownedBy(shape, me)}`
      rows += await resendTable(options, shape, { ...work, scope })
    }
  }
  return { rows }
}

/**
 * Users after what is known of their sessions: in a copy that begins empty, a session that was
 * ended must not be alive for as long as the users take to arrive.
 */
function usersLast(shapes: readonly TableShape[]): readonly TableShape[] {
  const isOfUsers = ({ name }: TableShape) => name === 'users' || USER_TABLES.includes(name)
  return [...shapes.filter((shape) => !isOfUsers(shape)), ...shapes.filter(isOfUsers)]
}

/** Pools of this Region that the target has. */
export async function ownPoolsIn(
  sql: Sql,
  { me, targetRegion }: { me: string; targetRegion: string },
): Promise<readonly string[]> {
  const pools = await sql<{ user_pool_id: string }[]>`
    select user_pool_id from user_pools
     where replica_regions[1] = ${me} and ${targetRegion} = any(replica_regions)`
  return pools.map((pool) => pool.user_pool_id)
}

/** Pools, of any owner, about which this Region has runtime rows that the target gets. */
export async function poolsSpokenOf(
  sql: Sql,
  { me, targetRegion }: { me: string; targetRegion: string },
): Promise<readonly string[]> {
  const pools = new Set<string>()
  for (const shape of await readShapes(sql)) {
    if (shape.family !== 'runtime') continue
    const table = quoteName(shape.name)
    const found = await sql.unsafe<{ user_pool_id: string }[]>(
      `${withPoolsOf(table)}
       select user_pool_id from pools
        where user_pool_id is not null and exists (
          select from ${table} t where t.user_pool_id = pools.user_pool_id
             and t.origin_region = $1 and $2 = any(t.replica_regions))`,
      [me, targetRegion],
    )
    for (const row of found) pools.add(row.user_pool_id)
  }
  return [...pools]
}

/** Sends single rows again; rows that are gone, or that the Region does not get, are left out. */
export async function resendRows(
  options: Omit<Resending, 'batchRows'>,
  rows: RowsToResend,
): Promise<number> {
  if (rows.keys.length === 0) return 0
  const { table, poolId, targetRegion } = rows
  const shape = required(
    (await readShapes(options.sql)).find((each) => each.name === table),
    `table ${table}`,
  )
  const ofPool = poolId === undefined ? 'true' : `user_pool_id = ${quoteText(poolId)}`
  return resend(options, shape, {
    targetRegion,
    scope: `${ofPool} and ${amongKeys(shape, rows.keys)}`,
  })
}

async function resendTable(
  options: Resending,
  shape: TableShape,
  work: Work & { scope: string },
): Promise<number> {
  const { sql, batchRows } = options
  const { targetRegion, scope } = work
  let rows = 0
  let after: readonly string[] | undefined
  for (;;) {
    work.signal.throwIfAborted()
    const batch = await nextBatch(sql, shape, { scope, after, batchRows })
    if (batch.rows > 0) rows += await resend(options, shape, { targetRegion, scope: batch.scope })
    after = batch.last
    if (batch.isLast) return rows
  }
}

async function resend(
  { sql, region: me }: Omit<Resending, 'batchRows'>,
  shape: TableShape,
  work: { targetRegion: string; scope: string },
): Promise<number> {
  const target = quoteText(work.targetRegion)
  // No Region has such a name; other transactions never see it.
  const away = quoteText(`~${work.targetRegion}`)
  const replace = (from: string, to: string) =>
    `update ${quoteName(shape.name)}
        set replica_regions = array_replace(replica_regions, ${from}, ${to})
      where ${work.scope} and ${ownedBy(shape, me)} and ${from} = any(replica_regions)`
  return sql.begin(async (tx) => {
    await relaxDurability(tx)
    await tx.unsafe(replace(target, away))
    return (await tx.unsafe(replace(away, target))).count
  })
}
