import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { reading } from '#ports/metrics.js'
import { PrometheusMetrics } from './prometheus.js'
import { AddedSnapshots, type Snapshot, textOfSnapshot } from './snapshot.js'

/** A worker whose snapshots cross a channel, as those of a process do. */
function openWorker(running: number) {
  const metrics = new PrometheusMetrics({ of: 'node', clock: systemClock })
  metrics.addSource({
    name: 'listeners',
    isShared: false,
    read: () => [
      reading('twinpool_requests_running', { listener: 'endpoint' }, running),
      reading('twinpool_leader', {}, running > 1 ? 1 : 0),
      reading('twinpool_unhandled_errors_total', { kind: 'harmless' }, 4),
    ],
  })
  return {
    sign: (times: number) => metrics.count('twinpool_tokens_total', { grant: 'refresh' }, times),
    async snapshot() {
      return JSON.parse(JSON.stringify(await metrics.snapshot({ isShared: false }))) as Snapshot
    },
  }
}

describe('AddedSnapshots', () => {
  it('adds up what workers count, and takes the largest of what is one for all', async () => {
    const [one, two] = [openWorker(1), openWorker(2)]
    one.sign(3)
    two.sign(4)
    const added = new AddedSnapshots()
    added.put(1, await one.snapshot())
    added.put(2, await two.snapshot())
    const text = await textOfSnapshot(added.sum(new Set([1, 2])))
    assert.match(text, /^twinpool_tokens_total\{grant="refresh"\} 7$/m)
    assert.match(text, /^twinpool_requests_running\{listener="endpoint"\} 3$/m)
    assert.match(text, /^twinpool_leader 1$/m)
    assert.match(text, /^# TYPE twinpool_tokens_total counter$/m)
  })

  it('never lets a counter fall: not when a worker is silent, and not when it ends', async () => {
    const [one, two] = [openWorker(1), openWorker(2)]
    one.sign(3)
    two.sign(4)
    const added = new AddedSnapshots()
    added.put(1, await one.snapshot())
    added.put(2, await two.snapshot())
    const silent = await textOfSnapshot(added.sum(new Set([2])))
    assert.match(silent, /^twinpool_tokens_total\{grant="refresh"\} 7$/m)
    assert.match(silent, /^twinpool_requests_running\{listener="endpoint"\} 2$/m)

    added.keep(new Set([2]))
    const ended = await textOfSnapshot(added.sum(new Set([2])))
    assert.match(ended, /^twinpool_tokens_total\{grant="refresh"\} 7$/m)

    const third = openWorker(1)
    third.sign(10)
    added.put(3, await third.snapshot())
    added.keep(new Set([3]))
    const replaced = await textOfSnapshot(added.sum(new Set([3])))
    assert.match(replaced, /^twinpool_tokens_total\{grant="refresh"\} 17$/m)
    assert.match(replaced, /^twinpool_requests_running\{listener="endpoint"\} 1$/m)
  })

  it('adds up histograms by bucket, those of ended workers too', async () => {
    const observe = async (seconds: number) => {
      const metrics = new PrometheusMetrics({ of: 'node', clock: systemClock })
      metrics.observe('twinpool_kms_call_duration_seconds', { call: 'wrap' }, seconds)
      return metrics.snapshot({ isShared: false })
    }
    const added = new AddedSnapshots()
    added.put(1, await observe(0.02))
    added.keep(new Set())
    added.put(2, await observe(0.2))
    const text = await textOfSnapshot(added.sum(new Set([2])))
    assert.match(text, /_bucket\{le="0.025",call="wrap"\} 1$/m)
    assert.match(text, /_bucket\{le="0.25",call="wrap"\} 2$/m)
    assert.match(text, /_count\{call="wrap"\} 2$/m)
  })
})
