// Where pages of metrics listen: a port that an operator chose must be free, and any other one that
// is in use costs the page and nothing else.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Logger } from '#base/log.js'
import { loadConfig, loadEdgeConfig } from '#config/config.js'
import { serveMetrics } from '#node/metrics.js'
import { takePort, takeStackPort } from '#test/support/ports.js'
import { holdPort, remove, temporaryDirectory, Up } from '#test/support/program.js'
import { scrape, scrapeUntil } from '#test/support/scrape.js'
import { startTestApi } from '#test/support/test-api.js'

const REGION = 'us-west-2'
const LIMITS = {
  bodyBytesMax: 1024,
  headerBytesMax: 16_384,
  requestTimeoutMs: 5000,
  headersTimeoutMs: 5000,
  concurrentRequestsMax: 10,
  connectionsMax: 10,
}

function recordingLog() {
  const lines: string[] = []
  const write = (message: string) => {
    lines.push(message)
  }
  const log: Logger = { debug() {}, info: write, warn: write, error: write }
  return { lines, log }
}

describe('the port of metrics', () => {
  test('that is the default and in use leaves a node without a page', async () => {
    const port = await takePort()
    const release = await holdPort(port)
    const { lines, log } = recordingLog()
    const api = await startTestApi({ metrics: { enabled: true, port, isPortGiven: false }, log })
    try {
      assert.equal((await fetch(`${api.endpoint}/health`)).status, 200)
      assert.ok(lines.includes('metrics are not served: the port is in use'))
    } finally {
      await api.stop()
      await release()
    }
  })

  test('that was chosen and is in use is an error', async () => {
    const port = await takePort()
    const release = await holdPort(port)
    const { log } = recordingLog()
    const metrics = { enabled: true, host: '127.0.0.1', port, isPortGiven: true }
    const environment = { clock: systemClock, random: systemRandom, log }
    const serving = serveMetrics({ metrics, limits: LIMITS }, environment, async () => '')
    await assert.rejects(serving, { code: 'EADDRINUSE' })
    await release()
  })

  test('listens for nobody where metrics are off', async () => {
    const port = await takePort()
    const api = await startTestApi({ metrics: { enabled: false, port } })
    try {
      await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`), /fetch failed/)
    } finally {
      await api.stop()
    }
  })

  test('is chosen by file or variable, and else is 4700 on loopback', () => {
    const environment = {
      TWINPOOL_REGION: REGION,
      TWINPOOL_REGIONS: JSON.stringify([{ name: REGION, endpoint: 'http://localhost:1' }]),
      TWINPOOL_DATABASE_URL: 'postgres://localhost/x',
      TWINPOOL_SERVICE_KEY: Buffer.alloc(32, 7).toString('base64'),
      TWINPOOL_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLEROOTKEY00',
      TWINPOOL_ROOT_SECRET_ACCESS_KEY: 'example-secret-of-the-root-key-of-tests',
      TWINPOOL_EDGE_ACCESS_KEY_ID: 'AKIAEXAMPLEEDGEKEY00',
      TWINPOOL_EDGE_SECRET_ACCESS_KEY: 'example-secret-of-the-edge-key-of-tests',
    }
    const given = { ...environment, TWINPOOL_METRICS_PORT: '4700' }
    const common = { enabled: true, host: '127.0.0.1', port: 4700 }
    for (const load of [loadConfig, loadEdgeConfig]) {
      assert.deepEqual(load({ environment }).metrics, { ...common, isPortGiven: false })
      assert.deepEqual(load({ environment: given }).metrics, { ...common, isPortGiven: true })
    }
  })

  test('of `twinpool up` follows the others; one in use costs its page only', async () => {
    const directory = temporaryDirectory()
    const port = await takeStackPort(1)
    const release = await holdPort(port + 4)
    const args = ['--state-dir', join(directory, 's'), '--port', String(port), '--regions', REGION]
    const up = new Up(args)
    try {
      const line = await up.ready()
      assert.equal(line.regions[REGION]?.metrics, null)
      assert.equal(line.edgeMetrics, `http://localhost:${port + 5}/metrics`)
      await up.says(new RegExp(`port ${port + 4} is in use, so there are no metrics of it`))
      await scrapeUntil(
        line.edgeMetrics,
        (page) => page.one('twinpool_edge_region_alive', { region: REGION }) === 1,
        'the edge to find its Region',
      )
      await up.end()

      await release()
      const second = new Up(args)
      const { regions } = await second.ready()
      const url = `http://localhost:${port + 4}/metrics`
      assert.equal(regions[REGION]?.metrics, url)
      assert.equal((await scrape(url)).one('twinpool_database_up'), 1)
      await second.end()

      const third = new Up(args, { variables: { TWINPOOL_METRICS_ENABLED: 'false' } })
      const off = await third.ready()
      assert.deepEqual([off.regions[REGION]?.metrics, off.edgeMetrics], [null, null])
      await assert.rejects(fetch(url), /fetch failed/)
      assert.doesNotMatch(third.stderr, /no effect/)
      await third.end()
    } finally {
      await up.end('SIGTERM')
      remove(directory)
    }
  })
})
