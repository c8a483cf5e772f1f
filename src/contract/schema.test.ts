import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { required } from '#base/assert.js'
import { cognitoOperation, cognitoOperations } from './cognito.js'
import { kmsOperation, kmsOperations } from './kms.js'
import type { Shape, StructShape } from './schema.js'

const require = createRequire(import.meta.url)

/** What the SDK's documentation says that each operation throws. */
function documentedErrors(sdk: string): Map<string, string[]> {
  const folder = join(dirname(require.resolve(sdk)), '..', 'dist-types', 'commands')
  const files = readdirSync(folder).filter((file) => file.endsWith('Command.d.ts'))
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const names = [...text.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name]) => String(name))
      const declared = new Set(names.filter((name) => !name.endsWith('ServiceException')))
      return [file.replace('Command.d.ts', ''), [...declared].sort()]
    }),
  )
}

function member(shape: StructShape, name: string) {
  return required(
    shape.members.find((candidate) => candidate.name === name),
    `${shape.name}.${name}`,
  )
}

function visit(shape: Shape, above: readonly string[], seen: Set<string>): void {
  if (shape.kind === 'list') visit(shape.item, above, seen)
  if (shape.kind === 'map') visit(shape.value, above, seen)
  if (shape.kind !== 'struct') return
  assert.ok(!above.includes(shape.name), `${shape.name} contains itself`)
  seen.add(shape.name)
  for (const part of shape.members) visit(part.shape, [...above, shape.name], seen)
}

test('every operation of the user pools API is there', () => {
  assert.equal(cognitoOperations.size, 140)
  for (const name of ['SignUp', 'GetClientToken', 'ListUserSessions', 'CreateUserPoolReplica']) {
    assert.ok(cognitoOperations.has(name), name)
  }
  assert.ok(!cognitoOperations.has('SignUp$'))
  assert.ok(!cognitoOperations.has('toString'))
})

test('every operation of the KMS API is there', () => {
  assert.ok(kmsOperations.size >= 56)
  assert.ok(kmsOperations.has('GenerateDataKeyWithoutPlaintext'))
})

test('names, kinds and required members are read', () => {
  const { input, output } = cognitoOperation('SignUp')
  assert.equal(input.name, 'SignUpRequest')
  assert.deepEqual(
    input.members.filter(({ required }) => required).map(({ name }) => name),
    ['ClientId', 'Username'],
  )
  assert.equal(member(input, 'UserAttributes').messageName, 'userAttributes')
  assert.equal(member(input, 'UserAttributes').shape.kind, 'list')
  assert.equal(member(input, 'ClientMetadata').shape.kind, 'map')
  assert.equal(member(output, 'UserConfirmed').shape.kind, 'boolean')
  const encrypt = kmsOperation('Encrypt').input
  assert.equal(member(encrypt, 'Plaintext').shape.kind, 'blob')
})

test('an operation without output members has an empty structure', () => {
  assert.deepEqual(kmsOperation('CreateAlias').output.members, [])
})

test('a shape is walked once', () => {
  const { input } = cognitoOperation('SignUp')
  assert.equal(cognitoOperation('SignUp').input, input)
  assert.equal(input.members, input.members)
})

test('no schema contains itself, which bounds the depth of what is decoded', () => {
  const seen = new Set<string>()
  for (const { input, output } of [...cognitoOperations.values(), ...kmsOperations.values()]) {
    visit(input, [], seen)
    visit(output, [], seen)
  }
  assert.ok(seen.size > 400, `${seen.size} structures`)
})

for (const [sdk, operations] of [
  ['@aws-sdk/client-cognito-identity-provider', cognitoOperations],
  ['@aws-sdk/client-kms', kmsOperations],
] as const) {
  test(`the declared errors are those of ${sdk}`, () => {
    const documented = documentedErrors(sdk)
    const ours = new Map([...operations].map(([name, { errors }]) => [name, [...errors]]))
    assert.deepEqual(sorted(ours), sorted(documented))
  })

  test(`the declared errors are exported by ${sdk}`, async () => {
    const exported: object = await import(sdk)
    const names = new Set([...operations.values()].flatMap(({ errors }) => errors))
    assert.ok(names.size > 40)
    for (const name of names) assert.ok(Object.hasOwn(exported, name), name)
  })
}

function sorted(errors: ReadonlyMap<string, readonly string[]>): [string, readonly string[]][] {
  return [...errors].sort(([a], [b]) => (a < b ? -1 : 1))
}
