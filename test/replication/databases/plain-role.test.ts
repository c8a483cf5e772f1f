// Two Regions whose role in the database is no superuser: it has the rights that the documentation
// grants it, and each of them is needed.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import postgres, { type Sql } from 'postgres'
import { openReplication, openReplicationSql } from '#adapters/postgres/replication/replication.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { required } from '#base/assert.js'
import type { Replication } from '#ports/replication.js'
import type { TestCluster } from '#test/support/cluster.js'
import {
  EAST,
  type RegionPair,
  type Side,
  startPair,
  urlOf,
  WEST,
} from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  beginReplica,
  makePool,
  waitForPhase,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const ACCOUNT = { user: 'twinpool', password: 'PASSWORD', database: 'twinpool' }
const POOL = 'us-west-2_PlainRole1'
const SUBSCRIPTION = 'from_us_west_2'
const NOT_ALLOWED = '42501'
const PASSWORD_REQUIRED = '2F003'

let pair: RegionPair

/** The statements that the documentation has for a superuser. */
function documentedSql(): readonly string[] {
  const text = readFileSync('docs/configuration.md', 'utf8')
  const section = required(text.split('#### The database role')[1], 'section')
  const block = required(/```sql\n(.*?)```/s.exec(section)?.[1], 'SQL')
  return block.split(';').filter((statement) => statement.trim() !== '')
}

async function asSuperuser<T>(cluster: TestCluster, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(cluster.urlOf('postgres'), { max: 1, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Makes the server ask the role for its password, or trust it. */
async function setMethod(cluster: TestCluster, method: 'scram-sha-256' | 'trust'): Promise<void> {
  await asSuperuser(cluster, async (sql) => {
    const [row] = await sql<{ hba_file: string }[]>`show hba_file`
    const file = required(row, 'hba_file').hba_file
    const others = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !line.includes(` ${ACCOUNT.user} `))
    const own = `host all ${ACCOUNT.user} 127.0.0.1/32 ${method}`
    writeFileSync(file, [own, ...others].join('\n'))
    await sql`select pg_reload_conf()`
  })
}

before(async () => {
  pair = await startPair({
    account: ACCOUNT,
    async prepare(cluster) {
      await asSuperuser(cluster, async (sql) => {
        for (const statement of documentedSql()) await sql.unsafe(statement)
      })
      await setMethod(cluster, 'scram-sha-256')
    },
  })
  for (const side of [pair.west, pair.east]) await side.replication.publish()
})

after(() => pair?.close())

const review = (replication: Replication) =>
  replication.reconcileSubscription(WEST, new AbortController().signal)

/** The east's replication with another address of the west's database. */
async function withAddress<T>(
  databaseUrl: string,
  work: (replication: Replication) => Promise<T>,
): Promise<T> {
  const url = urlOf({ account: ACCOUNT }, pair.east.cluster.port)
  const working = openReplicationSql({ url, region: EAST, clock: systemClock })
  const regions = [
    { name: WEST, databaseUrl },
    { name: EAST, databaseUrl: url },
  ]
  const common = { clock: systemClock, random: systemRandom }
  try {
    return await work(openReplication({ sql: working.sql, url, region: EAST, regions, ...common }))
  } finally {
    await working.close()
  }
}

const westUrl = (parameters = '') =>
  `${urlOf({ account: ACCOUNT }, pair.west.wire.port)}${parameters}`

/** While the statement is in force, the east cannot make its copy. */
async function assertNeeded(side: Side, take: string, give: string, code: string): Promise<void> {
  await asSuperuser(side.cluster, (sql) => sql.unsafe(take))
  await assert.rejects(review(pair.east.replication), { code }, take)
  await asSuperuser(side.cluster, (sql) => sql.unsafe(give))
}

test('the documented role is no superuser and has no more than it needs', async () => {
  for (const { cluster } of [pair.west, pair.east]) {
    await asSuperuser(cluster, async (sql) => {
      const [role] = await sql<{ rolsuper: boolean; of: readonly string[] }[]>`
        select rolsuper, array(select roleid::regrole::text from pg_auth_members
          where member = r.oid) as of from pg_roles r where rolname = ${ACCOUNT.user}`
      assert.deepEqual(role, { rolsuper: false, of: ['pg_create_subscription'] })
    })
  }
  // What only superusers may read is out of its reach, and is not needed.
  await assert.rejects(pair.east.sql`select subconninfo from pg_subscription`, {
    code: NOT_ALLOWED,
  })
})

test('each right is needed', async () => {
  const { west, east } = pair
  const member = `pg_create_subscription`
  await assertNeeded(
    east,
    `revoke ${member} from twinpool`,
    `grant ${member} to twinpool`,
    NOT_ALLOWED,
  )
  await assertNeeded(
    west,
    'alter role twinpool noreplication',
    'alter role twinpool replication',
    NOT_ALLOWED,
  )
})

test('the password must be in the address, and must be asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-passfile-'))
  try {
    const passfile = join(folder, 'passfile')
    writeFileSync(passfile, `*:*:*:*:${ACCOUNT.password}\n`, { mode: 0o600 })
    const address = `${westUrl(`?passfile=${passfile}`).replace(`:${ACCOUNT.password}@`, '@')}`
    await assert.rejects(withAddress(address, review), { code: PASSWORD_REQUIRED })
  } finally {
    rmSync(folder, { recursive: true })
  }
  await setMethod(pair.west.cluster, 'trust')
  await assert.rejects(withAddress(westUrl(), review), { code: PASSWORD_REQUIRED })
  await setMethod(pair.west.cluster, 'scram-sha-256')
})

test('a replica is made, kept and made anew by it', async () => {
  const { west, east } = pair
  await makePool(west, POOL)
  await addUsers(west, POOL, { from: 1, count: 500 })
  // The one right that it can do without; the rest of the test has it again.
  const parameter = 'set on parameter session_replication_role'
  await asSuperuser(west.cluster, (sql) => sql.unsafe(`revoke ${parameter} from twinpool`))
  west.lead()
  east.lead()
  await beginReplica(west, POOL, EAST)
  await waitForPhase(west, { poolId: POOL, region: EAST, phase: 'READY' })
  await addUsers(west, POOL, { from: 501, count: 10 })
  await assertEqualSides(west, east, POOL)
  await assertNoConflicts(east)
  await waitFor(async () => (await west.replication.slot(EAST)).isActive, { what: 'the stream' })
  await asSuperuser(west.cluster, (sql) => sql.unsafe(`grant ${parameter} to twinpool`))
  await east.rest()
  // A lost subscription: the old slot may still be read from, and is taken over.
  await east.sql.unsafe(`alter subscription ${SUBSCRIPTION} disable`)
  await east.sql.unsafe(`alter subscription ${SUBSCRIPTION} set (slot_name = none)`)
  await east.sql.unsafe(`drop subscription ${SUBSCRIPTION}`)
  assert.equal((await review(east.replication)).state, 'recreated')
  east.lead()
  await addUsers(west, POOL, { from: 511, count: 10 })
  await assertEqualSides(west, east, POOL)
  await west.rest()
  await east.rest()
})

/** Of the subscription's row: its connection string, and which change of it this is. */
async function subscription(): Promise<{ readonly conninfo: string; readonly version: string }> {
  return asSuperuser(pair.east.cluster, async (sql) => {
    const [row] = await sql<{ conninfo: string; version: string }[]>`
      select subconninfo as conninfo, xmin::text as version from pg_subscription
       where subname = ${SUBSCRIPTION}`
    return required(row, 'subscription')
  })
}

test('a changed address is given to the subscription once, an equal one never', async () => {
  const { replication } = pair.east
  await review(replication)
  const first = await subscription()
  await review(replication)
  assert.deepEqual(await subscription(), first)
  const other = westUrl('?keepalives_idle=7')
  await withAddress(other, review)
  const second = await subscription()
  assert.match(second.conninfo, /keepalives_idle=7/)
  await withAddress(other, review)
  assert.deepEqual(await subscription(), second)
  const [peer] = await pair.east.sql<{ hash: string }[]>`
    select conninfo_hash as hash from peers where region = ${WEST}`
  assert.match(required(peer, 'peer').hash, /^[0-9a-f]{64}$/)
  // As after an update from a version that kept no hash.
  await pair.east.sql`update peers set conninfo_hash = null`
  await review(replication)
  assert.deepEqual((await subscription()).conninfo, first.conninfo)
})

test('what is left of a Region that is not configured any more goes by it, too', async () => {
  const { west, east } = pair
  assert.equal((await west.replication.slot(EAST)).exists, true)
  await west.reconfigure([WEST])
  await west.replication.decommission(EAST, new AbortController().signal)
  assert.equal((await west.replication.slot(EAST)).exists, false)
  assert.deepEqual(await west.replication.decommissionedPeers(), [])
  // Our slot in the other database went with the subscription.
  assert.equal((await east.replication.slot(WEST)).exists, false)
})
