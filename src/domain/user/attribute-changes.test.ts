import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressToProve,
  heldAddresses,
  isChanged,
  withoutAttributes,
  withProven,
  withWrites,
} from './attribute-changes.js'
import type { User } from './user.js'

const ada: User = {
  sub: 'ada',
  username: 'ada',
  status: 'CONFIRMED',
  isEnabled: true,
  attributes: { email: 'ada@example.com', email_verified: 'true', name: 'Ada' },
  createdAtMs: 0,
  modifiedAtMs: 0,
  version: 1,
}
const waiting: User = { ...ada, pendingAttributes: { email: 'new@example.com' } }

const holding = {
  attributesRequireVerificationBeforeUpdate: ['email'],
  autoVerifiedAttributes: ['email', 'phone_number'],
}

test('a removed or equal address is not a changed one', () => {
  assert.equal(isChanged(ada, { email: 'new@example.com' }, 'email'), true)
  assert.equal(isChanged(ada, { email: 'ada@example.com' }, 'email'), false)
  assert.equal(isChanged(ada, { email: '' }, 'email'), false)
  assert.equal(isChanged(ada, { name: 'A' }, 'email'), false)
})

test('an address is held back where the pool verifies it before the update', () => {
  const writes = { email: 'new@example.com', phone_number: '+15550100' }
  assert.deepEqual(heldAddresses(holding, ada, writes), ['email'])
  assert.deepEqual(heldAddresses({ ...holding, autoVerifiedAttributes: [] }, ada, writes), [])
  assert.deepEqual(heldAddresses(holding, ada, { ...writes, email_verified: 'true' }), [])
  assert.deepEqual(heldAddresses(holding, ada, { email: 'ada@example.com' }), [])
})

test('a changed address is unproven unless the write says otherwise', () => {
  const change = withWrites(ada, { email: 'new@example.com' })
  assert.deepEqual(change.attributes, {
    email: 'new@example.com',
    email_verified: 'false',
    name: 'Ada',
  })
  const proven = withWrites(ada, { email: 'new@example.com', email_verified: 'true' })
  assert.equal(proven.attributes?.['email_verified'], 'true')
  const same = withWrites(ada, { email: 'ada@example.com' })
  assert.equal(same.attributes?.['email_verified'], 'true')
})

test('a held address waits with its proof, and the old one stays', () => {
  const writes = { email: 'new@example.com', email_verified: 'false', name: 'A' }
  assert.deepEqual(withWrites(ada, writes, ['email']), {
    attributes: { ...ada.attributes, name: 'A' },
    pendingAttributes: { email: 'new@example.com' },
  })
  // A later write that is in force at once ends the wait.
  assert.deepEqual(withWrites(waiting, { email: 'x@example.com' }).pendingAttributes, {})
})

test('an empty value removes the attribute, and an address takes its proof with it', () => {
  assert.deepEqual(withWrites(ada, { email: '' }).attributes, { name: 'Ada' })
  assert.deepEqual(withoutAttributes(waiting, ['email']), {
    attributes: { name: 'Ada' },
    pendingAttributes: {},
  })
  assert.deepEqual(withoutAttributes(ada, ['name', 'nickname']).attributes, {
    email: 'ada@example.com',
    email_verified: 'true',
  })
})

test('a code proves the address that waits, else the one in force', () => {
  const address = (value: string) => ({ attributeName: 'email' as const, value })
  assert.deepEqual(addressToProve(ada, 'email'), address('ada@example.com'))
  assert.deepEqual(addressToProve(waiting, 'email'), address('new@example.com'))
  assert.equal(addressToProve(ada, 'phone_number'), undefined)
  assert.equal(addressToProve(ada, 'name'), undefined)
})

test('a proven address is in force, and one that was replaced proves nothing', () => {
  const proven = { attributeName: 'email', value: 'new@example.com' } as const
  assert.deepEqual(withProven(waiting, proven), {
    attributes: { email: 'new@example.com', email_verified: 'true', name: 'Ada' },
    pendingAttributes: {},
  })
  assert.equal(withProven(ada, proven), undefined)
  assert.equal(withProven(waiting, { ...proven, value: 'ada@example.com' }), undefined)
})
