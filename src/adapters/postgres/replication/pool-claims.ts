// What must be settled between two Regions about one pool before its rows come, and after they have
// gone. A row that is there already, such as of a pool that was kept when its primary Region lost
// its database, would stop the stream of all pools. Client IDs and domain names lead to one pool of
// a Region; a row that takes one which is taken would be applied, but the younger of the two pools
// could not be reached by it. So a Region is asked first.
import type { Sql } from 'postgres'
import { directoryTables, regionalTables, runtimeTables } from './tables.js'

export interface PoolClaim {
  readonly poolId: string
  readonly owner: string
  readonly clientIds: readonly string[]
  readonly domains: readonly string[]
}

/**
 * Which names of the claim are taken here: the pool's ID by any row of that ID (except what this
 * Region itself wrote, which `deleteLocalRows` removes), and the others by another pool.
 */
export async function findConflicts(sql: Sql, claim: PoolClaim): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`
    select client_id as name from user_pool_clients
     where client_id = any(${[...claim.clientIds]}) and user_pool_id <> ${claim.poolId}
    union
    select domain from user_pool_domains
     where domain = any(${[...claim.domains]}) and user_pool_id <> ${claim.poolId}
    union
    select domain from regional_domains
     where domain = any(${[...claim.domains]}) and user_pool_id <> ${claim.poolId}`
  const names = rows.map((row) => row.name)
  return (await hasRows(sql, claim)) ? [claim.poolId, ...names] : names
}

async function hasRows(sql: Sql, { poolId, owner }: PoolClaim): Promise<boolean> {
  for (const table of directoryTables) {
    const found = await sql`
      select from ${sql(table)} where user_pool_id = ${poolId} limit 1`
    if (found.length > 0) return true
  }
  for (const table of runtimeTables) {
    const found = await sql`
      select from ${sql(table)} where user_pool_id = ${poolId} and origin_region = ${owner} limit 1`
    if (found.length > 0) return true
  }
  return false
}

/** The names of a pool of this Region. */
export async function readClaims(
  sql: Sql,
  poolId: string,
): Promise<{ clientIds: readonly string[]; domains: readonly string[] }> {
  const clients = await sql<{ client_id: string }[]>`
    select client_id from user_pool_clients where user_pool_id = ${poolId}`
  const domains = await sql<{ domain: string }[]>`
    select domain from user_pool_domains where user_pool_id = ${poolId}`
  return {
    clientIds: clients.map((client) => client.client_id),
    domains: domains.map((row) => row.domain),
  }
}

/** Removes what this Region wrote about a pool whose rows have gone. */
export async function deleteLocalRows(
  sql: Sql,
  me: string,
  poolId: string,
): Promise<'forgotten' | 'here'> {
  return sql.begin(async (tx) => {
    const here = await tx`select from user_pools where user_pool_id = ${poolId}`
    if (here.length > 0) return 'here'
    for (const table of regionalTables) {
      await tx`delete from ${tx(table)} where user_pool_id = ${poolId}`
    }
    for (const table of runtimeTables) {
      await tx`
        delete from ${tx(table)} where user_pool_id = ${poolId} and origin_region = ${me}`
    }
    return 'forgotten'
  })
}
