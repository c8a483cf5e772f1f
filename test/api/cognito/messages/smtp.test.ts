// Messages through a real SMTP server: what arrives, and what is left where nothing does.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserAttributeVerificationCodeCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { codeIn, headerOf, type MailServer, startMailServer } from '#test/support/mail-server.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { watchStatements } from '#test/support/statements.js'
import {
  attributeList,
  attributesOf,
  failure,
  invalid,
  PASSWORD,
  REGION,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

const NOT_DELIVERED = failure(
  'CodeDeliveryFailureException',
  'Invalid email provided/Unable to send the email',
)
const SEND_TIMEOUT_MS = 4000

describe('messages by SMTP', () => {
  let mail: MailServer
  let api: TestApi
  let poolId: string
  let client: TestClient
  before(async () => {
    mail = await startMailServer()
    const smtpUrl = `smtp://127.0.0.1:${mail.port}`
    api = await startTestApi({
      poolSize: 4,
      limits: { codesPerHourMax: 3 },
      messages: { email: 'smtp', smtpUrl, timeoutMs: SEND_TIMEOUT_MS },
    })
    poolId = await api.makePool({ AutoVerifiedAttributes: ['email'] })
    client = await api.makeClient(poolId)
  })
  after(async () => {
    await api.stop()
    await mail.stop()
  })
  afterEach(() => {
    mail.behave('take')
    mail.release()
  })

  const signUp = (Username: string, of: TestClient = client) =>
    api.cognito.send(
      new SignUpCommand({
        ClientId: of.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: `${Username}@example.com` }),
      }),
    )
  const newest = () => required(mail.received.at(-1), 'a message')
  const makeVerified = (username: string) =>
    api.makeUser(poolId, username, { email: `${username}@example.com`, email_verified: 'true' })

  test('a sign-up, with the code in an HTML message, and nothing in the outbox', async () => {
    await signUp('ada')
    const message = newest()
    assert.deepEqual(
      [message.from, message.to],
      ['no-reply@verificationemail.com', ['ada@example.com']],
    )
    assert.equal(headerOf(message, 'subject'), 'Your verification code')
    assert.match(headerOf(message, 'content-type') ?? '', /^text\/html; charset=utf-8/)
    assert.deepEqual(await api.messages(poolId, 'ada'), [])
    const { clientId: ClientId } = client
    const ConfirmationCode = codeIn(message)
    await api.cognito.send(
      new ConfirmSignUpCommand({ ClientId, Username: 'ada', ConfirmationCode }),
    )
  })

  test('the pool says who writes, who is answered, and by which configuration set', async () => {
    const SourceArn = 'arn:aws:ses:eu-west-1:123456789012:identity/example.org'
    const own = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      EmailConfiguration: {
        EmailSendingAccount: 'DEVELOPER',
        SourceArn,
        From: '"Ada, of Example" <ada@example.org>',
        ReplyToEmailAddress: 'help@example.org',
        ConfigurationSet: 'tracked',
      },
    })
    await signUp('bob', await api.makeClient(own))
    const message = newest()
    assert.equal(message.from, 'ada@example.org')
    assert.equal(headerOf(message, 'from'), '"Ada, of Example" <ada@example.org>')
    assert.equal(headerOf(message, 'reply-to'), 'help@example.org')
    assert.equal(headerOf(message, 'x-ses-configuration-set'), 'tracked')
  })

  test('an address cannot add recipients or headers', async () => {
    const Username = 'eve'
    const email = 'eve@example.com,other@example.com'
    const before = mail.received.length
    await api.cognito
      .send(
        new SignUpCommand({
          ClientId: client.clientId,
          Username,
          Password: PASSWORD,
          UserAttributes: attributeList({ email }),
        }),
      )
      .catch(() => undefined)
    for (const { to } of mail.received.slice(before)) assert.equal(to.length, 1)
  })

  test('a refused message leaves no user, and the name is free', async () => {
    mail.behave('refuse')
    await assert.rejects(signUp('carl'), NOT_DELIVERED)
    mail.behave('take')
    await signUp('resent')
    mail.behave('refuse')
    const again = { ClientId: client.clientId, Username: 'resent' }
    await assert.rejects(api.cognito.send(new ResendConfirmationCodeCommand(again)), NOT_DELIVERED)
    const invite = new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: 'carl',
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: attributeList({ email: 'carl@example.com' }),
    })
    await assert.rejects(api.cognito.send(invite), NOT_DELIVERED)
    const get = new AdminGetUserCommand({ UserPoolId: poolId, Username: 'carl' })
    await assert.rejects(api.cognito.send(get), failure('UserNotFoundException'))
    mail.behave('take')
    await api.cognito.send(invite)
    assert.equal(headerOf(newest(), 'subject'), 'Your temporary password')
  })

  test('a refused code is not counted, and the one before it is still good', async () => {
    await makeVerified('dora')
    const ids = { ClientId: client.clientId, Username: 'dora' }
    const forgot = () => api.cognito.send(new ForgotPasswordCommand(ids))
    await forgot()
    const ConfirmationCode = codeIn(newest())
    mail.behave('refuse')
    for (let n = 0; n < 5; n += 1) await assert.rejects(forgot(), NOT_DELIVERED)
    mail.behave('take')
    const Password = 'Another-horse-8-stable'
    const reset = new ConfirmForgotPasswordCommand({ ...ids, ConfirmationCode, Password })
    await api.cognito.send(reset)
    await forgot()
    await forgot()
    const limit = 'Attempt limit exceeded, please try after some time.'
    await assert.rejects(forgot(), failure('LimitExceededException', limit))
  })

  test('a refused code changes no attribute, status or password', async () => {
    await makeVerified('fay')
    const { access: AccessToken } = await api.signIn(client, 'fay')
    mail.behave('refuse')
    const UserAttributes = attributeList({ email: 'new@example.com', nickname: 'F' })
    const update = new UpdateUserAttributesCommand({ AccessToken, UserAttributes })
    await assert.rejects(api.cognito.send(update), NOT_DELIVERED)
    const ask = { AccessToken, AttributeName: 'email' }
    await assert.rejects(
      api.cognito.send(new GetUserAttributeVerificationCodeCommand(ask)),
      NOT_DELIVERED,
    )
    const named = { UserPoolId: poolId, Username: 'fay' }
    // The operation declares no error for it.
    await assert.rejects(
      api.cognito.send(new AdminResetUserPasswordCommand(named)),
      invalid(NOT_DELIVERED.message),
    )
    const user = await api.cognito.send(new AdminGetUserCommand(named))
    const { email, nickname } = attributesOf(user.UserAttributes)
    assert.deepEqual(
      [user.UserStatus, email, nickname],
      ['CONFIRMED', 'fay@example.com', undefined],
    )
    await api.signIn(client, 'fay')
    mail.behave('take')
    await api.cognito.send(update)
    const Code = codeIn(newest())
    await api.cognito.send(new VerifyUserAttributeCommand({ ...ask, Code }))
  })

  test('what is refused anyway is refused before anything is sent', async () => {
    await makeVerified('gil')
    const before = mail.received.length
    await assert.rejects(signUp('gil'), failure('UsernameExistsException', 'User already exists'))
    const invite = new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: 'gil',
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: attributeList({ email: 'gil@example.com' }),
    })
    await assert.rejects(api.cognito.send(invite), failure('UsernameExistsException'))
    assert.equal(mail.received.length, before)
  })

  test('a server that hangs holds no connection of the database, and sign-ins go on', async () => {
    await makeVerified('hal')
    const watch = watchStatements()
    mail.behave('hang')
    const names = Array.from({ length: 12 }, (_, n) => `hang${n}`)
    const sent = names.map((name) => assert.rejects(signUp(name), NOT_DELIVERED))
    await waitFor(() => mail.pending >= names.length, { what: 'the messages hang' })
    // Three times as many as there are connections.
    await Promise.all(names.map(() => api.signIn(client, 'hal')))
    assert.ok(mail.pending >= names.length, 'the sign-ins did not wait for the mail server')
    await Promise.all(sent)
    watch.stop()
    assert.deepEqual(watch.violations, [])
    for (const Username of names) {
      const get = new AdminGetUserCommand({ UserPoolId: poolId, Username })
      await assert.rejects(api.cognito.send(get), failure('UserNotFoundException'))
    }
  })

  test('a test message says what became of it', async () => {
    const target = { region: REGION, endpoint: api.endpoint, credentials: ROOT_ACCESS_KEY }
    const outcomeOf = async (Destination: string, UserPoolId = poolId) => {
      const output = await callAny([target], 'SendTestMessage', { UserPoolId, Destination })
      return [output['Medium'], output['Outcome'], output['Reason']]
    }
    assert.deepEqual(await outcomeOf('ops@example.com'), ['EMAIL', 'DELIVERED', undefined])
    assert.deepEqual(newest().to, ['ops@example.com'])
    assert.deepEqual(await outcomeOf('+12065550100'), ['SMS', 'OUTBOX', undefined])
    const nowhere = 'us-west-2_nowhere99'
    assert.deepEqual(await outcomeOf('ops@example.com', nowhere), ['EMAIL', 'NO_POOL', undefined])
    mail.behave('refuse')
    assert.deepEqual(await outcomeOf('ops@example.com'), [
      'EMAIL',
      'NOT_DELIVERED',
      'the mail server did not take a message',
    ])
    await assert.rejects(outcomeOf('ops@example.com,eve@example.com'), /InvalidParameterException/)
  })

  test('400 at once, over few connections', async () => {
    const before = mail.received.length
    const connections = mail.connections
    const names = Array.from({ length: 400 }, (_, n) => `crowd${n}`)
    // Not through the SDK, which makes no more than fifty connections.
    const statuses = await Promise.all(
      names.map(async (Username) => {
        const response = await fetch(api.endpoint, {
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp',
          },
          body: JSON.stringify({
            ClientId: client.clientId,
            Username,
            Password: PASSWORD,
            UserAttributes: attributeList({ email: `${Username}@example.com` }),
          }),
        })
        return response.status
      }),
    )
    assert.deepEqual(new Set(statuses), new Set([200]))
    const to = mail.received.slice(before).flatMap((message) => message.to)
    assert.equal(new Set(to).size, 400)
    assert.equal(to.length, 400)
    assert.ok(mail.connections - connections <= 40, `${mail.connections - connections}`)
  })

  test('absent users take the same steps, and fail while messages fail', async () => {
    const hidden = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
    await makeVerified('ida')
    const forgot = (Username: string) =>
      api.cognito.send(new ForgotPasswordCommand({ ClientId: hidden.clientId, Username }))
    const resend = (Username: string) =>
      api.cognito.send(new ResendConfirmationCodeCommand({ ClientId: hidden.clientId, Username }))
    const statementsOf = async (run: () => Promise<unknown>) => {
      const counts: number[] = []
      // The work of timers adds statements to some tries, and never takes any away.
      for (let n = 0; n < 3; n += 1) {
        const watch = watchStatements()
        await run()
        watch.stop()
        counts.push(watch.statements)
      }
      return Math.min(...counts)
    }
    const names = Array.from({ length: 4 }, (_, n) => `ida${n}`)
    for (const name of names) await makeVerified(name)
    const each = (all: string[]) => () => forgot(all.shift() ?? '')
    await forgot('nobody')
    await forgot(names.shift() ?? '')
    const absent = ['nobody-1', 'nobody-2', 'nobody-3']
    assert.equal(await statementsOf(each(absent)), await statementsOf(each(names)))
    assert.ok((await resend('nobody')).CodeDeliveryDetails)
    mail.behave('refuse')
    // So many that no success is remembered.
    for (let n = 0; n < 16; n += 1) await assert.rejects(forgot('ida'), NOT_DELIVERED)
    await assert.rejects(forgot('nobody-else'), NOT_DELIVERED)
    await assert.rejects(forgot('nobody-else'), NOT_DELIVERED)
  })
})
