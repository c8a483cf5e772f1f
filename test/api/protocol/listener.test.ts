// The listener with routes of its own: what faces with pages will need of it, and what clients that
// hang up, send too much or do not wait for responses get from it.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { Listener } from '#http/listener.js'
import type { HttpRequest, HttpResponse } from '#http/route.js'
import { waitFor } from '#test/support/wait.js'

const noLog = { debug() {}, info() {}, warn() {}, error() {} }

const LIMITS = {
  bodyBytesMax: 100,
  headerBytesMax: 4096,
  requestTimeoutMs: 5000,
  headersTimeoutMs: 5000,
  connectionsMax: 100,
  concurrentRequestsMax: 2,
}

let server: Listener
let url: string
let port: number
let held: (() => void)[] = []

const text = (body: string): HttpResponse => ({ status: 200, headers: {}, body })
const hold = () => new Promise<HttpResponse>((resolve) => held.push(() => resolve(text('held'))))
const length = ({ body }: HttpRequest) => text(`${body.length} bytes`)

before(async () => {
  server = new Listener({
    limits: LIMITS,
    routes: [
      {
        method: 'GET',
        path: '/login',
        handle: () => ({
          status: 302,
          headers: {
            location: '/somewhere',
            'set-cookie': ['session=a; HttpOnly', 'csrf=b; Secure'],
          },
          body: '',
        }),
      },
      {
        method: 'GET',
        path: '/oauth2/fails',
        handle: () => {
          throw new Error('of the test')
        },
      },
      { method: 'GET', path: '/held', handle: hold },
      { method: 'POST', path: '/length', handle: length },
      { method: 'GET', path: '/of/:name', handle: ({ params }) => text(params['name'] ?? '') },
    ],
    clock: systemClock,
    random: systemRandom,
    log: noLog,
  })
  port = await server.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${port}`
})

after(() => server.close(0))

test('a header with several values is sent once for each', async () => {
  const response = await fetch(`${url}/login`, { redirect: 'manual' })
  assert.equal(response.status, 302)
  assert.equal(response.headers.get('location'), '/somewhere')
  assert.deepEqual(response.headers.getSetCookie(), ['session=a; HttpOnly', 'csrf=b; Secure'])
})

test('failures have the form of the face that was asked', async () => {
  const unknown = await fetch(`${url}/oauth2/authorize?client_id=x`)
  assert.equal(unknown.status, 404)
  assert.equal(((await unknown.json()) as { error: string }).error, 'invalid_request')
  const failed = await fetch(`${url}/oauth2/fails`)
  assert.equal(failed.status, 500)
  const error = (await failed.json()) as Record<string, string>
  assert.deepEqual(error, { error: 'server_error', error_description: 'Internal server error' })
  const api = await fetch(url, { method: 'POST', body: 'x' })
  assert.equal(api.headers.get('x-amzn-errortype'), 'UnknownOperationException')
  const page = await fetch(`${url}/nothing`)
  assert.deepEqual(await page.json(), { message: 'Not found' })
})

/** What has come back so far for bytes on a connection of their own. */
function sendBytes(bytes: string, to = port) {
  const socket = connect(to, '127.0.0.1')
  socket.write(bytes)
  let received = ''
  let isClosed = false
  socket.setEncoding('utf8')
  socket.on('data', (part: string) => {
    received += part
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  return { socket, received: () => received, isClosed: () => isClosed }
}

const HOST = 'host: x\r\n'

/** Lets go of those that wait, once there are as many. */
async function release(count: number): Promise<void> {
  await waitFor(() => held.length === count, { what: 'the requests to arrive' })
  for (const goOn of held) goOn()
  held = []
}

test('HEAD has the headers of GET and no body', async () => {
  const client = sendBytes(
    `HEAD /of/ada HTTP/1.1\r\n${HOST}\r\nGET /of/eve HTTP/1.1\r\n${HOST}\r\n`,
  )
  await waitFor(() => client.received().endsWith('eve'), { what: 'both responses' })
  assert.match(client.received(), /content-length: 3\r\n.*\r\n\r\nHTTP\/1\.1 200 OK\r\n/s)
  client.socket.destroy()
})

test('a part of a path is decoded, and one that cannot be is refused', async () => {
  assert.equal(await (await fetch(`${url}/of/a%20b%2Fc`)).text(), 'a b/c')
  assert.equal(await (await fetch(`${url}/%6ff/a`)).text(), 'a')
  for (const part of ['%zz', 'a'.repeat(257)]) {
    assert.equal((await fetch(`${url}/of/${part}`)).status, 400)
  }
  for (const path of ['/of', '/of/', '/of/a/b', '/OF/a']) {
    assert.equal((await fetch(`${url}${path}`)).status, path === '/of/' ? 200 : 404, path)
  }
  const whole = sendBytes(`GET http://elsewhere/of/ada?x HTTP/1.1\r\n${HOST}\r\n`)
  await waitFor(() => whole.received().endsWith('ada'), { what: 'the response to a whole URL' })
  whole.socket.destroy()
})

test('a body that turns out too large is refused, and its connection ends', async () => {
  const chunk = `40\r\n${'x'.repeat(64)}\r\n`
  const head = `POST /length HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n`
  const within = sendBytes(`${head}${chunk}0\r\n\r\n`)
  await waitFor(() => within.received().endsWith('64 bytes'), { what: 'the length' })
  within.socket.destroy()
  for (const bytes of [
    head + chunk + chunk,
    `POST /length HTTP/1.1\r\n${HOST}content-length: 101\r\n\r\nx`,
  ]) {
    const { received, isClosed } = sendBytes(bytes)
    await waitFor(isClosed, { what: 'the end of the connection' })
    assert.match(received(), /^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s)
  }
})

test('a client that hangs up within a body takes no place', async () => {
  const head = `POST /length HTTP/1.1\r\n${HOST}content-length: 100\r\n\r\nx`
  const clients = Array.from({ length: 20 }, () => sendBytes(head))
  await waitFor(() => clients.every(({ socket }) => socket.bytesWritten > 0), { what: 'bodies' })
  const meanwhile = await fetch(`${url}/length`, { method: 'POST', body: 'xyz' })
  assert.equal(await meanwhile.text(), '3 bytes')
  for (const { socket } of clients) socket.resetAndDestroy()
  const afterwards = await fetch(`${url}/length`, { method: 'POST', body: '' })
  assert.equal(await afterwards.text(), '0 bytes')
})

test('the requests of a connection run one after the other', async () => {
  const client = sendBytes(`GET /held HTTP/1.1\r\n${HOST}\r\n`.repeat(3))
  for (let request = 1; request <= 3; request += 1) await release(1)
  await waitFor(() => client.received().split('HTTP/1.1 200').length === 4, { what: 'all three' })
  // Each had a place of its own, so none was too many for the two that there are.
  assert.doesNotMatch(client.received(), /503/)
  client.socket.destroy()
})

test('closing waits for what runs, ends idle connections, and cuts what is late', async () => {
  const idle = sendBytes(`GET /of/ada HTTP/1.1\r\n${HOST}\r\n`)
  await waitFor(() => idle.received().endsWith('ada'), { what: 'a response' })
  const busy = fetch(`${url}/held`)
  await waitFor(() => held.length === 1, { what: 'the first request to arrive' })
  const late = fetch(`${url}/held`).then(
    () => 'responded',
    () => 'cut',
  )
  await waitFor(() => held.length === 2, { what: 'the second request to arrive' })
  const closing = server.close(2000)
  await waitFor(idle.isClosed, { what: 'the end of the idle connection' })
  await assert.rejects(fetch(`${url}/of/ada`))
  held.shift()?.()
  const response = await busy
  assert.equal(response.headers.get('connection'), 'close')
  await closing
  assert.equal(await late, 'cut')
})

describe('a body that is read as it comes', () => {
  const REQUEST_TIMEOUT_MS = 2000
  let streaming: Listener
  let at: number
  let received = 0
  let ends: string[] = []

  before(async () => {
    streaming = new Listener({
      limits: { ...LIMITS, requestTimeoutMs: REQUEST_TIMEOUT_MS, headersTimeoutMs: 1500 },
      routes: [
        {
          method: 'PUT',
          path: '/stream',
          handle: () => text(''),
          async receive(_request, body) {
            try {
              for await (const part of body) {
                received += part.length
                if (part.includes(33)) return text('enough')
              }
              return text('all of it')
            } catch (error) {
              ends.push((error as Error).name)
              throw error
            }
          },
        },
        { method: 'GET', path: '/of/:name', handle: ({ params }) => text(params['name'] ?? '') },
        { method: 'POST', path: '/length', handle: length },
      ],
      clock: systemClock,
      random: systemRandom,
      log: noLog,
    })
    at = await streaming.listen({ host: '127.0.0.1', port: 0 })
  })
  after(() => streaming.close(0))

  const begin = (length: number, path = 'PUT /stream') => {
    received = 0
    ends = []
    return sendBytes(`${path} HTTP/1.1\r\n${HOST}content-length: ${length}\r\n\r\n`, at)
  }

  test('may take longer than a request may, and what follows may not', async () => {
    const client = begin(10_000)
    const beganAtMs = performance.now()
    const isLong = () => performance.now() - beganAtMs > 2.5 * REQUEST_TIMEOUT_MS
    let sent = 0
    while (!isLong()) {
      client.socket.write('x'.repeat(10))
      sent += 10
      await waitFor(() => received === sent, { what: 'a part to arrive' })
      const pausedAtMs = performance.now()
      await waitFor(() => performance.now() - pausedAtMs > 100, { what: 'a pause' })
    }
    assert.equal(client.isClosed(), false)
    client.socket.write('x'.repeat(10_000 - sent))
    await waitFor(() => client.received().endsWith('all of it'), { what: 'the response' })
    client.socket.write('GET /of/x HTTP/1.1\r\nx:')
    await waitFor(client.isClosed, { what: 'the end of the connection' })
    assert.match(client.received(), /all of itHTTP\/1\.1 408 Request Timeout\r\n/)
  })

  test('is refused when it pauses for too long', async () => {
    const client = begin(10_000)
    client.socket.write('x')
    await waitFor(client.isClosed, { what: 'the end of the connection' })
    assert.match(client.received(), /^HTTP\/1\.1 408 .*\r\nConnection: close\r\n.*in time/s)
    assert.deepEqual(ends, ['StalledBody'])
  })

  test('need not be read to its end', async () => {
    const client = begin(1_000_000)
    client.socket.write('!')
    await waitFor(client.isClosed, { what: 'the end of the connection' })
    assert.match(client.received(), /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*enough$/s)
  })

  test('ends with its client', async () => {
    const client = begin(10_000)
    client.socket.write('x')
    await waitFor(() => received === 1, { what: 'the first part' })
    client.socket.resetAndDestroy()
    await waitFor(() => ends.length === 1, { what: 'the end' })
    assert.deepEqual(ends, ['Error'])
  })

  test('leaves what other clients do wrong to what Node.js does with it', async () => {
    const slow = begin(10, 'POST /length')
    const long = sendBytes(`GET /of/x HTTP/1.1\r\nx: ${'y'.repeat(5000)}\r\n`, at)
    const none = sendBytes('nonsense\r\n\r\n', at)
    const head = sendBytes('GET /of/x HTTP/1.1\r\nx:', at)
    const clients = [slow, long, none, head]
    await waitFor(() => clients.every(({ isClosed }) => isClosed()), { what: 'all ends' })
    const lines = clients.map((client) => client.received())
    const end = '\r\nConnection: close\r\n\r\n'
    assert.deepEqual(lines, [
      `HTTP/1.1 408 Request Timeout${end}`,
      `HTTP/1.1 431 Request Header Fields Too Large${end}`,
      `HTTP/1.1 400 Bad Request${end}`,
      `HTTP/1.1 408 Request Timeout${end}`,
    ])
  })
})
