import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionOf, poolArn, poolIdOfArn } from './action.js'

const scope = { region: 'us-east-1', accountId: '123456789012' }
const arn = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-west-2_aB3'

test('an operation is an action of the service', () => {
  assert.equal(actionOf('CreateUserPool'), 'cognito-idp:CreateUserPool')
})

test('a pool has an ARN in the Region that serves it', () => {
  assert.equal(poolArn(scope, 'us-west-2_aB3'), arn)
  assert.equal(poolIdOfArn(scope, arn), 'us-west-2_aB3')
})

test('an ARN of another place or of another thing names no pool here', () => {
  for (const other of [
    '',
    'us-west-2_aB3',
    arn.replace('us-east-1', 'us-west-2'),
    arn.replace('123456789012', '123456789013'),
    arn.replace('cognito-idp', 'cognito-identity'),
    arn.replace('userpool/us-west-2_aB3', 'userpool/'),
    `${arn}/client/x`,
    `${arn}*`,
    ` ${arn}`,
  ]) {
    assert.equal(poolIdOfArn(scope, other), undefined, other)
  }
})
