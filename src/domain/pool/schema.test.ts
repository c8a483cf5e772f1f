import assert from 'node:assert/strict'
import { test } from 'node:test'
import { required } from '#base/assert.js'
import {
  type AttributeRequest,
  type SchemaOutcome,
  STANDARD_ATTRIBUTES,
  schemaOfNewPool,
  signInNamesRefusal,
  withCustomAttributes,
} from './schema.js'

function attributesOf(outcome: SchemaOutcome) {
  assert.deepEqual(outcome.kind === 'problem' ? outcome.problem : undefined, undefined)
  return outcome.kind === 'schema' ? outcome.attributes : []
}

function problemOf(outcome: SchemaOutcome) {
  assert.equal(outcome.kind, 'problem')
  return outcome.kind === 'problem' ? outcome.problem : ''
}

const named = (outcome: SchemaOutcome, name: string) =>
  required(
    attributesOf(outcome).find((attribute) => attribute.name === name),
    name,
  )

const TEXT = { attributeDataType: 'String' } as const

test('a new pool has the standard attributes', () => {
  const schema = schemaOfNewPool([])
  assert.deepEqual(attributesOf(schema), STANDARD_ATTRIBUTES)
  const names = STANDARD_ATTRIBUTES.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const claim of 'sub name email phone_number birthdate zoneinfo updated_at'.split(' ')) {
    assert.ok(names.includes(claim), claim)
  }
  assert.deepEqual(named(schema, 'email'), {
    name: 'email',
    attributeDataType: 'String',
    developerOnlyAttribute: false,
    mutable: true,
    required: false,
    stringAttributeConstraints: { minLength: '0', maxLength: '2048' },
  })
  assert.deepEqual(named(schema, 'sub'), {
    name: 'sub',
    attributeDataType: 'String',
    developerOnlyAttribute: false,
    mutable: false,
    required: true,
    stringAttributeConstraints: { minLength: '1', maxLength: '2048' },
  })
  const birthdate = named(schema, 'birthdate').stringAttributeConstraints
  assert.deepEqual(birthdate, { minLength: '10', maxLength: '10' })
  assert.deepEqual(named(schema, 'updated_at').numberAttributeConstraints, { minValue: '0' })
  assert.equal(named(schema, 'email_verified').attributeDataType, 'Boolean')
})

test('a request changes what may be changed of a standard attribute', () => {
  const schema = schemaOfNewPool([
    {
      name: 'email',
      attributeDataType: 'String',
      required: true,
      mutable: false,
      stringAttributeConstraints: { maxLength: '100' },
    },
  ])
  const email = named(schema, 'email')
  assert.equal(email.required, true)
  assert.equal(email.mutable, false)
  assert.deepEqual(email.stringAttributeConstraints, { minLength: '0', maxLength: '100' })
  assert.equal(attributesOf(schema).length, STANDARD_ATTRIBUTES.length)
})

test('a request does not change what a standard attribute is', () => {
  const wrong: readonly AttributeRequest[] = [
    { name: 'email', attributeDataType: 'Number' },
    { name: 'email', developerOnlyAttribute: true },
  ]
  for (const request of wrong) {
    assert.equal(
      problemOf(schemaOfNewPool([request])),
      'You can not change AttributeDataType or set developerOnlyAttribute for standard schema ' +
        'attribute email',
    )
  }
  assert.equal(
    problemOf(schemaOfNewPool([{ name: 'sub', required: false }])),
    'sub must be required.',
  )
  assert.equal(named(schemaOfNewPool([{ name: 'sub', mutable: true }]), 'sub').mutable, false)
})

test('custom attributes get their prefix', () => {
  const schema = schemaOfNewPool([
    { name: 'tenant', ...TEXT },
    { name: 'age', attributeDataType: 'Number', mutable: false },
    { name: 'score', ...TEXT, developerOnlyAttribute: true },
    { name: 'vip', attributeDataType: 'Boolean' },
  ])
  assert.deepEqual(named(schema, 'custom:tenant'), {
    name: 'custom:tenant',
    attributeDataType: 'String',
    developerOnlyAttribute: false,
    mutable: true,
    required: false,
    stringAttributeConstraints: {},
  })
  assert.deepEqual(named(schema, 'custom:age').numberAttributeConstraints, {})
  assert.equal(named(schema, 'custom:age').mutable, false)
  assert.equal(named(schema, 'dev:custom:score').developerOnlyAttribute, true)
  assert.equal('stringAttributeConstraints' in named(schema, 'custom:vip'), false)
})

test('names are given, and once', () => {
  assert.equal(problemOf(schemaOfNewPool([{}])), 'Attribute name is required in the schema.')
  assert.equal(
    problemOf(schemaOfNewPool([{ name: 'a', ...TEXT }, { name: 'a' }])),
    'a is already in the schema.',
  )
  const first = attributesOf(schemaOfNewPool([{ name: 'a', ...TEXT }]))
  assert.equal(
    problemOf(withCustomAttributes(first, [{ name: 'a', ...TEXT }])),
    'custom:a: Existing attribute already has name custom:a.',
  )
  assert.equal(
    problemOf(
      withCustomAttributes(first, [
        { name: 'b', ...TEXT },
        { name: 'b', ...TEXT },
      ]),
    ),
    'custom:b: Existing attribute already has name custom:b.',
  )
  const hidden = { name: 'banana', ...TEXT, developerOnlyAttribute: true }
  assert.equal(
    problemOf(withCustomAttributes(attributesOf(schemaOfNewPool([hidden])), [hidden])),
    'custom:banana: Existing attribute already has name dev:custom:banana.',
  )
})

test('a custom attribute says its type', () => {
  assert.equal(
    problemOf(schemaOfNewPool([{ name: 'x' }])),
    'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
  )
})

test('custom attributes are never required', () => {
  const message = 'Required custom attributes are not supported currently.'
  assert.equal(problemOf(schemaOfNewPool([{ name: 'a', required: true }])), message)
})

test('attributes are added to a pool, and none is lost', () => {
  const first = attributesOf(
    schemaOfNewPool([
      { name: 'a', ...TEXT },
      { name: 'email', required: true },
    ]),
  )
  const more = attributesOf(
    withCustomAttributes(first, [
      { name: 'b', ...TEXT },
      { name: 'email', ...TEXT },
    ]),
  )
  assert.deepEqual(more.slice(0, first.length), first)
  assert.deepEqual(
    more.slice(first.length).map(({ name }) => name),
    ['custom:b', 'custom:email'],
  )
})

test('a pool has at most fifty custom attributes', () => {
  const requests = Array.from({ length: 50 }, (_, at) => ({ name: `a${at}`, ...TEXT }))
  const full = attributesOf(schemaOfNewPool(requests))
  assert.equal(full.length, STANDARD_ATTRIBUTES.length + 50)
  const message = 'A user pool has at most 50 custom attributes.'
  assert.equal(problemOf(withCustomAttributes(full, [{ name: 'b', ...TEXT }])), message)
  assert.equal(problemOf(schemaOfNewPool([...requests, { name: 'b', ...TEXT }])), message)
})

test('constraints that could not be checked later are refused now', () => {
  const custom = (request: AttributeRequest) =>
    problemOf(schemaOfNewPool([{ name: 'a', ...TEXT, ...request }]))
  const number = (minValue?: string, maxValue?: string): AttributeRequest => ({
    attributeDataType: 'Number',
    numberAttributeConstraints: {
      ...(minValue === undefined ? {} : { minValue }),
      ...(maxValue === undefined ? {} : { maxValue }),
    },
  })
  for (const bound of ['', 'x', '1.5', ' 1', '1e3', '0x1', '9'.repeat(309)]) {
    const message = (kind: string) =>
      `Invalid ${kind}AttributeConstraints for schema attribute custom:a`
    assert.equal(custom(number(bound)), message('Number'), bound)
    const text = { stringAttributeConstraints: { maxLength: bound } }
    assert.equal(custom(text), message('String'), bound)
  }
  assert.equal(custom(number('2', '1')), 'user.custom:a: Max value cannot be less than min value.')
  assert.equal(
    custom({ stringAttributeConstraints: { minLength: '-1' } }),
    'Invalid StringAttributeConstraints for schema attribute custom:a',
  )
  // Against the bound that the standard attribute has already.
  const short = { name: 'birthdate', stringAttributeConstraints: { minLength: '11' } }
  assert.equal(
    problemOf(schemaOfNewPool([short])),
    'user.birthdate: Max length cannot be less than min length.',
  )
  for (const stringAttributeConstraints of [{ minLength: '2049' }, { maxLength: '2049' }]) {
    assert.equal(
      problemOf(schemaOfNewPool([{ name: 'email', stringAttributeConstraints }])),
      'user.email: String attributes cannot have a length of more than 2048',
    )
  }
  assert.deepEqual(
    named(schemaOfNewPool([{ name: 'a', ...number('-5', '5') }]), 'custom:a')
      .numberAttributeConstraints,
    { minValue: '-5', maxValue: '5' },
  )
})

test('constraints of another type are dropped', () => {
  const schema = schemaOfNewPool([
    { name: 'a', ...TEXT, numberAttributeConstraints: { minValue: '1' } },
    { name: 'b', attributeDataType: 'DateTime', stringAttributeConstraints: { minLength: '1' } },
  ])
  assert.equal('numberAttributeConstraints' in named(schema, 'custom:a'), false)
  assert.equal('stringAttributeConstraints' in named(schema, 'custom:b'), false)
})

test('aliases and user name attributes exclude each other', () => {
  const both = { usernameAttributes: ['email'], aliasAttributes: ['preferred_username'] }
  assert.equal(
    signInNamesRefusal(both),
    'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.',
  )
  assert.equal(signInNamesRefusal({ ...both, usernameAttributes: [] }), undefined)
  assert.equal(signInNamesRefusal({ ...both, aliasAttributes: [] }), undefined)
})
