import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvariantError } from '#base/assert.js'
import { changedSettings, decodeSettings, mutableMembers } from '../settings/table.js'
import { globalTable, newPoolSettings, regionalTable, updatedPoolSettings } from './settings.js'

/** A row as 0.1.0 stored it before there was a table. */
const STORED = {
  aliasAttributes: ['email'],
  usernameAttributes: [],
  schemaAttributes: [
    {
      name: 'sub',
      attributeDataType: 'String',
      developerOnlyAttribute: false,
      mutable: false,
      required: true,
      stringAttributeConstraints: {
        minLength: '1',
        maxLength: '2048',
      },
    },
    {
      name: 'email',
      attributeDataType: 'String',
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
      stringAttributeConstraints: {
        minLength: '0',
        maxLength: '2048',
      },
    },
    {
      name: 'email_verified',
      attributeDataType: 'Boolean',
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
    },
    {
      name: 'custom:plan',
      attributeDataType: 'Number',
      developerOnlyAttribute: false,
      mutable: true,
      required: false,
      numberAttributeConstraints: {
        minValue: '1',
      },
    },
  ],
  isCaseSensitive: false,
  usernameConfiguration: {
    caseSensitive: false,
  },
  passwordPolicy: {
    minimumLength: 12,
    requireUppercase: false,
    requireLowercase: false,
    requireNumbers: true,
    requireSymbols: false,
    passwordHistorySize: 4,
    temporaryPasswordValidityDays: 3,
  },
  signInPolicy: {
    allowedFirstAuthFactors: ['PASSWORD'],
  },
  deletionProtection: 'ACTIVE',
  mfaConfiguration: 'OFF',
  autoVerifiedAttributes: ['email'],
  allowAdminCreateUserOnly: true,
  unusedAccountValidityDays: 3,
  inviteMessageTemplate: {
    smsMessage: '{username} {####}',
  },
  verificationMessageTemplate: {
    emailSubject: 'Code',
    defaultEmailOption: 'CONFIRM_WITH_CODE',
  },
  smsAuthenticationMessage: '{####}',
  attributesRequireVerificationBeforeUpdate: ['email'],
  deviceConfiguration: {
    challengeRequiredOnNewDevice: true,
  },
  userPoolAddOns: {
    advancedSecurityMode: 'AUDIT',
  },
  accountRecoverySetting: {
    recoveryMechanisms: [
      {
        priority: 1,
        name: 'verified_email',
      },
      {
        priority: 2,
        name: 'verified_phone_number',
      },
    ],
  },
  webAuthnConfiguration: {
    relyingPartyId: 'example.com',
  },
}

const decode = (stored: unknown) => decodeSettings(globalTable, stored)

function updated(given: Record<string, unknown>, stored: unknown) {
  const outcome = updatedPoolSettings(given, decode(stored))
  assert(outcome.kind === 'settings')
  return outcome.settings
}

test('an empty row has the defaults, and decoding it again changes nothing', () => {
  const settings = decode({})
  assert.deepEqual(settings, {
    passwordPolicy: {
      minimumLength: 8,
      requireUppercase: true,
      requireLowercase: true,
      requireNumbers: true,
      requireSymbols: true,
      temporaryPasswordValidityDays: 7,
    },
    signInPolicy: { allowedFirstAuthFactors: ['PASSWORD'] },
    deletionProtection: 'INACTIVE',
    mfaConfiguration: 'OFF',
    schemaAttributes: [],
    autoVerifiedAttributes: [],
    aliasAttributes: [],
    usernameAttributes: [],
    isCaseSensitive: true,
    allowAdminCreateUserOnly: false,
    verificationMessageTemplate: { defaultEmailOption: 'CONFIRM_WITH_CODE' },
    attributesRequireVerificationBeforeUpdate: [],
  })
  assert.deepEqual(decode(settings), settings)
  assert.deepEqual(decodeSettings(regionalTable, null), {})
})

test('a row from before the table means what it says', () => {
  assert.deepEqual(decode(STORED), STORED)
})

test('a pool without a recovery setting keeps the older order, a new pool gets the newer', () => {
  assert.equal(decode({}).accountRecoverySetting, undefined)
  const outcome = newPoolSettings({}, [])
  assert(outcome.kind === 'settings')
  assert.equal(outcome.settings.accountRecoverySetting?.recoveryMechanisms?.length, 2)
})

/** A row of a newer version: another setting, and another member of each kind of structure. */
const NEWER = {
  ...STORED,
  sessionConfiguration: { idleMinutes: 5 },
  passwordPolicy: { ...STORED.passwordPolicy, breachCheck: 'ON' },
  userPoolAddOns: {
    advancedSecurityMode: 'AUDIT',
    advancedSecurityAdditionalFlows: { machineMode: 'AUDIT' },
  },
  deletionProtection: 'ACTIVE_WITH_QUORUM',
  schemaAttributes: [{ name: 'sub', attributeDataType: 'Vector', dimensions: 3 }],
}

test('what is unknown stays, in the row, in structures and as a word', () => {
  const settings = decode(NEWER)
  const [attribute] = settings.schemaAttributes
  assert.deepEqual(
    { ...settings, schemaAttributes: undefined },
    { ...NEWER, schemaAttributes: undefined },
  )
  assert.deepEqual(attribute, {
    ...NEWER.schemaAttributes[0],
    developerOnlyAttribute: false,
    mutable: true,
    required: false,
  })
})

test('an update keeps unknown settings, and unknown members of what it replaces', () => {
  const after: Record<string, unknown> = updated(
    {
      passwordPolicy: { minimumLength: 20 },
      userPoolAddOns: {
        advancedSecurityMode: 'OFF',
        advancedSecurityAdditionalFlows: { customAuthMode: 'AUDIT' },
      },
    },
    NEWER,
  )
  assert.deepEqual(after['sessionConfiguration'], { idleMinutes: 5 })
  assert.deepEqual(after['passwordPolicy'], {
    minimumLength: 20,
    requireUppercase: false,
    requireLowercase: false,
    requireNumbers: false,
    requireSymbols: false,
    temporaryPasswordValidityDays: 7,
    breachCheck: 'ON',
  })
  assert.deepEqual(after['userPoolAddOns'], {
    advancedSecurityMode: 'OFF',
    advancedSecurityAdditionalFlows: { customAuthMode: 'AUDIT', machineMode: 'AUDIT' },
  })
})

test('an update resets what it omits, except what the service keeps', () => {
  const after = updated({}, STORED)
  assert.equal(after.deletionProtection, 'INACTIVE')
  assert.equal(after.smsAuthenticationMessage, undefined)
  assert.equal('deviceConfiguration' in after, false)
  assert.deepEqual(after.passwordPolicy, STORED.passwordPolicy)
  assert.deepEqual(after.webAuthnConfiguration, STORED.webAuthnConfiguration)
  assert.deepEqual(after.schemaAttributes, STORED.schemaAttributes)
  // AutoVerifiedAttributes is reset, so nothing that must be verified is left.
  assert.deepEqual(after.attributesRequireVerificationBeforeUpdate, [])
  const mfa = changedSettings(globalTable, 'SetUserPoolMfaConfig', {
    given: {},
    base: decode({ ...STORED, mfaConfiguration: 'ON' }),
  })
  assert.equal(mfa.mfaConfiguration, 'OFF')
  assert.equal('webAuthnConfiguration' in mfa, false)
  assert.equal(mfa.deletionProtection, 'ACTIVE')
})

test('the members that an operation changes follow from the table', () => {
  assert.deepEqual(mutableMembers(globalTable, 'UpdateUserPool'), [
    'AccountRecoverySetting',
    'AcrConfiguration',
    'AdminCreateUserConfig',
    'AutoVerifiedAttributes',
    'DcrConfiguration',
    'DeletionProtection',
    'DeviceConfiguration',
    'EmailVerificationMessage',
    'EmailVerificationSubject',
    'MfaConfiguration',
    'Policies',
    'SmsAuthenticationMessage',
    'SmsMfaConfiguration',
    'SmsVerificationMessage',
    'UserAttributeUpdateSettings',
    'UserPoolAddOns',
    'VerificationMessageTemplate',
  ])
  assert.deepEqual(mutableMembers(globalTable, 'SetUserPoolMfaConfig'), [
    'EmailMfaConfiguration',
    'MfaConfiguration',
    'SmsMfaConfiguration',
    'SoftwareTokenMfaConfiguration',
    'WebAuthnConfiguration',
  ])
})

test('a row with a value of the wrong type is damaged, and says where', () => {
  for (const [stored, where] of [
    [{ autoVerifiedAttributes: 'email' }, 'settings.autoVerifiedAttributes is a list'],
    [
      { passwordPolicy: { minimumLength: '8' } },
      'settings.passwordPolicy.minimumLength is a number',
    ],
    [{ passwordPolicy: [] }, 'settings.passwordPolicy is a structure'],
    [{ schemaAttributes: [{}] }, 'settings.schemaAttributes.name is there'],
    ['settings', 'settings is a structure'],
  ] as const) {
    assert.throws(() => decode(stored), new InvariantError(where))
  }
})
