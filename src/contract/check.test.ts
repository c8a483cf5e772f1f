import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './check.js'
import { decode } from './codec.js'
import { cognitoOperation } from './cognito.js'
import { kmsOperation } from './kms.js'
import type { CognitoOperationName, KmsOperationName } from './types.js'

const POOL = 'us-west-2_aBcDeF123'

function message(name: CognitoOperationName, input: object): string | undefined {
  const operation = cognitoOperation(name)
  return check(operation, decode(operation.input, input))
}

function kmsMessage(name: KmsOperationName, input: object): string | undefined {
  const operation = kmsOperation(name)
  return check(operation, decode(operation.input, input))
}

test('a valid request passes', () => {
  const attributes = [{ Name: 'email', Value: 'ada@example.com' }, { Name: 'phone_number' }]
  const input = { ClientId: 'abc', Username: 'ada', Password: 'x!', UserAttributes: attributes }
  assert.equal(message('SignUp', input), undefined)
  assert.equal(message('DescribeUserPool', { UserPoolId: POOL }), undefined)
  assert.equal(message('ListUserPools', { MaxResults: 60 }), undefined)
  assert.equal(kmsMessage('CreateKey', {}), undefined)
})

test('a missing member must not be null', () => {
  assert.equal(
    message('AdminGetUser', {}),
    "2 validation errors detected: Value at 'userPoolId' failed to satisfy constraint: " +
      "Member must not be null; Value at 'username' failed to satisfy constraint: " +
      'Member must not be null',
  )
})

test('the pattern is printed as the service has it', () => {
  assert.equal(
    message('DescribeUserPool', { UserPoolId: 'nonsense' }),
    "1 validation error detected: Value at 'userPoolId' failed to satisfy " +
      'constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+',
  )
})

test('one value can fail several times', () => {
  assert.equal(
    message('AdminGetUser', { UserPoolId: POOL, Username: '' }),
    "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must " +
      "have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+',
  )
})

test('no value is printed, sensitive or not', () => {
  const text = message('SignUp', { ClientId: 'us-west-2_x', Username: 'ada', Password: 'a b' })
  assert.match(String(text), /Value at 'clientId' failed/)
  assert.match(String(text), /Value at 'password' failed/)
  assert.doesNotMatch(String(text), /a b|us-west-2_x/)
})

test('lengths, ranges and enumerations have their own words', () => {
  const long = message('AdminGetUser', { UserPoolId: POOL, Username: 'x'.repeat(129) })
  assert.equal(
    long,
    "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must " +
      'have length less than or equal to 128',
  )
  assert.equal(
    message('ListUserPools', { MaxResults: 61 }),
    "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: " +
      'Member must have value less than or equal to 60',
  )
  assert.equal(
    message('CreateGroup', { UserPoolId: POOL, GroupName: 'g', Precedence: -1 }),
    "1 validation error detected: Value at 'precedence' failed to satisfy constraint: " +
      'Member must have value greater than or equal to 0',
  )
  assert.equal(
    message('UpdateUserPoolReplica', { UserPoolId: POOL, RegionName: 'eu-west-1', Status: 'UP' }),
    "1 validation error detected: Value at 'status' failed to satisfy constraint: Member " +
      'must satisfy enum value set: [ACTIVE, INACTIVE]',
  )
})

test('items of a list are named by their position, members of structures by dots', () => {
  const attributes = [{ Name: 'email' }, { Name: '', Value: 'secret' }, { Value: 'secret' }]
  const input = { ClientId: 'abc', Username: 'ada', UserAttributes: attributes }
  assert.equal(
    message('SignUp', input),
    "3 validation errors detected: Value at 'userAttributes.2.member.name' failed to satisfy " +
      'constraint: Member must have length greater than or equal to 1; Value at ' +
      "'userAttributes.2.member.name' failed to satisfy constraint: Member must satisfy regular " +
      'expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+; Value at ' +
      "'userAttributes.3.member.name' failed to satisfy constraint: Member must not be null",
  )
  assert.equal(
    message('CreateUserPool', {
      PoolName: 'p',
      Policies: { PasswordPolicy: { MinimumLength: 5 } },
    }),
    "1 validation error detected: Value at 'policies.passwordPolicy.minimumLength' failed to " +
      'satisfy constraint: Member must have value greater than or equal to 6',
  )
})

test('a list or map of plain values fails as a whole', () => {
  assert.equal(
    message('CreateUserPoolClient', {
      UserPoolId: POOL,
      ClientName: 'c',
      AllowedOAuthFlows: ['code', 'magic'],
    }),
    "1 validation error detected: Value at 'allowedOAuthFlows' failed to satisfy " +
      'constraint: Member must satisfy constraint: [Member must satisfy enum value set: ' +
      '[client_credentials, code, implicit]]',
  )
  const arn = 'arn:aws:cognito-idp:us-west-2:123456789012:userpool/x'
  assert.equal(
    message('TagResource', { ResourceArn: arn, Tags: { team: 'x'.repeat(257) } }),
    `1 validation error detected: Value at 'tags' failed to satisfy ` +
      'constraint: Map value must satisfy constraint: ' +
      '[Member must have length less than or equal to 256]',
  )
  assert.match(
    String(message('TagResource', { ResourceArn: arn, Tags: { '': 'x' } })),
    /Map keys must satisfy constraint: \[Member must have length greater than or equal to 1, /,
  )
  const sealed = message('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH',
    ClientId: 'abc',
    AuthParameters: { PASSWORD: 'x'.repeat(131_073) },
  })
  assert.match(String(sealed), /Value at 'authParameters' failed .*: Map value must satisfy/)
})

test('sizes of lists count entries', () => {
  assert.equal(
    message('AddCustomAttributes', { UserPoolId: POOL, CustomAttributes: [] }),
    "1 validation error detected: Value at 'customAttributes' failed to satisfy " +
      'constraint: Member must have length greater than or equal to 1',
  )
})

test('characters beyond the basic plane count once', () => {
  const most = message('AdminGetUser', { UserPoolId: POOL, Username: '😀'.repeat(128) })
  assert.equal(most, undefined)
  assert.match(
    String(message('AdminGetUser', { UserPoolId: POOL, Username: '😀'.repeat(129) })),
    /less than or equal to 128$/,
  )
  assert.match(
    String(message('AdminGetUser', { UserPoolId: POOL, Username: `${'😀'.repeat(100)} ` })),
    /regular expression/,
  )
})

test('a message and the number of violations are bounded', () => {
  const long = String(message('DescribeUserPool', { UserPoolId: 'x'.repeat(5_000) }))
  assert.ok(long.length < 600, `${long.length} characters`)
  const attributes = Array.from({ length: 5_000 }, () => ({ Name: '' }))
  const many = String(
    message('SignUp', { ClientId: 'abc', Username: 'ada', UserAttributes: attributes }),
  )
  assert.match(many, /^2[0-9] validation errors detected/)
  assert.ok(many.length < 6_000, `${many.length} characters`)
})

test('KMS speaks the same words', () => {
  assert.equal(
    kmsMessage('Encrypt', { KeyId: 'alias/x', Plaintext: '' }),
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must " +
      'have length greater than or equal to 1',
  )
  assert.match(
    String(kmsMessage('ScheduleKeyDeletion', { KeyId: 'x', PendingWindowInDays: 6 })),
    /Value at 'pendingWindowInDays' .* greater than or equal to 7$/,
  )
  assert.match(
    String(kmsMessage('ReplicateKey', { KeyId: 'mrk-1', ReplicaRegion: 'nowhere' })),
    /'replicaRegion' failed/,
  )
  assert.match(
    String(kmsMessage('CreateAlias', { AliasName: 'alias/a b', TargetKeyId: 'x' })),
    /'aliasName' failed/,
  )
  assert.match(
    String(kmsMessage('Decrypt', { CiphertextBlob: '' })),
    /Value at 'ciphertextBlob' failed/,
  )
  assert.equal(kmsMessage('GenerateDataKey', { KeyId: 'x', KeySpec: 'AES_256' }), undefined)
  assert.match(String(kmsMessage('GenerateDataKey', { KeyId: 'x', KeySpec: 'RSA_2048' })), /enum/)
})
