// Codes by SMS and e-mail as second factors, the choice between factors, and what users choose.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserAuthFactorsCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserMFAPreferenceCommand,
  type AdminSetUserMFAPreferenceCommandInput,
  AdminSetUserSettingsCommand,
  AdminUpdateUserAttributesCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  ListUsersCommand,
  SetUserSettingsCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { begin, type MfaPlace, makeMfaPool, respond, setUpApp } from './people.js'

const MISMATCH = {
  name: 'CodeMismatchException',
  message: 'Invalid code or auth state for the user.',
}
const USED = {
  name: 'NotAuthorizedException',
  message: 'Invalid session for the user, session can only be used once.',
}
const ADDRESSES = { email: 'person@example.com', phone_number: '+12065550100' }

describe('codes that are sent', () => {
  let api: TestApi
  let optional: MfaPlace
  before(async () => {
    api = await startTestApi()
    optional = await makeMfaPool(api, 'OPTIONAL')
  })
  after(() => api.stop())

  const prefer = (
    { poolId }: MfaPlace,
    Username: string,
    settings: Omit<AdminSetUserMFAPreferenceCommandInput, 'UserPoolId' | 'Username'>,
  ) =>
    api.cognito.send(
      new AdminSetUserMFAPreferenceCommand({ UserPoolId: poolId, Username, ...settings }),
    )
  const describeUser = ({ poolId }: MfaPlace, Username: string) =>
    api.cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username }))
  const sms = (
    { app }: MfaPlace,
    name: string,
    { session, code: SMS_MFA_CODE }: { session: string | undefined; code: string },
  ) => respond(api, app, { name: 'SMS_MFA', session, responses: { USERNAME: name, SMS_MFA_CODE } })

  test('a code by SMS follows the password, and proves the number', async () => {
    const { poolId } = optional
    await api.makeUser(poolId, 'texter', { phone_number: '+12065550100' })
    await prefer(optional, 'texter', { SMSMfaSettings: { Enabled: true, PreferredMfa: true } })
    const { ChallengeName, ChallengeParameters, Session } = await begin(api, optional.app, 'texter')
    assert.equal(ChallengeName, 'SMS_MFA')
    assert.deepEqual(ChallengeParameters, {
      CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
      CODE_DELIVERY_DESTINATION: '+*******0100',
      USER_ID_FOR_SRP: 'texter',
      USERNAME: 'texter',
    })
    const [message] = await api.messages(poolId, 'texter')
    assert.equal(message?.Reason, 'Authentication')
    assert.match(message?.Body ?? '', /^Your authentication code is \d{6}$/)
    const code = required(message?.Code, 'code')
    await assert.rejects(sms(optional, 'texter', { session: Session, code: '000000' }), MISMATCH)
    const { AuthenticationResult } = await sms(optional, 'texter', { session: Session, code })
    const { AccessToken } = required(AuthenticationResult, 'tokens')
    const user = await api.cognito.send(new GetUserCommand({ AccessToken }))
    const verified = user.UserAttributes?.find(({ Name }) => Name === 'phone_number_verified')
    assert.equal(verified?.Value, 'true')
    assert.deepEqual(user.MFAOptions, [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }])
    await assert.rejects(sms(optional, 'texter', { session: Session, code }), USED)
  })

  test('a code of one sign-in is no code of another, nor of another purpose', async () => {
    const { poolId, app } = optional
    await api.makeUser(poolId, 'twice', ADDRESSES)
    await prefer(optional, 'twice', { SMSMfaSettings: { Enabled: true, PreferredMfa: true } })
    const first = await begin(api, app, 'twice')
    const code = await api.code(poolId, 'twice')
    const second = await begin(api, app, 'twice')
    await assert.rejects(sms(optional, 'twice', { session: second.Session, code }), MISMATCH)
    const forgot = new ForgotPasswordCommand({ ClientId: app.clientId, Username: 'twice' })
    await assert.rejects(api.cognito.send(forgot), { name: 'InvalidParameterException' })
    assert.ok((await sms(optional, 'twice', { session: first.Session, code })).AuthenticationResult)
  })

  test('a code by e-mail has the text of the pool', async () => {
    const { poolId, app } = optional
    await api.makeUser(poolId, 'mailer', { email: 'mailer@example.com' })
    await prefer(optional, 'mailer', { EmailMfaSettings: { Enabled: true, PreferredMfa: true } })
    const { ChallengeName, ChallengeParameters, Session } = await begin(api, app, 'mailer')
    assert.equal(ChallengeName, 'EMAIL_OTP')
    assert.equal(ChallengeParameters?.['CODE_DELIVERY_DESTINATION'], 'm***@e***')
    const [message] = await api.messages(poolId, 'mailer')
    assert.match(message?.Body ?? '', /^Use \d{6} to sign in$/)
    assert.equal(message?.Subject, 'Sign in')
    const { AuthenticationResult } = await respond(api, app, {
      name: 'EMAIL_OTP',
      session: Session,
      responses: { USERNAME: 'mailer', EMAIL_OTP_CODE: required(message?.Code, 'code') },
    })
    assert.ok(AuthenticationResult)
  })

  test('of several factors the user chooses one', async () => {
    const { poolId, app } = optional
    await api.makeUser(poolId, 'chooser', ADDRESSES)
    const { access } = await api.signIn(app, 'chooser')
    await setUpApp(api, access)
    await prefer(optional, 'chooser', {
      SMSMfaSettings: { Enabled: true, PreferredMfa: false },
      EmailMfaSettings: { Enabled: true, PreferredMfa: false },
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
    })
    const { ChallengeName, ChallengeParameters, Session } = await begin(api, app, 'chooser')
    assert.equal(ChallengeName, 'SELECT_MFA_TYPE')
    assert.equal(
      ChallengeParameters?.['MFAS_CAN_SELECT'],
      '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]',
    )
    const choose = (session: string | undefined, ANSWER: string) =>
      respond(api, app, {
        name: 'SELECT_MFA_TYPE',
        session,
        responses: { USERNAME: 'chooser', ANSWER },
      })
    await assert.rejects(choose(Session, 'PASSWORD'), {
      name: 'InvalidParameterException',
      message: 'Invalid MFA type selected.',
    })
    const chosen = await choose(Session, 'EMAIL_OTP')
    assert.equal(chosen.ChallengeName, 'EMAIL_OTP')
    await assert.rejects(choose(Session, 'SMS_MFA'), {
      message: 'Invalid session for the user, session can only be used once.',
    })
    const { AuthenticationResult } = await respond(api, app, {
      name: 'EMAIL_OTP',
      session: chosen.Session,
      responses: { USERNAME: 'chooser', EMAIL_OTP_CODE: await api.code(poolId, 'chooser') },
    })
    assert.ok(AuthenticationResult)
    const { UserMFASettingList, ConfiguredUserAuthFactors } = await api.cognito.send(
      new AdminGetUserAuthFactorsCommand({ UserPoolId: poolId, Username: 'chooser' }),
    )
    assert.deepEqual(UserMFASettingList, ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'])
    assert.deepEqual(ConfiguredUserAuthFactors, ['PASSWORD', 'SOFTWARE_TOKEN'])
  })

  test('where a factor is required, an address is set up at the first sign-in', async () => {
    const on = await makeMfaPool(api, 'ON')
    await api.makeUser(on.poolId, 'newcomer')
    const { ChallengeName, Session } = await begin(api, on.app, 'newcomer')
    assert.equal(ChallengeName, 'MFA_SETUP')
    const setUp = (session: string | undefined, email: string) =>
      respond(api, on.app, {
        name: 'MFA_SETUP',
        session,
        responses: { USERNAME: 'newcomer', email },
      })
    await assert.rejects(setUp(Session, 'no address'), { name: 'InvalidParameterException' })
    const challenge = await setUp(Session, 'newcomer@example.com')
    assert.equal(challenge.ChallengeName, 'EMAIL_OTP')
    const code = await api.code(on.poolId, 'newcomer')
    const answer = (EMAIL_OTP_CODE: string) =>
      respond(api, on.app, {
        name: 'EMAIL_OTP',
        session: challenge.Session,
        responses: { USERNAME: 'newcomer', EMAIL_OTP_CODE },
      })
    await assert.rejects(answer('000000'), MISMATCH)
    const before = await describeUser(on, 'newcomer')
    assert.equal(
      before.UserAttributes?.some(({ Name }) => Name === 'email'),
      false,
    )
    assert.ok((await answer(code)).AuthenticationResult)
    const user = await describeUser(on, 'newcomer')
    const email = user.UserAttributes?.filter(({ Name }) => Name?.startsWith('email'))
    assert.deepEqual(email, [
      { Name: 'email', Value: 'newcomer@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ])
    assert.equal(user.PreferredMfaSetting, 'EMAIL_OTP')
  })

  test('preferences need what they prefer', async () => {
    const { poolId } = optional
    await api.makeUser(poolId, 'bare')
    const invalid = (message: string) => ({ name: 'InvalidParameterException', message })
    const wanted = { Enabled: true, PreferredMfa: true }
    await assert.rejects(
      prefer(optional, 'bare', { SMSMfaSettings: wanted }),
      invalid('User does not have delivery config set to turn on SMS_MFA'),
    )
    await assert.rejects(
      prefer(optional, 'bare', { EmailMfaSettings: wanted }),
      invalid('User does not have delivery config set to turn on EMAIL_OTP'),
    )
    await assert.rejects(
      prefer(optional, 'bare', { SMSMfaSettings: wanted, EmailMfaSettings: wanted }),
      invalid('Only one MFA method can be the preferred one.'),
    )
    await assert.rejects(
      prefer(optional, 'bare', { SMSMfaSettings: { Enabled: false, PreferredMfa: true } }),
      invalid('SMS_MFA cannot be preferred without being enabled.'),
    )
    await assert.rejects(prefer(optional, 'nobody', {}), { name: 'UserNotFoundException' })
    await prefer(optional, 'bare', { SMSMfaSettings: { Enabled: false, PreferredMfa: false } })
    assert.equal((await describeUser(optional, 'bare')).UserMFASettingList, undefined)
  })

  test('the older operations turn codes by SMS on and off', async () => {
    const { poolId, app } = optional
    await api.makeUser(poolId, 'older', ADDRESSES)
    const { access } = await api.signIn(app, 'older')
    const MFAOptions = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] as const
    await api.cognito.send(
      new SetUserSettingsCommand({ AccessToken: access, MFAOptions: [...MFAOptions] }),
    )
    assert.equal((await begin(api, app, 'older')).ChallengeName, 'SMS_MFA')
    const described = await describeUser(optional, 'older')
    assert.deepEqual(described.MFAOptions, MFAOptions)
    const listed = async () => {
      const list = new ListUsersCommand({ UserPoolId: poolId, Filter: 'username = "older"' })
      return (await api.cognito.send(list)).Users?.[0]?.MFAOptions
    }
    assert.deepEqual(await listed(), MFAOptions)
    const named = { UserPoolId: poolId, Username: 'older' }
    await api.cognito.send(new AdminSetUserSettingsCommand({ ...named, MFAOptions: [] }))
    assert.ok((await begin(api, app, 'older')).AuthenticationResult)
    assert.equal(await listed(), undefined)
    await assert.rejects(
      api.cognito.send(
        new AdminSetUserSettingsCommand({ ...named, Username: 'nobody', MFAOptions: [] }),
      ),
      { name: 'UserNotFoundException' },
    )
  })

  test('who lost the address of the only factor is not let through', async () => {
    const { poolId, app } = optional
    await api.makeUser(poolId, 'loser', { phone_number: '+12065550111' })
    await prefer(optional, 'loser', { SMSMfaSettings: { Enabled: true, PreferredMfa: true } })
    await api.cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: poolId,
        Username: 'loser',
        UserAttributes: [{ Name: 'phone_number', Value: '' }],
      }),
    )
    await assert.rejects(begin(api, app, 'loser'), {
      name: 'InvalidUserPoolConfigurationException',
      message: 'The user has no MFA method, and none can be set up.',
    })
  })

  test('a password is not recovered by the address of the second factor', async () => {
    const { poolId, app } = optional
    const forgot = (Username: string) =>
      api.cognito.send(new ForgotPasswordCommand({ ClientId: app.clientId, Username }))
    const verified = {
      ...ADDRESSES,
      email: 'both@example.com',
      email_verified: 'true',
      phone_number_verified: 'true',
    }
    await api.makeUser(poolId, 'both', verified)
    await prefer(optional, 'both', { EmailMfaSettings: { Enabled: true, PreferredMfa: true } })
    assert.equal((await forgot('both')).CodeDeliveryDetails?.DeliveryMedium, 'SMS')
    await prefer(optional, 'both', { SMSMfaSettings: { Enabled: true, PreferredMfa: true } })
    assert.equal((await forgot('both')).CodeDeliveryDetails?.DeliveryMedium, 'EMAIL')
    await api.makeUser(poolId, 'sole', { ...verified, email: 'sole@example.com' })
    await prefer(optional, 'sole', { EmailMfaSettings: { Enabled: true } })
    assert.equal((await forgot('sole')).CodeDeliveryDetails?.DeliveryMedium, 'SMS')
    await api.makeUser(poolId, 'mail-only', { email: 'm@example.com', email_verified: 'true' })
    await prefer(optional, 'mail-only', { EmailMfaSettings: { Enabled: true, PreferredMfa: true } })
    await assert.rejects(forgot('mail-only'), {
      name: 'InvalidParameterException',
      message:
        'Cannot reset password for the user as there is no registered/verified email or ' +
        'phone_number',
    })
    const reset = { UserPoolId: poolId, Username: 'mail-only' }
    await assert.rejects(api.cognito.send(new AdminResetUserPasswordCommand(reset)), {
      name: 'InvalidParameterException',
    })
    assert.deepEqual(await api.messages(poolId, 'mail-only'), [])
  })
})
