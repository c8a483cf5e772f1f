import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isAbove } from '../pool/tier.js'
import { chargesOf, totalOf } from './charges.js'

const PRICES = { essentials: 0.0045, plus: 0.006, machineToken: 0.00225, machineTokenPercent: 30 }
const NOBODY = { LITE: 0, ESSENTIALS: 0, PLUS: 0 }

describe('charges', () => {
  it('are users and tokens times months of replicas, at their prices', () => {
    const metered = {
      activeUsers: { LITE: 7, ESSENTIALS: 1000, PLUS: 10 },
      machineTokens: 2000,
      replicaMonths: 1,
    }
    const charges = chargesOf(metered, PRICES)
    assert.deepEqual(charges, [
      { item: 'ESSENTIALS_ACTIVE_USERS', quantity: 1000, unitPrice: 0.0045, amount: 4.5 },
      { item: 'PLUS_ACTIVE_USERS', quantity: 10, unitPrice: 0.006, amount: 0.06 },
      { item: 'MACHINE_TOKENS', quantity: 2000, unitPrice: 0.000675, amount: 1.35 },
    ])
    assert.equal(totalOf(charges), 5.91)
  })

  it('count a part of a month as that part, and each replica Region', () => {
    const metered = { activeUsers: { ...NOBODY, PLUS: 3 }, machineTokens: 0, replicaMonths: 0.5 }
    const [half] = chargesOf(metered, PRICES)
    assert.deepEqual([half?.quantity, half?.amount], [1.5, 0.009])
    const [two] = chargesOf({ ...metered, replicaMonths: 2 }, PRICES)
    assert.deepEqual([two?.quantity, two?.amount], [6, 0.036])
  })

  it('are none without a replica, for nobody, and of LITE', () => {
    const users = { activeUsers: { LITE: 1, ESSENTIALS: 1, PLUS: 1 }, machineTokens: 1 }
    assert.deepEqual(chargesOf({ ...users, replicaMonths: 0 }, PRICES), [])
    const lite = { activeUsers: { ...NOBODY, LITE: 5 }, machineTokens: 0, replicaMonths: 1 }
    assert.deepEqual(chargesOf(lite, PRICES), [])
    assert.equal(totalOf([]), 0)
  })

  it('sum without the errors of binary fractions', () => {
    const metered = {
      activeUsers: { ...NOBODY, ESSENTIALS: 1 },
      machineTokens: 0,
      replicaMonths: 1,
    }
    const prices = { ...PRICES, essentials: 0.1 }
    const thrice = [1, 2, 3].flatMap(() => chargesOf(metered, prices))
    assert.equal(totalOf(thrice), 0.3)
  })
})

describe('isAbove', () => {
  it('orders the tiers', () => {
    assert.deepEqual(
      [isAbove('PLUS', 'ESSENTIALS'), isAbove('ESSENTIALS', 'LITE'), isAbove('PLUS', 'PLUS')],
      [true, true, false],
    )
    assert.equal(isAbove('LITE', 'ESSENTIALS'), false)
  })
})
