// The edge in front of two Regions: which one serves, what happens when one is gone, and what of a
// request and a response crosses.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Edge } from '#edge/edge.js'
import { send } from '#test/support/faces.js'
import { startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'
import { waitFor } from '#test/support/wait.js'

let west: Upstream
let east: Upstream
let edge: Edge

const JWKS = '/issuer/us-west-2/us-west-2_abc/.well-known/jwks.json'
const TOKEN = '/domain/people/oauth2/token'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const MACHINE = { path: TOKEN, headers: FORM, body: 'grant_type=client_credentials' }

const get = (path: string, headers: Record<string, string> = {}) =>
  send(edge.port, { method: 'GET', path, headers })

const place = (role: string, status: string) => ({ Pool: { Role: role, Status: status } })

beforeEach(async () => {
  west = await startUpstream('us-west-2')
  east = await startUpstream('us-east-1')
  west.operations['ResolveDomain'] = place('PRIMARY', 'ACTIVE')
  east.operations['ResolveDomain'] = place('SECONDARY', 'ACTIVE')
  edge = await startTestEdge([east, west])
})
afterEach(async () => {
  await edge.stop()
  await Promise.all([west.kill(), east.kill()].map((killed) => killed.catch(() => undefined)))
})

const health = async () =>
  ((await get('/health')).json['regions'] ?? {}) as Readonly<Record<string, string>>

test('the primary serves the issuer, and another Region when it is gone', async () => {
  const first = await get(JWKS)
  assert.equal(first.text, 'us-west-2')
  assert.equal(first.headers['x-twinpool-region'], 'us-west-2')
  await west.kill()
  assert.equal((await get(JWKS)).text, 'us-east-1')
  await waitFor(async () => (await health())['us-west-2'] === 'down', { what: 'the death' })
  assert.equal((await get(JWKS)).text, 'us-east-1')
  await west.revive()
  await waitFor(async () => (await health())['us-west-2'] === 'alive', { what: 'the return' })
  // A Region that is slow for a moment is not waited for, so not every single response is its own.
  const isOfWest = async () => (await get(JWKS)).text === 'us-west-2'
  await waitFor(isOfWest, { what: 'the primary to answer again' })
})

test('a Region that does not know the pool, or fails, is not the last word', async () => {
  west.handle = (_received, response) => response.writeHead(404).end('unknown here')
  assert.equal((await get(JWKS)).text, 'us-east-1')
  west.handle = (_received, response) => response.writeHead(500).end('broken')
  assert.equal((await get(JWKS)).text, 'us-east-1')
  east.handle = west.handle
  const answer = await get(JWKS)
  assert.equal(answer.status, 500)
})

test('a domain is served by its primary, and without it by an active secondary', async () => {
  assert.equal((await send(edge.port, MACHINE)).text, 'us-west-2')
  assert.equal(west.calls.at(-1)?.operation, 'ResolveDomain')
  assert.deepEqual(JSON.parse(west.calls.at(-1)?.received.body ?? ''), { Domain: 'people' })
  await west.kill()
  assert.equal((await send(edge.port, MACHINE)).text, 'us-east-1')
  assert.equal(east.received.at(-1)?.body, MACHINE.body)
})

test('of two Regions that gave a domain away, the one that did so first serves it', async () => {
  const since = (DomainCreatedAt: number) => ({
    Pool: { Role: 'PRIMARY', Status: 'ACTIVE', DomainCreatedAt },
  })
  east.operations['ResolveDomain'] = since(1_700_000_000.002)
  west.operations['ResolveDomain'] = since(1_700_000_000.001)
  assert.equal((await send(edge.port, MACHINE)).text, 'us-west-2')
  west.operations['ResolveDomain'] = since(1_700_000_000.003)
  const other = { ...MACHINE, path: '/domain/others/oauth2/token' }
  assert.equal((await send(edge.port, other)).text, 'us-east-1')
})

test('an inactive secondary is not chosen for a domain while another serves', async () => {
  east.operations['ResolveDomain'] = place('PRIMARY', 'ACTIVE')
  west.operations['ResolveDomain'] = place('SECONDARY', 'INACTIVE')
  assert.equal((await send(edge.port, MACHINE)).text, 'us-east-1')
})

test('a request that may have been processed is not sent again', async () => {
  west.handle = (_received, response) => response.destroy()
  const once = { ...MACHINE, body: 'grant_type=refresh_token&refresh_token=x' }
  assert.equal((await send(edge.port, once)).status, 503)
  assert.equal(east.received.length, 0)
  // A machine's token leaves no trace, so asking twice does no harm.
  assert.equal((await send(edge.port, MACHINE)).text, 'us-east-1')
})

test('a request that cannot have been processed is sent again, whatever it is', async () => {
  // The domain's place is known, and the health checks have not noticed yet.
  await send(edge.port, MACHINE)
  await west.kill()
  const once = { ...MACHINE, body: 'grant_type=refresh_token&refresh_token=x' }
  assert.equal((await send(edge.port, once)).text, 'us-east-1')
})

test('nobody is left', async () => {
  await Promise.all([west.kill(), east.kill()])
  const answer = await get(JWKS)
  assert.equal(answer.status, 503)
  assert.equal(answer.headers['retry-after'], '1')
  await waitFor(async () => (await get('/health')).status === 503, { what: 'the edge to know' })
})

test('a Region that says it cannot serve is left at once', async () => {
  west.isHealthy = false
  await waitFor(async () => (await health())['us-west-2'] === 'down', { what: 'the check' })
  assert.equal((await get(JWKS)).text, 'us-east-1')
})

test('what belongs to one hop stays there, and the caller is named', async () => {
  west.handle = (_received, response) => {
    response.writeHead(
      200,
      [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['connection', 'x-private'],
        ['x-private', 'of this hop'],
        ['etag', '"1"'],
      ].flat(),
    )
    response.end('ok')
  }
  const answer = await get(JWKS, {
    host: 'id.example.com',
    connection: 'x-secret',
    'x-secret': 'of the first hop',
    'x-forwarded-for': '203.0.113.9',
    'proxy-authorization': 'Basic x',
    te: 'trailers',
    'if-none-match': '"0"',
  })
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2'])
  assert.equal(answer.headers['x-private'], undefined)
  assert.equal(answer.headers['etag'], '"1"')
  const received = west.received.at(-1)
  assert.equal(received?.headers['x-secret'], undefined)
  assert.equal(received?.headers['proxy-authorization'], undefined)
  assert.equal(received?.headers['te'], undefined)
  assert.equal(received?.headers['if-none-match'], '"0"')
  assert.equal(received?.headers['x-forwarded-for'], '203.0.113.9, 127.0.0.1')
  assert.equal(received?.headers['x-forwarded-host'], 'id.example.com')
  assert.equal(received?.headers['x-forwarded-proto'], 'http')
  assert.equal(received?.headers.host, new URL(west.endpoint).host)
})

test('responses stream, and one that breaks off is not passed as whole', async () => {
  west.handle = (_received, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  }
  await assert.rejects(get(JWKS))
  const large = 'x'.repeat(2_000_000)
  west.handle = (_received, response) => response.end(large)
  assert.equal((await get(JWKS)).text.length, large.length)
})

test('a body over the limit is refused before any Region sees it', async () => {
  const answer = await send(edge.port, { ...MACHINE, body: 'x'.repeat(10_001) })
  assert.equal(answer.status, 413)
  assert.equal(west.received.length + east.received.length, 0)
})

test('only the issuer and domains are passed on', async () => {
  for (const path of ['/admin', '/issuer', '/domain/', '/issuer/../', '//x/issuer/a/b/c']) {
    assert.equal((await get(path)).status, 404, path)
  }
  const target = { 'x-amz-target': 'TwinpoolService.CreateAccessKey' }
  assert.equal((await send(edge.port, { headers: target, body: '{}' })).status, 404)
  assert.equal(west.received.length + east.received.length, 0)
})

test('a host of the domain template is routed by the domain in it', async () => {
  await edge.stop()
  edge = await startTestEdge([east, west], {
    urls: { domain: 'https://{domain}.auth.{region}.example.com' },
  })
  const ask = (host: string, path = '/oauth2/token') =>
    send(edge.port, { method: 'POST', ...MACHINE, path, headers: { ...FORM, host } })
  const answer = await ask('People.auth.us-west-2.example.com')
  assert.equal(answer.text, 'us-west-2')
  assert.equal(west.received.at(-1)?.path, TOKEN)
  assert.equal(west.calls.at(-1)?.received.body, JSON.stringify({ Domain: 'people' }))
  await west.kill()
  assert.equal((await ask('people.auth.us-west-2.example.com')).text, 'us-east-1')
  // The start page and other paths are not those of a domain.
  const page = await send(edge.port, {
    method: 'GET',
    path: '/',
    headers: { host: 'people.auth.us-west-2.example.com' },
  })
  assert.notEqual(page.headers['content-type'], 'text/html; charset=utf-8')
})

test('hosts that the template does not have are routed by path alone', async () => {
  await edge.stop()
  edge = await startTestEdge([east, west], {
    urls: { domain: 'https://{domain}.auth.example.com' },
  })
  for (const host of [
    'auth.example.com',
    '.auth.example.com',
    'a.b.auth.example.com',
    'people.auth.example.com.evil.test',
    'people/../x.auth.example.com',
    'people.authXexample.com',
  ]) {
    const headers = { ...FORM, host }
    const answer = await send(edge.port, {
      ...MACHINE,
      method: 'POST',
      path: '/oauth2/token',
      headers,
    })
    assert.equal(answer.status, 404, host)
  }
  assert.equal(west.received.length + east.received.length, 0)
})
