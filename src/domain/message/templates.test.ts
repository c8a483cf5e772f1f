import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canSend, messageText } from './templates.js'

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

test('texts of the customer’s code come before the pool’s, one by one', () => {
  const message = { reason: 'SignUp', username: 'ann', code: '123456' } as const
  const custom = { emailMessage: 'Hi {username}: {####}' }
  const email = messageText({}, { ...message, medium: 'EMAIL', custom })
  assert.deepEqual(email, { subject: 'Your verification code', body: 'Hi ann: 123456' })
  const sms = messageText({}, { ...message, medium: 'SMS', custom })
  assert.equal(sms.body, 'Your verification code is 123456')
})

test('texts without a place or too long cannot be sent', () => {
  const long = (length: number) => '{####}'.padEnd(length, 'x')
  assert.ok(canSend('SignUp', {}))
  assert.ok(canSend('SignUp', { smsMessage: long(140), emailMessage: long(20_000) }))
  assert.ok(!canSend('SignUp', { smsMessage: long(141) }))
  assert.ok(!canSend('SignUp', { emailMessage: long(20_001) }))
  assert.ok(!canSend('SignUp', { emailMessage: 'Hi {username}' }))
  assert.ok(!canSend('AdminCreateUser', { emailMessage: '{####}' }))
  assert.ok(canSend('AdminCreateUser', { emailMessage: '{username} {####}', emailSubject: '' }))
})
