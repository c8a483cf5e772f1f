import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { InvariantError } from '#base/assert.js'
import { check } from './check.js'
import { decode, decodeBody, encode, SerializationError } from './codec.js'
import { cognitoOperation, cognitoOperations } from './cognito.js'
import { kmsOperation, kmsOperations } from './kms.js'
import type { Shape, StructShape } from './schema.js'

const SEED = 20_260_101
const signUp = cognitoOperation('SignUp').input
const everyOperation = [...cognitoOperations.values(), ...kmsOperations.values()]

/** Null prototypes are for safety and not for comparing. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function failsWith(shape: StructShape, json: unknown, message: string, path: string): void {
  assert.throws(
    () => decode(shape, json),
    (error) =>
      error instanceof SerializationError && error.message === message && error.path === path,
    message,
  )
}

test('known members are decoded, unknown and null ones dropped', () => {
  const value = decode(signUp, {
    ClientId: 'abc',
    Username: 'ada',
    Password: null,
    UserAttributes: [{ Name: 'email', Value: 'a@b', Extra: {} }, null],
    ClientMetadata: { a: 'b', c: null },
    Unknown: 1,
  })
  assert.deepEqual(plain(value), {
    ClientId: 'abc',
    Username: 'ada',
    UserAttributes: [{ Name: 'email', Value: 'a@b' }],
    ClientMetadata: { a: 'b' },
  })
})

test('a value of the wrong JSON type is named in the words of the service', () => {
  const string = 'can not be converted to a String'
  failsWith(signUp, { Username: 1 }, `NUMBER_VALUE ${string}`, 'Username')
  failsWith(signUp, { Username: true }, `TRUE_VALUE ${string}`, 'Username')
  failsWith(signUp, { Username: false }, `FALSE_VALUE ${string}`, 'Username')
  failsWith(signUp, { Username: [] }, 'Start of list found where not expected', 'Username')
  const object = 'Start of structure or map found where not expected.'
  failsWith(signUp, { Username: {} }, object, 'Username')
  failsWith(signUp, { UserAttributes: {} }, object, 'UserAttributes')
  failsWith(signUp, { UserAttributes: 'x' }, 'Expected list or null', 'UserAttributes')
  failsWith(
    signUp,
    { UserAttributes: [{ Name: 'a' }, { Name: 2 }] },
    `NUMBER_VALUE ${string}`,
    'UserAttributes.1.Name',
  )
  failsWith(signUp, { ClientMetadata: { a: 1 } }, `NUMBER_VALUE ${string}`, 'ClientMetadata.a')
  failsWith(signUp, { ClientMetadata: 'x' }, 'Expected null', 'ClientMetadata')
  failsWith(signUp, { AnalyticsMetadata: 'x' }, 'Expected null', 'AnalyticsMetadata')
  failsWith(signUp, [], 'Start of list found where not expected', '')
  failsWith(signUp, 'text', 'Expected null', '')
  failsWith(signUp, null, 'Expected null', '')
  failsWith(signUp, undefined, 'Expected null', '')
})

test('numbers and booleans are not made from strings', () => {
  const { input } = cognitoOperation('ListUserPools')
  failsWith(
    input,
    { MaxResults: '5' },
    'STRING_VALUE can not be converted to an Integer',
    'MaxResults',
  )
  assert.deepEqual(decode(input, { MaxResults: 5.9 }), { MaxResults: 5 })
  assert.deepEqual(decode(input, { MaxResults: -0.5 }), { MaxResults: 0 })
  assert.throws(() => decode(input, JSON.parse('{"MaxResults":1e999}')), SerializationError)
  const password = cognitoOperation('AdminSetUserPassword').input
  assert.throws(() => decode(password, { Permanent: 'true' }), SerializationError)
  assert.deepEqual(decode(password, { Permanent: false }), { Permanent: false })
})

test('a body that is not JSON is refused, an empty one is an empty structure', () => {
  for (const body of ['{', 'x', '{"a":1}}', '\u0000', '"']) {
    assert.throws(() => decodeBody(signUp, body), SerializationError)
  }
  assert.deepEqual(decodeBody(signUp, ''), {})
  assert.deepEqual(decodeBody(signUp, '{"Username":"ada"}'), { Username: 'ada' })
})

test('timestamps are seconds with milliseconds as fraction', () => {
  const group = cognitoOperation('GetGroup').output
  const body = encode(group, { Group: { CreationDate: new Date(1_795_394_929_033) } })
  assert.equal(body, '{"Group":{"CreationDate":1795394929.033}}')
  assert.deepEqual(decodeBody(group, body), {
    Group: { CreationDate: new Date(1_795_394_929_033) },
  })
  for (const wrong of ['2026-01-01T00:00:00Z', 1e15, true, {}]) {
    assert.throws(() => decode(group, { Group: { CreationDate: wrong } }), SerializationError)
  }
  assert.throws(() => encode(group, { Group: { CreationDate: new Date('x') } }), InvariantError)
})

test('blobs are base64', () => {
  const { input } = kmsOperation('Encrypt')
  const value = decode(input, { KeyId: 'k', Plaintext: 'AP+A' })
  assert.deepEqual(value, { KeyId: 'k', Plaintext: new Uint8Array([0, 255, 128]) })
  assert.equal(encode(input, value), '{"KeyId":"k","Plaintext":"AP+A"}')
  assert.deepEqual(decode(input, { Plaintext: 'AA' }), { Plaintext: new Uint8Array([0]) })
  for (const wrong of ['A', 'AA$=', '====', 'A A=', 'A===', 7]) {
    assert.throws(() => decode(input, { Plaintext: wrong }), SerializationError, String(wrong))
  }
  const view = new Uint8Array([9, 0, 255, 128, 9]).subarray(1, 4)
  assert.equal(encode(input, { Plaintext: view }), '{"Plaintext":"AP+A"}')
  assert.throws(() => encode(input, { Plaintext: 'AP+A' }), InvariantError)
})

test('a key cannot reach a prototype', () => {
  const body =
    '{"ClientMetadata":{"__proto__":"x","constructor":"y"},"__proto__":{"Username":"eve"}}'
  const value = decodeBody(signUp, body)
  const metadata = value['ClientMetadata'] as Record<string, string>
  assert.deepEqual(Object.keys(metadata).sort(), ['__proto__', 'constructor'])
  assert.equal(metadata['toString'], undefined)
  assert.equal(value['Username'], undefined)
  assert.equal(({} as Record<string, unknown>)['Username'], undefined)
  assert.equal(encode(signUp, value), '{"ClientMetadata":{"__proto__":"x","constructor":"y"}}')
  const credential = decodeBody(
    cognitoOperation('CompleteWebAuthnRegistration').input,
    '{"Credential":{"__proto__":{"isAdmin":true}}}',
  )['Credential']
  assert.equal((credential as Record<string, unknown>)['isAdmin'], undefined)
})

test('depth and sizes are bounded', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const webAuthn = cognitoOperation('CompleteWebAuthnRegistration').input
  assert.throws(() => decodeBody(webAuthn, `{"Credential":${deep}}`), SerializationError)
  assert.deepEqual(decodeBody(signUp, `{"Unknown":${deep}}`), {})
  assert.throws(
    () => decode(signUp, { UserAttributes: new Array(10_001).fill({ Name: 'a' }) }),
    SerializationError,
  )
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, 'v']))
  assert.throws(() => decode(signUp, { ClientMetadata: many }), SerializationError)
})

test('a response drops what is undefined or unknown', () => {
  const { output } = cognitoOperation('SignUp')
  const response = { UserConfirmed: false, UserSub: 'x', Session: undefined, Internal: 'secret' }
  assert.equal(encode(output, response), '{"UserConfirmed":false,"UserSub":"x"}')
  assert.equal(encode(cognitoOperation('DeleteUser').output, {}), '{}')
  assert.equal(encode(kmsOperation('CreateAlias').output, {}), '{}')
  assert.throws(() => encode(cognitoOperation('ListUsers').output, []), InvariantError)
  const number = { UserPools: [] as unknown[], NextToken: undefined }
  assert.equal(encode(cognitoOperation('ListUserPools').output, number), '{"UserPools":[]}')
  const { input } = cognitoOperation('ListUserPools')
  assert.throws(() => encode(input, { MaxResults: Number.NaN }), InvariantError)
})

test('random JSON gives a value or a SerializationError, and nothing else throws', () => {
  const anyOperation = fc.constantFrom(...everyOperation)
  const anyJson = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.dictionary(fc.string(), fc.jsonValue()),
  )
  fc.assert(
    fc.property(anyOperation, anyJson, (operation, json) => {
      decodesCleanly(operation, json)
    }),
    { seed: SEED, numRuns: 500 },
  )
})

test('so do members of the right names with random values', () => {
  for (const operation of everyOperation) {
    const names = operation.input.members.map(({ name }) => name)
    const json = fc.dictionary(fc.constantFrom(...names, '__proto__'), fc.jsonValue())
    fc.assert(
      fc.property(json, (value) => decodesCleanly(operation, value)),
      { seed: SEED, numRuns: 20 },
    )
  }
})

test('decoding what was encoded gives it back', () => {
  for (const { input, output } of everyOperation) {
    for (const shape of [input, output]) {
      fc.assert(
        fc.property(valuesOf(shape), (value) => {
          const back = decodeBody(shape, encode(shape, value as object))
          assert.deepEqual(withPlainObjects(back), withPlainObjects(value))
        }),
        { seed: SEED, numRuns: 5 },
      )
    }
  }
})

test('valid values of every shape pass through check', () => {
  for (const operation of everyOperation) {
    fc.assert(
      fc.property(valuesOf(operation.input), (value) => {
        const message = check(operation, value as object)
        assert.ok(message === undefined || /^\d+ validation errors? detected: /.test(message))
      }),
      { seed: SEED, numRuns: 5 },
    )
  }
})

function decodesCleanly(operation: (typeof everyOperation)[number], json: unknown): void {
  try {
    const value = decode(operation.input, json)
    check(operation, value)
  } catch (error) {
    assert.ok(error instanceof SerializationError, String(error))
  }
}

/** Values as a handler would make them. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'struct':
      return fc.record(
        Object.fromEntries(shape.members.map(({ name, shape }) => [name, valuesOf(shape)])),
        { requiredKeys: [] },
      )
    case 'list':
      return fc.array(valuesOf(shape.item), { maxLength: 3 })
    case 'map':
      return fc.dictionary(fc.string(), valuesOf(shape.value), { maxKeys: 3 })
    case 'string':
      return fc.string({ unit: 'grapheme' })
    case 'number':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      return fc.date({ noInvalidDate: true })
    case 'blob':
      return fc.uint8Array({ maxLength: 40 })
    case 'document':
      return fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()))
  }
}

function withPlainObjects(value: unknown): unknown {
  if (value instanceof Date || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(withPlainObjects)
  if (typeof value !== 'object' || value === null) return value
  return new Map(Object.entries(value).map(([key, part]) => [key, withPlainObjects(part)]))
}

test('text that no database can hold is refused, in values, lists and keys', () => {
  const { input } = cognitoOperation('SignUp')
  for (const bad of ['a\u0000b', 'lone \ud800']) {
    for (const json of [
      { ClientId: 'abc', Username: bad },
      { ClientId: 'abc', Username: 'ada', UserAttributes: [{ Name: 'name', Value: bad }] },
      { ClientId: 'abc', Username: 'ada', ClientMetadata: { [bad]: 'x' } },
    ]) {
      assert.throws(() => decode(input, json), SerializationError)
    }
  }
})
