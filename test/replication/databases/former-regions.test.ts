// A Region that is taken out of the configuration: what was kept for it goes, unless a pool is
// shared with it.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { LogFields } from '#base/log.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  beginReplica,
  makePool,
  waitForPhase,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const NO_SIGNAL = new AbortController().signal

let pair: RegionPair
let logs: { message: string; fields: LogFields }[] = []

before(async () => {
  const write = (message: string, fields: LogFields = {}) => void logs.push({ message, fields })
  pair = await startPair({ log: { debug() {}, info: write, warn: write, error: write } })
  // Of another program, in the same database.
  await pair.west.sql`select pg_create_logical_replication_slot('warehouse', 'pgoutput')`
  await pair.west.sql`create publication warehouse`
  pair.west.lead()
  pair.east.lead()
})
beforeEach(() => {
  logs = []
})
after(() => pair.close())

/** What a side's database keeps for another Region. */
async function tiesTo(side: Side, region: string): Promise<readonly string[]> {
  const name = region.replaceAll('-', '_')
  const rows = await side.sql<{ tie: string }[]>`
    select 'slot' as tie from pg_replication_slots where slot_name = ${`twinpool_${name}`}
    union all select 'publication' from pg_publication where pubname = ${`to_${name}`}
    union all select 'subscription' from pg_subscription where subname = ${`from_${name}`}
    union all select 'peer' from peers where region = ${region}
    order by tie`
  return rows.map(({ tie }) => tie)
}

const ALL = ['peer', 'publication', 'slot', 'subscription']
const line = (pattern: RegExp, region: string) =>
  logs.find(({ message, fields }) => pattern.test(message) && fields['peer'] === region)

const hasAll = (side: Side, region: string) =>
  waitFor(async () => (await tiesTo(side, region)).length === ALL.length, {
    what: `${side.region} to be tied to ${region}`,
    timeoutMs: 60_000,
  })

const isFree = (side: Side, region: string) =>
  waitFor(async () => (await tiesTo(side, region)).length === 0, {
    what: `${side.region} to have let go of ${region}`,
    timeoutMs: 60_000,
  })

test('without a pool there, slot, publication and subscription go, at both ends', async () => {
  await Promise.all([hasAll(pair.west, EAST), hasAll(pair.east, WEST)])
  await pair.west.reconfigure([WEST])
  pair.west.lead()
  await isFree(pair.west, EAST)
  await waitFor(() => line(/^let go of a Region/, EAST), { what: 'the line in the log' })
  assert.equal((await pair.west.replication.peers()).length, 0)
  // The other end's slot was ours, and went with the subscription.
  await waitFor(async () => !(await tiesTo(pair.east, WEST)).includes('slot'), {
    what: 'our slot in the other database to go',
  })
  // It still runs and knows us, and does not come back uninvited.
  const review = await pair.east.replication.reconcileSubscription(WEST, NO_SIGNAL)
  assert.deepEqual(review, { state: 'waiting', reason: 'the peer has no publication yet' })
  assert.deepEqual(await tiesTo(pair.west, EAST), [])
  assert.equal(line(/cannot be reviewed/, EAST), undefined)
  const others = await pair.west.sql`
    select slot_name from pg_replication_slots
     union all select pubname from pg_publication`
  assert.deepEqual(
    others.map((row) => row['slot_name']),
    ['warehouse', 'warehouse'],
  )
})

test('a Region that is configured again starts over, and gets all rows', async () => {
  await pair.west.reconfigure([WEST, EAST])
  pair.west.lead()
  await Promise.all([hasAll(pair.west, EAST), hasAll(pair.east, WEST)])
  const poolId = 'us-west-2_Former001'
  await makePool(pair.west, poolId)
  await addUsers(pair.west, poolId, { from: 1, count: 50 })
  await beginReplica(pair.west, poolId, EAST)
  await waitForPhase(pair.west, { poolId, region: EAST, phase: 'READY' })
  await waitForPhase(pair.east, { poolId, region: EAST, phase: 'READY' })
  await assertEqualSides(pair.west, pair.east, poolId)
})

test('with a pool there, everything stays, and the log has a warning', async () => {
  await pair.west.reconfigure([WEST])
  await pair.east.reconfigure([EAST])
  pair.west.lead()
  pair.east.lead()
  for (const [side, region] of [
    [pair.west, EAST],
    [pair.east, WEST],
  ] as const) {
    const warning = await waitFor(() => line(/not configured any more, and pools/, region), {
      what: 'the warning',
    })
    assert.deepEqual(warning.fields['pools'], ['us-west-2_Former001'])
    assert.match(String(warning.fields['remedy']), /^put it back into the setting regions, or/)
    assert.equal(typeof warning.fields['pendingBytes'], 'number')
    assert.deepEqual(await tiesTo(side, region), ALL)
  }
  // Rows go on streaming between the databases, and nothing is said twice.
  await addUsers(pair.west, 'us-west-2_Former001', { from: 51, count: 50 })
  await waitFor(
    async () => {
      await assertEqualSides(pair.west, pair.east, 'us-west-2_Former001')
      return true
    },
    { what: 'the new rows to arrive' },
  )
  const warnings = logs.filter(({ message }) => /and pools are still shared/.test(message))
  assert.equal(warnings.length, 2)
})

test('a replica that is still being made or removed counts as one', async () => {
  await pair.west.rest()
  await pair.west.sql.begin(async (tx) => {
    await tx`set local twinpool.maintenance = 'on'`
    await tx`update user_pools set replica_regions = ${[WEST]}`
  })
  const [former] = await pair.west.replication.decommissionedPeers()
  assert.deepEqual(former?.pools, ['us-west-2_Former001'])
})

test('one that does not respond any more is let go of, too', async () => {
  await pair.east.rest()
  pair.east.wire.cut()
  await pair.west.sql`delete from user_pool_replicas`
  await pair.west.sql`delete from user_pools`
  pair.west.lead()
  await isFree(pair.west, EAST)
  // Even a slot whose Region is not remembered.
  await pair.west.sql`
    select pg_create_logical_replication_slot('twinpool_us_east_1', 'pgoutput')`
  await isFree(pair.west, EAST)
  pair.east.wire.heal()
})
