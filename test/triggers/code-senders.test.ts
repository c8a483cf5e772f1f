// Custom senders: functions that carry the messages of a pool. The code is opened as the customer
// opens it, by the AWS Encryption SDK with the KMS of the Region.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { buildClient, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node'
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMS } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { failure, PASSWORD, REGION, type TestClient } from '#test/support/test-api.js'
import { lambdaArn } from '#test/support/trigger-module.js'
import {
  ClientMetadata,
  common,
  type Event,
  normal,
  TriggerRig,
} from '#test/support/trigger-rig.js'

const EMAIL = { LambdaVersion: 'V1_0' as const, LambdaArn: lambdaArn('CustomEmailSender') }
const SMS = { LambdaVersion: 'V1_0' as const, LambdaArn: lambdaArn('CustomSMSSender') }

describe('custom senders', () => {
  let rig: TriggerRig
  let keyArn: string
  before(async () => {
    rig = await TriggerRig.start()
    const { KeyMetadata } = await rig.api.kms.send(new CreateKeyCommand({}))
    keyArn = required(KeyMetadata?.Arn, 'key ARN')
  })
  after(() => rig.stop())
  afterEach(() => rig.reset())

  async function makeApp(): Promise<TestClient> {
    return rig.makeApp([], {
      AutoVerifiedAttributes: ['email', 'phone_number'],
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
      LambdaConfig: {
        CustomEmailSender: EMAIL,
        CustomSMSSender: SMS,
        KMSKeyID: keyArn,
      },
    })
  }

  /** Decrypts as the function's own code does. */
  async function opened(event: Event, policy: CommitmentPolicy): Promise<string> {
    const { decrypt } = buildClient(policy)
    const clients: KMS[] = []
    const clientProvider = (region: string) => {
      const target = { region, endpoint: rig.api.endpoint, credentials: ROOT_ACCESS_KEY }
      const client = new KMS(target)
      clients.push(client)
      return client
    }
    type Provider = NonNullable<ConstructorParameters<typeof KmsKeyringNode>[0]>['clientProvider']
    const keyring = new KmsKeyringNode({
      keyIds: [keyArn],
      // The client of this version of the SDK, which the keyring's types do not know.
      clientProvider: clientProvider as unknown as NonNullable<Provider>,
    })
    const code = Buffer.from(String(event.request['code']), 'base64')
    const { plaintext, messageHeader } = await decrypt(keyring, code)
    for (const client of clients) client.destroy()
    assert.deepEqual({ ...messageHeader.encryptionContext }, { 'userpool-id': event['userPoolId'] })
    return plaintext.toString('utf8')
  }

  const STRICT = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
  const LENIENT = CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT

  const confirm = (app: TestClient, Username: string, ConfirmationCode: string) =>
    rig.api.cognito.send(
      new ConfirmSignUpCommand({ ClientId: app.clientId, Username, ConfirmationCode }),
    )

  test('an e-mail: the event, and a code that the SDK opens and that confirms', async () => {
    const app = await makeApp()
    const { UserSub: sub } = await rig.signUp(app, 'ada', { email: 'ada@example.com' })
    const event = rig.one()
    assert.equal(rig.service.calls.length, 0)
    const { code, ...request } = event.request
    assert.deepEqual(
      { ...normal(event), request },
      {
        ...common(app, 'CustomEmailSender_SignUp', 'ada'),
        request: {
          type: 'customEmailSenderRequestV1',
          clientMetadata: ClientMetadata,
          userAttributes: {
            sub,
            'cognito:user_status': 'UNCONFIRMED',
            email: 'ada@example.com',
          },
        },
        response: {},
      },
    )
    assert.equal(typeof code, 'string')
    const shown = await opened(event, STRICT)
    assert.match(shown, /^\d{6}$/)
    assert.equal(await opened(event, LENIENT), shown)
    // The outbox has nothing of it.
    assert.deepEqual(await rig.api.messages(app.poolId, 'ada'), [])
    await confirm(app, 'ada', shown)
  })

  test('a text message and an invitation', async () => {
    const app = await makeApp()
    await rig.signUp(app, 'bea', { phone_number: '+12065550100' })
    const sms = rig.one()
    assert.equal(sms['triggerSource'], 'CustomSMSSender_SignUp')
    assert.equal(sms.request['type'], 'customSMSSenderRequestV1')
    await confirm(app, 'bea', await opened(sms, STRICT))
    const TemporaryPassword = `A1b2<&>"'x-${'y'.repeat(8)}`
    await rig.api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: app.poolId,
        Username: 'cleo',
        TemporaryPassword,
        DesiredDeliveryMediums: ['EMAIL'],
        UserAttributes: [{ Name: 'email', Value: 'cleo@example.com' }],
      }),
    )
    const invitation = rig.one()
    assert.equal(invitation['triggerSource'], 'CustomEmailSender_AdminCreateUser')
    const escaped = `A1b2&lt;&amp;&gt;&quot;&#39;x-${'y'.repeat(8)}`
    assert.equal(await opened(invitation, STRICT), escaped)
  })

  test('only the medium that has one; the other goes where it went', async () => {
    const app = await rig.makeApp([], {
      AutoVerifiedAttributes: ['email', 'phone_number'],
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
      LambdaConfig: { CustomSMSSender: SMS, KMSKeyID: keyArn },
    })
    await rig.signUp(app, 'dora', { email: 'dora@example.com' })
    assert.deepEqual(rig.take(), [])
    assert.equal((await rig.api.messages(app.poolId, 'dora')).length, 1)
  })

  test('events and codes are new for each message', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'eve', { email: 'e@example.com', email_verified: 'true' })
    const forgot = new ForgotPasswordCommand({ ClientId: app.clientId, Username: 'eve' })
    for (const _ of [1, 2]) await rig.api.cognito.send(forgot)
    const events = rig.take()
    assert.deepEqual(
      events.map((event) => event['triggerSource']),
      ['CustomEmailSender_ForgotPassword', 'CustomEmailSender_ForgotPassword'],
    )
    assert.equal(new Set(events.map(({ request }) => request['code'])).size, 2)
  })

  test('a function that is not there, or a key that refuses: nothing is left', async () => {
    const app = await makeApp()
    const notDelivered = failure('CodeDeliveryFailureException')
    const attributes = { email: 'fay@example.com' }
    rig.service.behaviour = (_call, response) => {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' })
      response.end()
    }
    await assert.rejects(rig.signUp(app, 'fay', attributes), notDelivered)
    const get = new AdminGetUserCommand({ UserPoolId: app.poolId, Username: 'fay' })
    await assert.rejects(rig.api.cognito.send(get), failure('UserNotFoundException'))
    rig.service.behaviour = ({ event }) => event
    await rig.api.kms.send(new DisableKeyCommand({ KeyId: keyArn }))
    try {
      await assert.rejects(rig.signUp(app, 'fay', attributes), notDelivered)
      assert.equal(rig.service.calls.length, 1)
    } finally {
      await rig.api.kms.send(new EnableKeyCommand({ KeyId: keyArn }))
    }
    await rig.signUp(app, 'fay', attributes)
  })

  test('a sender needs a key, and one that works', async () => {
    const text = 'KMSKeyID is required when a custom sender Lambda trigger is set.'
    const refused = failure('InvalidParameterException', text)
    for (const LambdaConfig of [{ CustomEmailSender: EMAIL }, { CustomSMSSender: SMS }]) {
      await assert.rejects(rig.api.makePool({ LambdaConfig }), refused)
      const UserPoolId = await rig.api.makePool()
      const update = new UpdateUserPoolCommand({ UserPoolId, LambdaConfig })
      await assert.rejects(rig.api.cognito.send(update), refused)
    }
    const absent = keyArn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')
    const alias = `arn:aws:kms:${REGION}:123456789012:alias/codes`
    for (const KMSKeyID of [absent, alias, lambdaArn('no-key')]) {
      await assert.rejects(
        rig.api.makePool({ LambdaConfig: { CustomEmailSender: EMAIL, KMSKeyID } }),
        failure('InvalidParameterException'),
        KMSKeyID,
      )
    }
  })

  test('no code and no key is in what a function is not for', async () => {
    const app = await makeApp()
    const signUp = new SignUpCommand({
      ClientId: app.clientId,
      Username: 'gina',
      Password: PASSWORD,
      UserAttributes: [{ Name: 'email', Value: 'gina@example.com' }],
    })
    await rig.api.cognito.send(signUp)
    const event = rig.one()
    const code = await opened(event, STRICT)
    const { code: _, ...rest } = event.request
    assert.ok(!JSON.stringify({ ...event, request: rest }).includes(`"${code}"`))
    assert.ok(!JSON.stringify(event).includes(PASSWORD))
  })
})
