// A pool that was kept when its primary Region lost its database, and is created again by its ID:
// refused before anything is sent, so that no stream stops.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { required } from '#base/assert.js'
import { EAST, type RegionPair, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  assertNoConflicts,
  beginReplica,
  countUsers,
  makePool,
  phaseOf,
  waitForPhase,
  waitUntilFinished,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const KEPT = 'us-west-2_KeptPool1'
const OTHER = 'us-west-2_OtherPool'
const RUNBOOK = new URL('../../../../docs/runbooks/region-loss.md', import.meta.url)

let pair: RegionPair

before(async () => {
  pair = await startPair()
  pair.west.lead()
  pair.east.lead()
})

after(() => pair.close())

async function replicate(poolId: string): Promise<void> {
  await beginReplica(pair.west, poolId, EAST)
  await waitForPhase(pair.east, { poolId, region: EAST, phase: 'READY' })
}

/** Waits for the end of the latest creation of a replica of the pool; its state and reason. */
async function outcomeOf(poolId: string) {
  return waitFor(
    async () => {
      const job = await pair.west.jobs.latest(poolId, 'replica-create', EAST)
      return job?.state === 'failed' || job?.state === 'done' ? job : undefined
    },
    { what: `the end of the creation of ${poolId}` },
  )
}

test('a kept pool that is created again is refused, and others go on', async () => {
  const { east } = pair
  await makePool(pair.west, KEPT)
  await addUsers(pair.west, KEPT, { from: 1, count: 30 })
  await replicate(KEPT)
  await east.sql`
    insert into replica_activations (user_pool_id, origin_region, region, replica_regions,
      is_active, changed_at)
    values (${KEPT}, ${EAST}, ${EAST}, '{}', true, now())`
  await pair.west.wipe()
  pair.west.lead()
  await makePool(pair.west, OTHER)
  await addUsers(pair.west, OTHER, { from: 1, count: 10 })
  await replicate(OTHER)
  assert.equal(await countUsers(east, KEPT), 30, 'the pool is kept')

  await makePool(pair.west, KEPT)
  await addUsers(pair.west, KEPT, { from: 1, count: 3 })
  await beginReplica(pair.west, KEPT, EAST)
  const refused = await outcomeOf(KEPT)
  assert.equal(refused.state, 'failed')
  assert.match(refused.reason ?? '', /rows of us-west-2_KeptPool1 are here already/)
  assert.equal(await phaseOf(pair.west, KEPT, EAST), 'none')
  assert.equal(await countUsers(east, KEPT), 30, 'nothing was sent and nothing removed')
  await addUsers(pair.west, OTHER, { from: 11, count: 5 })
  await assertEqualSides(pair.west, east, OTHER)
  await assertNoConflicts(east)
})

test('rows of the ID are enough to refuse, whatever they say of their owner', async () => {
  const { west, east } = pair
  await east.sql.begin(async (tx) => {
    await tx.unsafe('set local session_replication_role = replica')
    await tx`delete from user_pools where user_pool_id = ${KEPT}`
    await tx`update users set replica_regions = '{eu-west-1}' where user_pool_id = ${KEPT}`
  })
  await beginReplica(west, KEPT, EAST)
  assert.match((await outcomeOf(KEPT)).reason ?? '', /are here already/)
  await assertNoConflicts(east)
})

test('what the runbook says gets a kept pool out of the way', async () => {
  const { west, east } = pair
  const text = await readFile(RUNBOOK, 'utf8')
  const sql = required(
    /```sql\n(begin;\nset local twinpool\.maintenance[^`]*)```/.exec(text)?.[1],
    'the block',
  )
  assert.ok(sql.includes('us-west-2_First'))
  // As `psql` connects, which names no Region.
  const reserved = await east.sql.reserve()
  await reserved`select set_config('twinpool.region', '', false)`
  await reserved.unsafe(sql.replace('us-west-2_First', KEPT)).simple()
  await reserved`select set_config('twinpool.region', ${EAST}, false)`
  reserved.release()
  assert.equal(await countUsers(east, KEPT), 0)
  await replicate(KEPT)
  await assertEqualSides(west, east, KEPT)
  assert.equal(await countUsers(east, KEPT), 3)
  const active = await east.sql`
    select from replica_activations where user_pool_id = ${KEPT} and is_active`
  assert.equal(active.length, 0, 'it begins INACTIVE, as any replica')
  await assertNoConflicts(east)
})

test('a kept pool stays when its ID is used again before the copy is complete', async () => {
  const { west, east } = pair
  const rebuilds = async () => (await east.replication.peers())[0]?.rebuilds ?? 0
  const before = await rebuilds()
  await west.wipe()
  await makePool(west, KEPT)
  west.lead()
  await waitFor(async () => (await rebuilds()) > before, { what: 'the rebuild' })
  await waitUntilFinished(east, WEST)
  assert.equal(await countUsers(east, KEPT), 3, 'the pool is kept')
  await beginReplica(west, KEPT, EAST)
  assert.match((await outcomeOf(KEPT)).reason ?? '', /are here already/)
  assert.equal(await countUsers(east, KEPT), 3)
})
