import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Random } from '#base/random.js'
import { SealedFieldError } from './pool-cipher.js'
import { accessKeySecretContext, ServiceSeal } from './service-seal.js'

let drawn = 0
const random: Random = {
  bytes(length) {
    drawn += 1
    return new Uint8Array(length).fill(drawn)
  },
  uuid: () => '',
  text: () => '',
}
const sealOf = (byte: number) =>
  new ServiceSeal({ serviceKey: new Uint8Array(32).fill(byte), random })

test('what one Region seals, another with the same service key opens', () => {
  const context = accessKeySecretContext('AKIAEXAMPLE')
  const sealed = sealOf(1).sealText(context, 'a secret')
  assert.equal(sealOf(1).openText(context, sealed), 'a secret')
  assert.equal(Buffer.from(sealed).includes('a secret'), false)
})

test('it opens at its own place only, and with its own key only', () => {
  const seal = sealOf(1)
  const context = accessKeySecretContext('AKIAEXAMPLE')
  const sealed = seal.sealText(context, 'a secret')
  for (const other of [
    { ...context, row: 'AKIAOTHER' },
    { ...context, column: 'other' },
    { ...context, table: 'other' },
  ]) {
    assert.throws(() => seal.open(other, sealed), SealedFieldError)
  }
  assert.throws(() => sealOf(2).open(context, sealed), SealedFieldError)
  const damaged = Uint8Array.from(sealed)
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  assert.throws(() => seal.open(context, damaged), SealedFieldError)
})
