import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { User } from '../user/user.js'
import {
  autoVerifiedContact,
  contactFor,
  decoyContact,
  deliveryOf,
  isRecoveryByAdminOnly,
  recoveryContact,
} from './contact.js'

const EMAIL = { attributeName: 'email', value: 'ada@example.com' } as const
const PHONE = { attributeName: 'phone_number', value: '+15550100' } as const

function userWith(attributes: Record<string, string>): User {
  const times = { createdAtMs: 0, modifiedAtMs: 0, version: 1 }
  return {
    sub: 's',
    username: 'ada',
    status: 'CONFIRMED',
    isEnabled: true,
    attributes,
    ...times,
  }
}

const both = userWith({
  email: EMAIL.value,
  email_verified: 'true',
  phone_number: PHONE.value,
  phone_number_verified: 'True',
})

function recovery(...names: readonly string[]) {
  const recoveryMechanisms = names.map((name, at) => ({ name, priority: names.length - at }))
  return { accountRecoverySetting: { recoveryMechanisms } }
}

test('sign-up codes go to what the pool verifies, the phone number first', () => {
  const all = { autoVerifiedAttributes: ['email', 'phone_number'] }
  assert.deepEqual(autoVerifiedContact(all, both), PHONE)
  assert.deepEqual(autoVerifiedContact({ autoVerifiedAttributes: ['email'] }, both), EMAIL)
  assert.equal(autoVerifiedContact({ autoVerifiedAttributes: [] }, both), undefined)
  assert.equal(autoVerifiedContact(all, userWith({ email: '' })), undefined)
})

test('reset codes go to a verified address, by priority', () => {
  assert.deepEqual(recoveryContact({}, both), PHONE)
  assert.deepEqual(
    recoveryContact(recovery('verified_phone_number', 'verified_email'), both),
    EMAIL,
  )
  assert.deepEqual(recoveryContact(recovery('verified_email'), both), EMAIL)
  assert.equal(recoveryContact(recovery('admin_only'), both), undefined)
  const unproven = userWith({ email: EMAIL.value, email_verified: 'false' })
  assert.equal(recoveryContact({}, unproven), undefined)
})

test('only administrators reset passwords where no other mechanism is named', () => {
  assert.equal(isRecoveryByAdminOnly(recovery('admin_only')), true)
  assert.equal(isRecoveryByAdminOnly(recovery('admin_only', 'verified_email')), false)
  assert.equal(isRecoveryByAdminOnly({}), false)
})

test('an address that a user has, or none', () => {
  assert.deepEqual(contactFor(both, 'email'), EMAIL)
  assert.equal(contactFor(userWith({}), 'email'), undefined)
})

test('a delivery tells the beginning of an address and the end of a number', () => {
  assert.deepEqual(deliveryOf(EMAIL), {
    destination: 'a***@e***',
    deliveryMedium: 'EMAIL',
    attributeName: 'email',
  })
  assert.deepEqual(deliveryOf(PHONE), {
    destination: '+****0100',
    deliveryMedium: 'SMS',
    attributeName: 'phone_number',
  })
})

test('a made-up address has the form that the name or the pool asks for', () => {
  const hash = Uint8Array.of(1, 2, 3)
  const pool = (...autoVerifiedAttributes: string[]) => ({
    autoVerifiedAttributes,
    isCaseSensitive: false,
  })
  const value = (settings: ReturnType<typeof pool>, name: string) =>
    decoyContact(settings, name, hash).value
  assert.equal(value(pool('email'), 'Eve@Example.com'), 'eve@example.com')
  assert.equal(value(pool('email'), '+15550100'), '+15550100')
  assert.equal(value(pool('email', 'phone_number'), 'eve'), 'b@c')
  assert.equal(value(pool(), 'eve'), 'b@c')
  assert.equal(value(pool('phone_number'), 'eve'), '+00000066051')
})
