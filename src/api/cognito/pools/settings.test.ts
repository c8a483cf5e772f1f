import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '#api/protocol/errors.js'
import type { CognitoInput } from '#contract/types.js'
import { type GlobalSettings, globalTable } from '#domain/pool/settings.js'
import { decodeSettings } from '#domain/settings/table.js'
import type { Pool } from '#ports/capability.js'
import { describedSettings, requireTier } from '../settings.js'
import { createdSettings, differingGlobal } from './settings.js'
import { toUserPoolShape } from './shape.js'

type MutableInput = Omit<CognitoInput<'UpdateUserPool'>, 'UserPoolId'>

const fixed = {
  PoolName: 'pool',
  UsernameAttributes: ['email'],
  UsernameConfiguration: { CaseSensitive: false },
} as const

/** The settings of a new pool of such a request. */
const created = (input: MutableInput) =>
  createdSettings({ ...input, ...fixed, UsernameAttributes: ['email'] })

const described = (settings: GlobalSettings): MutableInput =>
  describedSettings(globalTable, settings)

const full: MutableInput = {
  Policies: {
    PasswordPolicy: { MinimumLength: 12, RequireNumbers: true, TemporaryPasswordValidityDays: 3 },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
  },
  DeletionProtection: 'ACTIVE',
  MfaConfiguration: 'OPTIONAL',
  AutoVerifiedAttributes: ['email'],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: true,
    InviteMessageTemplate: {
      EmailSubject: 'Hello',
      EmailMessage: '{username} {####}',
      SMSMessage: 'Hello {username} {####}',
    },
  },
  VerificationMessageTemplate: { EmailMessage: 'Code {####}', EmailSubject: 'Code' },
  SmsAuthenticationMessage: 'Code {####}',
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
  AcrConfiguration: { Level1: { AcrValue: 'low' } },
}

function poolWith(input: MutableInput): Pool {
  return {
    id: 'us-west-2_abc',
    name: 'pool',
    region: 'us-east-1',
    primaryRegion: 'us-west-2',
    homeRegion: 'us-west-2',
    replicaRegions: ['us-west-2', 'us-east-1'],
    role: 'SECONDARY',
    status: 'ACTIVE',
    tier: 'ESSENTIALS',
    issuerType: 'UPDATED',
    kmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:key/mrk-1',
    settings: created(input),
    regionalSettings: {},
    tags: { team: 'a' },
    createdAtMs: 0,
    modifiedAtMs: 1,
  }
}

const failsWith = (code: string, pattern: RegExp) => (error: unknown) =>
  error instanceof ApiError && error.code === code && pattern.test(error.message)

test('an empty request gives the defaults of the service', () => {
  const settings = created({})
  assert.deepEqual(settings.passwordPolicy, {
    minimumLength: 8,
    requireUppercase: true,
    requireLowercase: true,
    requireNumbers: true,
    requireSymbols: true,
    temporaryPasswordValidityDays: 7,
  })
  assert.equal(settings.mfaConfiguration, 'OFF')
  assert.equal(settings.deletionProtection, 'INACTIVE')
  assert.deepEqual(settings.verificationMessageTemplate, {
    defaultEmailOption: 'CONFIRM_WITH_CODE',
  })
})

test('the recovery setting has a default, and an empty one keeps the older order', () => {
  assert.deepEqual(described(created({})).AccountRecoverySetting, {
    RecoveryMechanisms: [
      { Priority: 1, Name: 'verified_email' },
      { Priority: 2, Name: 'verified_phone_number' },
    ],
  })
  assert.deepEqual(created({ AccountRecoverySetting: {} }).accountRecoverySetting, {})
})

test('a text of the template counts before the older member of the same meaning', () => {
  const settings = created({
    SmsVerificationMessage: 'old {####}',
    EmailVerificationSubject: 'old',
    VerificationMessageTemplate: { EmailSubject: 'new' },
  })
  const template = settings.verificationMessageTemplate
  assert.equal(template?.emailSubject, 'new')
  assert.equal(template?.smsMessage, 'old {####}')
})

test('the text message of an invitation has the name that messages read', () => {
  const { inviteMessageTemplate } = created(full)
  assert.equal(inviteMessageTemplate?.smsMessage, 'Hello {username} {####}')
})

test('what settings are described as gives the same settings again', () => {
  for (const input of [{}, full]) {
    const settings = created(input)
    assert.deepEqual(created(described(settings)), settings)
  }
})

test('a policy that is given has no requirement but its own', () => {
  const { passwordPolicy } = created({ Policies: { PasswordPolicy: {} } })
  assert.deepEqual(passwordPolicy, {
    minimumLength: 8,
    requireUppercase: false,
    requireLowercase: false,
    requireNumbers: false,
    requireSymbols: false,
    temporaryPasswordValidityDays: 7,
  })
})

test('settings that contradict each other are refused', () => {
  const refuses = (input: MutableInput, pattern: RegExp) =>
    assert.throws(() => created(input), failsWith('InvalidParameterException', pattern))
  refuses(
    { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
    /AutoVerifiedAttributes/,
  )
  refuses(
    {
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 1 } },
      AdminCreateUserConfig: { UnusedAccountValidityDays: 2 },
    },
    /TemporaryPasswordValidityDays/,
  )
})

test('tiers lack what is not in their plan', () => {
  const lacks = (tier: 'LITE' | 'ESSENTIALS', input: MutableInput) =>
    assert.throws(
      () => requireTier(globalTable, tier, created(input)),
      failsWith('FeatureUnavailableInTierException', new RegExp(tier)),
    )
  lacks('LITE', { Policies: { PasswordPolicy: { PasswordHistorySize: 3 } } })
  lacks('LITE', {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'SMS_OTP'] } },
  })
  lacks('ESSENTIALS', { UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } })
  requireTier(globalTable, 'LITE', created({}))
  requireTier(
    globalTable,
    'PLUS',
    created({ UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } }),
  )
})

test('a described pool may be sent back to a secondary as it is', () => {
  const pool = poolWith(full)
  const shape = toUserPoolShape(pool, { arn: 'arn', users: 0, domains: [] })
  const { KeyConfiguration, IssuerConfiguration, UserPoolTier } = shape
  assert.deepEqual(KeyConfiguration, {
    KeyType: 'CUSTOMER_MANAGED_KEY',
    KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-1',
  })
  const input = {
    UserPoolId: pool.id,
    ...described(pool.settings),
    PoolName: pool.name,
    KeyConfiguration: KeyConfiguration ?? {},
    IssuerConfiguration: IssuerConfiguration ?? {},
    UserPoolTier,
  }
  assert.equal(differingGlobal(pool, input), undefined)
  assert.equal(differingGlobal(pool, { UserPoolId: pool.id }), undefined)
})

test('a secondary refuses another global setting and names it', () => {
  const pool = poolWith(full)
  const differs = (input: Omit<Parameters<typeof differingGlobal>[1], 'UserPoolId'>) =>
    differingGlobal(pool, { UserPoolId: pool.id, ...input })
  assert.equal(differs({ PoolName: 'other' }), 'PoolName')
  assert.equal(differs({ UserPoolTier: 'PLUS' }), 'UserPoolTier')
  assert.equal(differs({ IssuerConfiguration: { Type: 'ORIGINAL' } }), 'IssuerConfiguration')
  assert.equal(differs({ KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' } }), 'KeyConfiguration')
  assert.equal(differs({ DeletionProtection: 'INACTIVE' }), 'DeletionProtection')
  assert.equal(
    differs({ AutoVerifiedAttributes: ['email', 'phone_number'] }),
    'AutoVerifiedAttributes',
  )
  assert.equal(differs({ Policies: { PasswordPolicy: { MinimumLength: 8 } } }), 'Policies')
})

test('a secondary takes the description of a pool with settings of a newer version', () => {
  const newer = {
    newerSetting: { of: 'a newer version' },
    userPoolAddOns: { advancedSecurityMode: 'AUDIT', newerMember: 1 },
  }
  const settings = decodeSettings(globalTable, { ...created(full), ...newer })
  const pool = { ...poolWith(full), settings }
  // The wire has no name for the newer member, so it comes back without.
  const sent = {
    UserPoolId: pool.id,
    ...described(settings),
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' as const },
  }
  assert.equal(differingGlobal(pool, sent), undefined)
  const other = { ...sent, UserPoolAddOns: { AdvancedSecurityMode: 'OFF' as const } }
  assert.equal(differingGlobal(pool, other), 'UserPoolAddOns')
})
