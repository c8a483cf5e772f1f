import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refused } from '../refusal.js'
import { domainRefusal } from './domain.js'

const plain = { domain: 'orders', managedLoginVersion: 1 }

test('a plain prefix is fine in every tier, managed login from ESSENTIALS up', () => {
  assert.equal(domainRefusal('LITE', plain), undefined)
  const managed = { ...plain, managedLoginVersion: 2 }
  assert.equal(domainRefusal('ESSENTIALS', managed), undefined)
  assert.equal(domainRefusal('PLUS', managed), undefined)
  const message =
    'Managed login is not available in the LITE tier. Change the tier to ESSENTIALS or higher.'
  assert.deepEqual(domainRefusal('LITE', managed), refused('tier', message))
})

test('custom domains, reserved words and other versions are refused', () => {
  const custom = domainRefusal('PLUS', { ...plain, domain: 'login.example.com' })
  assert.equal(custom?.reason, 'invalid-parameter')
  assert.match(custom?.detail ?? '', /Value at 'domain' failed to satisfy constraint/)
  for (const word of ['aws', 'amazon', 'cognito']) {
    const text = `Domain cannot contain reserved word: ${word}`
    const refusal = domainRefusal('PLUS', { ...plain, domain: `my-${word}-pool` })
    assert.deepEqual(refusal, refused('invalid-parameter', text))
  }
  const text = 'ManagedLoginVersion must be 1 or 2.'
  for (const managedLoginVersion of [0, 3]) {
    const refusal = domainRefusal('PLUS', { ...plain, managedLoginVersion })
    assert.deepEqual(refusal, refused('invalid-parameter', text))
  }
})
