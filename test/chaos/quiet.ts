// Quiet: every fault is repaired and no client calls. Within a bound, both Regions have to come to
// rest: streams flow both ways, no replica is under way, and every row is the same on both sides.
import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { openDigests } from '#adapters/postgres/replication/digest.js'
import { isObject } from '#base/json.js'
import type { StackRegion } from '#test/support/stack.js'
import { absentKeys, enableKeys } from './faults/keys.js'
import type { World } from './world.js'

const QUIET_MS = 90_000
const LAG_MS_MAX = 3000

/** What keeps the Regions from being at rest; empty when they are. */
async function unrest(world: World): Promise<readonly string[]> {
  const { regions } = world.stack
  const each = await Promise.all(regions.map((region) => unrestOf(world, region)))
  const found = each.flat()
  if (found.length > 0) return found
  const different = await differences(world)
  return different.length > 0 ? different : absentKeys(world)
}

async function unrestOf(world: World, { name, endpoint }: StackRegion): Promise<readonly string[]> {
  const health = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(3000) })
  if (!health.ok) return [`${name} is not healthy`]
  const found: string[] = []
  const { Peers } = await world.calls.adminOrThrow(name, 'DescribeRegion')
  const peers = Array.isArray(Peers) ? Peers.filter(isObject) : []
  if (peers.length === 0) found.push(`${name} knows no peer`)
  for (const peer of peers) {
    if (peer['Streaming'] !== true) found.push(`${name} does not stream to its peer`)
    const lagMs = Number(peer['LagMilliseconds'] ?? Number.POSITIVE_INFINITY)
    // By its own clock, which a test may have set off.
    const bound = LAG_MS_MAX + world.record.skewMs
    if (!(lagMs <= bound)) found.push(`${name} is ${lagMs} ms behind its peer`)
  }
  const { Replicas } = await world.calls.adminOrThrow(name, 'ListReplicas')
  for (const replica of Array.isArray(Replicas) ? Replicas.filter(isObject) : []) {
    // Of a pool that its home lost, nobody goes on with what was under way.
    const pool = world.record.pools.find(({ id }) => id === replica['UserPoolId'])
    if (pool !== undefined && pool.other === name && pool.keeping !== 'no') continue
    if (/ING$/.test(String(replica['Status']))) {
      const { UserPoolId, Status, Step, Reason } = replica
      found.push(`${name}: ${UserPoolId} is ${Status} (${Step ?? '-'}: ${Reason ?? '-'})`)
    }
  }
  return found
}

/** The tables of pools that differ between the databases. */
async function differences({ stack, record }: World): Promise<readonly string[]> {
  const { west, east } = stack
  return west.sql((one) =>
    east.sql(async (two) => {
      const found: string[] = []
      const has = new Map([
        [west.name, await poolsOf(one)],
        [east.name, await poolsOf(two)],
      ])
      const pools = new Set([...has.values()].flat())
      // What its home lost by a restore, and the other Region may keep.
      const isLost = (poolId: string, owner: string) =>
        has.get(owner)?.includes(poolId) === false &&
        record.pools.some(
          ({ id, home, keeping }) => id === poolId && home === owner && keeping !== 'no',
        )
      const [here, there] = [openDigests(one), openDigests(two)]
      for (const poolId of pools) {
        for (const table of here.tables) {
          for (const [owner, targetRegion] of [
            [west.name, east.name],
            [east.name, west.name],
          ] as const) {
            if (isLost(poolId, owner)) continue
            const query = { poolId, table, owner, targetRegion }
            const [a, b] = [await here.digest(query), await there.digest(query)]
            if (JSON.stringify(a) !== JSON.stringify(b)) {
              found.push(`${table} of ${poolId}, written by ${owner}, differs`)
            }
          }
        }
      }
      return found
    }),
  )
}

async function poolsOf(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`select user_pool_id as id from user_pools`
  return rows.map(({ id }) => id)
}

/** Waits until the Regions are at rest; says whether they came to be. */
export async function waitForRest(world: World): Promise<boolean> {
  await enableKeys(world)
  const startedAtMs = performance.now()
  let last: readonly string[] = ['nothing was asked']
  while (performance.now() - startedAtMs < QUIET_MS) {
    last = await unrest(world).catch((error: Error) => [error.message])
    if (last.length === 0) {
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
      world.say(`the Regions are equal after ${seconds} s of quiet`)
      return true
    }
    await pause(200)
  }
  const isStopped = last.some((text) => /stream|behind/.test(text))
  const promise = isStopped ? 'no stream is stopped for good' : 'both Regions say the same'
  const detail = `after ${QUIET_MS / 1000} s of quiet: ${last.slice(0, 12).join('; ')}`
  world.violate(promise, undefined, detail)
  return false
}
