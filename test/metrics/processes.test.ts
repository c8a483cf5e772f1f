// The metrics of real processes: two Regions with two workers each, and an edge. What one Region
// does the other does not count; the workers of a node are one page, whichever of them did the work
// and whichever has died since; and what Regions and keys do is seen.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { DisableKeyCommand } from '@aws-sdk/client-kms'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { holdPort } from '#test/support/program.js'
import {
  activateReplica,
  createPool,
  EAST,
  kmsOf,
  type ReplicatedPool,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { type Scrape, scrape, scrapeUntil } from '#test/support/scrape.js'
import { type Stack, startStack, waitUntilHealthy } from '#test/support/stack.js'
import { waitFor } from '#test/support/wait.js'

const SIGN_INS = 'twinpool_sign_ins_total'
const EDGE_REQUESTS = 'twinpool_edge_requests_total'
const WORKERS = 'twinpool_workers'

describe('the metrics of real processes', () => {
  let stack: Stack
  let endpoints: Parameters<typeof createPool>[0]
  let pool: ReplicatedPool
  before(async () => {
    stack = await startStack({ settings: { workers: 2, keys: { dataKeyTtlSeconds: 1 } } })
    await Promise.all(stack.regions.map((region) => waitUntilHealthy(region)))
    endpoints = {
      regions: { [WEST]: stack.west, [EAST]: stack.east },
      credentials: { ...ROOT_ACCESS_KEY },
    }
    pool = await createPool(endpoints, { users: 2 })
    await activateReplica(endpoints, pool.userPoolId)
  })
  after(() => stack?.close())

  const tokens = (page: Scrape) => page.sum(SIGN_INS, { method: 'password', result: 'tokens' })
  const signInAt = (region: string) => signIn(endpoints, region, pool, 'user-0')

  test('of two Regions differ: each counts the sign-ins that it serves', async () => {
    for (let at = 0; at < 3; at += 1) await signInAt(EAST)
    await signInAt(WEST)
    const [west, east] = [await scrape(stack.west.metricsUrl), await scrape(stack.east.metricsUrl)]
    assert.deepEqual([tokens(west), tokens(east)], [1, 3])
    assert.equal(west.one('twinpool_info', { region: WEST, process: 'node' }), 1)
    assert.equal(east.one('twinpool_info', { region: EAST, process: 'node' }), 1)
  })

  test('of workers are one page, whichever of them answers', async () => {
    // Workers take connections in turn, so that some requests reach each of them.
    const before = await scrape(stack.west.metricsUrl)
    assert.equal(before.one(WORKERS, { state: 'wanted' }), 2)
    assert.equal(before.one(WORKERS, { state: 'counted' }), 2)
    await Promise.all(Array.from({ length: 8 }, () => signInAt(WEST)))
    const page = await scrape(stack.west.metricsUrl)
    assert.equal(tokens(page) - tokens(before), 8)
    assert.equal(page.one('twinpool_leader'), 1)
    assert.equal(page.one('twinpool_database_up'), 1)
    assert.equal(page.one('twinpool_database_connections_max'), 20)
    assert.ok(page.sum('twinpool_database_call_duration_seconds_count') > 0)
    assert.ok(page.one('nodejs_eventloop_lag_p99_seconds') > 0)
    for (const { labels, value } of page.all('twinpool_source_up')) {
      assert.equal(value, 1, labels['source'])
    }
  })

  test('never fall when a worker dies', async () => {
    const before = tokens(await scrape(stack.west.metricsUrl))
    const parent = String(stack.west.node.pid)
    const listed = spawnSync('ps', ['-o', 'pid=', '--ppid', parent], { encoding: 'utf8' }).stdout
    const [worker] = listed.trim().split(/\s+/).map(Number)
    assert.ok(worker !== undefined && worker > 0, listed)
    process.kill(worker, 'SIGKILL')
    await scrapeUntil(
      stack.west.metricsUrl,
      (page) => {
        assert.ok(tokens(page) >= before, 'a counter fell')
        return page.one(WORKERS, { state: 'counted' }) === 1
      },
      'one worker',
    )
    const page = await scrapeUntil(
      stack.west.metricsUrl,
      (page) => page.one(WORKERS, { state: 'counted' }) === 2,
      'a worker in its place',
    )
    assert.equal(tokens(page), before)
    await signInAt(WEST)
    assert.equal(tokens(await scrape(stack.west.metricsUrl)), before + 1)
  })

  test('say how far Regions are apart', async () => {
    const isStreaming = (page: Scrape) =>
      page.all('twinpool_replication_lag_seconds').length === 2 &&
      page.all('twinpool_replication_stream_running').every(({ value }) => value === 1)
    const page = await scrapeUntil(stack.west.metricsUrl, isStreaming, 'both streams')
    const peer = { peer: EAST }
    assert.equal(page.sum('twinpool_replication_stream_running', peer), 2)
    assert.ok(page.one('twinpool_replication_recovery_point_age_seconds', peer) < 30)
    assert.ok(page.one('twinpool_replication_slot_kept_bytes', peer) < 1024 ** 3)
    assert.equal(page.one('twinpool_replication_slot_lost', peer), 0)
    assert.equal(page.one('twinpool_replication_copy_complete', peer), 1)
    assert.equal(page.one('twinpool_replication_apply_failures_total', peer), 0)
    assert.ok(page.one('twinpool_link_calls_total', { call: 'hello', result: 'ok' }) > 0)
    assert.deepEqual(page.all('twinpool_replication_lag_seconds', { peer: WEST }), [])
  })

  test('of an edge say which Region served, and which is down', async () => {
    const path = `/issuer/${WEST}/${pool.userPoolId}/.well-known/jwks.json`
    const wentDown = { region: WEST, state: 'down' }
    const ask = async (path: string) => {
      const response = await fetch(`${stack.edgeUrl}${path}`, { signal: AbortSignal.timeout(9000) })
      await response.text()
      return response.status
    }
    await ask(path)
    const before = await scrape(stack.edgeMetricsUrl)
    assert.equal(before.one(EDGE_REQUESTS, { region: WEST, reason: 'first' }), 1)
    assert.equal(before.one('twinpool_edge_region_alive', { region: WEST }), 1)
    for (let at = 0; at < 20; at += 1) assert.equal(await ask(`/made-up-${at}`), 404)

    await stack.west.node.kill()
    const isDown = (page: Scrape) => page.one('twinpool_edge_region_alive', { region: WEST }) === 0
    await scrapeUntil(stack.edgeMetricsUrl, isDown, 'the edge to see the loss')
    await ask(path)
    const page = await scrape(stack.edgeMetricsUrl)
    assert.equal(page.one(EDGE_REQUESTS, { region: EAST, reason: 'substitute' }), 1)
    assert.equal(page.one(EDGE_REQUESTS, { region: 'none', reason: 'not-found' }), 20)
    // A busy machine may have taken it for down before, for a moment.
    const losses = (of: Scrape) => of.sum('twinpool_edge_region_changes_total', wentDown)
    assert.ok(losses(page) > losses(before), 'the loss is counted')
    assert.ok(page.all(EDGE_REQUESTS).length <= 5, 'paths are no labels')
    const other = await scrapeUntil(
      stack.east.metricsUrl,
      (page) => page.sum('twinpool_link_calls_total', { peer: WEST, result: 'unreachable' }) > 0,
      'calls that do not arrive',
    )
    assert.equal(tokens(other), 3, 'the other Region counts on')
  })

  test('begin with the node again, whose port is that of nobody else', async () => {
    const port = Number(new URL(stack.west.metricsUrl).port)
    const release = await holdPort(port)
    try {
      await assert.rejects(stack.west.node.start(), /Port \d+ .*is in use.*metrics\.port/)
    } finally {
      await release()
      await stack.west.node.kill()
    }
    await stack.west.node.start()
    await waitUntilHealthy(stack.west)
    const page = await scrape(stack.west.metricsUrl)
    assert.equal(tokens(page), 0)
  })

  test('say that the key of a pool refuses', async () => {
    const kms = kmsOf(endpoints, EAST)
    await kms.send(new DisableKeyCommand({ KeyId: pool.keyArn.replace(WEST, EAST) }))
    await waitFor(
      async () => {
        const outcome = await signInAt(EAST).then(
          () => 'tokens',
          () => 'refused',
        )
        return outcome === 'refused'
      },
      { what: 'sign-ins to stop' },
    )
    const page = await scrape(stack.east.metricsUrl)
    assert.equal(page.one('twinpool_pool_keys', { state: 'disabled' }), 1)
    assert.ok(page.sum('twinpool_kms_calls_total', { call: 'unwrap', result: 'disabled' }) > 0)
    const west = await scrape(stack.west.metricsUrl)
    assert.deepEqual(west.all('twinpool_pool_keys', { state: 'disabled' }), [])
  })
})
