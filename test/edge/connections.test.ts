// What the edge does with connections: clients that hang up say nothing about a Region, and a
// connection that carries thousands of requests gathers nothing.
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Edge } from '#edge/edge.js'
import { send } from '#test/support/faces.js'
import { startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'
import { waitFor } from '#test/support/wait.js'

const JWKS = '/issuer/us-west-2/us-west-2_abc/.well-known/jwks.json'
const ANSWERS_WANTED = 60
const LIMITS = {
  bodyBytesMax: 10_000,
  headerBytesMax: 16_384,
  requestTimeoutMs: 5000,
  headersTimeoutMs: 5000,
  concurrentRequestsMax: 2000,
  connectionsMax: 2000,
}

let west: Upstream
let east: Upstream
let edge: Edge
let lines: string[]

beforeEach(async () => {
  west = await startUpstream('us-west-2')
  east = await startUpstream('us-east-1')
  // A Region that does not have another's pools would respond like this.
  east.handle = (_received, response) => response.writeHead(404).end('unknown here')
  lines = []
  const write = (message: string) => void lines.push(message)
  const log = { debug() {}, info: write, warn: write, error: write }
  edge = await startTestEdge([east, west], { limits: LIMITS, healthCheckMs: 100 }, { log })
})
afterEach(async () => {
  await edge.stop()
  await Promise.all([west.kill(), east.kill()].map((killed) => killed.catch(() => undefined)))
})

/** Asks and resets the connection `afterMs` later, sometimes before anything was sent. */
function hangUp(port: number, afterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => undefined)
    socket.once('close', () => resolve())
    socket.once('connect', () => {
      socket.write(`GET ${JWKS} HTTP/1.1\r\nhost: x\r\n\r\n`)
      const endMs = performance.now() + afterMs
      void waitFor(() => performance.now() >= endMs, { what: 'the moment', intervalMs: 1 }).then(
        () => socket.resetAndDestroy(),
      )
    })
  })
}

test('clients that hang up do not take a Region away from others', async () => {
  lines.length = 0
  let isOver = false
  let hungUp = 0
  let answered = 0
  const crowd = async (concurrency: number) => {
    const wanted = answered + ANSWERS_WANTED
    const one = async (seat: number) => {
      for (let round = 0; answered < wanted || round < 3; round += 1) {
        await hangUp(edge.port, (seat + round) % 4)
        hungUp += 1
      }
    }
    await Promise.all(Array.from({ length: concurrency }, (_, seat) => one(seat)))
  }
  const honest = async () => {
    const seen = new Map<string, number>()
    while (!isOver) {
      const { status, text } = await send(edge.port, { method: 'GET', path: JWKS })
      const what = `${status} ${text}`
      seen.set(what, (seen.get(what) ?? 0) + 1)
      answered += 1
    }
    return seen
  }
  const watching = Array.from({ length: 8 }, honest)
  for (const concurrency of [12, 60, 200]) await crowd(concurrency)
  isOver = true
  for (const seen of await Promise.all(watching)) {
    assert.deepEqual([...seen.keys()], ['200 us-west-2'])
  }
  assert.ok(hungUp >= 3 * 272 && answered >= 3 * ANSWERS_WANTED)
  assert.deepEqual(lines, [])
})

test('a connection that carries many requests gathers no listeners and no memory', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const sockets = new Set<Socket>()
  const note = (message: unknown) => sockets.add((message as { socket: Socket }).socket)
  subscribe('net.client.socket', note)
  const warnings: string[] = []
  const warn = (warning: Error) => warnings.push(warning.name)
  process.on('warning', warn)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest({ port: edge.port, path: JWKS, agent }, (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode))
      })
      request.once('error', reject)
      request.end()
    })
  const askOften = async (times: number) => {
    for (let count = 0; count < times; count += 1) assert.equal(await ask(), 200)
    west.received.length = 0
    collect()
    const open = [...sockets].filter((socket) => !socket.destroyed)
    const listeners = open.map((socket) =>
      socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0),
    )
    return { mostListeners: Math.max(...listeners), heapBytes: process.memoryUsage().heapUsed }
  }
  try {
    const before = await askOften(1000)
    const after = await askOften(4000)
    assert.ok(after.mostListeners <= before.mostListeners + 2, JSON.stringify({ before, after }))
    const grownBytes = after.heapBytes - before.heapBytes
    assert.ok(grownBytes < 2_000_000, `${grownBytes} bytes for 4000 requests`)
    assert.deepEqual(warnings, [])
  } finally {
    unsubscribe('net.client.socket', note)
    process.off('warning', warn)
    agent.destroy()
  }
})
