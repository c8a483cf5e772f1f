import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PolicyDocumentProblem } from './conditions.js'
import { defaultKeyPolicy, evaluateKeyPolicy, parseKeyPolicy } from './key-policy.js'
import { matchesArn, matchesWildcard } from './wildcard.js'

const ACCOUNT = '123456789012'
const KEY = `arn:aws:kms:us-west-2:${ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef`
const POOL = `arn:aws:cognito-idp:us-west-2:${ACCOUNT}:userpool/us-west-2_abc`
const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`
const SERVICE = 'cognito-idp.amazonaws.com'

type Values = Readonly<Record<string, string | readonly string[]>>

interface Asked {
  readonly action?: string
  readonly callerArn?: string
  readonly service?: string
  readonly values?: Values
}

function ask(statements: object | readonly object[], asked: Asked = {}) {
  const policy = parseKeyPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  const { action = 'kms:Decrypt', callerArn = ALICE, service, values = {} } = asked
  const principals = {
    accountId: ACCOUNT,
    ...(service === undefined ? { callerArn } : { service }),
  }
  const entries = Object.entries(values).map(
    ([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value] as const,
  )
  return evaluateKeyPolicy(policy, { principals, action, keyArn: KEY, values: new Map(entries) })
}

const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'kms:*',
  Resource: '*',
  ...more,
})
const when = (Condition: object, values: Values) => ask(allow({ Condition }), { values })

describe('key policies', () => {
  test('the account decides under the default policy', () => {
    const policy = parseKeyPolicy(defaultKeyPolicy(ACCOUNT))
    const question = { action: 'kms:Encrypt', keyArn: KEY, values: new Map() }
    const of = (accountId: string) =>
      evaluateKeyPolicy(policy, { ...question, principals: { accountId, callerArn: ALICE } })
    assert.equal(of(ACCOUNT), 'account')
    assert.equal(of('999999999999'), 'none')
  })

  test('a principal is named by account, ARN, service or star', () => {
    const by = (Principal: unknown, asked: Asked = {}) => ask(allow({ Principal }), asked)
    assert.equal(by({ AWS: ACCOUNT }), 'account')
    assert.equal(by({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), 'account')
    assert.equal(by({ AWS: '999999999999' }), 'none')
    assert.equal(by({ AWS: ALICE }), 'direct')
    assert.equal(by({ AWS: [`${ALICE}2`, ALICE] }), 'direct')
    assert.equal(by({ AWS: `${ALICE}2` }), 'none')
    assert.equal(by({ AWS: '*' }), 'direct')
    assert.equal(by('*', { service: SERVICE }), 'direct')
    assert.equal(by({ Service: SERVICE }, { service: SERVICE }), 'direct')
    assert.equal(by({ Service: SERVICE }), 'none')
    assert.equal(by({ Service: 'logs.amazonaws.com' }, { service: SERVICE }), 'none')
    assert.equal(by({ AWS: ACCOUNT, Service: SERVICE }, { service: SERVICE }), 'direct')
  })

  test('actions match by wildcard and without regard to case, resources with it', () => {
    const actions = (Action: unknown, action: string) => ask(allow({ Action }), { action })
    assert.equal(actions('kms:ReEncrypt*', 'kms:ReEncryptFrom'), 'direct')
    assert.equal(
      actions('kms:GenerateDataKeyWithoutPlainText', 'kms:GenerateDataKeyWithoutPlaintext'),
      'direct',
    )
    assert.equal(actions(['kms:Encrypt', 'kms:Decrypt'], 'kms:Decrypt'), 'direct')
    assert.equal(actions('kms:Encrypt', 'kms:ReEncryptFrom'), 'none')
    assert.equal(ask(allow({ Action: undefined, NotAction: 'kms:Decrypt' })), 'none')
    assert.equal(ask(allow({ Action: undefined, NotAction: 'kms:Encrypt' })), 'direct')
    assert.equal(ask(allow({ Resource: KEY })), 'direct')
    assert.equal(ask(allow({ Resource: KEY.toUpperCase() })), 'none')
  })

  test('a denial wins, wherever it stands', () => {
    const deny = { ...allow({ Action: 'kms:Decrypt' }), Effect: 'Deny' }
    assert.equal(ask([allow(), deny]), 'deny')
    assert.equal(ask([deny, allow()]), 'deny')
    assert.equal(ask([deny, allow()], { action: 'kms:Encrypt' }), 'direct')
    assert.equal(ask({ ...deny, Principal: { AWS: ACCOUNT } }), 'deny')
  })

  test('conditions on the pool, as the service presents it', () => {
    const Condition = {
      ArnEquals: { 'aws:SourceArn': `arn:aws:cognito-idp:*:${ACCOUNT}:userpool/us-west-2_*` },
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
      StringLike: { 'kms:EncryptionContext:aws:cognito-idp:userpool-arn': POOL },
    }
    const values = {
      'aws:SourceArn': POOL,
      'aws:SourceAccount': ACCOUNT,
      'kms:EncryptionContext:aws:cognito-idp:userpool-arn': POOL,
    }
    assert.equal(when(Condition, values), 'direct')
    assert.equal(when(Condition, { ...values, 'aws:SourceArn': `${POOL}:x` }), 'direct')
    assert.equal(when(Condition, { ...values, 'aws:SourceAccount': '1' }), 'none')
    for (const missing of Object.keys(values)) {
      const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== missing))
      assert.equal(when(Condition, rest), 'none', missing)
    }
  })

  test('each operator, with the key there and not', () => {
    const cases: [string, unknown, string, boolean, boolean][] = [
      ['StringEquals', 'a', 'a', true, false],
      ['StringEquals', ['b', 'a'], 'a', true, false],
      ['StringEquals', 'A', 'a', false, false],
      ['StringNotEquals', 'a', 'a', false, true],
      ['StringEqualsIgnoreCase', 'A', 'a', true, false],
      ['StringNotEqualsIgnoreCase', 'A', 'a', false, true],
      ['StringLike', 'a*c', 'abbc', true, false],
      ['StringLike', 'a?c', 'abbc', false, false],
      ['StringNotLike', 'a*', 'abc', false, true],
      ['StringEqualsIfExists', 'b', 'a', false, true],
      ['StringEqualsIfExists', 'a', 'a', true, true],
      ['ArnLike', 'arn:aws:iam::*:user/x', 'arn:aws:iam::1:user/x', true, false],
      ['ArnNotEquals', 'arn:aws:iam::*:user/x', 'arn:aws:iam::1:user/x', false, true],
      ['Bool', 'true', 'true', true, false],
      ['Bool', true, 'false', false, false],
      ['NumericLessThan', '10', '9', true, false],
      ['NumericGreaterThanEquals', 10, '9', false, false],
      ['Null', 'true', 'a', false, true],
      ['Null', 'false', 'a', true, false],
    ]
    for (const [operator, wanted, value, there, absent] of cases) {
      const Condition = { [operator]: { 'kms:ViaService': wanted } }
      const name = `${operator} ${String(wanted)}`
      assert.equal(when(Condition, { 'kms:ViaService': value }), there ? 'direct' : 'none', name)
      assert.equal(when(Condition, {}), absent ? 'direct' : 'none', `${name}, absent`)
    }
  })

  test('conditions on sets of values', () => {
    const all = { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } }
    const any = { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } }
    const keys = (list: readonly string[]) => ({ 'kms:EncryptionContextKeys': list })
    assert.equal(when(all, keys(['a'])), 'direct')
    assert.equal(when(all, keys(['a', 'c'])), 'none')
    assert.equal(when(all, {}), 'direct')
    assert.equal(when(any, keys(['a', 'c'])), 'direct')
    assert.equal(when(any, keys(['c'])), 'none')
    assert.equal(when(any, {}), 'none')
  })

  test('a document that cannot be evaluated is refused, with what is wrong', () => {
    const statement = allow()
    const refused: [unknown, RegExp][] = [
      ['{', /valid JSON/],
      [[], /JSON object/],
      [{ Version: '2020-01-01', Statement: statement }, /Version/],
      [{ Version: '2012-10-17' }, /no Statement/],
      [{ Statement: [] }, /no Statement/],
      [{ Statement: { ...statement, Effect: 'allow' } }, /Effect/],
      [{ Statement: { ...statement, Principal: undefined } }, /principal/i],
      [{ Statement: { ...statement, NotPrincipal: '*' } }, /NotPrincipal/],
      [{ Statement: { ...statement, Principal: { Federated: 'x' } } }, /Federated/],
      [{ Statement: { ...statement, Principal: { AWS: 'alice' } } }, /alice/],
      [{ Statement: { ...statement, Principal: {} } }, /empty/],
      [{ Statement: { ...statement, Action: undefined } }, /Action/],
      [{ Statement: { ...statement, Action: 'Decrypt' } }, /service/],
      [{ Statement: { ...statement, Resource: [] } }, /Resource/],
      [{ Statement: { ...statement, Condition: {} } }, /empty/],
      [{ Statement: { ...statement, Other: 1 } }, /Other/],
      [{ ...conditioned({ DateLessThan: { 'kms:ViaService': 'x' } }) }, /DateLessThan/],
      [{ ...conditioned({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }) }, /PrincipalOrgID/],
      [{ ...conditioned({ NumericEquals: { 'kms:ViaService': 'x' } }) }, /numbers/],
      [{ ...conditioned({ Null: { 'kms:ViaService': 'maybe' } }) }, /true or false/],
      [{ ...conditioned({ StringEquals: { 'kms:ViaService': [] } }) }, /no values/],
      [{ ...conditioned({ StringLike: { 'kms:ViaService': `\${aws:x}` } }) }, /variables/],
    ]
    for (const [document, message] of refused) {
      const text = typeof document === 'string' ? document : JSON.stringify(document)
      const isRight = (error: unknown) =>
        error instanceof PolicyDocumentProblem && message.test(error.message)
      assert.throws(() => parseKeyPolicy(text), isRight, text)
    }
  })
})

function conditioned(Condition: object): object {
  return { Statement: allow({ Condition }) }
}

test('wildcards match whole texts, and in time even when they almost do', () => {
  assert.ok(matchesWildcard('*', ''))
  assert.ok(matchesWildcard('a*b*c', 'a1b2b3c'))
  assert.ok(!matchesWildcard('a*b', 'a1b2'))
  assert.ok(!matchesWildcard('', 'a'))
  assert.ok(!matchesWildcard('*a'.repeat(30), 'a'.repeat(5000).concat('b')))
  assert.ok(matchesArn('arn:aws:kms:*:1:key/*', 'arn:aws:kms:us-west-2:1:key/a:b'))
  assert.ok(!matchesArn('arn:aws:*:key/a', 'arn:aws:kms:us-west-2:1:key/a'))
})
