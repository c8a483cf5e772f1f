// How many calls a process works on at once: each API has the documented limit.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { LogFields } from '#base/log.js'
import { Listener } from '#http/listener.js'
import { type Faces, send, signed, startFaces } from '#test/support/faces.js'
import { waitFor } from '#test/support/wait.js'

const CALLS_MAX = 2
let server: Faces
let wide: Faces
/** Lets the calls go on that wait. */
const waiting: (() => void)[] = []

before(async () => {
  wide = await startFaces({ bodyBytesMax: 4_000_000 })
  server = await startFaces({
    concurrentCallsMax: CALLS_MAX,
    outbox: () => new Promise((resolve) => waiting.push(() => resolve([]))),
  })
})
after(async () => {
  await server.close()
  await wide.close()
})

const admin = (operation: string) => ({
  service: 'twinpool',
  target: `TwinpoolService.${operation}`,
  body: '{}',
})
const call = async (operation: string) =>
  send(server.port, await signed(server.port, admin(operation)))

test('admin calls beyond the limit are rejected, and accepted when others have ended', async () => {
  const held = Array.from({ length: CALLS_MAX }, () => call('ListOutboxMessages'))
  await waitFor(() => waiting.length === CALLS_MAX, { what: 'the calls to arrive' })
  const refused = await call('ListAccessKeys')
  assert.equal(refused.json['__type'], 'TooManyRequestsException')
  assert.equal(refused.status, 400)
  assert.equal(server.logs.at(-1)?.fields['outcome'], 'TooManyRequestsException')
  // Another API has places of its own.
  const other = await send(server.port, await signed(server.port))
  assert.equal(other.json['__type'], 'NotImplementedException')
  for (const goOn of waiting.splice(0)) goOn()
  for (const response of await Promise.all(held)) assert.equal(response.status, 200)
  // A call that fails gives its place back too.
  for (let at = 0; at <= CALLS_MAX; at += 1) {
    assert.equal((await call('Nonsense')).json['__type'], 'UnknownOperationException')
  }
  assert.equal((await call('ListAccessKeys')).status, 200)
})

test('no route of the listener is without a limit and without an audit line', async () => {
  const lines: LogFields[] = []
  const log = {
    debug: (_: string, fields: LogFields = {}) => void lines.push({ ...fields, level: 'debug' }),
    info: (_: string, fields: LogFields = {}) => void lines.push({ ...fields, level: 'info' }),
    warn() {},
    error() {},
  }
  const held: (() => void)[] = []
  const ok = { status: 200, headers: {}, body: 'ok' }
  const slow = () => new Promise<typeof ok>((resolve) => held.push(() => resolve(ok)))
  const limits = {
    bodyBytesMax: 1024,
    headerBytesMax: 16_384,
    requestTimeoutMs: 5000,
    headersTimeoutMs: 5000,
    connectionsMax: 100,
    concurrentRequestsMax: CALLS_MAX,
  }
  const listener = new Listener({
    limits,
    routes: [
      { method: 'POST', path: '/domain/:domain/oauth2/token', handle: slow },
      { method: 'GET', path: '/document', handle: () => ok },
      { method: 'GET', path: '/often', accounts: 'quietly', handle: () => ok },
    ],
    clock: systemClock,
    random: systemRandom,
    log,
  })
  const port = await listener.listen({ host: '127.0.0.1', port: 0 })
  try {
    const token = { path: '/domain/people/oauth2/token?a=secret', body: 'client_secret=hidden' }
    const first = Array.from({ length: CALLS_MAX }, () => send(port, token))
    await waitFor(() => held.length === CALLS_MAX, { what: 'the calls to arrive' })
    const crowd = await Promise.all(Array.from({ length: 20 }, () => send(port, token)))
    for (const { status, headers, json } of crowd) {
      assert.deepEqual([status, headers['retry-after']], [503, '1'])
      assert.equal(json['error'], 'temporarily_unavailable')
    }
    assert.equal((await send(port, { method: 'GET', path: '/document' })).status, 200)
    assert.equal((await send(port, { method: 'GET', path: '/often' })).status, 200)
    assert.equal((await send(port, { method: 'GET', path: '/nowhere' })).status, 404)
    for (const goOn of held.splice(0)) goOn()
    for (const { status } of await Promise.all(first)) assert.equal(status, 200)
    const seen = lines.map(({ level, path, status }) => `${level} ${path} ${status}`)
    const count = (line: string) => seen.filter((each) => each === line).length
    assert.equal(count('info /domain/people/oauth2/token 503'), 20)
    assert.equal(count('info /domain/people/oauth2/token 200'), CALLS_MAX)
    assert.equal(count('info /document 200'), 1)
    assert.equal(count('debug /often 200'), 1)
    assert.equal(count('info /nowhere 404'), 1)
    assert.ok(lines.every(({ sourceIp, requestId }) => sourceIp === '127.0.0.1' && requestId))
    assert.doesNotMatch(JSON.stringify(lines), /secret|hidden/)
  } finally {
    await listener.close(1000)
  }
})

test('a body that is too much for who did not sign is refused before it is read', async () => {
  const members = Object.fromEntries(Array.from({ length: 80_000 }, (_, at) => [`key${at}`, 'x']))
  const large = JSON.stringify({ ClientId: 'x', ClientMetadata: members })
  const target = 'AWSCognitoIdentityProviderService.SignUp'
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' }
  const few = JSON.stringify({ a: Array.from({ length: 3000 }, () => 1) })
  for (const body of [large, few]) {
    const response = await send(wide.port, { headers, body })
    assert.equal(response.status, 413)
    assert.equal(response.json['__type'], 'RequestEntityTooLargeException')
  }
  // A caller who signs may send as much as the listener takes.
  const list = { target: 'AWSCognitoIdentityProviderService.ListUserPools', body: few }
  const { json } = await send(wide.port, await signed(wide.port, list))
  assert.notEqual(json['__type'], 'RequestEntityTooLargeException')
})
