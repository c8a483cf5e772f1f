// What a leader notices without waiting for its timers, which are set to half a minute here; and
// what greeting a Region tells of its clock.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { peersReconciler } from '#app/replication/reconcilers/peers.js'
import type { Logger } from '#base/log.js'
import { EAST, type RegionPair, startPair, WEST } from '#test/support/region-pair.js'
import { dropSlotOf, waitUntilFinished } from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const INTERVAL_MS = 30_000
// A tenth of the interval, for a machine that does much else at the same time.
const SOON_MS = 3000

let pair: RegionPair

before(async () => {
  pair = await startPair({ reconcileMs: INTERVAL_MS })
  for (const side of [pair.west, pair.east]) side.lead()
  await waitUntilFinished(pair.west, EAST)
  await waitUntilFinished(pair.east, WEST)
})

after(() => pair?.close())

test('the rebuild of a lost slot begins as soon as its stream has stopped', async () => {
  const [before] = await pair.east.replication.peers()
  await waitFor(async () => (await pair.east.replication.streams())[0]?.isRunning, {
    what: 'the stream',
  })
  // Seen by the leader, which looks several times a second, to be there.
  await systemClock.wait(1000)
  await dropSlotOf(pair.west, EAST)
  const droppedAtMs = Date.now()
  await waitFor(
    async () => {
      const [peer] = await pair.east.replication.peers()
      return peer?.rebuilds === (before?.rebuilds ?? 0) + 1
    },
    { what: 'the rebuild', timeoutMs: INTERVAL_MS },
  )
  const tookMs = Date.now() - droppedAtMs
  assert.ok(tookMs < SOON_MS, `the rebuild began after ${tookMs} ms`)
  const [peer] = await pair.east.replication.peers()
  assert.equal(peer?.rebuildReason, 'the slot is gone')
})

test('clocks that are apart are told and shown', async () => {
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
