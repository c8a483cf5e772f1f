import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Random } from '#base/random.js'
import { DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from '../pool/structures.js'
import { policyRefusal, temporaryPassword } from './password-policy.js'

const refusal = (password: string, policy: PasswordPolicy = DEFAULT_PASSWORD_POLICY) =>
  policyRefusal(policy, password)

test('a password of all kinds conforms with the default policy', () => {
  assert.equal(refusal('Abcdef1!'), undefined)
})

test('each shortcoming has its message', () => {
  const cases = {
    'Abcde1!': 'Password did not conform with policy: Password not long enough',
    'abcdef1!': 'Password did not conform with policy: Password must have uppercase characters',
    'ABCDEF1!': 'Password did not conform with policy: Password must have lowercase characters',
    'Abcdefg!': 'Password did not conform with policy: Password must have numeric characters',
    Abcdefg1: 'Password did not conform with policy: Password must have symbol characters',
    '': 'Password did not conform with policy: Password not long enough',
  }
  for (const [password, message] of Object.entries(cases)) {
    assert.equal(refusal(password), message, password)
  }
  assert.match(refusal(`Aa1!${'x'.repeat(300)}`) ?? '', /Password too long$/)
})

test('every symbol of the service counts, other characters do not', () => {
  for (const symbol of '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+-') {
    assert.equal(refusal(`Abcdefg1${symbol}`), undefined, symbol)
  }
  for (const other of ['é', '€', '日', '🔑', '§']) {
    assert.match(refusal(`Abcdefg1${other}`) ?? '', /symbol characters$/, other)
  }
})

test('a space is a symbol inside a password, not at its ends', () => {
  assert.equal(refusal('Abcd efg1'), undefined)
  assert.match(refusal('Abcdefg1 ') ?? '', /symbol characters$/)
  assert.match(refusal(' Abcdefg1') ?? '', /symbol characters$/)
  assert.match(refusal(' Abcdefg1!') ?? '', /must not begin or end with a space$/)
})

test('a policy asks for no more than it says', () => {
  assert.equal(refusal('aaaaaa', { minimumLength: 6 }), undefined)
  assert.match(refusal('aaaaa', { minimumLength: 6 }) ?? '', /not long enough$/)
  const long = { minimumLength: 99 }
  assert.equal(refusal('a'.repeat(99), long), undefined)
  assert.match(refusal('a'.repeat(98), long) ?? '', /not long enough$/)
  assert.match(refusal('aaaaaaaa', { requireNumbers: true }) ?? '', /numeric characters$/)
  assert.match(refusal('a'.repeat(7), {}) ?? '', /not long enough$/)
})

/** Real randomness, as the service has; the rules must hold whatever comes. */
const random: Random = {
  bytes: (length) => randomBytes(length),
  uuid: () => '',
  text: (length, alphabet) =>
    Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join(''),
}

test('temporary passwords conform with every policy', () => {
  for (const minimumLength of [6, 8, 12, 13, 99]) {
    const policy = { ...DEFAULT_PASSWORD_POLICY, minimumLength }
    for (let run = 0; run < 100; run += 1) {
      const password = temporaryPassword(policy, random)
      assert.equal(refusal(password, policy), undefined, password)
      assert.equal(password.length, Math.max(12, minimumLength))
    }
  }
})

test('temporary passwords differ, and so do the kinds at each place', () => {
  const made = Array.from({ length: 200 }, () => temporaryPassword({}, random))
  assert.equal(new Set(made).size, made.length)
  for (let place = 0; place < 12; place += 1) {
    const kinds = new Set(made.map((password) => /\d/.test(password[place] ?? '')))
    assert.equal(kinds.size, 2, `place ${place}`)
  }
})

test('a source that gives the same each time still gives a password that conforms', () => {
  const constant: Random = { ...random, bytes: (length) => new Uint8Array(length) }
  assert.equal(refusal(temporaryPassword({}, constant)), undefined)
})
