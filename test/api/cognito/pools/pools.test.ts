import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type CreateUserPoolCommandInput,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  ListUserPoolsCommand,
  TagResourceCommand,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

const REGION = 'us-west-2'

describe('user pools', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  const create = (input: Partial<CreateUserPoolCommandInput> = {}) =>
    api.createPool({ PoolName: 'pool', ...input })
  const describePool = (id: string | undefined) => api.describePool(id)

  const key = async (multiRegion = false) => {
    const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: multiRegion }))
    return required(KeyMetadata?.Arn, 'key ARN')
  }

  const refuses = (call: Promise<unknown>, name: string, message = /./) =>
    assert.rejects(call, (error: Error) => {
      assert.equal(error.name, name)
      assert.match(error.message, message)
      return true
    })

  test('a pool of defaults is what the service would make of it', async () => {
    const pool = await create()
    const { Id, Arn, CreationDate, LastModifiedDate, SchemaAttributes, ...rest } = pool
    assert.match(required(Id, 'Id'), /^us-west-2_[0-9A-Za-z]{9}$/)
    assert.match(
      required(Arn, 'Arn'),
      new RegExp(`^arn:aws:cognito-idp:${REGION}:\\d{12}:userpool/${Id}$`),
    )
    assert.equal(CreationDate?.getTime(), LastModifiedDate?.getTime())
    assert.equal(SchemaAttributes?.length, 20)
    assert(!SchemaAttributes.some(({ Name }) => Name === 'identities'))
    const sub = SchemaAttributes.find(({ Name }) => Name === 'sub')
    assert.deepEqual(sub, {
      Name: 'sub',
      AttributeDataType: 'String',
      DeveloperOnlyAttribute: false,
      Mutable: false,
      Required: true,
      StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
    })
    assert.deepEqual(rest, {
      Name: 'pool',
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          TemporaryPasswordValidityDays: 7,
        },
        SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
      },
      DeletionProtection: 'INACTIVE',
      LambdaConfig: {},
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
      AccountRecoverySetting: {
        RecoveryMechanisms: [
          { Priority: 1, Name: 'verified_email' },
          { Priority: 2, Name: 'verified_phone_number' },
        ],
      },
      MfaConfiguration: 'OFF',
      EstimatedNumberOfUsers: 0,
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
      UserPoolTags: {},
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
      UserPoolTier: 'ESSENTIALS',
      IssuerConfiguration: { Type: 'ORIGINAL' },
    })
    assert.deepEqual(await describePool(Id), pool)
  })

  test('settings are described as they were given', async () => {
    const given = {
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ['email'],
      EmailConfiguration: {
        EmailSendingAccount: 'COGNITO_DEFAULT',
        ReplyToEmailAddress: 'a@b.example',
      },
      VerificationMessageTemplate: {
        DefaultEmailOption: 'CONFIRM_WITH_CODE',
        EmailMessage: 'Your code: {####}',
        EmailSubject: 'Code',
      },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
      UserPoolTags: { Team: 'identity' },
      IssuerConfiguration: { Type: 'UPDATED' },
      UserPoolTier: 'LITE',
    } satisfies Partial<CreateUserPoolCommandInput>
    const pool = await create({
      ...given,
      Schema: [{ Name: 'tenant', AttributeDataType: 'String', Mutable: false }],
    })
    const described = await describePool(pool.Id)
    for (const [name, value] of Object.entries(given)) {
      assert.deepEqual(described[name as keyof UserPoolType], value, name)
    }
    assert.equal(described.EmailVerificationMessage, 'Your code: {####}')
    const custom = described.SchemaAttributes?.find(({ Name }) => Name === 'custom:tenant')
    assert.equal(custom?.Mutable, false)
  })

  test('the ID of a pool can be chosen once, in its own Region', async () => {
    const id = `${REGION}_chosen123`
    const tags = { 'twinpool:user-pool-id': id }
    const pool = await create({ UserPoolTags: tags })
    assert.equal(pool.Id, id)
    assert.deepEqual(pool.UserPoolTags, tags)
    await refuses(create({ UserPoolTags: tags }), 'InvalidParameterException', /already exists/)
    for (const other of ['eu-west-1_abc', `${REGION}_no-dash`, 'abc']) {
      const call = create({ UserPoolTags: { 'twinpool:user-pool-id': other } })
      await refuses(call, 'InvalidParameterException', /user pool ID/)
    }
  })

  test('creation refuses what cannot be', async () => {
    const both = create({ AliasAttributes: ['email'], UsernameAttributes: ['email'] })
    await refuses(both, 'InvalidParameterException', /Only one of/)
    const schema = create({
      Schema: [{ Name: 'x', AttributeDataType: 'String', Required: true }],
    })
    await refuses(schema, 'InvalidParameterException', /Required custom attributes/)
    await refuses(create({ UserPoolTags: { 'aws:x': '1' } }), 'UserPoolTaggingException')
    const history = create({
      UserPoolTier: 'LITE',
      Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } },
    })
    await refuses(history, 'FeatureUnavailableInTierException')
    await refuses(create({ PoolName: '' }), 'InvalidParameterException', /poolName/)
  })

  test('a customer managed key must be a usable key of this Region', async () => {
    const arn = await key()
    const pool = await create({
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: arn },
    })
    assert.deepEqual(pool.KeyConfiguration, { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: arn })
    const withKey = (KmsKeyArn: string) =>
      create({ KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn } })
    const disabled = await key()
    await api.kms.send(new DisableKeyCommand({ KeyId: disabled }))
    for (const bad of [
      arn.replace(REGION, 'us-east-1'),
      arn.replace(/key\/.*/, 'alias/mine'),
      arn.replace(/key\/.*/, 'key/00000000-0000-0000-0000-000000000000'),
      disabled,
    ]) {
      await refuses(withKey(bad), 'InvalidParameterException', /is in an invalid state/)
    }
    const owned = create({ KeyConfiguration: { KeyType: 'AWS_OWNED_KEY', KmsKeyArn: arn } })
    await refuses(owned, 'InvalidParameterException')
    const nameless = create({ KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY' } })
    await refuses(nameless, 'InvalidParameterException', /KmsKeyArn/)
  })

  test('an update sets omitted settings to their defaults, key and issuer excepted', async () => {
    const arn = await key()
    const pool = await create({
      PoolName: 'before',
      DeletionProtection: 'ACTIVE',
      AutoVerifiedAttributes: ['email'],
      EmailConfiguration: { ReplyToEmailAddress: 'a@b.example' },
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: arn },
      IssuerConfiguration: { Type: 'UPDATED' },
      UserPoolTags: { a: '1' },
      Schema: [{ Name: 'tenant', AttributeDataType: 'String' }],
    })
    const update = { UserPoolId: pool.Id, Policies: { PasswordPolicy: { MinimumLength: 10 } } }
    await api.cognito.send(new UpdateUserPoolCommand(update))
    const described = await describePool(pool.Id)
    assert.equal(described.Name, 'before')
    assert.equal(described.DeletionProtection, 'INACTIVE')
    assert.equal(described.AutoVerifiedAttributes, undefined)
    assert.deepEqual(described.EmailConfiguration, { EmailSendingAccount: 'COGNITO_DEFAULT' })
    assert.deepEqual(described.Policies?.PasswordPolicy, {
      MinimumLength: 10,
      RequireUppercase: false,
      RequireLowercase: false,
      RequireNumbers: false,
      RequireSymbols: false,
      TemporaryPasswordValidityDays: 7,
    })
    assert.deepEqual(described.KeyConfiguration, pool.KeyConfiguration)
    assert.deepEqual(described.IssuerConfiguration, pool.IssuerConfiguration)
    assert.deepEqual(described.SchemaAttributes, pool.SchemaAttributes)
    assert(required(described.LastModifiedDate, 'date') >= required(pool.LastModifiedDate, 'date'))
  })

  test('an update leaves what the service leaves: tags, policies, the plan and more', async () => {
    const pool = await create({
      Policies: { PasswordPolicy: { MinimumLength: 10, RequireNumbers: true } },
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      UserPoolTier: 'PLUS',
      UserPoolTags: { first: '1' },
    })
    const tags = new TagResourceCommand({ ResourceArn: pool.Arn, Tags: { second: '2' } })
    await api.cognito.send(tags)
    const update = (rest: Omit<UpdateUserPoolCommandInput, 'UserPoolId'>) =>
      api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: pool.Id, ...rest }))
    await update({ AutoVerifiedAttributes: ['email'] })
    const kept = await describePool(pool.Id)
    assert.deepEqual(kept.UserPoolTags, { first: '1', second: '2' })
    assert.deepEqual(kept.Policies, pool.Policies)
    assert.deepEqual(kept.UserAttributeUpdateSettings, pool.UserAttributeUpdateSettings)
    assert.equal(kept.UserPoolTier, 'PLUS')
    // One part of the policies leaves the other, and an empty list turns the setting off.
    await update({
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [] },
      AutoVerifiedAttributes: ['email'],
      UserPoolTags: {},
    })
    const changed = await describePool(pool.Id)
    assert.deepEqual(changed.Policies, pool.Policies)
    assert.equal(changed.UserAttributeUpdateSettings, undefined)
    assert.deepEqual(changed.UserPoolTags, {})
  })

  test('what is no longer verified by itself is not required to be verified', async () => {
    const pool = await create({
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    })
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: pool.Id }))
    assert.equal((await describePool(pool.Id)).UserAttributeUpdateSettings, undefined)
  })

  test('settings that would deny something, and are not built, are refused', async () => {
    const lambda = `arn:aws:lambda:${REGION}:123456789012:function:pre`
    const { Id } = await create()
    const input = {
      LambdaConfig: { InboundFederation: { LambdaVersion: 'V1_0' as const, LambdaArn: lambda } },
    }
    await refuses(create(input), 'NotImplementedException', /is not implemented yet: /)
    const update = new UpdateUserPoolCommand({ UserPoolId: Id, ...input })
    await refuses(api.cognito.send(update), 'NotImplementedException', /not implemented/)
    assert.deepEqual((await describePool(Id)).LambdaConfig, {})
  })

  test('the key of a pool is switched both ways', async () => {
    const { Id } = await create()
    const [first, second] = [await key(), await key(true)]
    for (const arn of [first, second]) {
      const KeyConfiguration = { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: arn } as const
      await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: Id, KeyConfiguration }))
      assert.deepEqual((await describePool(Id)).KeyConfiguration, KeyConfiguration)
    }
    // The data keys are wrapped under the second key now: the first may go.
    await api.kms.send(new DisableKeyCommand({ KeyId: first }))
    await api.cognito.send(
      new UpdateUserPoolCommand({ UserPoolId: Id, KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' } }),
    )
    assert.equal((await describePool(Id)).KeyConfiguration, undefined)
    const KeyConfiguration = { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: first } as const
    const call = api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: Id, KeyConfiguration }))
    await refuses(call, 'InvalidParameterException', /is in an invalid state/)
  })

  test('protection and a domain keep a pool from being deleted', async () => {
    const { Id } = await create({ DeletionProtection: 'ACTIVE' })
    const remove = () => api.cognito.send(new DeleteUserPoolCommand({ UserPoolId: Id }))
    await refuses(remove(), 'InvalidParameterException', /deletion protection/)
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: Id }))
    const domain = { UserPoolId: Id, Domain: 'keeps-its-pool' }
    await api.cognito.send(new CreateUserPoolDomainCommand(domain))
    assert.equal((await describePool(Id)).Domain, 'keeps-its-pool')
    await refuses(remove(), 'InvalidParameterException', /domain/)
    await api.cognito.send(new DeleteUserPoolDomainCommand(domain))
    await remove()
    await refuses(describePool(Id), 'ResourceNotFoundException', new RegExp(`${Id}`))
    await refuses(remove(), 'ResourceNotFoundException')
  })

  test('pools are listed page by page, each once', async () => {
    const made = new Set<string | undefined>()
    for (let n = 0; n < 3; n += 1) made.add((await create({ PoolName: `listed-${n}` })).Id)
    const listed: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await api.cognito.send(new ListUserPoolsCommand({ MaxResults: 2, NextToken }))
      assert((page.UserPools ?? []).length <= 2)
      for (const pool of page.UserPools ?? []) {
        listed.push(pool.Id)
        if (made.has(pool.Id)) assert.deepEqual(pool.LambdaConfig, {})
        assert.equal(pool.ReplicaRegions, undefined)
      }
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    assert.equal(new Set(listed).size, listed.length)
    for (const id of made) assert(listed.includes(id))
    const bad = api.cognito.send(new ListUserPoolsCommand({ MaxResults: 2, NextToken: 'bad' }))
    await refuses(bad, 'InvalidParameterException')
    const many = api.cognito.send(new ListUserPoolsCommand({ MaxResults: 61 }))
    await refuses(many, 'InvalidParameterException', /maxResults/)
  })
})
