import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvariantError } from '#base/assert.js'
import { verifierOf } from '../user/user.js'
import { packCredential, unpackCredential } from './packed.js'

const password = (digit: string) => ({ salt: digit.repeat(32), verifier: digit.repeat(768) })

test('a credential comes back as it was', () => {
  const lasting = { ...password('a'), history: [] }
  assert.deepEqual(unpackCredential(packCredential(lasting)), lasting)
  assert.equal(packCredential(lasting).length, 408)
  const temporary = {
    ...password('b'),
    temporaryUntilMs: 1_795_000_000_123,
    history: [password('c'), password('d')],
  }
  assert.deepEqual(unpackCredential(packCredential(temporary)), temporary)
})

test('a verifier with leading zeros keeps its value', () => {
  const short = { salt: '0'.repeat(32), verifier: 'abc', history: [] }
  const verifier = verifierOf(unpackCredential(packCredential(short)))?.verifier
  assert.equal(BigInt(`0x${verifier}`), 0xabcn)
})

test('an imported hash comes back as it was', () => {
  const imported = { algorithm: 'BCRYPT', text: '$2b$05$abc' } as const
  const packed = packCredential({ imported })
  assert.deepEqual(unpackCredential(packed), { imported })
  const unknown = Buffer.concat([packed.subarray(0, 8), Buffer.from('MD5 abc')])
  assert.throws(() => unpackCredential(unknown), InvariantError)
})

test('what is no credential is refused', () => {
  assert.throws(() => unpackCredential(new Uint8Array(8)), InvariantError)
  assert.throws(() => unpackCredential(new Uint8Array(409)), InvariantError)
  const short = { salt: 'ab', verifier: 'cd', history: [] }
  assert.throws(() => packCredential(short), InvariantError)
})
