import assert from 'node:assert/strict'
import { test } from 'node:test'
import { required } from '#base/assert.js'
import { type AttributeRequest, schemaOfNewPool } from '../pool/schema.js'
import type { SchemaAttribute } from '../pool/settings.js'
import { refused } from '../refusal.js'
import { type AttributeWrite, attributeRefusal, removalRefusal } from './attributes.js'

function schemaOf(...requests: readonly AttributeRequest[]): readonly SchemaAttribute[] {
  const made = schemaOfNewPool(requests)
  return required(made.kind === 'schema' ? made.attributes : undefined, 'schema')
}

const schema = schemaOf(
  { name: 'tenant', attributeDataType: 'String', mutable: false },
  { name: 'score', attributeDataType: 'String', developerOnlyAttribute: true },
  { name: 'age', attributeDataType: 'Number', numberAttributeConstraints: { minValue: '18' } },
  {
    name: 'level',
    attributeDataType: 'Number',
    numberAttributeConstraints: { minValue: '-5', maxValue: '5' },
  },
  { name: 'since', attributeDataType: 'DateTime' },
  { name: 'vip', attributeDataType: 'Boolean' },
  {
    name: 'code',
    attributeDataType: 'String',
    stringAttributeConstraints: { minLength: '2', maxLength: '4' },
  },
)

const UNAUTHORIZED = refused('unauthorized-write')

type Given = Partial<AttributeWrite>

const refusedAs = (writes: Record<string, string>, given: Given = {}) =>
  attributeRefusal({
    schema,
    writes,
    writable: undefined,
    isCreation: true,
    current: {},
    ...given,
  })

const refusal = (writes: Record<string, string>, given: Given = {}) => {
  const found = refusedAs(writes, given)
  assert.equal(found?.reason, found && 'invalid-parameter')
  return found?.detail
}

const onUpdate = (writes: Record<string, string>, given: Given = {}) =>
  refusal(writes, { isCreation: false, ...given })

const asAdmin = (writes: Record<string, string>, given: Given = {}) =>
  refusal(writes, { isAdmin: true, ...given })

test('writes that conform are accepted', () => {
  const writes = {
    email: 'maria@example.com',
    phone_number: '+15550100',
    birthdate: '1990-01-31',
    updated_at: '0',
    'custom:tenant': 'a',
    'custom:age': '18',
    'custom:level': '-5',
    'custom:since': '2026-01-31T00:00:00Z',
    'custom:vip': 'True',
    'custom:code': 'äöü🔑',
  }
  assert.equal(refusal(writes), undefined)
  assert.equal(refusal({}), undefined)
})

test('attributes that do not exist are named, all of them', () => {
  assert.equal(
    refusal({ 'custom:x': '1', email: 'a@b.example', y: '2' }),
    'Attributes did not conform to the schema: ' +
      'custom:x: Attribute does not exist in the schema.\n' +
      'y: Attribute does not exist in the schema.\n',
  )
  assert.equal(
    onUpdate({ 'custom:x': '1' }),
    'user.custom:x: Attribute does not exist in the schema.\n',
  )
  assert.match(refusal({ constructor: 'x' }) ?? '', /constructor: Attribute does not exist/)
})

test('who signs up gives the required attributes', () => {
  const required = schemaOf({ name: 'email', required: true }, { name: 'name', required: true })
  assert.equal(
    refusal({}, { schema: required }),
    'Attributes did not conform to the schema: email: The attribute is required\n' +
      'name: The attribute is required\n',
  )
  assert.equal(
    refusal({ email: 'a@b.example', name: '' }, { schema: required }),
    'Attributes did not conform to the schema: name: The attribute is required\n',
  )
  assert.equal(refusal({ email: 'a@b.example', name: 'A' }, { schema: required }), undefined)
  // An administrator leaves them to the first sign-in; an update need not repeat them.
  assert.equal(asAdmin({}, { schema: required }), undefined)
  assert.equal(onUpdate({}, { schema: required }), undefined)
})

test('an immutable attribute is written once', () => {
  assert.equal(refusal({ 'custom:tenant': 'a' }), undefined)
  const current = { 'custom:tenant': 'a' }
  const refused = 'user.custom:tenant: Attribute cannot be updated.\n'
  assert.equal(onUpdate({ 'custom:tenant': 'b' }, { current }), refused)
  assert.equal(onUpdate({ 'custom:tenant': 'b' }), refused)
  assert.equal(onUpdate({ 'custom:tenant': '' }, { current }), refused)
  assert.equal(asAdmin({ 'custom:tenant': 'b' }, { isCreation: false, current }), refused)
})

test('a required immutable attribute that was left open can be given at the first sign-in', () => {
  const strict = schemaOf({ name: 'email', required: true, mutable: false })
  const writes = { email: 'a@b.example' }
  assert.equal(onUpdate(writes, { schema: strict }), undefined)
  assert.equal(
    onUpdate(writes, { schema: strict, current: { email: 'c@d.example' } }),
    'user.email: Attribute cannot be updated.\n',
  )
})

test('a required attribute cannot be emptied', () => {
  const required = schemaOf({ name: 'name', required: true })
  assert.equal(
    onUpdate({ name: '' }, { schema: required, current: { name: 'A' } }),
    'user.name: Required attribute cannot be deleted.\n',
  )
  assert.equal(onUpdate({ nickname: '' }, { schema: required }), undefined)
})

test('a client writes what its settings let it write', () => {
  const writable = ['email', 'custom:tenant']
  assert.equal(refusal({ email: 'a@b.example', 'custom:tenant': 'x' }, { writable }), undefined)
  assert.deepEqual(refusedAs({ name: 'A' }, { writable }), UNAUTHORIZED)
  assert.deepEqual(refusedAs({ email: 'a@b.example' }, { writable: [] }), UNAUTHORIZED)
  assert.equal(asAdmin({ name: 'A' }, { writable }), undefined)
})

test('proofs and developer-only attributes are for administrators', () => {
  for (const name of ['email_verified', 'phone_number_verified', 'dev:custom:score']) {
    assert.deepEqual(refusedAs({ [name]: 'true' }), UNAUTHORIZED, name)
    assert.deepEqual(refusedAs({ [name]: 'true' }, { isCreation: false }), UNAUTHORIZED, name)
    assert.deepEqual(refusedAs({ [name]: 'true' }, { writable: [name] }), UNAUTHORIZED, name)
  }
  const writes = { email: 'a@b.example', email_verified: 'true', 'dev:custom:score': '9' }
  assert.equal(asAdmin(writes), undefined)
})

test('an address is proven only when there is one', () => {
  const current = { email: 'a@b.example' }
  const update = { isCreation: false, current }
  assert.equal(asAdmin({ email_verified: 'true' }, update), undefined)
  assert.equal(
    asAdmin({ email_verified: 'false' }),
    'Email is required to verify/un-verify an email',
  )
  assert.equal(
    asAdmin({ phone_number_verified: 'true' }, update),
    'Phone Number is required to verify/un-verify a phone number',
  )
  assert.equal(
    asAdmin({ email: '', email_verified: 'true' }, update),
    'Email is required to verify/un-verify an email',
  )
})

test('what the service gives is nobody’s to write', () => {
  for (const name of ['sub', 'identities']) {
    const message = `Cannot modify the non-mutable attribute ${name}`
    assert.equal(refusal({ [name]: 'x' }), message)
    assert.equal(onUpdate({ [name]: 'x' }), message)
    assert.equal(asAdmin({ [name]: 'x' }), message)
  }
})

test('addresses have a form', () => {
  for (const email of ['a@b.co', 'first.last+tag@sub.example.com', 'ü@exämple.de', "o'b@x.ie"]) {
    assert.equal(refusal({ email }), undefined, email)
  }
  const badEmails = [
    'a',
    'a@b',
    '@b.co',
    'a@b.',
    'a@.b.',
    'a b@c.co',
    'a@b@c.co',
    'a@b.co\n',
    '<a@b.co>',
    'a@b.co,c@d.co',
  ]
  for (const email of badEmails) {
    assert.equal(refusal({ email }), 'Invalid email address format.', JSON.stringify(email))
  }
  for (const phone of ['+15550100', '+12', '+123456789012345']) {
    assert.equal(refusal({ phone_number: phone }), undefined, phone)
  }
  for (const phone of ['15550100', '+0155501', '+1', '+1 555', '+1234567890123456', '+1555\n']) {
    assert.equal(refusal({ phone_number: phone }), 'Invalid phone number format.', phone)
  }
})

test('a long address that is none is refused quickly', () => {
  assert.equal(refusal({ email: `a@${'.'.repeat(2040)}@` }), 'Invalid email address format.')
  assert.equal(refusal({ email: `a@${'a.'.repeat(1000)}` }), 'Invalid email address format.')
})

test('values have the type and the bounds of the schema', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['birthdate', '1990-1-1', 'String must be no shorter than 10 characters'],
    ['custom:code', 'a', 'String must be no shorter than 2 characters'],
    ['custom:code', 'abcde', 'String must be no longer than 4 characters'],
    ['nickname', 'x'.repeat(2049), 'String must be no longer than 2048 characters'],
    ['custom:tenant', 'x'.repeat(2049), 'String must be no longer than 2048 characters'],
    ['custom:age', '17', 'Number must be no less than 18'],
    ['custom:age', 'old', 'Attribute value must be a number.'],
    ['custom:age', '18.5', 'Attribute value must be a number.'],
    ['custom:age', '0x20', 'Attribute value must be a number.'],
    ['custom:level', '-6', 'Number must be no less than -5'],
    ['custom:level', '6', 'Number must be no greater than 5'],
    ['updated_at', '-1', 'Number must be no less than 0'],
    ['custom:since', 'yesterday', 'Attribute value must be a date and time.'],
    ['custom:vip', 'yes', 'Attribute value must be true or false.'],
  ]
  for (const [name, value, problem] of cases) {
    assert.equal(
      refusal({ [name]: value }),
      `Attributes did not conform to the schema: ${name}: ${problem}\n`,
      `${name} = ${value.slice(0, 20)}`,
    )
    assert.equal(
      asAdmin({ [name]: value }, { isCreation: false, current: {} })?.endsWith(
        `${name}: ${name === 'custom:tenant' ? 'Attribute cannot be updated.' : problem}\n`,
      ),
      true,
    )
  }
})

test('attributes are removed unless they are required or immutable', () => {
  const tenant = { name: 'tenant', attributeDataType: 'String', mutable: false } as const
  const strict = schemaOf({ name: 'name', required: true }, tenant)
  assert.equal(removalRefusal(strict, ['email', 'nickname']), undefined)
  assert.equal(removalRefusal(strict, []), undefined)
  assert.equal(removalRefusal(strict, ['email'], ['email']), undefined)
  assert.deepEqual(removalRefusal(strict, ['email', 'name'], ['email']), UNAUTHORIZED)
  assert.equal(
    removalRefusal(strict, ['name', 'custom:tenant'])?.detail,
    'user.name: Required attribute cannot be deleted.\n' +
      'user.custom:tenant: Attribute cannot be updated.\n',
  )
  assert.equal(
    removalRefusal(strict, ['name', 'sub', 'custom:tenant', 'custom:x', 'email'])?.detail,
    'Invalid user attributes: user.name: Required attribute cannot be deleted.\n' +
      'user.sub: Required attribute cannot be deleted.\n' +
      'user.custom:tenant: Attribute cannot be updated.\n' +
      'user.custom:x: Attribute does not exist in the schema.\n',
  )
})
