import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoySub, decoyUser, hidesUsers } from './decoy.js'
import { MODULUS, modPow } from './modular.js'
import { createVerifier, verifyPassword } from './srp.js'

const secret = Buffer.alloc(32, 7)
const decoy = decoyUser({ secret, name: 'nobody', hasUuidName: false })

test('a name always gives the same decoy', () => {
  assert.deepEqual(decoyUser({ secret, name: 'nobody', hasUuidName: false }), decoy)
})

test('the sub alone is the sub of the whole', () => {
  for (const name of ['nobody', 'ada@example.com', '']) {
    const whole = decoyUser({ secret, name, hasUuidName: false })
    assert.equal(decoySub({ secret, name }), whole.sub)
  }
  assert.notEqual(decoySub({ secret, name: 'a' }), decoySub({ secret, name: 'b' }))
})

test('another name or another pool gives another decoy', () => {
  const named = decoyUser({ secret, name: 'nobody2', hasUuidName: false })
  const pooled = decoyUser({ secret: Buffer.alloc(32, 8), name: 'nobody', hasUuidName: false })
  for (const other of [named, pooled]) {
    assert.notEqual(other.salt, decoy.salt)
    assert.notEqual(other.sub, decoy.sub)
    assert.notEqual(other.verifier, decoy.verifier)
  }
})

test('a decoy has the form of a real user', () => {
  const real = createVerifier({
    poolName: 'p',
    userId: 'u',
    password: 'w',
    salt: Buffer.alloc(16, 3),
  })
  assert.equal(decoy.salt.length, real.salt.length)
  assert.match(decoy.salt, /^[0-9a-f]{32}$/)
  assert.match(decoy.sub, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(decoy.username, 'nobody')
  const uuidNamed = decoyUser({ secret, name: 'nobody', hasUuidName: true })
  assert.equal(uuidNamed.username, uuidNamed.sub)
})

test('the verifier of a decoy is in the subgroup that real ones are in', () => {
  const order = Buffer.from(((MODULUS - 1n) / 2n).toString(16), 'hex')
  // modPow takes exponents of 48 bytes, so the power is taken in pieces of 384 bits.
  let power = 1n
  let base = BigInt(`0x${decoy.verifier}`)
  for (let end = order.length; end > 0; end -= 48) {
    power = (power * modPow(base, order.subarray(Math.max(0, end - 48), end))) % MODULUS
    const shift = Buffer.alloc(48)
    shift[0] = 0x80
    base = modPow(base, shift) ** 2n % MODULUS
  }
  assert.equal(power, 1n)
})

test('no password opens a decoy', () => {
  const identity = { poolName: 'p', userId: 'nobody' }
  for (const password of ['', 'nobody', 'Password1!']) {
    assert.equal(verifyPassword({ ...identity, password, ...decoy }), false)
  }
})

test('users are hidden where the client says so, and not by LEGACY or by default', () => {
  assert.equal(hidesUsers({ preventUserExistenceErrors: 'ENABLED' }), true)
  assert.equal(hidesUsers({ preventUserExistenceErrors: 'LEGACY' }), false)
  assert.equal(hidesUsers({}), false)
})
