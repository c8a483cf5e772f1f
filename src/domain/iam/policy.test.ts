import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { originValues } from './conditions.js'
import { evaluateIdentityPolicy, parseIdentityPolicy } from './policy.js'
import { PolicyProblem } from './policy-problem.js'

const ARN = 'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a'

function decision(statements: unknown, action: string, resource = ARN) {
  const policy = parseIdentityPolicy({ Version: '2012-10-17', Statement: statements })
  return evaluateIdentityPolicy(policy, {
    action,
    resource: { name: resource },
    values: () => assert.fail('no condition asks for values'),
  })
}

test('nothing is allowed that no statement allows', () => {
  const read = { Effect: 'Allow', Action: 'cognito-idp:Describe*', Resource: '*' }
  assert.equal(decision(read, 'cognito-idp:DescribeUserPool'), 'allow')
  assert.equal(decision([read], 'COGNITO-IDP:describeuserpool'), 'allow')
  assert.equal(decision(read, 'cognito-idp:DeleteUserPool'), 'implicit-deny')
  assert.equal(decision(read, 'kms:DescribeKey'), 'implicit-deny')
})

test('a resource is matched with its case, by wildcards', () => {
  const one = { Effect: 'Allow', Action: '*', Resource: [ARN, 'arn:aws:kms:*:*:key/?'] }
  assert.equal(decision(one, 'cognito-idp:ListUsers'), 'allow')
  assert.equal(decision(one, 'cognito-idp:ListUsers', `${ARN}b`), 'implicit-deny')
  assert.equal(decision(one, 'kms:Decrypt', 'arn:aws:kms:eu-west-1:1:key/x'), 'allow')
  assert.equal(decision(one, 'kms:Decrypt', 'arn:aws:kms:eu-west-1:1:key/xy'), 'implicit-deny')
})

test('an explicit deny wins, whichever comes first', () => {
  const allow = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }
  const deny = { Effect: 'Deny', Action: 'cognito-idp:DeleteUserPool', Resource: '*' }
  assert.equal(decision([allow, deny], 'cognito-idp:DeleteUserPool'), 'explicit-deny')
  assert.equal(decision([deny, allow], 'cognito-idp:DeleteUserPool'), 'explicit-deny')
  assert.equal(decision([deny, allow], 'cognito-idp:ListUsers'), 'allow')
})

test('NotAction and NotResource turn a match round', () => {
  const all = { Effect: 'Allow', NotAction: 'kms:*', Resource: '*' }
  assert.equal(decision(all, 'cognito-idp:ListUsers'), 'allow')
  assert.equal(decision(all, 'kms:Decrypt'), 'implicit-deny')
})

test('NotResource in a deny spares the resources it names', () => {
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
  const deny = { Effect: 'Deny', Action: '*', NotResource: [ARN, `${ARN}b`] }
  assert.equal(decision([allow, deny], 'cognito-idp:ListUsers'), 'allow')
  assert.equal(decision([allow, deny], 'cognito-idp:ListUsers', `${ARN}c`), 'explicit-deny')
  assert.equal(decision([allow, deny], 'cognito-idp:ListUserPools', '*'), 'explicit-deny')
})

test('a statement about one pool says nothing of calls without a pool', () => {
  const one = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: ARN }
  assert.equal(decision(one, 'cognito-idp:CreateUserPool', '*'), 'implicit-deny')
})

test('a pattern is no regular expression', () => {
  const dots = { Effect: 'Allow', Action: 'cognito-idp:List.*', Resource: '*' }
  assert.equal(decision(dots, 'cognito-idp:ListUsers'), 'implicit-deny')
})

test('a problem says what is wrong with the document', () => {
  const problem = (statement: unknown, message: string) =>
    assert.throws(() => parseIdentityPolicy({ Statement: statement }), {
      name: 'PolicyProblem',
      message,
    })
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
  problem({ ...allow, Condition: { Bool: {} } }, 'Bool must not be empty.')
  problem({ ...allow, Principal: '*' }, 'Principal is not supported in a Statement.')
  problem({ ...allow, Effect: 'allow' }, 'A Statement needs the Effect Allow or Deny.')
  problem(undefined, 'The policy has no Statement.')
  problem([null], 'A Statement must be a JSON object.')
  problem({ ...allow, Resource: 7 }, 'Resource must be text or a list of texts.')
  problem({ ...allow, Action: [''] }, 'Action must be text or a list of texts.')
  problem(
    { ...allow, Action: 'ListUsers' },
    'An Action is * or begins with a service, as cognito-idp: ListUsers',
  )
  problem({ ...allow, Resource: 'us-west-2_a' }, 'A Resource is * or an ARN: us-west-2_a')
  const variable = ['arn:aws:cognito-idp:*:*:userpool/$', 'aws:username'].join('{')
  problem(
    { ...allow, Resource: `${variable}}` },
    `Policy variables are not supported: ${variable}}`,
  )
})

test('what cannot be evaluated is refused, not ignored', () => {
  for (const document of [
    undefined,
    'text',
    {},
    { Statement: [] },
    { Version: '1999', Statement: [] },
    { Statement: { Effect: 'Maybe', Action: '*', Resource: '*' } },
    { Statement: { Effect: 'Allow', Action: '*' } },
    { Statement: { Effect: 'Allow', Action: '*', NotAction: 'a', Resource: '*' } },
    { Statement: { Effect: 'Allow', Action: [], Resource: '*' } },
  ]) {
    assert.throws(() => parseIdentityPolicy(document), PolicyProblem, JSON.stringify(document))
  }
})

test('a pool is denied by its primary ARN, too, and allowed by the serving one only', () => {
  const primary = 'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a'
  const replica = primary.replace(':us-west-2:', ':us-east-1:')
  const decide = (statements: unknown) =>
    evaluateIdentityPolicy(parseIdentityPolicy({ Statement: statements }), {
      action: 'cognito-idp:ListUsers',
      resource: { name: replica, otherName: primary },
      values: () => new Map(),
    })
  const action = 'cognito-idp:*'
  const all = { Effect: 'Allow', Action: action, Resource: '*' }
  const denied = (arn: string) => [all, { Effect: 'Deny', Action: action, Resource: arn }]
  assert.equal(decide(denied(primary)), 'explicit-deny')
  assert.equal(decide(denied(replica)), 'explicit-deny')
  assert.equal(decide(denied(`${primary}b`)), 'allow')
  const allButOne = (arn: string) => ({ Effect: 'Allow', Action: action, NotResource: arn })
  assert.equal(decide(allButOne(primary)), 'implicit-deny')
  assert.equal(decide(allButOne(replica)), 'implicit-deny')
  assert.equal(decide(allButOne(`${primary}b`)), 'allow')
  assert.equal(decide({ Effect: 'Allow', Action: action, Resource: primary }), 'implicit-deny')
  assert.equal(decide({ Effect: 'Allow', Action: action, Resource: replica }), 'allow')
  // A Deny of everything else spares what it names by the serving Region's ARN.
  const denyOthers = (arn: string) => [all, { Effect: 'Deny', Action: action, NotResource: arn }]
  assert.equal(decide(denyOthers(replica)), 'allow')
  assert.equal(decide(denyOthers(primary)), 'explicit-deny')
})

describe('conditions of identity policies', () => {
  const origin = {
    region: 'us-west-2',
    accountId: '123456789012',
    principalArn: 'arn:aws:iam::123456789012:user/AKIAEXAMPLE',
    sourceIp: '192.0.2.7',
  }
  const all = { Action: 'cognito-idp:*', Resource: '*' }
  const decide = (statements: unknown, values = originValues(origin)) =>
    evaluateIdentityPolicy(parseIdentityPolicy({ Statement: statements }), {
      action: 'cognito-idp:ListUsers',
      resource: { name: ARN },
      values: () => values,
    })
  const allowIf = (Condition: object) => ({ ...all, Effect: 'Allow', Condition })
  const denyIf = (Condition: object) => [
    { ...all, Effect: 'Allow' },
    { ...all, Effect: 'Deny', Condition },
  ]
  const here = { StringEquals: { 'aws:SourceIp': '192.0.2.7' } }
  const elsewhere = { StringEquals: { 'aws:SourceIp': '192.0.2.8' } }

  test('an Allow counts only where its condition holds', () => {
    assert.equal(decide(allowIf(here)), 'allow')
    assert.equal(decide(allowIf(elsewhere)), 'implicit-deny')
    assert.equal(decide(allowIf({ StringLike: { 'aws:RequestedRegion': 'us-*' } })), 'allow')
    assert.equal(
      decide(allowIf({ StringLike: { 'aws:RequestedRegion': 'eu-*' } })),
      'implicit-deny',
    )
  })

  test('a Deny counts only where its condition holds', () => {
    assert.equal(decide(denyIf(here)), 'explicit-deny')
    assert.equal(decide(denyIf(elsewhere)), 'allow')
    assert.equal(decide(denyIf({ StringNotEquals: { 'aws:SourceIp': '::1' } })), 'explicit-deny')
  })

  test('an explicit deny wins over an Allow with a condition, whichever comes first', () => {
    const deny = { ...all, Effect: 'Deny' }
    assert.equal(decide([allowIf(here), deny]), 'explicit-deny')
    assert.equal(decide([deny, allowIf(here)]), 'explicit-deny')
  })

  test('an absent key matches no positive operator, and every negated one', () => {
    const service = { StringEquals: { 'kms:ViaService': 'x' } }
    const other = { StringNotEquals: { 'kms:ViaService': 'x' } }
    assert.equal(decide(allowIf(service)), 'implicit-deny')
    assert.equal(decide(denyIf(service)), 'allow')
    assert.equal(decide(allowIf(other)), 'allow')
    assert.equal(decide(denyIf(other)), 'explicit-deny')
    assert.equal(
      decide(denyIf({ StringEqualsIfExists: { 'kms:ViaService': 'x' } })),
      'explicit-deny',
    )
  })

  test('a condition that could not be judged is refused when the policy is made', () => {
    for (const Condition of [
      { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
      { StringEquals: { 'aws:MultiFactorAuthPresent': 'true' } },
      { IpAddress: { 'aws:VpcSourceIp': '192.0.2.0/24' } },
      { StringSortOf: { 'aws:SourceIp': 'x' } },
      { StringEquals: { 'aws:SourceIp': `\${aws:username}` } },
      {},
    ]) {
      assert.throws(
        () => parseIdentityPolicy({ Statement: denyIf(Condition) }),
        PolicyProblem,
        JSON.stringify(Condition),
      )
    }
  })

  test('the values are gathered once, and only if a condition asks', () => {
    const gathered: string[] = []
    const values = () => {
      gathered.push('values')
      return originValues(origin)
    }
    const policy = parseIdentityPolicy({ Statement: [...denyIf(elsewhere), allowIf(here)] })
    const resource = { name: ARN }
    evaluateIdentityPolicy(policy, { action: 'kms:Decrypt', resource, values })
    assert.deepEqual(gathered, [])
    evaluateIdentityPolicy(policy, { action: 'cognito-idp:ListUsers', resource, values })
    assert.deepEqual(gathered, ['values'])
  })
})
