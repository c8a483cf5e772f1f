import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  allowSidsOf,
  evaluateResourcePolicy,
  explainResourcePolicy,
  parseResourcePolicy,
} from './policy.js'
import { PolicyProblem } from './policy-problem.js'

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
  const policy = parseResourcePolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  const { action = 'kms:Decrypt', callerArn = ALICE, service, values = {} } = asked
  const principals = {
    accountId: ACCOUNT,
    ...(service === undefined ? { callerArn } : { service }),
  }
  const entries = Object.entries(values).map(
    ([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value] as const,
  )
  return evaluateResourcePolicy(policy, {
    principals,
    action,
    resource: { name: KEY },
    values: () => new Map(entries),
  })
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
  test('a denial names its statement, if that has a name that can be shown', () => {
    const explained = (Sid: unknown, Action = 'kms:Decrypt') => {
      const Statement = [allow({ Sid: 'Mine' }), allow({ Effect: 'Deny', Sid, Action })]
      const policy = parseResourcePolicy(JSON.stringify({ Statement }))
      assert.deepEqual(allowSidsOf(policy), ['Mine'])
      return explainResourcePolicy(policy, {
        principals: { accountId: ACCOUNT, callerArn: ALICE },
        action: 'kms:Decrypt',
        resource: { name: KEY },
        values: () => new Map(),
      })
    }
    const denied = (denySid: string | undefined) => ({ decision: 'deny', denySid })
    assert.deepEqual(explained('Nobody opens (2)'), denied('Nobody opens (2)'))
    for (const sid of [undefined, '', 7, 'a\u001bb', 'a\u202eb', 'a'.repeat(257)]) {
      assert.deepEqual(explained(sid), denied(undefined))
    }
    const allowed = { decision: 'direct', denySid: undefined }
    assert.deepEqual(explained('Other', 'kms:Encrypt'), allowed)
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
      [{ ...conditioned({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }) }, /PrincipalOrgID/],
    ]
    for (const [document, message] of refused) {
      const text = typeof document === 'string' ? document : JSON.stringify(document)
      const isRight = (error: unknown) =>
        error instanceof PolicyProblem && message.test(error.message)
      assert.throws(() => parseResourcePolicy(text), isRight, text)
    }
  })
})

function conditioned(Condition: object): object {
  return { Statement: allow({ Condition }) }
}
