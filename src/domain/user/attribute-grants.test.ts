import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STANDARD_ATTRIBUTES } from '../pool/schema.js'
import { grantsAttribute } from './attribute-grants.js'

test('a list grants what it names, and no list everything', () => {
  assert.equal(grantsAttribute(undefined, 'custom:x'), true)
  assert.equal(grantsAttribute(['email'], 'email'), true)
  assert.equal(grantsAttribute(['email'], 'email_verified'), false)
  assert.equal(grantsAttribute([], 'email'), false)
})

test('oidc:profile grants the profile, and no address, number or custom attribute', () => {
  const granted = STANDARD_ATTRIBUTES.map(({ name }) => name).filter((name) =>
    grantsAttribute(['oidc:profile'], name),
  )
  assert.equal(granted.length, 13)
  for (const name of ['email', 'email_verified', 'phone_number', 'sub', 'address', 'custom:x']) {
    assert.equal(grantsAttribute(['oidc:profile'], name), false, name)
  }
})
