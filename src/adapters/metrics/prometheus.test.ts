import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { METRIC_LABELS } from '#ports/metric-definitions.js'
import { reading } from '#ports/metrics.js'
import { PrometheusMetrics } from './prometheus.js'

const open = () => new PrometheusMetrics({ of: 'node', clock: systemClock })

const linesOf = async (metrics: PrometheusMetrics, name: string) =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`))

describe('PrometheusMetrics', () => {
  it('counts and measures by labels, and shows nothing of what was not counted', async () => {
    const metrics = open()
    assert.doesNotMatch(await metrics.text(), /twinpool_tokens_total/)
    metrics.count('twinpool_tokens_total', { grant: 'refresh' })
    metrics.count('twinpool_tokens_total', { grant: 'refresh' }, 2)
    metrics.observe('twinpool_kms_call_duration_seconds', { call: 'unwrap' }, 0.02)
    metrics.observe('twinpool_kms_call_duration_seconds', { call: 'unwrap' }, -1)
    assert.deepEqual(await linesOf(metrics, 'twinpool_tokens_total'), [
      'twinpool_tokens_total{grant="refresh"} 3',
    ])
    assert.deepEqual(await linesOf(metrics, 'twinpool_kms_call_duration_seconds_sum'), [
      'twinpool_kms_call_duration_seconds_sum{call="unwrap"} 0.02',
    ])
  })

  it('has no more values of a label than its bound, and one for all others', async () => {
    const metrics = open()
    const { max } = METRIC_LABELS.function
    for (let at = 0; at < max + 50; at += 1) {
      metrics.count('twinpool_trigger_retries_total', { function: `arn:${at}` })
    }
    const lines = await linesOf(metrics, 'twinpool_trigger_retries_total')
    assert.equal(lines.length, max + 1)
    assert.ok(lines.includes('twinpool_trigger_retries_total{function="other"} 50'))
    assert.ok(lines.includes('twinpool_trigger_retries_total{function="arn:0"} 1'))
  })

  it('takes no label that is too long', async () => {
    const metrics = open()
    metrics.count('twinpool_trigger_retries_total', { function: 'x'.repeat(257) })
    const lines = await linesOf(metrics, 'twinpool_trigger_retries_total')
    assert.deepEqual(lines, ['twinpool_trigger_retries_total{function="other"} 1'])
  })

  it('escapes what a label holds', async () => {
    const metrics = open()
    metrics.count('twinpool_trigger_retries_total', { function: 'a"b\\c\nd' })
    const lines = await linesOf(metrics, 'twinpool_trigger_retries_total')
    assert.deepEqual(lines, ['twinpool_trigger_retries_total{function="a\\"b\\\\c\\nd"} 1'])
  })

  it('adds up what is read for values beyond the bound', async () => {
    const metrics = open()
    const { max } = METRIC_LABELS.function
    const all = Array.from({ length: max + 5 }, (_, at) =>
      reading('twinpool_trigger_calls_running', { function: `arn:${at}` }, 2),
    )
    metrics.addSource({ name: 'functions', isShared: false, read: () => all })
    const lines = await linesOf(metrics, 'twinpool_trigger_calls_running')
    assert.equal(lines.length, max + 1)
    assert.ok(lines.includes('twinpool_trigger_calls_running{function="other"} 10'))
  })

  it('goes without what cannot be read, or not in time, and says so', async () => {
    const metrics = open()
    let reads = 0
    const never = new Promise<never>(() => undefined)
    const slow = () => {
      reads += 1
      return never
    }
    metrics.addSource({ name: 'keys', isShared: false, read: slow })
    metrics.addSource({
      name: 'database',
      isShared: false,
      read: () => Promise.reject(new Error()),
    })
    metrics.addSource({
      name: 'process',
      isShared: false,
      read: () => [reading('twinpool_leader', {}, 1)],
    })
    const texts = await Promise.all([metrics.text(), metrics.text()])
    for (const text of texts) {
      assert.match(text, /^twinpool_source_up\{source="keys"\} 0$/m)
      assert.match(text, /^twinpool_source_up\{source="database"\} 0$/m)
      assert.match(text, /^twinpool_source_up\{source="process"\} 1$/m)
      assert.match(text, /^twinpool_leader 1$/m)
    }
    await metrics.text()
    assert.equal(reads, 1, 'a read that hangs is not begun again')
  })

  it('forgets what is no longer read', async () => {
    const metrics = open()
    let readings = [reading('twinpool_leader', {}, 1), reading('twinpool_key_leases', {}, 3)]
    metrics.addSource({ name: 'process', isShared: false, read: () => readings })
    assert.match(await metrics.text(), /^twinpool_leader 1$/m)
    readings = []
    assert.doesNotMatch(await metrics.text(), /^twinpool_(?:leader|key_leases) /m)
  })
})
