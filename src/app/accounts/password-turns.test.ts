import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PasswordTurns } from './password-turns.js'

const ADA = { poolId: 'pool', sub: 'ada' }
const EVE = { poolId: 'pool', sub: 'eve' }

test('one attempt of a user at a time, in order, and nobody waits for another user', async () => {
  const turns = new PasswordTurns()
  const events: string[] = []
  let finish = (): void => undefined
  const first = turns.take(ADA, turns.mark(), async () => {
    events.push('first begins')
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    events.push('first ends')
  })
  const second = turns.take(ADA, turns.mark(), async () => {
    events.push('second')
  })
  await turns.take(EVE, turns.mark(), async () => {
    events.push('eve')
  })
  finish()
  await Promise.all([first, second])
  assert.deepEqual(events, ['first begins', 'eve', 'first ends', 'second'])
})

test('facts are stale exactly when a failure of the user was recorded since', async () => {
  const turns = new PasswordTurns()
  const isStale = (of: typeof ADA, mark: number) =>
    turns.take(of, mark, async (turn) => turn.isStale)
  const before = turns.mark()
  assert.equal(await isStale(ADA, before), false)
  await turns.take(ADA, before, async () => turns.failed(ADA))
  assert.equal(await isStale(ADA, before), true)
  assert.equal(await isStale(EVE, before), false)
  assert.equal(await isStale(ADA, turns.mark()), false)
})

test('an attempt that throws gives the turn on', async () => {
  const turns = new PasswordTurns()
  const failing = turns.take(ADA, 0, async () => {
    throw new TypeError('planted')
  })
  const next = turns.take(ADA, 0, async () => 'ran')
  await assert.rejects(failing, /planted/)
  assert.equal(await next, 'ran')
})

test('the queue of a user is bounded', async () => {
  const turns = new PasswordTurns()
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => turns.take(ADA, 0, async () => 'ran')),
  )
  assert.equal(outcomes.filter((outcome) => outcome === 'ran').length, 33)
  assert.equal(outcomes.filter((outcome) => outcome === 'too-many').length, 67)
  assert.equal(await turns.take(ADA, 0, async () => 'ran'), 'ran', 'it is free again')
})
