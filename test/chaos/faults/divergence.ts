// Rows changed by hand where they are a copy, and publications taken apart: what replication itself
// never notices and only a comparison of the rows can see.
import type { Sql } from 'postgres'
import type { World } from '../world.js'
import { type Fault, of } from './fault.js'
import { tryOn } from './replication.js'

/** Statements of somebody who goes round the guards. */
function byHand(world: World, region: string, work: (sql: Sql) => Promise<unknown>): Promise<void> {
  return tryOn(world.stack.region(region), async (sql) => {
    await sql`set session_replication_role = replica`
    await work(sql)
  })
}

/** While a copy has been changed, it may refuse those whose rows are gone. */
function touchCopies(world: World, region: string): void {
  for (const pool of world.record.pools) if (pool.other === region) pool.isTouched = true
}

const onRows = (name: string, weight: number, statement: (owner: string) => string): Fault => ({
  name,
  weight,
  parts: of('replication', 'database'),
  async run({ world, region }) {
    touchCopies(world, region)
    const owner = world.stack.peerOf(region).name
    await byHand(world, region, (sql) => sql.unsafe(statement(owner)))
    touchCopies(world, region)
  },
})

export const DIVERGENCE_FAULTS: readonly Fault[] = [
  onRows(
    'delete users of a copy by hand',
    2,
    (owner) => `
      delete from users where (user_pool_id, sub) in
        (select user_pool_id, sub from users where replica_regions[1] = '${owner}' limit 2)`,
  ),
  onRows(
    'delete groups and memberships of a copy by hand',
    1,
    (owner) => `
      with gone as (delete from group_memberships where replica_regions[1] = '${owner}')
      delete from groups where replica_regions[1] = '${owner}'`,
  ),
  onRows(
    'change users of a copy by hand',
    1,
    (owner) => `
      update users set modified_at = modified_at - interval '1 day'
       where replica_regions[1] = '${owner}'`,
  ),
  onRows(
    'delete failed attempts of the other Region by hand',
    1,
    (owner) => `delete from failed_attempts where origin_region = '${owner}'`,
  ),
  {
    name: 'take a table out of the publications',
    weight: 1,
    parts: of('replication', 'database'),
    async run({ world, region, chance }) {
      const table = chance.pick(['users', 'groups', 'sign_outs', 'revocations']) ?? 'users'
      await onPublications(world, region, (name) => `alter publication ${name} drop table ${table}`)
    },
  },
  {
    name: 'drop the publications',
    weight: 0.5,
    parts: of('replication', 'database'),
    async run({ world, region }) {
      await onPublications(world, region, (name) => `drop publication ${name}`)
    },
  },
]

function onPublications(
  world: World,
  region: string,
  statement: (name: string) => string,
): Promise<void> {
  return tryOn(world.stack.region(region), async (sql) => {
    const names = await sql<{ name: string }[]>`
      select quote_ident(pubname) as name from pg_publication`
    for (const { name } of names) await sql.unsafe(statement(name))
  })
}
