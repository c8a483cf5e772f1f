import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { findStackPort, LOOPBACK, planStack, requireFreePorts, withFreeMetrics } from './plan.js'

const REGIONS = ['us-west-2', 'us-east-1', 'eu-west-1']

function planAt(port: number) {
  return planStack({
    stateDirectory: '/tmp/none',
    regions: REGIONS,
    port,
    accountId: '123456789012',
    databaseUrls: new Map(),
  })
}

function neverSaid(whose: string, what: string): never {
  throw new Error(`${whose}: ${what}`)
}

test('a found port leaves room for every port of the stack, those of metrics too', async () => {
  const port = await findStackPort(REGIONS.length)
  const plan = planAt(port)
  await requireFreePorts(plan)
  assert.deepEqual(await withFreeMetrics(plan, neverSaid), plan)
  assert.equal(typeof plan.edgeMetricsPort, 'number')
})

test('a stack is not put where one of its ports is in use', async () => {
  const before = await findStackPort(REGIONS.length)
  const last = planAt(before).edgeMetricsPort
  const server = createServer().listen(last, LOOPBACK)
  await once(server, 'listening')
  try {
    const port = await findStackPort(REGIONS.length)
    assert.notEqual(port, before)
    await withFreeMetrics(planAt(port), neverSaid)
  } finally {
    server.close()
  }
})
