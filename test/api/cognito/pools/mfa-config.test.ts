// MFA and passkey settings: what is stored is described, and what is not built is refused.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigCommandInput,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

const SMS = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'external' }

const OWN_EMAIL = {
  EmailSendingAccount: 'DEVELOPER',
  SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
} as const

let api: TestApi
before(async () => {
  api = await startTestApi()
})
after(() => api.stop())

async function create(input: Partial<CreateUserPoolCommandInput> = {}): Promise<string> {
  const { UserPool } = await api.cognito.send(
    new CreateUserPoolCommand({ PoolName: 'pool', ...input }),
  )
  return required(UserPool?.Id, 'pool')
}

async function mfaOf(UserPoolId: string) {
  const { $metadata, ...config } = await api.cognito.send(
    new GetUserPoolMfaConfigCommand({ UserPoolId }),
  )
  return config
}

async function set(
  UserPoolId: string,
  config: Omit<SetUserPoolMfaConfigCommandInput, 'UserPoolId'>,
) {
  const { $metadata, ...described } = await api.cognito.send(
    new SetUserPoolMfaConfigCommand({ UserPoolId, ...config }),
  )
  return described
}

test('a new pool has MFA off and nothing else', async () => {
  assert.deepEqual(await mfaOf(await create()), { MfaConfiguration: 'OFF' })
  await assert.rejects(mfaOf('us-west-2_absent00'), { name: 'ResourceNotFoundException' })
  await assert.rejects(set('us-west-2_absent00', {}), { name: 'ResourceNotFoundException' })
})

test('passkey settings are stored beside OFF, survive updates, and are replaced', async () => {
  const id = await create()
  const WebAuthnConfiguration = {
    RelyingPartyId: 'auth.example.com',
    UserVerification: 'required',
    FactorConfiguration: 'SINGLE_FACTOR',
  } as const
  const config = { MfaConfiguration: 'OFF', WebAuthnConfiguration } as const
  assert.deepEqual(await set(id, config), config)
  assert.deepEqual(await mfaOf(id), config)
  await api.cognito.send(
    new UpdateUserPoolCommand({ UserPoolId: id, EmailVerificationSubject: 'Code' }),
  )
  assert.deepEqual(await mfaOf(id), config)
  const { UserPool } = await api.cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))
  assert.equal(UserPool?.EmailVerificationSubject, 'Code')
  assert.deepEqual(await set(id, {}), { MfaConfiguration: 'OFF' })
  assert.deepEqual(await mfaOf(id), { MfaConfiguration: 'OFF' })
})

test('MFA off and a factor exclude each other, as do MFA on and no factor', async () => {
  const id = await create()
  const together = {
    name: 'InvalidParameterException',
    message: "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
  }
  for (const factor of [
    { SoftwareTokenMfaConfiguration: { Enabled: true } },
    { SoftwareTokenMfaConfiguration: { Enabled: false } },
    { SmsMfaConfiguration: { SmsConfiguration: SMS } },
    { EmailMfaConfiguration: { Message: 'Code {####}', Subject: 'Code' } },
  ]) {
    await assert.rejects(set(id, factor), together)
    await assert.rejects(set(id, { ...factor, MfaConfiguration: 'OFF' }), together)
  }
  for (const MfaConfiguration of ['ON', 'OPTIONAL'] as const) {
    for (const rest of [{}, { WebAuthnConfiguration: { RelyingPartyId: 'a.example' } }]) {
      await assert.rejects(set(id, { MfaConfiguration, ...rest }), {
        name: 'InvalidParameterException',
        message:
          'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be ' +
          'enabled.',
      })
    }
  }
})

test('factors are described as they were set, SMS with the way they are sent', async () => {
  const id = await create({ EmailConfiguration: OWN_EMAIL })
  const config = {
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsAuthenticationMessage: 'Code {####}', SmsConfiguration: SMS },
    EmailMfaConfiguration: { Message: 'Code {####}', Subject: 'Code' },
  } as const
  assert.deepEqual(await set(id, config), config)
  assert.deepEqual(await mfaOf(id), config)
  const { UserPool } = await api.cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))
  assert.equal(UserPool?.MfaConfiguration, 'OPTIONAL')
  assert.deepEqual(UserPool?.SmsConfiguration, SMS)
  // What a request leaves out is off; how SMS are sent stays the pool's.
  const tokens = {
    SoftwareTokenMfaConfiguration: { Enabled: true },
    MfaConfiguration: 'ON',
  } as const
  await set(id, tokens)
  const { SmsMfaConfiguration: _, ...rest } = await mfaOf(id)
  assert.deepEqual(rest, tokens)
})

test('a pool is made with a second factor by SMS', async () => {
  const id = await create({ MfaConfiguration: 'ON', SmsConfiguration: SMS })
  assert.deepEqual(await mfaOf(id), {
    MfaConfiguration: 'ON',
    SmsMfaConfiguration: { SmsConfiguration: SMS },
  })
  // An update without the member leaves it.
  const update = new UpdateUserPoolCommand({ UserPoolId: id, SmsConfiguration: SMS })
  await api.cognito.send(update)
  assert.equal((await mfaOf(id)).MfaConfiguration, 'ON')
})

test('codes by e-mail need an account of the pool that sends them', async () => {
  const id = await create()
  const EmailMfaConfiguration = { Message: 'Code {####}', Subject: 'Code' }
  await assert.rejects(set(id, { MfaConfiguration: 'ON', EmailMfaConfiguration }), {
    name: 'InvalidParameterException',
    message: 'Email MFA needs an EmailConfiguration with the EmailSendingAccount DEVELOPER.',
  })
  assert.deepEqual(await mfaOf(id), { MfaConfiguration: 'OFF' })
})

test('a pool that asks for a second factor needs a way to send one', async () => {
  const id = await create()
  for (const MfaConfiguration of ['ON', 'OPTIONAL'] as const) {
    const refusal = {
      name: 'InvalidParameterException',
      message:
        'SMS configuration and Auto verification for phone_number are required when MFA is ' +
        'required/optional',
    }
    await assert.rejects(create({ MfaConfiguration }), refusal)
    const update = new UpdateUserPoolCommand({ UserPoolId: id, MfaConfiguration })
    await assert.rejects(api.cognito.send(update), refusal)
  }
})

test('e-mail MFA is not in the plan of LITE pools', async () => {
  const id = await create({ UserPoolTier: 'LITE' })
  const EmailMfaConfiguration = { Message: 'Code {####}', Subject: 'Code' }
  await assert.rejects(set(id, { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration }), {
    name: 'FeatureUnavailableInTierException',
  })
})

test('required MFA and codes as a first factor exclude each other', async () => {
  const app = { SoftwareTokenMfaConfiguration: { Enabled: true } } as const
  const policy = (...factors: readonly string[]) => ({
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', ...factors] as 'PASSWORD'[] },
    },
  })
  const codeRefused = (factor: string) => ({
    name: 'InvalidParameterException',
    message: `${factor} cannot be a first authentication factor of a user pool with required MFA.`,
  })
  const passkeyRefused = {
    name: 'InvalidParameterException',
    message:
      'WEB_AUTHN can be a first authentication factor of a user pool with required MFA only if ' +
      'FactorConfiguration is MULTI_FACTOR_WITH_USER_VERIFICATION.',
  }
  const update = (UserPoolId: string, ...factors: readonly string[]) =>
    api.cognito.send(new UpdateUserPoolCommand({ UserPoolId, ...policy(...factors) }))
  for (const [factor, refusal] of [
    ['EMAIL_OTP', codeRefused('EMAIL_OTP')],
    ['SMS_OTP', codeRefused('SMS_OTP')],
    ['WEB_AUTHN', passkeyRefused],
  ] as const) {
    const mfa = { MfaConfiguration: 'ON', SmsConfiguration: SMS } as const
    await assert.rejects(create({ ...policy(factor), ...mfa }), refusal)
    const first = await create(policy(factor))
    await assert.rejects(set(first, { MfaConfiguration: 'ON', ...app }), refusal)
    await set(first, { MfaConfiguration: 'OPTIONAL', ...app })
    const on = await create()
    await set(on, { MfaConfiguration: 'ON', ...app })
    await assert.rejects(update(on, factor), refusal)
    assert.equal((await mfaOf(on)).MfaConfiguration, 'ON')
  }
  const WebAuthnConfiguration = {
    RelyingPartyId: 'auth.example.com',
    UserVerification: 'required',
    FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
  } as const
  const both = await create(policy('WEB_AUTHN'))
  await set(both, { MfaConfiguration: 'ON', ...app, WebAuthnConfiguration })
  // What made it possible cannot be taken away alone.
  await assert.rejects(set(both, { MfaConfiguration: 'ON', ...app }), passkeyRefused)
})

test('codes by e-mail keep their account', async () => {
  const EmailConfiguration = {
    EmailSendingAccount: 'DEVELOPER',
    SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
  } as const
  const UserPoolId = await create({ EmailConfiguration })
  const EmailMfaConfiguration = { Message: 'Code {####}', Subject: 'Code' }
  await set(UserPoolId, { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration })
  await assert.rejects(api.cognito.send(new UpdateUserPoolCommand({ UserPoolId })), {
    name: 'InvalidParameterException',
    message: 'Email MFA needs an EmailConfiguration with the EmailSendingAccount DEVELOPER.',
  })
  await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId, EmailConfiguration }))
})
