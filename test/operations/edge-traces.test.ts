// Traces of requests that pass an edge: its span, those of the Regions that it tried, and whose
// child the span of a Region becomes.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { openTracing } from '#adapters/tracing/opentelemetry.js'
import { required } from '#base/assert.js'
import type { Edge } from '#edge/edge.js'
import { send } from '#test/support/faces.js'
import { childrenOf, collectSpans, PARENT, spanNamed, TRACEPARENT } from '#test/support/spans.js'
import { startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'

const ISSUER = 'GET /issuer/:region/*'
const ATTEMPT = 'send to Region'
const JWKS = '/issuer/us-west-2/us-west-2_abc/.well-known/jwks.json'

const exporter = collectSpans()
let west: Upstream
let east: Upstream
let edge: Edge

beforeEach(async () => {
  west = await startUpstream('us-west-2')
  east = await startUpstream('us-east-1')
  // No check notices in time that a Region is gone.
  edge = await startTestEdge(
    [west, east],
    { healthCheckMs: 60_000 },
    { tracing: openTracing('0.0.0') },
  )
})
afterEach(async () => {
  await edge.stop()
  await Promise.all([west.kill(), east.kill()].map((killed) => killed.catch(() => undefined)))
})

const get = (path: string, headers: Record<string, string> = {}) =>
  send(edge.port, { method: 'GET', path, headers })

test('a request has a span, and in it that of the Region, which is told of it', async () => {
  const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=1', baggage: 'user=ada' }
  assert.equal((await get(JWKS, headers)).status, 200)
  const span = await spanNamed(ISSUER)
  assert.equal(span.kind, SpanKind.SERVER)
  assert.equal(span.spanContext().traceId, PARENT.traceId)
  assert.equal(span.parentSpanContext?.spanId, PARENT.spanId)
  assert.deepEqual(span.attributes, {
    'http.request.method': 'GET',
    'http.route': '/issuer/:region/*',
    'http.response.status_code': 200,
  })
  const [attempt] = childrenOf(span, ATTEMPT)
  assert.equal(attempt?.kind, SpanKind.CLIENT)
  assert.equal(attempt?.attributes['server.address'], 'us-west-2')
  const { spanId } = required(attempt, 'the span of the attempt').spanContext()
  const [received] = west.received
  assert.equal(received?.headers['traceparent'], `00-${PARENT.traceId}-${spanId}-01`)
  assert.equal(received?.headers['tracestate'], 'vendor=1')
})

test('each Region that was tried has a span, with the reason why it was not the last', async () => {
  await west.kill()
  assert.equal((await get(JWKS)).status, 200)
  const span = await spanNamed(ISSUER)
  const tried = childrenOf(span, ATTEMPT).map(({ attributes, status }) => [
    attributes['server.address'],
    attributes['error.type'],
    status.code,
  ])
  assert.deepEqual(tried, [
    ['us-west-2', 'refused', SpanStatusCode.ERROR],
    ['us-east-1', undefined, SpanStatusCode.UNSET],
  ])
  assert.equal(span.status.code, SpanStatusCode.UNSET)
})

test('where no Region responds, the span of the request is a fault', async () => {
  await Promise.all([west.kill(), east.kill()])
  assert.equal((await get(JWKS)).status, 503)
  const span = await spanNamed(ISSUER)
  assert.equal(span.attributes['http.response.status_code'], 503)
  assert.equal(span.attributes['error.type'], '503')
  assert.equal(span.status.code, SpanStatusCode.ERROR)
})

test('what names no trace becomes none, and its state goes no further', async () => {
  await get(JWKS, { traceparent: '00-nonsense-01', tracestate: 'vendor=1' })
  const span = await spanNamed(ISSUER)
  assert.equal(span.parentSpanContext, undefined)
  const [received] = west.received
  assert.match(String(received?.headers['traceparent']), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  assert.equal(received?.headers['tracestate'], undefined)
})

test('paths that no Region has, and what callers choose of others, are in no span', async () => {
  west.operations['ResolveDomain'] = { Pool: { Role: 'PRIMARY', Status: 'ACTIVE' } }
  await get('/made-up-by-a-caller')
  await get('/domain/secret-name/login?code=secret')
  await spanNamed('GET /domain/:domain/*')
  await get('/console/api/us-west-2/call?secret')
  await spanNamed('GET /console/api/:region/*')
  const text = JSON.stringify(
    exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes })),
  )
  assert.doesNotMatch(text, /made-up|secret/)
})

test('an edge that traces nothing passes the headers of its callers on', async () => {
  const quiet = await startTestEdge([west])
  try {
    const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=1' }
    await send(quiet.port, { method: 'GET', path: JWKS, headers })
    const [received] = west.received
    assert.equal(received?.headers['traceparent'], TRACEPARENT)
    assert.equal(received?.headers['tracestate'], 'vendor=1')
    assert.deepEqual(exporter.getFinishedSpans(), [])
  } finally {
    await quiet.stop()
  }
})
