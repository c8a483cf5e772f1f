import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aliasArn, keyArn, keyArnIn, parseKeyArn, poolArn, poolIdOfArn } from './arn.js'

const scope = { region: 'us-east-1', accountId: '123456789012' }
const arn = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-west-2_aB3'

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

test('a key and an alias have ARNs, and only that of a key is read', () => {
  const key = keyArn(scope, 'mrk-1')
  assert.equal(key, 'arn:aws:kms:us-east-1:123456789012:key/mrk-1')
  assert.deepEqual(parseKeyArn(key), { region: 'us-east-1', keyId: 'mrk-1' })
  assert.deepEqual(parseKeyArn(key.replace('arn:aws:', 'arn:aws-cn:'))?.keyId, 'mrk-1')
  const alias = aliasArn(scope, 'alias/mine')
  assert.equal(alias, 'arn:aws:kms:us-east-1:123456789012:alias/mine')
  const others = [
    '',
    alias,
    `${key}/x`,
    key.replace('kms', 'kms2'),
    key.replace('12:', ':'),
    ` ${key}`,
  ]
  for (const other of others) assert.equal(parseKeyArn(other), undefined, other)
})

test('the ARN of a replica key differs in the Region alone', () => {
  const west = 'arn:aws:kms:us-west-2:123456789012:key/mrk-1'
  assert.equal(keyArnIn('eu-west-1', west), 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1')
})
