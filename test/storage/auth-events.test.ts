// The event log: what is written once, what is dropped, and how the words of Regions meet.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { EventFeedback } from '#domain/risk/event.js'
import type { AuthEvents } from '#ports/auth-events.js'
import type { PrimaryPool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { bytes, makePool, NOW, newUser, OTHER_SUB, SUB } from './pools.js'

const eventId = (n: number) => `55555555-5555-4555-8555-${String(n).padStart(12, '0')}`
const event = (
  n: number,
  changes: { step?: number; sub?: string; mark?: string; hasPassed?: boolean } = {},
) => ({
  eventId: eventId(n),
  sub: changes.sub ?? SUB,
  step: changes.step ?? 1,
  hasPassed: changes.hasPassed ?? true,
  createdAtMs: NOW + n,
  expiresAtMs: NOW + 1000,
  eventSealed: bytes(changes.mark ?? `event ${n}`),
})
const FIRST = { after: undefined, limit: 10 }

describe('the event log', () => {
  let west: TestStorage
  let east: TestStorage
  let pool: PrimaryPool
  let made = 0
  before(async () => {
    west = await openStorage()
    east = await openStorage({ region: 'us-east-1', url: west.url })
  })
  after(async () => {
    await east.close()
    await west.close()
  })
  beforeEach(async () => {
    made += 1
    pool = await makePool(west.repositories, `pool${made}`)
    await west.repositories.users.insert(pool, newUser())
  })

  const list = (sub = SUB, options: Parameters<AuthEvents['list']>[2] = FIRST) =>
    west.repositories.authEvents.list(pool, sub, options)
  const marks = async () =>
    (await list()).map(({ eventSealed }) => Buffer.from(eventSealed).toString())

  test('an event goes on, and never back', async () => {
    const { authEvents } = west.repositories
    await authEvents.write(pool, [event(1), event(2)])
    await authEvents.write(pool, [event(1, { step: 2, mark: 'further' })])
    await authEvents.write(pool, [event(1, { step: 1, mark: 'late' })])
    await authEvents.write(pool, [event(2, { mark: 'the same step' })])
    await authEvents.write(pool, [])
    assert.deepEqual(await marks(), ['the same step', 'further'])
  })

  test('an event of nobody is dropped, and others beside it are not', async () => {
    await west.repositories.authEvents.write(pool, [event(1, { sub: OTHER_SUB }), event(2)])
    assert.deepEqual(await list(OTHER_SUB), [])
    assert.deepEqual(await marks(), ['event 2'])
  })

  test('pages go from the newest to the oldest, over the events of all Regions', async () => {
    await west.repositories.authEvents.write(pool, [event(1), event(3)])
    await east.repositories.authEvents.write(pool, [event(2), event(4)])
    const ids = (page: Awaited<ReturnType<typeof list>>) => page.map((one) => one.eventId)
    const first = await list(SUB, { after: undefined, limit: 3 })
    assert.deepEqual(ids(first), [4, 3, 2].map(eventId))
    const last = first.at(-1)
    assert.ok(last)
    assert.deepEqual(ids(await list(SUB, { after: last, limit: 3 })), [eventId(1)])
  })

  test('the latest word counts, whichever Region was told', async () => {
    const say = (region: TestStorage, value: EventFeedback['value'], atMs: number) =>
      region.repositories.authEvents.judge(pool, event(1), {
        value,
        provider: 'Admin',
        givenAtMs: atMs,
      })
    await west.repositories.authEvents.write(pool, [event(1)])
    assert.equal((await list())[0]?.feedback, undefined)
    assert.equal(await say(west, 'Valid', NOW), 'judged')
    assert.equal(await say(east, 'Invalid', NOW + 1), 'judged')
    const feedback = async () => (await list())[0]?.feedback
    assert.deepEqual(await feedback(), { value: 'Invalid', provider: 'Admin', givenAtMs: NOW + 1 })
    assert.equal(await say(west, 'Valid', NOW + 2), 'judged')
    assert.equal((await feedback())?.value, 'Valid')
  })

  test('an event that another Region has taken over is one', async () => {
    await west.repositories.authEvents.write(pool, [event(1), event(2)])
    await east.repositories.authEvents.write(pool, [event(1, { mark: 'taken over' })])
    assert.deepEqual(await marks(), ['event 2', 'taken over'])
  })

  test('failures hide nothing that a sign-in is compared with', async () => {
    const { authEvents } = west.repositories
    await authEvents.write(pool, [event(1), event(2), event(3, { hasPassed: false })])
    await authEvents.judge(pool, event(3), { value: 'Valid', provider: 'User', givenAtMs: NOW })
    const failures = [4, 5, 6, 7].map((n) => event(n, { hasPassed: false }))
    await east.repositories.authEvents.write(pool, failures)
    const past = async (limit: number) =>
      (await west.repositories.authEvents.past(pool, SUB, limit)).map((one) => one.eventId)
    assert.deepEqual(await past(10), [3, 2, 1].map(eventId))
    assert.deepEqual(await past(1), [3, 2].map(eventId))
    assert.deepEqual(await west.repositories.authEvents.past(pool, OTHER_SUB, 10), [])
  })

  test('only events of the user are judged', async () => {
    const { authEvents } = west.repositories
    await authEvents.write(pool, [event(1)])
    const word = { value: 'Valid', provider: 'User', givenAtMs: NOW } as const
    for (const one of [event(2), event(1, { sub: OTHER_SUB }), { eventId: 'none', sub: SUB }]) {
      assert.equal(await authEvents.judge(pool, one, word), 'absent')
    }
    assert.equal((await list())[0]?.feedback, undefined)
  })

  test('a user who is removed takes the events along', async () => {
    const { authEvents, users } = west.repositories
    await authEvents.write(pool, [event(1)])
    await authEvents.judge(pool, event(1), { value: 'Valid', provider: 'User', givenAtMs: NOW })
    assert.equal(await users.remove(pool, SUB), 'removed')
    const rows = await west.database.query(
      (sql) => sql`
        select event_id from auth_events where user_pool_id = ${pool.id}
        union all
        select event_id from auth_event_feedback where user_pool_id = ${pool.id}`,
    )
    assert.equal(rows.length, 0)
  })
})
