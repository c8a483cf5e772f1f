// How many calls a process works on at once: each API has the documented limit.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitFor } from '#test/support/wait.js'
import { send, signed, startServer, type TestServer } from './server.js'

const CALLS_MAX = 2
let server: TestServer
/** Lets the calls go on that wait. */
const waiting: (() => void)[] = []

before(async () => {
  server = await startServer({
    concurrentCallsMax: CALLS_MAX,
    outbox: () => new Promise((resolve) => waiting.push(() => resolve([]))),
  })
})
after(() => server.close())

const admin = (operation: string) => ({
  service: 'twinpool',
  target: `TwinpoolService.${operation}`,
  body: '{}',
})
const call = async (operation: string) =>
  send(server.port, await signed(server.port, admin(operation)))

test('admin calls beyond the limit are turned away, and taken when others have ended', async () => {
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
  for (const answer of await Promise.all(held)) assert.equal(answer.status, 200)
  // A call that fails gives its place back too.
  for (let at = 0; at <= CALLS_MAX; at += 1) {
    assert.equal((await call('Nonsense')).json['__type'], 'UnknownOperationException')
  }
  assert.equal((await call('ListAccessKeys')).status, 200)
})
