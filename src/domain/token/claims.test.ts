import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessClaims, idClaims, machineClaims } from './claims.js'

const user = {
  sub: '11111111-2222-4333-8444-555555555555',
  username: 'maria',
  attributes: {
    email: 'maria@example.com',
    email_verified: 'true',
    phone_number_verified: 'false',
    address: '1 Main Street',
    'custom:tenant': '42',
    'dev:custom:score': '9',
  },
}
const input = {
  issuer: 'https://idp.example.com/us-west-2_a',
  clientId: 'client-1',
  user,
  groups: [
    { name: 'admins', roleArn: 'arn:aws:iam::123456789012:role/admin' },
    { name: 'readers', roleArn: undefined },
    { name: 'writers', roleArn: 'arn:aws:iam::123456789012:role/write' },
  ],
  originJti: 'session-1',
  eventId: 'event-1',
  grant: { authTime: 900 },
  nowSeconds: 1000,
  lifetimeSeconds: 3600,
  jti: 'jti-1',
}

test('an ID token has these claims and no others', () => {
  assert.deepEqual(idClaims({ ...input, readAttributes: undefined }), {
    sub: user.sub,
    email: 'maria@example.com',
    email_verified: true,
    phone_number_verified: false,
    address: { formatted: '1 Main Street' },
    'custom:tenant': '42',
    'cognito:groups': ['admins', 'readers', 'writers'],
    'cognito:roles': [
      'arn:aws:iam::123456789012:role/admin',
      'arn:aws:iam::123456789012:role/write',
    ],
    'cognito:preferred_role': 'arn:aws:iam::123456789012:role/admin',
    iss: input.issuer,
    'cognito:username': 'maria',
    origin_jti: 'session-1',
    aud: 'client-1',
    event_id: 'event-1',
    token_use: 'id',
    auth_time: 900,
    exp: 4600,
    iat: 1000,
    jti: 'jti-1',
  })
})

test('an ID token shows what the client may read', () => {
  const claims = idClaims({ ...input, groups: [], readAttributes: ['email'] })
  assert.equal(claims['email'], 'maria@example.com')
  for (const name of ['email_verified', 'address', 'custom:tenant', 'cognito:groups']) {
    assert.equal(name in claims, false, name)
  }
  assert.equal(claims['sub'], user.sub)
  const nothing = idClaims({ ...input, readAttributes: [] })
  assert.equal('email' in nothing, false)
})

test('an attribute cannot pass for a claim', () => {
  const attributes = { sub: 'x', iss: 'x', aud: 'x', token_use: 'access', exp: '9' }
  const claims = idClaims({ ...input, user: { ...user, attributes }, readAttributes: undefined })
  assert.equal(claims['sub'], user.sub)
  assert.equal(claims['iss'], input.issuer)
  assert.equal(claims['aud'], 'client-1')
  assert.equal(claims['token_use'], 'id')
  assert.equal(claims['exp'], 4600)
})

test('an access token has these claims and no others', () => {
  const claims = accessClaims({ ...input, scopes: ['aws.cognito.signin.user.admin'] })
  assert.deepEqual(claims, {
    sub: user.sub,
    'cognito:groups': ['admins', 'readers', 'writers'],
    iss: input.issuer,
    client_id: 'client-1',
    origin_jti: 'session-1',
    event_id: 'event-1',
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    auth_time: 900,
    exp: 4600,
    iat: 1000,
    jti: 'jti-1',
    username: 'maria',
  })
})

test('without token revocation there is no origin_jti', () => {
  const plain = { ...input, originJti: undefined }
  assert.equal('origin_jti' in idClaims({ ...plain, readAttributes: undefined }), false)
  assert.equal('origin_jti' in accessClaims({ ...plain, scopes: ['a', 'b'] }), false)
  assert.equal(accessClaims({ ...plain, scopes: ['a', 'b'] })['scope'], 'a b')
})

test('a machine token has these claims and no others', () => {
  const claims = machineClaims({
    issuer: input.issuer,
    clientId: 'client-1',
    scopes: ['orders/read', 'orders/write'],
    nowSeconds: 1000,
    lifetimeSeconds: 3600,
    jti: 'jti-1',
  })
  assert.deepEqual(claims, {
    sub: 'client-1',
    token_use: 'access',
    scope: 'orders/read orders/write',
    auth_time: 1000,
    iss: input.issuer,
    exp: 4600,
    iat: 1000,
    version: 2,
    jti: 'jti-1',
    client_id: 'client-1',
  })
})

test('two first groups with different roles prefer neither', () => {
  const group = (name: string, roleArn: string, precedence: number) => {
    return { name, roleArn, precedence }
  }
  const of = (groups: readonly ReturnType<typeof group>[]) =>
    idClaims({ ...input, groups, readAttributes: undefined })
  assert.equal('cognito:preferred_role' in of([group('a', 'r1', 0), group('b', 'r2', 0)]), false)
  const same = of([group('a', 'r1', 0), group('b', 'r1', 0), group('c', 'r2', 5)])
  assert.equal(same['cognito:preferred_role'], 'r1')
  assert.deepEqual(same['cognito:roles'], ['r1', 'r2'])
})

test('groups without roles give no role claims', () => {
  const groups = [{ name: 'readers', roleArn: undefined }]
  const claims = idClaims({ ...input, groups, readAttributes: undefined })
  assert.deepEqual(claims['cognito:groups'], ['readers'])
  assert.equal('cognito:roles' in claims, false)
  assert.equal('cognito:preferred_role' in claims, false)
})

test('what was granted shows in the tokens that are about it', () => {
  const grant = {
    authTime: 900,
    acr: 'urn:cognito:loa:4',
    amr: ['pwd', 'otp', 'mfa'],
    nonce: 'n-1',
    deviceKey: 'us-west-2_device',
    resource: 'https://orders.example',
  }
  const level = { auth_time: 900, acr: grant.acr, amr: grant.amr }
  const plain = { ...input, readAttributes: undefined, scopes: ['openid'] }
  const added = (make: (all: typeof plain) => object) => {
    const before = make(plain)
    const after = Object.entries(make({ ...plain, grant }))
    return Object.fromEntries(after.filter(([name]) => !(name in before)))
  }
  const { auth_time: _, ...shown } = level
  assert.deepEqual(added(idClaims), { ...shown, nonce: 'n-1' })
  assert.deepEqual(added(accessClaims), {
    ...shown,
    device_key: 'us-west-2_device',
    aud: 'https://orders.example',
  })
  // Methods by themselves show in neither.
  const quiet = { ...plain, grant: { authTime: 900, amr: ['pwd'] } }
  assert.deepEqual(accessClaims(quiet), accessClaims(plain))
  assert.deepEqual(idClaims(quiet), idClaims(plain))
})
