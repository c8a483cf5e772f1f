// A Region of one version beside one of the next, whose migrations have added columns to travelling
// tables, or a table: rows travel in both directions meanwhile, and nothing is missing afterwards.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  countUsers,
  makePool,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const POOL = 'us-west-2_MixedVers'

let pair: RegionPair
let users = 0

before(async () => {
  pair = await startPair({ verifyRestMs: 200 })
  pair.west.lead()
  pair.east.lead()
  for (const side of [pair.west, pair.east]) {
    await waitFor(async () => (await side.replication.peers())[0]?.seededCopyId !== undefined, {
      what: `the copy of ${side.region}`,
    })
  }
  await makePool(pair.west, POOL)
  await addMore(50)
  await pair.west.marking.mark({ poolId: POOL, targetRegion: EAST })
  await waitFor(async () => (await countUsers(pair.east, POOL)) === users, { what: 'the users' })
})

after(() => pair.close())

async function addMore(count: number): Promise<void> {
  await addUsers(pair.west, POOL, { from: users + 1, count })
  users += count
}

/** What both sides write, as code does that knows no new column. */
async function writeBoth(): Promise<void> {
  await addMore(10)
  await pair.west.sql`
    update users set status = 'CHANGED' where user_pool_id = ${POOL}
       and sub in (select sub from users where user_pool_id = ${POOL} limit 5)`
  for (const side of [pair.west, pair.east]) {
    await side.sql`
      insert into sign_outs (user_pool_id, origin_region, sub, replica_regions, signed_out_at)
      select user_pool_id, ${side.region}, sub, '{}', now() from users
       where user_pool_id = ${POOL}
      on conflict (user_pool_id, origin_region, sub)
        do update set signed_out_at = excluded.signed_out_at`
  }
}

/** Both sides have what the other wrote, compared by columns that every version has. */
async function assertStreaming(): Promise<void> {
  const { west, east } = pair
  await waitFor(
    async () => {
      const facts = async (side: Side) =>
        side.sql`
          select (select count(*)::int from users where user_pool_id = ${POOL}) as users,
            (select max(md5(status || sub)) from users where user_pool_id = ${POOL}) as statuses,
            (select array_agg(signed_out_at order by origin_region, sub) from sign_outs
              where user_pool_id = ${POOL}) as sign_outs`
      assert.deepEqual([...(await facts(east))], [...(await facts(west))])
      return (await countUsers(east, POOL)) === users
    },
    { what: 'rows to travel in both directions' },
  )
}

/** A migration of the next version: nullable, with a constant, with a value of each row's own. */
function migration(column: string): string {
  return `
    alter table users add column if not exists ${column}_sealed bytea;
    alter table groups add column if not exists ${column}_count int not null default 7;
    alter table sign_outs add column if not exists ${column}_reason text not null default 'user';
    alter table sign_outs add column if not exists ${column}_id uuid not null
      default gen_random_uuid();`
}

async function migrateBoth(first: Side, second: Side, column: string): Promise<void> {
  await writeBoth()
  await assertStreaming()
  await first.sql.unsafe(migration(column))
  await writeBoth()
  // The newer code writes the columns; the other Region only carries them.
  await first.sql.unsafe(
    `update sign_outs set ${column}_reason = 'admin' where origin_region = '${first.region}'`,
  )
  if (first.region === WEST) await first.sql.unsafe(`update users set ${column}_sealed = '\\x01'`)
  await assertStreaming()
  await writeBoth()
  await assertStreaming()
  await second.sql.unsafe(migration(column))
  await writeBoth()
  await assertEqualSides(pair.west, pair.east, POOL)
  const [row] = await second.sql.unsafe<{ rows: number }[]>(
    `select count(*)::int as rows from sign_outs
      where ${column}_reason = 'admin' and origin_region = '${first.region}'`,
  )
  assert.ok((row?.rows ?? 0) > 0, 'what the newer Region wrote was carried')
  for (const side of [pair.west, pair.east]) await assertNoConflicts(side)
}

test('PostgreSQL leaves no column out of a publication of whole old rows', async () => {
  const { west } = pair
  await west.sql.unsafe(`create table whole (id int primary key, extra int);
    alter table whole replica identity full;
    insert into whole values (1, 1);
    create publication without_extra for table whole (id)`)
  await assert.rejects(west.sql`update whole set extra = 2`, /cannot update table "whole"/)
  await west.sql.unsafe('drop publication without_extra; drop table whole')
})

test('columns that the primary has first', () => migrateBoth(pair.west, pair.east, 'one'))

test('columns that the secondary has first', () => migrateBoth(pair.east, pair.west, 'two'))

test('a table that the secondary does not have is left out until it has', async () => {
  const { west, east } = pair
  await east.sql`alter table group_memberships rename to of_tomorrow`
  const published = () => west.sql`
    select from pg_publication_tables
     where pubname = 'to_us_east_1' and tablename = 'group_memberships'`
  await waitFor(async () => (await published()).length === 0, { what: 'the table to be left out' })
  await west.sql`
    insert into groups (user_pool_id, group_name, created_at, modified_at)
    values (${POOL}, 'group', now(), now())`
  await west.sql`
    insert into group_memberships (user_pool_id, group_name, sub, created_at)
    select user_pool_id, 'group', sub, now() from users where user_pool_id = ${POOL}`
  await writeBoth()
  await assertStreaming()
  await east.sql`alter table of_tomorrow rename to group_memberships`
  await assertEqualSides(west, east, POOL)
  const members = await east.sql`
    select from group_memberships where user_pool_id = ${POOL}`
  assert.ok(members.length >= 50)
  await assertNoConflicts(east)
})
