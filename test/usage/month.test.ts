// A month of two Regions with a known answer, on simulated clocks over real databases and real
// replication: users who sign in here and there, again and again; a primary whose database and
// process are killed in the middle; processes that crash with a second unwritten.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { UsageRecorder } from '#app/usage/recorder.js'
import { reportOf } from '#app/usage/report.js'
import { required } from '#base/assert.js'
import { spanOfMonth } from '#domain/usage/month.js'
import { noMetrics } from '#ports/metrics.js'
import { quietLog } from '#test/support/database.js'
import { EAST, type RegionPair, type Side, startPair } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  beginReplica,
  makePool,
  waitForPhase,
} from '#test/support/replica-rows.js'
import { testSeed } from '#test/support/seed.js'
import { waitFor } from '#test/support/wait.js'

const POOL = 'us-west-2_Metered01'
const MONTH = '2026-11'
const DAY_MS = 24 * 60 * 60 * 1000
const START = Date.UTC(2026, 10)
const USERS = 300
const CALLS_A_DAY = 40
const PRICES = { essentials: 0.0045, plus: 0.006, machineToken: 0.00225, machineTokenPercent: 30 }

let pair: RegionPair

before(async () => {
  pair = await startPair()
  pair.west.lead()
  pair.east.lead()
  await makePool(pair.west, POOL)
  await addUsers(pair.west, POOL, { from: 1, count: 1 })
  await beginReplica(pair.west, POOL, EAST)
  await waitForPhase(pair.east, { poolId: POOL, region: EAST, phase: 'READY' })
})

after(() => pair.close())

/** A process of a Region on a clock of its own, which waits for no time. */
function startProcess(side: Side) {
  const clock = { nowMs: START }
  const recorder = new UsageRecorder({
    rows: side.storage.repositories.usageRows,
    clock: { nowMs: () => clock.nowMs, wait: (_, signal) => systemClock.wait(1, signal) },
    random: systemRandom,
    log: quietLog,
    metrics: noMetrics,
  })
  return { clock, recorder }
}

/** One that is killed before it writes: what it was told is lost. */
function startDoomed(side: Side) {
  const never = new Promise<boolean>(() => undefined)
  return new UsageRecorder({
    rows: side.storage.repositories.usageRows,
    clock: { nowMs: () => START, wait: () => never },
    random: systemRandom,
    log: quietLog,
    metrics: noMetrics,
  })
}

const sub = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** Numbers in [0, 1) that a seed decides. */
function chances(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** What should come out. */
interface Model {
  readonly tiers: Map<number, 'ESSENTIALS' | 'PLUS'>
  tokens: number
}

async function figuresOf(side: Side) {
  const { usageRows } = side.storage.repositories
  const [usage] = await usageRows.ofMonth(MONTH, [POOL])
  return reportOf(required(usage, 'usage'), required(spanOfMonth(MONTH), 'month'), PRICES)
}

/** Days of both Regions, or of one while the other is away. */
async function live(
  days: { readonly from: number; readonly to: number; readonly sides: readonly Side[] },
  chance: () => number,
  model: Model,
): Promise<void> {
  const processes = days.sides.map(startProcess)
  for (let day = days.from; day <= days.to; day += 1) {
    const tier = day > 20 ? 'PLUS' : 'ESSENTIALS'
    for (let call = 0; call < CALLS_A_DAY; call += 1) {
      const { clock, recorder } = required(
        processes[Math.floor(chance() * processes.length)],
        'process',
      )
      clock.nowMs = START + (day - 1) * DAY_MS + Math.floor(chance() * DAY_MS)
      const user = Math.floor(chance() * USERS)
      recorder.active({ id: POOL, tier }, sub(user))
      recorder.machineToken(POOL, chance() < 0.5 ? 'one' : 'two')
      if (model.tiers.get(user) !== 'PLUS') model.tiers.set(user, tier)
      model.tokens += 1
    }
  }
  for (const { recorder } of processes) await recorder.close()
}

test('a month over two Regions, with a failover in the middle, has the known answer', async () => {
  const chance = chances(testSeed())
  const model: Model = { tiers: new Map(), tokens: 0 }
  const { west, east } = pair
  await live({ from: 1, to: 14, sides: [west, east] }, chance, model)

  // The primary goes, with a process that has a second unwritten, and the east serves alone.
  const doomed = startDoomed(west)
  doomed.active({ id: POOL, tier: 'PLUS' }, sub(USERS + 1))
  doomed.machineToken(POOL, 'one')
  await west.rest()
  west.wire.cut()
  await west.cluster.kill()
  await live({ from: 15, to: 22, sides: [east] }, chance, model)
  const alone = await figuresOf(east)
  assert.ok(alone.monthlyActiveUsers <= model.tiers.size)

  await west.cluster.start()
  west.wire.heal()
  west.lead()
  await live({ from: 23, to: 30, sides: [west, east] }, chance, model)

  const counted = (tier: string) => [...model.tiers.values()].filter((one) => one === tier).length
  const expected = { LITE: 0, ESSENTIALS: counted('ESSENTIALS'), PLUS: counted('PLUS') }
  for (const side of [west, east]) {
    await waitFor(async () => (await tokensOf(side)) === model.tokens, {
      what: `all tokens of both Regions in ${side.region}`,
    })
    const figures = await figuresOf(side)
    assert.equal(figures.monthlyActiveUsers, model.tiers.size, side.region)
    assert.deepEqual(figures.activeUsers, expected, side.region)
  }
  await assertEqualSides(west, east, POOL)
})

async function tokensOf(side: Side): Promise<number> {
  const { machineClients } = await figuresOf(side)
  return machineClients.reduce((sum, { tokens }) => sum + tokens, 0)
}

test('what is written twice, in either Region, counts once', async () => {
  const { west, east } = pair
  const rows = {
    west: west.storage.repositories.usageRows,
    east: east.storage.repositories.usageRows,
  }
  const before = await figuresOf(west)
  const recorderId = systemRandom.uuid()
  const user = { poolId: POOL, sub: sub(USERS + 2), month: MONTH, tier: 'PLUS' } as const
  const count = { poolId: POOL, clientId: 'one', month: MONTH, tokens: 5 }
  for (const side of [rows.west, rows.west, rows.east]) {
    await side.addActiveUsers([user])
    await side.addActiveUsers([{ ...user, tier: 'ESSENTIALS' }])
    await side.raiseTokenCounts(recorderId, [count])
    await side.raiseTokenCounts(recorderId, [{ ...count, tokens: 3 }])
  }
  for (const side of [west, east]) {
    await waitFor(
      async () => {
        const now = await figuresOf(side)
        return (
          now.monthlyActiveUsers === before.monthlyActiveUsers + 1 &&
          now.activeUsers.PLUS === before.activeUsers.PLUS + 1
        )
      },
      { what: `the user in ${side.region}` },
    )
    const tokens = await tokensOf(side)
    const earlier = before.machineClients.reduce((sum, one) => sum + one.tokens, 0)
    assert.equal(tokens, earlier + 5)
  }
})

test('a replica counts from its creation on, clipped to the month', async () => {
  const { usageRows } = pair.west.storage.repositories
  const byHand = (since: number) => pair.west.sql`
    update user_pool_replicas set created_at = ${new Date(since)} where user_pool_id = ${POOL}`
  await byHand(START - 5 * DAY_MS)
  await usageRows.extendReplicaPeriods(START + 6 * DAY_MS)
  await usageRows.extendReplicaPeriods(START + 3 * DAY_MS)
  const half = await figuresOf(pair.west)
  assert.deepEqual(half.replicas, [{ region: EAST, hours: 144, months: 0.2 }])
  // A replica that is made again has a life of its own.
  await byHand(START + 10 * DAY_MS)
  await usageRows.extendReplicaPeriods(START + 40 * DAY_MS)
  const whole = await figuresOf(pair.west)
  assert.deepEqual(whole.replicas, [{ region: EAST, hours: 624, months: 0.866667 }])
  const [users] = whole.charges
  assert.equal(users?.item, 'ESSENTIALS_ACTIVE_USERS')
  assert.ok(whole.total > 0)
  // The Region that does not own the pool notes nothing of its replicas.
  await pair.east.storage.repositories.usageRows.extendReplicaPeriods(START)
  const own = await pair.east.sql`select from replica_periods where origin_region = ${EAST}`
  assert.equal(own.length, 0)
})
