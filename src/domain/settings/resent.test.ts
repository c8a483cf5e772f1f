import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientTable } from '../client/settings.js'
import { globalTable, regionalTable } from '../pool/settings.js'
import { CLIENT_MEMBERS, POOL_MEMBERS, resentSettings, valueAt, withValueAt } from './resent.js'
import { mutableMembers } from './table.js'

test('the lists have every member that an omission would reset', () => {
  const notSentAgain = [
    'MfaConfiguration',
    'SmsMfaConfiguration',
    'SmsVerificationMessage',
    'EmailVerificationMessage',
    'EmailVerificationSubject',
  ]
  const ofPool = [globalTable, regionalTable].flatMap((table) =>
    mutableMembers(table, 'UpdateUserPool'),
  )
  assert.deepEqual(ofPool.toSorted(), [...POOL_MEMBERS, ...notSentAgain].toSorted())
  const ofClient = [...mutableMembers(clientTable, 'UpdateUserPoolClient'), 'ClientName']
  assert.deepEqual(ofClient.toSorted(), [...CLIENT_MEMBERS])
})

test('a request has what was described, changed at the given paths only', () => {
  const described = {
    Id: 'us-west-2_Pool',
    Name: 'people',
    Policies: { PasswordPolicy: { MinimumLength: 8, RequireNumbers: true } },
    MfaConfiguration: 'OPTIONAL',
    EmailVerificationSubject: 'old',
    VerificationMessageTemplate: { EmailSubject: 'old', DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 7 },
    DeletionProtection: 'ACTIVE',
  }
  const before = structuredClone(described)
  const request = resentSettings(POOL_MEMBERS, described, {
    'Policies.PasswordPolicy.MinimumLength': 12,
    'Policies.PasswordPolicy.TemporaryPasswordValidityDays': 3,
    'VerificationMessageTemplate.EmailSubject': undefined,
    UserPoolTier: 'PLUS',
  })
  assert.deepEqual(request, {
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireNumbers: true,
        TemporaryPasswordValidityDays: 3,
      },
    },
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    DeletionProtection: 'ACTIVE',
    UserPoolTier: 'PLUS',
  })
  assert.deepEqual(described, before)
})

test('an older name is sent when it is what changes', () => {
  const path = 'AdminCreateUserConfig.UnusedAccountValidityDays'
  assert.deepEqual(resentSettings(POOL_MEMBERS, {}, { [path]: 3 }), {
    AdminCreateUserConfig: { UnusedAccountValidityDays: 3 },
  })
})

test("the service's own sender is not sent as if it had been set", () => {
  const own = { EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' } }
  assert.deepEqual(resentSettings(POOL_MEMBERS, own, {}), {})
  assert.deepEqual(
    resentSettings(POOL_MEMBERS, own, { 'EmailConfiguration.ReplyToEmailAddress': 'a@b.example' }),
    { EmailConfiguration: { ReplyToEmailAddress: 'a@b.example' } },
  )
  const named = { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn: 'arn' } }
  assert.deepEqual(resentSettings(POOL_MEMBERS, named, {}), named)
})

test('values are read and replaced by their paths', () => {
  const structure = { A: { B: { C: 1 } }, D: 2 }
  assert.equal(valueAt(structure, 'A.B.C'), 1)
  assert.equal(valueAt(structure, 'A.X.C'), undefined)
  assert.deepEqual(withValueAt(structure, 'A.B.C', undefined), { D: 2 })
  assert.deepEqual(withValueAt(structure, 'A.B.E', 3), { A: { B: { C: 1, E: 3 } }, D: 2 })
  assert.deepEqual(withValueAt({}, 'A.B', undefined), {})
  assert.deepEqual(withValueAt({}, 'A.B', false), { A: { B: false } })
})
