// A Region that hangs instead of dying: it accepts connections and says nothing. The other Region
// serves what may be repeated within 1.5 s, the rest is refused soon, such that the caller comes
// again, and all is as before when the Region goes on.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Edge } from '#edge/edge.js'
import { send } from '#test/support/faces.js'
import { startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'
import { waitFor } from '#test/support/wait.js'

const JWKS = '/issuer/us-west-2/us-west-2_abc/.well-known/jwks.json'
const TOKEN = '/domain/people/oauth2/token'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const MACHINE = { path: TOKEN, headers: FORM, body: 'grant_type=client_credentials' }
const ONCE = { ...MACHINE, body: 'grant_type=refresh_token&refresh_token=x' }
const SOON_MS = 1500

let west: Upstream
let east: Upstream
let edge: Edge

const place = (role: string, status: string) => ({ Pool: { Role: role, Status: status } })

beforeEach(async () => {
  west = await startUpstream('us-west-2')
  east = await startUpstream('us-east-1')
  west.operations['ResolveDomain'] = place('PRIMARY', 'ACTIVE')
  east.operations['ResolveDomain'] = place('SECONDARY', 'ACTIVE')
  edge = await startTestEdge([east, west], { healthCheckMs: 500 })
})
afterEach(async () => {
  await edge.stop()
  await Promise.all([west.kill(), east.kill()].map((killed) => killed.catch(() => undefined)))
})

const get = (path: string) => send(edge.port, { method: 'GET', path })

async function timed<T>(call: Promise<T>): Promise<{ value: T; tookMs: number }> {
  const startMs = performance.now()
  return { value: await call, tookMs: performance.now() - startMs }
}

async function stateOf(name: string): Promise<string> {
  const { json } = await get('/health')
  return (json['regions'] as Readonly<Record<string, string>>)[name] ?? ''
}

test('the other Region serves what may be repeated, at every moment', async () => {
  await send(edge.port, MACHINE)
  west.stop()
  let slowestMs = 0
  const isDown = async () => (await stateOf('us-west-2')) === 'down'
  // Until the checks notice: only the first calls wait, so they are not counted but timed.
  const untilMs = performance.now() + 15_000
  while (performance.now() < untilMs && !(await isDown())) {
    const answers = await Promise.all([timed(get(JWKS)), timed(send(edge.port, MACHINE))])
    for (const { value, tookMs } of answers) {
      assert.equal(value.text, 'us-east-1')
      slowestMs = Math.max(slowestMs, tookMs)
    }
  }
  assert.ok(await isDown(), 'the checks notice')
  assert.ok(slowestMs < SOON_MS, `${slowestMs} ms`)
  assert.equal((await get(JWKS)).text, 'us-east-1')

  west.resume()
  await waitFor(async () => (await stateOf('us-west-2')) === 'alive', { what: 'the return' })
  await waitFor(async () => (await get(JWKS)).text === 'us-west-2', { what: 'the primary' })
  await waitFor(async () => (await send(edge.port, MACHINE)).text === 'us-west-2', {
    what: 'the primary for the domain',
  })
})

test('a domain that was not asked for before is found without the Region that hangs', async () => {
  west.stop()
  const { value, tookMs } = await timed(send(edge.port, MACHINE))
  assert.equal(value.text, 'us-east-1')
  assert.ok(tookMs < SOON_MS, `${tookMs} ms`)
})

test('what must not be repeated is refused when the Region is known to hang', async () => {
  await send(edge.port, ONCE)
  west.stop()
  const { value, tookMs } = await timed(send(edge.port, ONCE))
  assert.equal(value.status, 503)
  assert.equal(value.headers['retry-after'], '1')
  assert.ok(tookMs < 4000, `${tookMs} ms`)
  assert.equal(east.received.length, 0, 'it was not sent again')
  // From now on the other Region is asked first.
  const next = await timed(send(edge.port, ONCE))
  assert.equal(next.value.text, 'us-east-1')
  assert.ok(next.tookMs < SOON_MS, `${next.tookMs} ms`)
})

test('all Regions hang: a refusal soon, and service when one goes on', async () => {
  await send(edge.port, MACHINE)
  west.stop()
  east.stop()
  const { value, tookMs } = await timed(get(JWKS))
  assert.equal(value.status, 503)
  assert.ok(tookMs < 4000, `${tookMs} ms`)
  const again = await timed(get(JWKS))
  assert.equal(again.value.status, 503)
  assert.ok(again.tookMs < 4000, `${again.tookMs} ms`)
  east.resume()
  await waitFor(async () => (await get(JWKS)).text === 'us-east-1', { what: 'the service' })
})

test('"not found" of the other Region is not the word of the one that hangs', async () => {
  east.handle = (_received, response) => response.writeHead(404).end('unknown here')
  east.operations['ResolveDomain'] = {}
  assert.equal((await get(JWKS)).text, 'us-west-2')
  west.stop()
  const hanging = await get(JWKS)
  assert.equal(hanging.status, 503)
  assert.equal(hanging.headers['retry-after'], '1')
  await west.kill()
  await waitFor(async () => (await stateOf('us-west-2')) === 'down', { what: 'the check' })
  assert.equal((await get(JWKS)).status, 503)
  assert.equal((await send(edge.port, MACHINE)).status, 503)
  // The Region of the path itself is sure.
  const ofEast = JWKS.replaceAll('us-west-2', 'us-east-1')
  assert.equal((await get(ofEast)).status, 404)
})

test('a Region that is slow for once is not given up', async () => {
  let calls = 0
  west.handle = (_received, response) => {
    calls += 1
    void waitFor(() => east.received.length > 0, { what: 'the second try' }).then(() =>
      response.end('us-west-2, late'),
    )
  }
  east.handle = (_received, response) => response.writeHead(500).end('broken')
  const answer = await get(JWKS)
  assert.equal(answer.text, 'us-west-2, late')
  assert.deepEqual([calls, east.received.length], [1, 1])
  assert.equal(await stateOf('us-west-2'), 'alive')
})
