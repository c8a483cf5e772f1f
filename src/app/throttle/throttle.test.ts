import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RateRequest } from '#ports/rates.js'
import { Throttle } from './throttle.js'

/** A database whose running second ends in 400 ms. */
function stage({ rates = {} }: { rates?: Readonly<Record<string, number>> } = {}) {
  let nowMs = 10_600
  let second = 10
  const taken = new Map<string, number>()
  const statements: string[] = []
  const windows = {
    async take(bucket: string, { category, free, times, wanted }: RateRequest) {
      statements.push(bucket)
      const now = Math.floor(nowMs / 1000)
      if (now > second) {
        second = now
        taken.clear()
      }
      const before = taken.get(bucket) ?? 0
      const granted = Math.max(0, Math.min(wanted, (rates[category] ?? free) * times - before))
      taken.set(bucket, before + granted)
      return { granted, endsInMs: (now + 1) * 1000 - nowMs }
    },
  }
  const clock = { nowMs: () => nowMs }
  const make = () => new Throttle({ windows, clock })
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { make, pass, statements }
}

/** How many of `calls` at once are let in. */
async function countAdmitted(calls: number, call: () => Promise<boolean>): Promise<number> {
  const outcomes = await Promise.all(Array.from({ length: calls }, call))
  return outcomes.filter(Boolean).length
}

const SIGN_IN = {
  category: 'UserAuthentication',
  operation: 'InitiateAuth',
  poolId: 'pool',
  user: undefined,
  isChallengeResponse: false,
} as const

describe('Throttle', () => {
  it('lets in what the category has in a second, over all processes, and no more', async () => {
    const { make, pass } = stage()
    const [one, other] = [make(), make()]
    let turn = 0
    const call = () => (turn++ % 2 === 0 ? one : other).admitsCategory('UserAuthentication')
    assert.equal(await countAdmitted(500, call), 120)
    pass(399)
    assert.equal(await countAdmitted(50, call), 0)
    pass(1)
    assert.equal(await countAdmitted(500, call), 120)
  })

  it('takes shares of a second, so that few requests cost a statement', async () => {
    const { make, statements } = stage()
    const throttle = make()
    await countAdmitted(120, () => throttle.admitsCategory('UserAuthentication'))
    assert.equal(statements.length, 10)
    await countAdmitted(100, () => throttle.admitsCategory('UserAuthentication'))
    assert.equal(statements.length, 11, 'once to learn that there is no more')
  })

  it('has the provisioned limit with the next share', async () => {
    const rates: Record<string, number> = {}
    const { make } = stage({ rates })
    const throttle = make()
    assert.equal(await countAdmitted(12, () => throttle.admits(SIGN_IN)), 12)
    rates['UserAuthentication'] = 200
    assert.equal(await countAdmitted(400, () => throttle.admits(SIGN_IN)), 188)
  })

  it('counts three responses for each sign-in, and more of them as sign-ins', async () => {
    const { make } = stage()
    const throttle = make()
    const response = { ...SIGN_IN, operation: 'RespondToAuthChallenge', isChallengeResponse: true }
    assert.equal(await countAdmitted(1000, () => throttle.admits(response)), 360 + 120)
    assert.equal(await countAdmitted(10, () => throttle.admits(SIGN_IN)), 0)
  })

  it('bounds reads and writes of one user apart, and no other user', async () => {
    const { make, pass } = stage()
    const throttle = make()
    const read = {
      ...SIGN_IN,
      category: 'UserRead',
      operation: 'AdminGetUser',
      user: { name: 'ada', isWrite: false },
    } as const
    assert.equal(await countAdmitted(30, () => throttle.admits(read)), 10)
    const write = { ...read, category: 'UserUpdate', user: { name: 'ada', isWrite: true } } as const
    assert.equal(await countAdmitted(30, () => throttle.admits(write)), 10)
    const other = { ...read, user: { name: 'bob', isWrite: false } }
    assert.equal(await countAdmitted(30, () => throttle.admits(other)), 10)
    const elsewhere = { ...read, poolId: 'other' }
    assert.equal(await countAdmitted(30, () => throttle.admits(elsewhere)), 10)
    pass(400)
    assert.equal(await countAdmitted(30, () => throttle.admits(read)), 10)
  })

  it('bounds one operation for one pool where the category says so', async () => {
    const { make } = stage()
    const throttle = make()
    const list = {
      ...SIGN_IN,
      category: 'UserPoolClientRead',
      operation: 'ListUserPoolClients',
    } as const
    assert.equal(await countAdmitted(30, () => throttle.admits(list)), 5)
    const describeClient = { ...list, operation: 'DescribeUserPoolClient' }
    assert.equal(await countAdmitted(30, () => throttle.admits(describeClient)), 5)
    assert.equal(await countAdmitted(30, () => throttle.admits({ ...list, poolId: 'b' })), 5)
    assert.equal(
      await countAdmitted(30, () => throttle.admits({ ...list, poolId: 'c' })),
      0,
      'the category has 15',
    )
  })
})
