// Who may do what: key policies and IAM policies together, through the SDK.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import {
  ACCOUNT,
  type KmsRegions,
  kmsError,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'

const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` }
const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`
const allow = (Action: unknown, Resource = '*') => ({ Effect: 'Allow', Action, Resource })
const deny = (Action: unknown, Resource = '*') => ({ Effect: 'Deny', Action, Resource })
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const toRoot = { ...allow('kms:*'), Principal: ROOT }
const Plaintext = Buffer.from('secret')
const denied = (message?: RegExp) => kmsError('AccessDeniedException', message)

describe('kms access', () => {
  let stack: KmsRegions
  let root: KMSClient
  before(async () => {
    stack = await startKmsRegions()
    root = stack.west.client()
    stack.addAccessKey('AKIAKMSALLXXXXXXXXXX', [allow('kms:*')])
    stack.addAccessKey('AKIANOTHINGXXXXXXXXX', [allow('cognito-idp:*')])
    stack.addAccessKey('AKIADENIEDXXXXXXXXXX', [allow('kms:*'), deny('kms:Encrypt')])
    stack.addAccessKey('AKIAENCRYPTSXXXXXXXX', [allow(['kms:Encrypt', 'kms:DescribeKey'])])
    const blue = { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } }
    stack.addAccessKey('AKIABLUEXXXXXXXXXXXX', [{ ...allow('kms:Encrypt'), Condition: blue }])
    stack.addAccessKey('AKIAOTHERXXXXXXXXXXX', [
      allow('kms:Encrypt'),
      { ...deny('kms:Encrypt'), Condition: blue },
    ])
  })
  after(() => stack.close())

  const makeKey = async (Policy?: string, client = root) => {
    const input = Policy === undefined ? {} : { Policy }
    const { KeyMetadata } = await client.send(new CreateKeyCommand(input))
    return required(KeyMetadata?.KeyId, 'id')
  }
  const encrypt = (accessKeyId: string | undefined, KeyId: string, context?: object) =>
    stack.west
      .client(accessKeyId)
      .send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { ...context } }))

  test('under the default policy the IAM policies of the callers decide', async () => {
    const KeyId = await makeKey()
    await encrypt(undefined, KeyId)
    await encrypt('AKIAKMSALLXXXXXXXXXX', KeyId)
    await encrypt('AKIAENCRYPTSXXXXXXXX', KeyId)
    const message = new RegExp(
      `^User: ${user('AKIANOTHINGXXXXXXXXX')} is not authorized to perform: kms:Encrypt ` +
        `on resource: arn:aws:kms:${WEST}:${ACCOUNT}:key/${KeyId} ` +
        'because no identity-based policy allows',
    )
    await assert.rejects(encrypt('AKIANOTHINGXXXXXXXXX', KeyId), denied(message))
    await assert.rejects(
      encrypt('AKIADENIEDXXXXXXXXXX', KeyId),
      denied(/explicit deny in an identity/),
    )
    const sealed = await encrypt('AKIAENCRYPTSXXXXXXXX', KeyId)
    const decrypt = new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob })
    await assert.rejects(stack.west.client('AKIAENCRYPTSXXXXXXXX').send(decrypt), denied())
  })

  test('a policy that names the caller is enough, but no denial is overruled', async () => {
    const toUsers = {
      ...allow('kms:Encrypt'),
      Principal: { AWS: [user('AKIANOTHINGXXXXXXXXX'), user('AKIADENIEDXXXXXXXXXX')] },
    }
    const KeyId = await makeKey(document(toRoot, toUsers))
    await encrypt('AKIANOTHINGXXXXXXXXX', KeyId)
    await assert.rejects(
      encrypt('AKIADENIEDXXXXXXXXXX', KeyId),
      denied(/explicit deny in an identity/),
    )
    const against = { ...deny('kms:Encrypt'), Principal: { AWS: user('AKIAKMSALLXXXXXXXXXX') } }
    await root.send(new PutKeyPolicyCommand({ KeyId, Policy: document(toRoot, against) }))
    await assert.rejects(
      encrypt('AKIAKMSALLXXXXXXXXXX', KeyId),
      denied(/explicit deny in a resource/),
    )
    await assert.rejects(encrypt('AKIANOTHINGXXXXXXXXX', KeyId), denied())
    await encrypt(undefined, KeyId)
  })

  test('conditions of IAM policies hold for each call', async () => {
    const KeyId = await makeKey()
    await encrypt('AKIABLUEXXXXXXXXXXXX', KeyId, { tenant: 'blue' })
    await assert.rejects(
      encrypt('AKIABLUEXXXXXXXXXXXX', KeyId, { tenant: 'red' }),
      denied(/because no identity-based policy allows the kms:Encrypt action$/),
    )
    await assert.rejects(encrypt('AKIABLUEXXXXXXXXXXXX', KeyId), denied())
    await encrypt('AKIAOTHERXXXXXXXXXXX', KeyId, { tenant: 'red' })
    await assert.rejects(
      encrypt('AKIAOTHERXXXXXXXXXXX', KeyId, { tenant: 'blue' }),
      denied(/with an explicit deny in an identity-based policy$/),
    )
  })

  test('a policy without the account leaves IAM policies nothing to say', async () => {
    const admin = { ...allow('kms:*'), Principal: { AWS: user('AKIAKMSALLXXXXXXXXXX') } }
    const client = stack.west.client('AKIAKMSALLXXXXXXXXXX')
    const KeyId = await makeKey(document(admin), client)
    await encrypt('AKIAKMSALLXXXXXXXXXX', KeyId)
    await assert.rejects(
      encrypt('AKIAENCRYPTSXXXXXXXX', KeyId),
      denied(/no resource-based policy allows/),
    )
    await assert.rejects(encrypt(undefined, KeyId), denied(/no resource-based policy allows/))
  })

  test('conditions hold for each call', async () => {
    const Condition = {
      StringEquals: { 'kms:EncryptionContext:tenant': 'blue', 'kms:CallerAccount': ACCOUNT },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant'] },
    }
    const toNobody = {
      ...allow(['kms:Encrypt', 'kms:Decrypt']),
      Principal: { AWS: user('AKIANOTHINGXXXXXXXXX') },
      Condition,
    }
    const KeyId = await makeKey(document(toRoot, toNobody))
    const sealed = await encrypt('AKIANOTHINGXXXXXXXXX', KeyId, { tenant: 'blue' })
    await assert.rejects(encrypt('AKIANOTHINGXXXXXXXXX', KeyId, { tenant: 'red' }), denied())
    await assert.rejects(
      encrypt('AKIANOTHINGXXXXXXXXX', KeyId, { tenant: 'blue', x: '1' }),
      denied(),
    )
    await assert.rejects(encrypt('AKIANOTHINGXXXXXXXXX', KeyId), denied())
    const { CiphertextBlob } = sealed
    const client = stack.west.client('AKIANOTHINGXXXXXXXXX')
    const right = { CiphertextBlob, EncryptionContext: { tenant: 'blue' } }
    await client.send(new DecryptCommand(right))
    await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob })), denied())
  })

  test('ReEncrypt needs leave on both keys, each for its own context', async () => {
    const principal = { Principal: { AWS: user('AKIANOTHINGXXXXXXXXX') } }
    const from = await makeKey(document(toRoot, { ...allow('kms:ReEncryptFrom'), ...principal }))
    const context = { StringEquals: { 'kms:EncryptionContext:to': 'b' } }
    const to = await makeKey(
      document(toRoot, { ...allow('kms:ReEncryptTo'), ...principal, Condition: context }),
    )
    const { CiphertextBlob } = await encrypt(undefined, from)
    const client = stack.west.client('AKIANOTHINGXXXXXXXXX')
    const input = { CiphertextBlob, DestinationKeyId: to }
    await client.send(new ReEncryptCommand({ ...input, DestinationEncryptionContext: { to: 'b' } }))
    await assert.rejects(client.send(new ReEncryptCommand(input)), denied(/kms:ReEncryptTo/))
    const back = await encrypt(undefined, to)
    const reverse = { CiphertextBlob: back.CiphertextBlob, DestinationKeyId: from }
    const command = new ReEncryptCommand(reverse)
    await assert.rejects(client.send(command), denied(/kms:ReEncryptFrom/))
  })

  test('without permission no caller learns which keys and aliases exist', async () => {
    const client = stack.west.client('AKIANOTHINGXXXXXXXXX')
    const KeyId = await makeKey()
    const unknown = '00000000-0000-4000-8000-000000000000'
    for (const name of [KeyId, unknown, 'alias/unknown']) {
      await assert.rejects(client.send(new DescribeKeyCommand({ KeyId: name })), denied())
    }
    await assert.rejects(client.send(new ListKeysCommand({})), denied())
    const alias = { AliasName: 'alias/mine', TargetKeyId: KeyId }
    await assert.rejects(client.send(new CreateAliasCommand(alias)), denied(/:alias\/mine/))
    const unknownAlias = new DeleteAliasCommand({ AliasName: 'alias/unknown' })
    await assert.rejects(client.send(unknownAlias), denied())
  })

  test('a policy is put and read, and one that locks the caller out is refused', async () => {
    const KeyId = await makeKey()
    const first = await root.send(new GetKeyPolicyCommand({ KeyId }))
    assert.equal(first.PolicyName, 'default')
    assert.deepEqual(JSON.parse(String(first.Policy)).Statement[0].Principal, ROOT)
    const Policy = document(toRoot, { ...allow('kms:Decrypt'), Principal: '*' })
    await root.send(new PutKeyPolicyCommand({ KeyId, Policy, PolicyName: 'default' }))
    assert.equal((await root.send(new GetKeyPolicyCommand({ KeyId }))).Policy, Policy)
    const lockout = document({ ...allow('kms:Encrypt'), Principal: ROOT })
    const put = (more: object = {}) =>
      root.send(new PutKeyPolicyCommand({ KeyId, Policy: lockout, ...more }))
    const malformed = kmsError('MalformedPolicyDocumentException', /will not allow you to update/)
    await assert.rejects(put(), malformed)
    await assert.rejects(makeKey(lockout), malformed)
    await put({ BypassPolicyLockoutSafetyCheck: true })
    await assert.rejects(put({ BypassPolicyLockoutSafetyCheck: true }), denied())
    const other = new GetKeyPolicyCommand({ KeyId: await makeKey(), PolicyName: 'other' })
    await assert.rejects(root.send(other), kmsError('NotFoundException', 'No such policy exists'))
  })

  test('a policy that cannot be evaluated is refused and the old one stays', async () => {
    const KeyId = await makeKey()
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }
    const bad = ['{}', 'not json', document({ ...toRoot, Condition })]
    for (const Policy of bad) {
      const command = new PutKeyPolicyCommand({ KeyId, Policy })
      await assert.rejects(root.send(command), kmsError('MalformedPolicyDocumentException'))
    }
    const Policy = document(toRoot, { ...toRoot, Sid: 'x'.repeat(33_000) })
    const long = new PutKeyPolicyCommand({ KeyId, Policy })
    await assert.rejects(root.send(long), kmsError('LimitExceededException'))
    await encrypt('AKIAKMSALLXXXXXXXXXX', KeyId)
  })
})
