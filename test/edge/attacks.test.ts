// Clients of the edge that mean no good: slow ones, half ones, many at once, and bodies and
// pipelines that are made to cost. Meanwhile an honest client is served.
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import type { Edge } from '#edge/edge.js'
import { send } from '#test/support/faces.js'
import { startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'
import { waitFor } from '#test/support/wait.js'

const JWKS = '/issuer/us-west-2/us-west-2_abc/.well-known/jwks.json'
const TOKEN = '/domain/people/oauth2/token'
const GET = `GET ${JWKS} HTTP/1.1\r\nhost: x\r\n\r\n`
const LIMITS = {
  bodyBytesMax: 10_000,
  headerBytesMax: 16_384,
  requestTimeoutMs: 2000,
  headersTimeoutMs: 1000,
  concurrentRequestsMax: 50,
  connectionsMax: 300,
}

let west: Upstream
let edge: Edge
let sockets: Socket[]

beforeEach(async () => {
  west = await startUpstream('us-west-2')
  west.operations['ResolveDomain'] = { Pool: { Role: 'PRIMARY', Status: 'ACTIVE' } }
  edge = await startTestEdge([west], { limits: LIMITS, healthCheckMs: 200 })
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await edge.stop()
  await west.kill().catch(() => undefined)
})

interface Client {
  readonly socket: Socket
  text(): string
  isClosed(): boolean
}

async function open(): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: edge.port })
  sockets.push(socket)
  let text = ''
  let isClosed = false
  socket.on('data', (part) => {
    text += part.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.once('close', () => {
    isClosed = true
  })
  await waitFor(() => !socket.connecting || isClosed, { what: 'the connection' })
  return { socket, text: () => text, isClosed: () => isClosed }
}

const openMany = (count: number) => Promise.all(Array.from({ length: count }, open))
const honest = async () => (await send(edge.port, { method: 'GET', path: JWKS })).text
const allClosed = (clients: readonly Client[]) =>
  waitFor(() => clients.every((client) => client.isClosed()), {
    what: 'the cut',
    timeoutMs: 10_000,
  })

test('headers that never end are cut off, and others are served meanwhile', async () => {
  const clients = await openMany(100)
  for (const { socket } of clients) socket.write(`GET ${JWKS} HTTP/1.1\r\nhost: x\r\nx-a`)
  assert.equal(await honest(), 'us-west-2')
  await allClosed(clients)
  for (const client of clients) assert.match(client.text(), /^(HTTP\/1\.1 408|$)/)
})

test('bodies that come byte by byte, or not at all, are cut off and hold no place', async () => {
  const clients = await openMany(100)
  const head = `POST ${TOKEN} HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\ngrant`
  for (const { socket } of clients) socket.write(head)
  // They are more than there are places, and take none.
  for (let calls = 0; calls < 5; calls += 1) assert.equal(await honest(), 'us-west-2')
  await allClosed(clients)
  assert.equal(west.received.filter(({ method }) => method === 'POST').length, 0)
})

test('half open connections go on holding nothing', async () => {
  const clients = await openMany(200)
  for (const { socket } of clients) socket.end()
  assert.equal(await honest(), 'us-west-2')
  await allClosed(clients)
})

test('400 calls at once all end, with a response or with a refusal that says so', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 400 }, () => send(edge.port, { method: 'GET', path: JWKS })),
  )
  let served = 0
  for (const outcome of outcomes) {
    // Beyond the connections that it takes, the edge cuts.
    if (outcome.status === 'rejected') continue
    const { status, headers } = outcome.value
    assert.ok(status === 200 || (status === 503 && headers['retry-after'] === '1'), `${status}`)
    if (status === 200) served += 1
  }
  assert.ok(served >= LIMITS.concurrentRequestsMax, `${served} were served`)
  await waitFor(async () => (await honest()) === 'us-west-2', { what: 'service' })
})

test('chunked bodies are counted as they come, and broken ones are refused', async () => {
  const chunked = async (chunks: readonly string[]) => {
    const client = await open()
    const head = `POST ${TOKEN} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`
    client.socket.write(head + chunks.join(''))
    await waitFor(() => client.text() !== '' || client.isClosed(), { what: 'a response' })
    return client.text()
  }
  const small = Array.from({ length: 12_000 }, () => '1\r\nx\r\n')
  assert.match(await chunked([...small, '0\r\n\r\n']), /^HTTP\/1\.1 413 /)
  assert.match(await chunked(['ffffffffffffffff\r\nx']), /^HTTP\/1\.1 4\d\d /)
  assert.match(await chunked(['-1\r\nx\r\n']), /^HTTP\/1\.1 400 /)
  const form = 'grant_type=client_credentials'
  const whole = [`${form.length.toString(16)}\r\n${form}\r\n`, '0\r\n\r\n']
  assert.match(await chunked(whole), /^HTTP\/1\.1 200 /)
  assert.deepEqual(
    west.received.map(({ body }) => body),
    [form],
  )
  // Trailers and two ways of saying where a body ends go nowhere.
  const both = await open()
  both.socket.write(
    `POST ${TOKEN} HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n` +
      `0\r\n\r\nGET ${JWKS} HTTP/1.1\r\nhost: x\r\n\r\n`,
  )
  await waitFor(() => both.text() !== '' || both.isClosed(), { what: 'a refusal' })
  assert.match(both.text(), /^HTTP\/1\.1 400 /)
  assert.equal(west.received.length, 1)
})

test('a pipeline is served in order, and one that is not read holds no others up', async () => {
  const ordered = await open()
  west.handle = ({ path }, response) => response.end(`seen ${path.slice(-2)}`)
  const asked = Array.from({ length: 20 }, (_, at) => String(at + 10))
  const requests = asked.map((at) => GET.replace('jwks.json', `jwks.json?${at}`))
  ordered.socket.write(requests.join(''))
  await waitFor(() => ordered.text().includes('seen 29'), { what: 'the last response' })
  const seen = [...ordered.text().matchAll(/seen (\d\d)/g)].map((match) => match[1])
  assert.deepEqual(seen, asked)

  const large = 'x'.repeat(200_000)
  west.handle = (_received, response) => response.end(large)
  // Each time fewer than there are places, and more than those together.
  for (let round = 1; round <= 2; round += 1) {
    const seenBefore = west.received.length
    for (const { socket } of await openMany(40)) {
      socket.pause()
      socket.write(GET.repeat(200))
    }
    const haveCome = () => west.received.length >= seenBefore + 40
    await waitFor(haveCome, { what: 'the first of each' })
    await waitFor(async () => (await honest()).length === large.length, { what: 'service' })
  }
  const before = west.received.length
  for (let calls = 0; calls < 5; calls += 1) assert.equal((await honest()).length, large.length)
  const taken = west.received.length - before - 5
  assert.ok(taken < 80 * 200, `${taken} responses were made for those who do not read`)
})
