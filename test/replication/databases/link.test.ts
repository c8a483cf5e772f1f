// The region link over real HTTP: what it carries, and whom it does not believe.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { HttpsRegionLink } from '#adapters/link/https.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Clock } from '#base/clock.js'
import { LINK_HEADERS, LinkMessages, linkPath } from '#domain/region-link/message.js'
import { Listener } from '#http/listener.js'
import { RegionLinkServer } from '#http/region-link/server.js'
import {
  type LinkCall,
  LinkRefusedError,
  LinkUnreachableError,
  type LinkValue,
} from '#ports/region-link.js'
import { quietLog } from '#test/support/database.js'
import { takePort } from '#test/support/ports.js'
import { startProxy } from '#test/support/proxy.js'
import { waitFor } from '#test/support/wait.js'

const WEST = 'us-west-2'
const EAST = 'us-east-1'
const KEY = Buffer.alloc(32, 5)
const LIMITS = {
  bodyBytesMax: 1_000_000,
  headerBytesMax: 16_384,
  requestTimeoutMs: 5000,
  headersTimeoutMs: 5000,
  connectionsMax: 100,
  concurrentRequestsMax: 1000,
}

let server: Listener
let linkUrl: string
let port: number
const calls: LinkCall[] = []
const CALLS_MAX = 3
/** Lets the calls go on that wait. */
const waiting: (() => void)[] = []

before(async () => {
  const face = new RegionLinkServer({
    region: EAST,
    regions: [WEST, EAST],
    serviceKey: KEY,
    concurrentCallsMax: CALLS_MAX,
    clock: systemClock,
    random: systemRandom,
    log: quietLog,
  })
  face.register('wait', () => new Promise((resolve) => waiting.push(() => resolve('done'))))
  face.register('echo', async (call) => {
    calls.push(call)
    return { said: call.body, sealed: call.isSealed }
  })
  face.register('refuse', async () => {
    throw new LinkRefusedError('taken', 'no, because')
  })
  face.register('break', async () => {
    throw new TypeError('a bug')
  })
  assert.throws(() => face.register('echo', async () => null), /twice/)
  const routes = face.routes()
  const common = { clock: systemClock, random: systemRandom, log: quietLog }
  server = new Listener({ limits: LIMITS, routes, ...common })
  port = await server.listen({ host: '127.0.0.1', port: 0 })
  linkUrl = `http://127.0.0.1:${port}`
})

after(() => server.close(100))

interface ClientOptions {
  readonly url?: string
  readonly region?: string
  readonly peer?: string
  readonly key?: Uint8Array
  readonly skewMs?: number
}

function client(options: ClientOptions = {}): HttpsRegionLink {
  const { url = linkUrl, region = WEST, peer = EAST, key = KEY, skewMs = 0 } = options
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + skewMs }
  const peers = [{ name: peer, linkUrl: url }]
  return new HttpsRegionLink({ region, peers, serviceKey: key, clock, random: systemRandom })
}

function isUnreachable(error: unknown): boolean {
  return error instanceof LinkUnreachableError
}

test('a call arrives with its sender proved, in clear and sealed', async () => {
  const body: LinkValue = { text: 'ä\u{1F511}', list: [1, null, true] }
  for (const sealed of [false, true]) {
    assert.deepEqual(await client().call(EAST, 'echo', body, { sealed }), { said: body, sealed })
    assert.equal(calls.at(-1)?.fromRegion, WEST)
    assert.equal(calls.at(-1)?.isSealed, sealed)
  }
})

test('another service key is named as such, and still counts as unreachable', async () => {
  const call = client({ key: Buffer.alloc(32, 6) }).call(EAST, 'echo', null)
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof LinkUnreachableError)
    assert.equal(
      error.message,
      `Region ${EAST} has another service key; all Regions must have the same`,
    )
    return true
  })
  // With the right key, a refusal for another reason is not taken for that.
  const late = client({ skewMs: 120_000 }).call(EAST, 'echo', null)
  await assert.rejects(late, /cannot be reached over the region link/)
})

test('a sealed call does not show its body on the wire', async () => {
  const seen: Buffer[] = []
  const eavesdropper = createServer((request, response) => {
    request.on('data', (bytes: Buffer) => seen.push(bytes))
    request.on('end', () => response.end())
  })
  await new Promise<void>((resolve) => eavesdropper.listen(0, '127.0.0.1', resolve))
  const address = eavesdropper.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const secret = { material: 'c2VjcmV0LW1hdGVyaWFs' }
  await assert.rejects(client({ url }).call(EAST, 'echo', secret, { sealed: true }), isUnreachable)
  const wire = Buffer.concat(seen).toString('utf8')
  assert.ok(wire.length > 0)
  assert.ok(!wire.includes('c2VjcmV0'))
  await new Promise((resolve) => eavesdropper.close(resolve))
})

test('a refusal carries its code, a bug in the receiver does not show', async () => {
  await assert.rejects(
    client().call(EAST, 'refuse', {}),
    (error) => error instanceof LinkRefusedError && error.code === 'taken',
  )
  await assert.rejects(
    client().call(EAST, 'unheard-of', {}),
    (error) => error instanceof LinkRefusedError && error.code === 'unknown-call',
  )
  await assert.rejects(client().call(EAST, 'break', {}), isUnreachable)
})

test('strangers, other Regions and other times are rejected', async () => {
  const before = calls.length
  const strangers: readonly ClientOptions[] = [
    { key: Buffer.alloc(32, 6) },
    { region: 'eu-west-1' },
    { skewMs: -61_000 },
    { skewMs: 61_000 },
  ]
  for (const stranger of strangers) {
    await assert.rejects(client(stranger).call(EAST, 'echo', {}), isUnreachable)
  }
  // Meant for another Region, and sent here.
  await assert.rejects(client({ peer: 'eu-west-1' }).call('eu-west-1', 'echo', {}), isUnreachable)
  assert.equal(calls.length, before)
  await client({ skewMs: 55_000 }).call(EAST, 'echo', {})
})

test('a call is taken once, and a changed one never', async () => {
  const messages = new LinkMessages(KEY)
  const headers = {
    path: '/region-link/v1/echo',
    fromRegion: WEST,
    toRegion: EAST,
    timeMs: systemClock.nowMs(),
    nonce: 'once',
    isSealed: false,
  }
  const body = Buffer.from('{"a":1}')
  const send = (changes: Record<string, string> = {}, sent = body) =>
    fetch(linkUrl + headers.path, {
      method: 'POST',
      headers: {
        [LINK_HEADERS.from]: headers.fromRegion,
        [LINK_HEADERS.to]: headers.toRegion,
        [LINK_HEADERS.time]: String(headers.timeMs),
        [LINK_HEADERS.nonce]: headers.nonce,
        [LINK_HEADERS.sealed]: '0',
        [LINK_HEADERS.signature]: messages.signRequest(headers, body),
        ...changes,
      },
      body: sent,
    })
  const before = calls.length
  assert.equal((await send({ [LINK_HEADERS.nonce]: 'other' })).status, 401)
  assert.equal((await send({ [LINK_HEADERS.sealed]: '1' })).status, 401)
  assert.equal((await send({ [LINK_HEADERS.signature]: '' })).status, 401)
  assert.equal((await send({ [LINK_HEADERS.time]: 'NaN' })).status, 401)
  assert.equal((await send({}, Buffer.from('{"a":2}'))).status, 401)
  assert.equal(calls.length, before)
  assert.equal((await send()).status, 200)
  const replayed = await send()
  assert.equal(replayed.status, 401)
  assert.equal(await replayed.text(), '', 'nothing is said about why')
  assert.equal(calls.length, before + 1)
})

test('a response without the signature of the peer is not believed', async () => {
  const impostor = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{"said":"trust me"}'))
  })
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve))
  const address = impostor.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  await assert.rejects(client({ url }).call(EAST, 'echo', {}), isUnreachable)
  await new Promise((resolve) => impostor.close(resolve))
})

test('a peer that is down, silent or slow is unreachable in time', async () => {
  const nobody = `http://127.0.0.1:${await takePort()}`
  await assert.rejects(client({ url: nobody }).call(EAST, 'echo', {}), isUnreachable)
  const wire = await startProxy(port)
  const url = `http://127.0.0.1:${wire.port}`
  try {
    assert.ok(await client({ url }).call(EAST, 'echo', {}))
    wire.halfOpen()
    const startedAtMs = performance.now()
    await assert.rejects(client({ url }).call(EAST, 'echo', {}, { timeoutMs: 300 }), isUnreachable)
    assert.ok(performance.now() - startedAtMs < 5000)
    wire.heal()
    // The first call may meet a connection that was reset with the wire; its caller tries again.
    await waitFor(() => client({ url }).call(EAST, 'echo', {}).then(Boolean), { what: 'an answer' })
  } finally {
    await wire.close()
  }
})

test('calls beyond the limit are rejected, and accepted when others have ended', async () => {
  const held = Array.from({ length: CALLS_MAX }, () => client().call(EAST, 'wait', null))
  await waitFor(() => waiting.length === CALLS_MAX, { what: 'the calls to arrive' })
  await assert.rejects(client().call(EAST, 'echo', null), isUnreachable)
  // A caller who cannot sign learns nothing, not even that.
  const stranger = { method: 'POST', headers: { [LINK_HEADERS.signature]: 'x' } }
  assert.equal((await fetch(linkUrl + linkPath('echo'), stranger)).status, 401)
  waiting.splice(0).map((goOn) => goOn())
  assert.deepEqual(await Promise.all(held), Array(CALLS_MAX).fill('done'))
  // A call that fails gives its place back too.
  for (let at = 0; at <= CALLS_MAX; at += 1) {
    await assert.rejects(client().call(EAST, 'refuse', null), LinkRefusedError)
    await assert.rejects(client().call(EAST, 'break', null), isUnreachable)
  }
  assert.deepEqual(await client().call(EAST, 'echo', 'x'), { said: 'x', sealed: false })
})
