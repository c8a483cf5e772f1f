import assert from 'node:assert/strict'
import { test } from 'node:test'
import { required } from '#base/assert.js'
import { cognitoModel, cognitoOperations } from './cognito.js'
import type { Constraint } from './constraint.js'
import { cognitoRules } from './generated/cognito-rules.js'
import { kmsRules } from './generated/kms-rules.js'
import { kmsModel, kmsOperations } from './kms.js'
import { patternOf } from './patterns.js'
import type { Member, OperationSchema, Shape } from './schema.js'

/** The members of everything that the operations receive, by `Structure.Member`. */
function receivedMembers(operations: ReadonlyMap<string, OperationSchema>): Map<string, Member> {
  const members = new Map<string, Member>()
  const visit = (shape: Shape): void => {
    if (shape.kind === 'list') visit(shape.item)
    if (shape.kind === 'map') visit(shape.value)
    if (shape.kind !== 'struct') return
    for (const member of shape.members) {
      members.set(`${shape.name}.${member.name}`, member)
      visit(member.shape)
    }
  }
  for (const { input } of operations.values()) visit(input)
  return members
}

/** Whether a rule can be asked of a value of that shape. */
function fits(constraint: Constraint, shape: Shape): boolean {
  const { length, range, pattern, values, each, keys } = constraint
  if (shape.kind === 'struct' || shape.kind === 'document') return false
  if (range !== undefined && shape.kind !== 'number') return false
  if (length !== undefined && ['number', 'boolean', 'timestamp'].includes(shape.kind)) return false
  if ((pattern ?? values) !== undefined && shape.kind !== 'string') return false
  if (keys !== undefined && shape.kind !== 'map') return false
  if (each === undefined) return true
  if (shape.kind === 'list') return fits(each, shape.item)
  return shape.kind === 'map' && fits(each, shape.value)
}

for (const { service, operations, constraints, least } of [
  {
    service: 'the user pools API',
    operations: cognitoOperations,
    constraints: cognitoModel.constraints,
    least: 450,
  },
  {
    service: 'the KMS API',
    operations: kmsOperations,
    constraints: kmsModel.constraints,
    least: 150,
  },
]) {
  test(`the table of ${service} names only members that operations receive`, () => {
    const members = receivedMembers(operations)
    const names = new Set([...members.values()].map(({ name }) => name))
    assert.ok(constraints.size > 50)
    for (const name of constraints.keys()) {
      assert.ok(name.includes('.') ? members.has(name) : names.has(name), `${name} does not exist`)
    }
  })

  test(`each rule of ${service} fits the kind of its members`, () => {
    let constrained = 0
    for (const [name, { constraint, shape }] of receivedMembers(operations)) {
      if (constraint === undefined) continue
      constrained += 1
      assert.ok(fits(constraint, shape), `${name} is a ${shape.kind}`)
    }
    assert.ok(constrained >= least, `${constrained} members have rules`)
  })
}

test('the smallest value is never above the largest', () => {
  for (const [name, { length, range }] of [...cognitoModel.constraints, ...kmsModel.constraints]) {
    for (const { min = 0, max = Number.POSITIVE_INFINITY } of [length ?? {}, range ?? {}]) {
      assert.ok(min <= max, name)
    }
  }
})

const samples: readonly [string, readonly string[], readonly string[]][] = [
  ['UserPoolIdType', ['us-west-2_aBc123'], ['us-west-2', '', 'us-west-2_', 'a_b c', 'a_b\n']],
  ['ClientIdType', ['1a2b3c', 'a+b'], ['a-b', 'a b', '']],
  ['UsernameType', ['ada@example.com', 'Łukasz', '日本', '😀'], ['a b', '', 'a\u0000', '\ud800']],
  ['PasswordType', ['pass\u00a0word', '!'], ['pass word', 'a\tb', '']],
  ['UserPoolNameType', ['My pool+=,.@-'], ['a/b', 'a\u00a0b']],
  ['EmailAddressType', ['a@b', 'a@b@c', '@@@', 'a@@'], ['@b', 'a@', 'ab', 'a b@c', '@', '@@']],
  [
    'EmailVerificationMessageType',
    ['{####}', 'Your code:\n{####}.', '{{####}}'],
    ['code', '{###}', '\u0000{####}'],
  ],
  [
    'EmailVerificationMessageByLinkType',
    ['Go {##here##} now', '{####}', '{{##a##}'],
    ['{##}', '{## here', '##}{##'],
  ],
  ['SmsVerificationMessageType', ['Code {####}'], ['Code', 'a\n{####}']],
  ['SmsInviteMessageType', ['', 'a\nb'], []],
  [
    'ArnType',
    ['arn:aws:iam::123456789012:role/x', 'arn:aws:kms:us-west-2:1:key/a'],
    ['arn:aws:s3:::b'],
  ],
  ['OptionalArnType', ['', 'arn:aws:sns:us-west-2:1:t'], ['arn']],
  ['S3ArnType', ['arn:aws:s3:::bucket/path'], ['arn:aws:s3:us-west-2:1:b']],
  ['DomainType', ['a', 'my-app-1', 'auth.example.com'], ['-a', 'a-', 'A', '.a', 'a'.repeat(64)]],
  ['DeviceKeyType', ['us-west-2_0a1b-2c'], ['us-west-2', 'us-west-2_xyz']],
  ['ProviderNameTypeV2', ['Okta', 'a_b'], ['_ab', 'ab', 'a b']],
  ['ProviderNameType', ['My Provider'], ['a\tb']],
  ['ResourceServerIdentifierType', ['https://api/read'], ['a b', 'a"b', 'a\\b']],
  ['ResourceServerScopeNameType', ['read'], ['a/b']],
  [
    'LanguageIdType',
    ['cognito:english', 'cognito:chinese-simplified'],
    ['english', 'cognito:klingon'],
  ],
  [
    'TermsIdType',
    ['0a1b2c3d-1111-4222-8333-444455556666'],
    ['0a1b2c3d-1111-1222-8333-444455556666'],
  ],
  ['TermsNameType', ['privacy-policy'], ['privacy']],
  ['TokenModelType', ['eyJ.a-b_c='], ['a b', 'a+b', '']],
  ['UserImportJobIdType', ['import-aB1-x'], ['import-', 'job-1']],
  ['SoftwareTokenMFAUserCodeType', ['0123'], ['١', '1a']],
]

test('patterns hold for the whole value, with the meaning that Java gives to them', () => {
  for (const [name, good, bad] of samples) {
    const { expression } = patternOf(required(cognitoRules[name]?.pattern, name))
    for (const value of good) assert.match(value, expression, name)
    for (const value of bad) assert.doesNotMatch(value, expression, name)
  }
})

test('every pattern compiles and takes linear time on hostile values', () => {
  const hostile = [
    '{####}',
    '{##',
    '##}',
    '{####}{##x##}',
    '@',
    'a',
    'a_',
    '-',
    'arn:a:',
    'a=',
    ' ',
  ]
  for (const [name, { pattern }] of Object.entries({ ...cognitoRules, ...kmsRules })) {
    if (pattern === undefined) continue
    const { expression } = patternOf(pattern)
    for (const part of hostile) {
      const value = `${part.repeat(60_000 / part.length)}\u0000`
      // With quadratic time this would not end within anybody's patience.
      assert.equal(typeof expression.test(value), 'boolean', name)
    }
  }
})

test('a flow that the SDK does not know yet is accepted', () => {
  const flows = required(cognitoModel.constraints.get('ExplicitAuthFlows'), 'rule').each?.values
  assert.ok(flows?.has('ALLOW_CLIENT_TOKEN_AUTH'))
  assert.ok(flows?.has('ALLOW_USER_SRP_AUTH'))
  assert.ok(!flows?.has('ALLOW_ANYTHING'))
})
