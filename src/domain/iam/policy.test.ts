import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluatePolicy, PolicyProblem, parsePolicy } from './policy.js'

const ARN = 'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a'

function decision(statements: unknown, action: string, resource = ARN) {
  return evaluatePolicy(
    parsePolicy({ Version: '2012-10-17', Statement: statements }),
    action,
    resource,
  )
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
    { Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} } },
  ]) {
    assert.throws(() => parsePolicy(document), PolicyProblem, JSON.stringify(document))
  }
})
