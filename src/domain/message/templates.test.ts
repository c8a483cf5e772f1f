import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearsLink, canSend, messageText } from './templates.js'

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
  const text = '{username}: {####}'
  const settings = { inviteMessageTemplate: { emailMessage: text, smsMessage: text } }
  const odd = { ...given, reason: 'AdminCreateUser', username: "$&$'", code: '$1' } as const
  assert.equal(messageText(settings, { ...odd, medium: 'SMS' }).body, "$&$': $1")
  assert.equal(messageText(settings, odd).body, '$&amp;$&#39;: $1')
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

test('a temporary password or a name cannot become markup', () => {
  const settings = {
    inviteMessageTemplate: { emailSubject: '{username}', emailMessage: '<b>{####}</b> {username}' },
  }
  const odd = { ...given, reason: 'AdminCreateUser', username: '<a>', code: '<"&\'>' } as const
  const { subject, body } = messageText(settings, odd)
  assert.equal(body, '<b>&lt;&quot;&amp;&#39;&gt;</b> &lt;a&gt;')
  assert.equal(subject, '<a>', 'a subject is no HTML')
})

test('a link is put where the template has its place, under the text of the place', () => {
  const emailMessageByLink = 'Hello {username}: {##Click <b>Here</b>##} or {##there##}'
  const settings = {
    verificationMessageTemplate: { emailMessageByLink, emailSubjectByLink: 'Hello {username}' },
  }
  const link = 'https://x.example/confirmUser/?client_id=a&user_name=b'
  const href = 'href="https://x.example/confirmUser/?client_id=a&amp;user_name=b"'
  assert.deepEqual(messageText(settings, { ...given, link }), {
    subject: 'Hello ada',
    body: `Hello ada: <a ${href}>Click <b>Here</b></a> or <a ${href}>there</a>`,
  })
  assert.deepEqual(messageText({}, { ...given, link }), {
    subject: 'Your verification link',
    body: `Please click the link below to verify your email address. <a ${href}>Verify Email</a>`,
  })
})

test('only the emails of a sign-up bear a link, where the pool wants it', () => {
  const settings = { verificationMessageTemplate: { defaultEmailOption: 'CONFIRM_WITH_LINK' } }
  const reasons = ['SignUp', 'ResendCode', 'ForgotPassword', 'VerifyUserAttribute'] as const
  const bearing = (medium: 'EMAIL' | 'SMS') =>
    reasons.filter((reason) => bearsLink(settings, { reason, medium }))
  assert.deepEqual(bearing('EMAIL'), ['SignUp', 'ResendCode'])
  assert.deepEqual(bearing('SMS'), [])
  assert.equal(bearsLink({}, { reason: 'SignUp', medium: 'EMAIL' }), false)
  const bears = 'Go {##here##}'
  assert.ok(canSend('SignUp', { emailMessage: bears }, { isLink: true }))
  assert.ok(!canSend('SignUp', { emailMessage: bears }))
  assert.ok(!canSend('SignUp', { emailMessage: 'Go' }, { isLink: true }))
})
