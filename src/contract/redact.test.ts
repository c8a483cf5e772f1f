import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cognitoOperation, cognitoOperations } from './cognito.js'
import { kmsOperation } from './kms.js'
import { redact, unmarkedSecrets } from './redact.js'
import type { Shape } from './schema.js'

test('sensitive members are hidden at every depth, the others kept', () => {
  const shown = redact(cognitoOperation('SignUp').input, {
    ClientId: 'abc',
    Username: 'ada',
    Password: 'hunter2',
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
    AnalyticsMetadata: { AnalyticsEndpointId: 'e-1' },
    ClientMetadata: { note: 'private' },
  })
  assert.deepEqual(shown, {
    ClientId: '***',
    Username: '***',
    Password: '***',
    UserAttributes: [{ Name: 'email', Value: '***' }],
    AnalyticsMetadata: { AnalyticsEndpointId: 'e-1' },
    ClientMetadata: '***',
  })
})

test('tokens of a response are hidden', () => {
  const shown = redact(cognitoOperation('InitiateAuth').output, {
    Session: 'sealed',
    ChallengeParameters: { USERNAME: 'ada' },
    AuthenticationResult: { AccessToken: 'a', IdToken: 'b', RefreshToken: 'c', ExpiresIn: 3600 },
  })
  assert.doesNotMatch(JSON.stringify(shown), /sealed|ada|"a"|"b"|"c"/)
  assert.match(JSON.stringify(shown), /3600/)
})

test('secrets without a mark are hidden, members without a schema left out', () => {
  const shown = redact(cognitoOperation('CreateIdentityProvider').input, {
    UserPoolId: 'us-west-2_x',
    ProviderDetails: { client_secret: 'deep' },
    NewMember: 'who knows',
    Undefined: undefined,
  })
  assert.deepEqual(shown, { UserPoolId: 'us-west-2_x', ProviderDetails: '***' })
})

test('blobs are shown by size, and what is not of its shape is hidden', () => {
  const { input } = kmsOperation('Decrypt')
  assert.deepEqual(redact(input, { CiphertextBlob: new Uint8Array(5) }), {
    CiphertextBlob: '[5 bytes]',
  })
  assert.deepEqual(redact(input, { CiphertextBlob: 'raw', GrantTokens: 'raw' }), {
    CiphertextBlob: '***',
    GrantTokens: '***',
  })
  assert.deepEqual(redact(kmsOperation('Encrypt').input, { Plaintext: new Uint8Array(5) }), {
    Plaintext: '***',
  })
})

test('each unmarked secret is a member of some operation', () => {
  const names = new Set<string>()
  const visit = (shape: Shape): void => {
    if (shape.kind === 'list') visit(shape.item)
    if (shape.kind === 'map') visit(shape.value)
    if (shape.kind !== 'struct') return
    for (const member of shape.members) {
      names.add(member.name)
      visit(member.shape)
    }
  }
  for (const { input, output } of cognitoOperations.values()) {
    visit(input)
    visit(output)
  }
  for (const name of unmarkedSecrets) assert.ok(names.has(name), name)
})
