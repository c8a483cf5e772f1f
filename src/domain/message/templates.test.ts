import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageText } from './templates.js'

const given = { reason: 'SignUp', medium: 'EMAIL', username: 'ada', code: '123456' } as const

test('a pool without templates gets the defaults of each reason', () => {
  assert.deepEqual(messageText({}, given), {
    subject: 'Your verification code',
    body: 'Your confirmation code is 123456',
  })
  const reset = messageText({}, { ...given, reason: 'ForgotPassword', medium: 'SMS' })
  assert.deepEqual(reset, { subject: undefined, body: 'Your password reset code is 123456' })
  const invitation = messageText({}, { ...given, reason: 'AdminCreateUser' })
  assert.equal(invitation.body, 'Your username is ada and temporary password is 123456.')
})

test('templates belong to their messages, and every place is filled', () => {
  const settings = {
    verificationMessageTemplate: { emailMessage: '{####} and {####}', smsMessage: 'sms {####}' },
    inviteMessageTemplate: { emailSubject: 'Hello {username}' },
  }
  assert.equal(messageText(settings, given).body, '123456 and 123456')
  assert.equal(messageText(settings, { ...given, medium: 'SMS' }).body, 'sms 123456')
  const invitation = messageText(settings, { ...given, reason: 'AdminCreateUser' })
  assert.equal(invitation.subject, 'Hello ada')
})

test('a user name or code is text and no pattern', () => {
  const settings = { inviteMessageTemplate: { emailMessage: '{username}: {####}' } }
  const odd = { ...given, reason: 'AdminCreateUser', username: "$&$'", code: '$1' } as const
  assert.equal(messageText(settings, odd).body, "$&$': $1")
})
