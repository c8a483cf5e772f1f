// What a leader notices without waiting for its timers, which are set to half a minute here; and
// what greeting a Region says of its clock.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { peersReconciler } from '#app/replication/reconcilers/peers.js'
import type { Logger } from '#base/log.js'
import type { Replication } from '#ports/replication.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import { dropSlotOf, waitUntilFinished } from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const INTERVAL_MS = 30_000
// A tenth of the interval, for a machine that does much else at the same time.
const SOON_MS = 3000
/** So soon after the loss of a slot the rebuild begins, whenever the loss is. */
const REBUILD_BEGINS_MS = 1000
/** A loss within this time of the leader's last look has nearly the whole of its wait to come. */
const WORST_MOMENT_MS = 100
const LOSSES_MAX = 8

let pair: RegionPair

before(async () => {
  pair = await startPair({ reconcileMs: INTERVAL_MS })
  for (const side of [pair.west, pair.east]) side.lead()
  await waitUntilFinished(pair.west, EAST)
  await waitUntilFinished(pair.east, WEST)
})

after(() => pair?.close())

// The moments are those of the two databases, which share a clock here: when the slot went, and
// when the row of the peer first said that its copy is to be made anew. Each slot is dropped right
// after the leader has looked, so that all losses wait as long as any loss can; therefore one that
// is in time is enough, and what a machine that does much else adds to the others proves nothing.
test('the rebuild of a lost slot begins within a second, at the worst moment', async () => {
  const looks = watchLooks(pair.east.replication)
  await recordBeginnings(pair.east)
  const [before] = await pair.east.replication.peers()
  const seen: string[] = []
  let isInTime = false
  for (let loss = 1; loss <= LOSSES_MAX && !isInTime; loss += 1) {
    await looks.nextWhileRunning()
    const lostAtMs = await dropSlotOf(pair.west, EAST)
    const begunAtMs = await waitFor(() => beginningAfter(pair.east, lostAtMs), {
      what: 'the rebuild',
      timeoutMs: INTERVAL_MS,
    })
    const sinceLookMs = lostAtMs - looks.lastBefore(lostAtMs)
    const tookMs = begunAtMs - lostAtMs
    isInTime = sinceLookMs <= WORST_MOMENT_MS && tookMs <= REBUILD_BEGINS_MS
    seen.push(`${sinceLookMs} ms after a look: begun after ${tookMs} ms`)
    await waitUntilFinished(pair.east, WEST)
    const [peer] = await pair.east.replication.peers()
    assert.equal(peer?.rebuilds, (before?.rebuilds ?? 0) + loss)
    assert.equal(peer?.rebuildReason, 'the slot is gone')
  }
  assert.ok(isInTime, seen.join('; '))
})

/** Notes when the leader begins to look at its streams. */
function watchLooks(replication: Replication) {
  const beganAtMs: number[] = []
  let tell: (() => void) | undefined
  const look = replication.streams
  replication.streams = async () => {
    beganAtMs.push(Date.now())
    const streams = await look()
    if (streams[0]?.isRunning === true) tell?.()
    return streams
  }
  return {
    /** The end of the next look that finds the stream running. */
    nextWhileRunning: () => new Promise<void>((resolve) => (tell = resolve)),
    lastBefore: (ms: number) => Math.max(...beganAtMs.filter((each) => each <= ms)),
  }
}

/** Has the side's database note when a copy begins to be made anew. */
async function recordBeginnings({ sql }: Side): Promise<void> {
  await sql.unsafe(`
    create table rebuild_beginnings (at timestamptz not null);
    create function note_rebuild() returns trigger language plpgsql as $$
      begin
        insert into rebuild_beginnings values (clock_timestamp());
        return null;
      end $$;
    create trigger note_rebuild after update on peers for each row
      when (old.copy_id is not null and new.copy_id is null) execute function note_rebuild()`)
}

async function beginningAfter({ sql }: Side, ms: number): Promise<number | undefined> {
  const [row] = await sql<{ at: Date | null }[]>`
    select min(at) as at from rebuild_beginnings where at >= ${new Date(ms)}`
  return row?.at?.getTime()
}

test('clocks that are apart are logged and shown', async () => {
  const lines: (readonly [string, unknown])[] = []
  const keep = (message: string, fields?: unknown) => void lines.push([message, fields])
  const log: Logger = { debug: keep, info: keep, warn: keep, error: keep }
  let offsetMs = 0
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + offsetMs }
  const greeting = peersReconciler({
    replication: pair.west.replication,
    link: pair.link.of(WEST),
    clock,
    log,
    intervalMs: INTERVAL_MS,
    onNeedsReseed: () => undefined,
  })
  const skew = async () => {
    await greeting.run(AbortSignal.timeout(SOON_MS))
    return (await pair.west.replication.peers())[0]?.clockSkewMs ?? Number.NaN
  }
  assert.ok(Math.abs(await skew()) < 1000)
  assert.equal(lines.length, 0)
  offsetMs = -30_000
  for (let round = 0; round < 2; round += 1) {
    assert.ok(Math.abs((await skew()) - 30_000) < 1000, 'the other one is ahead')
  }
  assert.deepEqual(
    lines.map(([message]) => message),
    ['the clock of a Region and our own are apart'],
    'said once',
  )
  offsetMs = 0
  await skew()
  assert.equal(lines.at(-1)?.[0], 'clocks agree again')
  assert.ok((await pair.west.replication.lag()).every((lag) => lag.clockSkewMs !== undefined))
})
