// Compares two Regions after quiet: what the owner of a pool's rows has is what the other has, bit
// by bit; runtime rows likewise, both ways; and no row was written by two.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { openDigests } from '#adapters/postgres/replication/digest.js'
import { loadConfig } from '#config/config.js'
import { EAST, WEST } from './replicated-pool.js'
import type { TwoRegions } from './two-regions.js'
import { waitFor } from './wait.js'

const QUIET_MS = 30_000

/** The database of a Region, as its nodes reach it. */
export function databaseOf(stack: TwoRegions, region: string): Sql {
  const file = join(stack.stateDirectory, region, 'config.json')
  return postgres(loadConfig({ file, environment: {} }).database.url, { max: 1 })
}

/** Waits until both Regions agree about the pool; returns the number of rows compared. */
export async function assertSameRows(stack: TwoRegions, poolId: string): Promise<number> {
  const [west, east] = [databaseOf(stack, WEST), databaseOf(stack, EAST)]
  try {
    let rows = 0
    let differing: string[] = []
    const agree = async () => {
      ;({ rows, differing } = await compare({ west, east, poolId }))
      return differing.length === 0
    }
    await waitFor(agree, { timeoutMs: QUIET_MS, what: 'the Regions to agree' }).catch((cause) => {
      throw new assert.AssertionError({ message: `${differing} differ: ${cause}` })
    })
    assert.ok(rows > 5, `${rows} rows were compared`)
    await assertOneWriter(east, poolId)
    await assertOneWriter(west, poolId)
    return rows
  } finally {
    await Promise.all([west.end(), east.end()])
  }
}

async function compare(options: { west: Sql; east: Sql; poolId: string }) {
  const { west, east, poolId } = options
  const [here, there] = [openDigests(west), openDigests(east)]
  const differing: string[] = []
  let rows = 0
  for (const table of here.tables) {
    for (const [owner, targetRegion] of [
      [WEST, EAST],
      [EAST, WEST],
    ] as const) {
      const query = { poolId, table, owner, targetRegion }
      const [a, b] = [await here.digest(query), await there.digest(query)]
      rows += a.reduce((sum, [, count]) => sum + count, 0)
      if (JSON.stringify(a) !== JSON.stringify(b)) differing.push(`${table} of ${owner}`)
    }
  }
  return { rows, differing }
}

/** Every directory row of the pool says that the west owns it, in either database. */
async function assertOneWriter(sql: Sql, poolId: string): Promise<void> {
  for (const table of ['users', 'user_pool_clients', 'data_keys', 'signing_keys', 'groups']) {
    const [row] = await sql<{ strangers: number }[]>`
      select count(*)::int as strangers from ${sql(table)}
       where user_pool_id = ${poolId} and replica_regions[1] <> ${WEST}`
    assert.equal(row?.strangers, 0, `${table} has rows of another owner`)
  }
}
