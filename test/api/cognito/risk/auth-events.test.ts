// The event log of threat protection: what is recorded of whom, and what is said of it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminListUserAuthEventsCommand,
  AdminUpdateAuthEventFeedbackCommand,
  type AuthEventType,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { watchStatements } from '#test/support/statements.js'
import {
  claimsOf,
  failure,
  hashed,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'
import {
  encodedData,
  eventsOf,
  FIREFOX,
  makeProtectedPool,
  SAFARI,
  signInBy,
  signInFrom,
  waitForEvents,
} from './protected.js'

const WRONG = notAuthorized('Incorrect username or password.')
const NO_RISK = { RiskDecision: 'NoRisk', CompromisedCredentialsDetected: false }
const met = (ChallengeName: string) => ({ ChallengeName, ChallengeResponse: 'Success' })
const failed = (ChallengeName: string) => ({ ChallengeName, ChallengeResponse: 'Failure' })

describe('the event log', () => {
  let api: TestApi
  let app: TestClient
  let made = 0
  before(async () => {
    api = await startTestApi({ beatMs: 60_000 })
    const poolId = await makeProtectedPool(api, 'AUDIT', { AutoVerifiedAttributes: ['email'] })
    app = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
  })
  after(() => api.stop())

  async function makeUser(client = app): Promise<string> {
    made += 1
    const username = `user${made}`
    const email = `${username}@example.com`
    await api.makeUser(client.poolId, username, { email, email_verified: 'true' })
    return username
  }
  const events = (username: string, count: number | ((all: readonly AuthEventType[]) => boolean)) =>
    waitForEvents(api.cognito, { poolId: app.poolId, username }, count)
  const only = async (username: string) => required((await events(username, 1))[0], 'an event')

  test('a sign-in is an event, whose ID the tokens bear', async () => {
    const username = await makeUser()
    const { AuthenticationResult } = await signInFrom(api.cognito, app, { username })
    const { CreationDate, EventId, ...event } = await only(username)
    assert.deepEqual(event, {
      EventType: 'SignIn',
      EventResponse: 'Pass',
      EventRisk: NO_RISK,
      ChallengeResponses: [met('Password')],
      EventContextData: { IpAddress: '192.0.2.1', DeviceName: 'Firefox on Linux' },
    })
    assert.ok(Math.abs(Date.now() - (CreationDate?.getTime() ?? 0)) < 60_000)
    for (const token of ['AccessToken', 'IdToken'] as const) {
      assert.equal(claimsOf(AuthenticationResult?.[token] ?? '')['event_id'], EventId)
    }
  })

  test('a wrong password is an event; what is no proof is none', async () => {
    const username = await makeUser()
    await assert.rejects(signInFrom(api.cognito, app, { username, password: 'wrong' }), WRONG)
    const event = await only(username)
    assert.equal(event.EventResponse, 'Fail')
    assert.deepEqual(event.ChallengeResponses, [failed('Password')])
    const begin = { ClientId: app.clientId, AuthFlow: 'USER_PASSWORD_AUTH' } as const
    const { refresh } = await api.signIn(app, username)
    const parameters = { USERNAME: username, PASSWORD: '' }
    await assert.rejects(
      api.cognito.send(new InitiateAuthCommand({ ...begin, AuthParameters: parameters })),
    )
    const renewal = { AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId: app.clientId } as const
    const AuthParameters = { REFRESH_TOKEN: refresh }
    await api.cognito.send(new InitiateAuthCommand({ ...renewal, AuthParameters }))
    await signInFrom(api.cognito, app, { username })
    const all = await events(username, (some) => some.length >= 3)
    assert.deepEqual(
      all.map(({ EventResponse }) => EventResponse),
      ['Pass', 'Pass', 'Fail'],
    )
  })

  test('a sign-in of several calls is one event', async () => {
    made += 1
    const Username = `invited${made}`
    const { poolId: UserPoolId, clientId: ClientId } = app
    await api.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        TemporaryPassword: PASSWORD,
        MessageAction: 'SUPPRESS',
      }),
    )
    const begun = await signInBy(api.cognito, app, { username: Username })
    assert.equal(begun.ChallengeName, 'NEW_PASSWORD_REQUIRED')
    const [first] = await events(Username, 1)
    assert.equal(first?.EventResponse, 'InProgress')
    const ended = await api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: begun.Session,
        ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: `${PASSWORD}-2` },
      }),
    )
    const token = required(ended.AuthenticationResult?.AccessToken, 'token')
    assert.equal(claimsOf(token)['event_id'], first?.EventId)
    const [last, ...others] = await events(Username, ([one]) => one?.EventResponse === 'Pass')
    assert.deepEqual(others, [])
    assert.equal(last?.EventId, first?.EventId)
    assert.deepEqual(last?.CreationDate, first?.CreationDate)
  })

  test('an app says on what, and only one with a secret that may says from where', async () => {
    const username = await makeUser()
    const contextData = { UserAgent: SAFARI, DeviceId: 'd1', ClientTimezone: '02:00' }
    await signInBy(api.cognito, app, { username, encoded: encodedData(contextData) })
    const { EventContextData: context } = await only(username)
    assert.deepEqual(context, {
      IpAddress: '127.0.0.1',
      DeviceName: 'Safari on iOS',
      Timezone: '02:00',
    })
    const garbage = Buffer.from('{"payload":7}').toString('base64')
    for (const encoded of ['%%%', garbage]) {
      await signInBy(api.cognito, app, { username, encoded })
    }
    await events(username, 3)
    const trusted = await api.makeClient(app.poolId, {
      GenerateSecret: true,
      EnablePropagateAdditionalUserContextData: true,
    })
    for (const [client, ip] of [
      [app, '127.0.0.1'],
      [trusted, '198.51.100.7'],
    ] as const) {
      const name = await makeUser()
      await api.cognito.send(
        new InitiateAuthCommand({
          ClientId: client.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: name, PASSWORD, ...hashed(client, name) },
          UserContextData: { IpAddress: '198.51.100.7' },
        }),
      )
      assert.equal((await only(name)).EventContextData?.IpAddress, ip)
    }
  })

  test('sign-ups, codes and new passwords are events', async () => {
    made += 1
    const Username = `new${made}`
    const { clientId: ClientId, poolId } = app
    const UserAttributes = [{ Name: 'email', Value: `${Username}@example.com` }]
    await api.cognito.send(
      new SignUpCommand({ ClientId, Username, Password: PASSWORD, UserAttributes }),
    )
    await api.cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username }))
    const kinds = (all: readonly AuthEventType[]) =>
      all.map(({ EventType, EventResponse }) => `${EventType} ${EventResponse}`)
    assert.deepEqual(kinds(await events(Username, 2)), ['ResendCode Pass', 'SignUp Pass'])

    const username = await makeUser()
    await api.cognito.send(new ForgotPasswordCommand({ ClientId, Username: username }))
    const ConfirmationCode = await api.code(poolId, username)
    const reset = (code: string) =>
      api.cognito.send(
        new ConfirmForgotPasswordCommand({
          ClientId,
          Username: username,
          ConfirmationCode: code,
          Password: `${PASSWORD}-2`,
        }),
      )
    await assert.rejects(reset('000000'), failure('CodeMismatchException'))
    await reset(ConfirmationCode)
    const { access } = await api.signIn(app, username, `${PASSWORD}-2`)
    const change = { AccessToken: access, PreviousPassword: `${PASSWORD}-2` }
    await api.cognito.send(new ChangePasswordCommand({ ...change, ProposedPassword: PASSWORD }))
    assert.deepEqual(kinds(await events(username, 5)), [
      'PasswordChange Pass',
      'SignIn Pass',
      'PasswordChange Pass',
      'PasswordChange Fail',
      'ForgotPassword Pass',
    ])
  })

  test('nobody fills the log of a user with calls that are refused', async () => {
    const username = await makeUser()
    const { clientId: ClientId } = app
    const ask = () => api.cognito.send(new ForgotPasswordCommand({ ClientId, Username: username }))
    for (let n = 0; n < 5; n += 1) await ask()
    for (let n = 0; n < 3; n += 1) await assert.rejects(ask(), failure('LimitExceededException'))
    for (let n = 0; n < 5; n += 1) {
      const guess = { username, password: 'wrong' }
      await assert.rejects(signInFrom(api.cognito, app, guess), WRONG)
    }
    const locked = notAuthorized('Password attempts exceeded')
    for (let n = 0; n < 3; n += 1) {
      await assert.rejects(signInFrom(api.cognito, app, { username }), locked)
    }
    const after = await makeUser()
    await signInFrom(api.cognito, app, { username: after })
    await only(after)
    const kinds = (await events(username, 10)).map(({ EventType }) => EventType)
    assert.deepEqual(kinds, [...Array(5).fill('SignIn'), ...Array(5).fill('ForgotPassword')])
  })

  test('lists have pages, the newest event first', async () => {
    const username = await makeUser()
    for (let n = 0; n < 3; n += 1) await signInFrom(api.cognito, app, { username })
    const all = await events(username, 3)
    const page = (MaxResults: number, NextToken?: string) =>
      api.cognito.send(
        new AdminListUserAuthEventsCommand({
          UserPoolId: app.poolId,
          Username: username,
          MaxResults,
          NextToken,
        }),
      )
    const first = await page(2)
    const rest = await page(2, first.NextToken)
    assert.deepEqual([...(first.AuthEvents ?? []), ...(rest.AuthEvents ?? [])], all)
    assert.equal(rest.NextToken, undefined)
    const moments = all.map(({ CreationDate }) => CreationDate?.getTime() ?? 0)
    assert.deepEqual(
      moments,
      [...moments].sort((a, b) => b - a),
    )
    const invalid = failure('InvalidParameterException', 'Invalid next token.')
    await assert.rejects(page(2, 'made-up'), invalid)
    const other = await makeUser()
    const foreign = { UserPoolId: app.poolId, Username: other, NextToken: first.NextToken }
    await assert.rejects(api.cognito.send(new AdminListUserAuthEventsCommand(foreign)), invalid)
  })

  test('an administrator says whether it was the user, and may say otherwise later', async () => {
    const username = await makeUser()
    await signInFrom(api.cognito, app, { username, userAgent: FIREFOX })
    const { EventId } = await only(username)
    const say = (FeedbackValue: 'Valid' | 'Invalid', eventId = EventId, Username = username) =>
      api.cognito.send(
        new AdminUpdateAuthEventFeedbackCommand({
          UserPoolId: app.poolId,
          Username,
          EventId: eventId,
          FeedbackValue,
        }),
      )
    for (const value of ['Invalid', 'Valid'] as const) {
      await say(value)
      const [event] = await eventsOf(api.cognito, app.poolId, username)
      const { FeedbackDate, ...feedback } = event?.EventFeedback ?? {}
      assert.deepEqual(feedback, { FeedbackValue: value, Provider: 'Admin' })
      assert.ok(FeedbackDate instanceof Date)
    }
    const absent = failure('ResourceNotFoundException', 'Event does not exist.')
    await assert.rejects(say('Valid', '11111111-1111-4111-8111-111111111111'), absent)
    await assert.rejects(say('Valid', 'no-uuid'), absent)
    await assert.rejects(say('Valid', EventId, await makeUser()), absent)
    await assert.rejects(say('Valid', EventId, 'nobody'), failure('UserNotFoundException'))
  })

  test('a name without a user leaves nothing, by the same statements', async () => {
    const placesOf = async (username: string) => {
      const watch = watchStatements()
      await assert.rejects(signInBy(api.cognito, app, { username, password: 'wrong' }), WRONG)
      const isWritten = () => watch.places.some((place) => /AuthEvents\.write/.test(place))
      await waitFor(isWritten, { what: 'the event to be written' })
      watch.stop()
      return watch.places
    }
    const held = await placesOf(await makeUser())
    const absent = await placesOf('nobody-at-all')
    assert.deepEqual(absent, held)
    const sql = api.openSql()
    const rows = await sql`
      select from auth_events e where not exists (select from users u where u.sub = e.sub)`
    assert.equal(rows.length, 0)
  })

  test('a pool without threat protection keeps no events', async () => {
    const plain = await api.makeClient(await makeProtectedPool(api, 'OFF'))
    const username = await makeUser(plain)
    await signInBy(api.cognito, plain, { username })
    const watch = watchStatements()
    await signInBy(api.cognito, plain, { username })
    watch.stop()
    assert.equal(watch.statements, 1)
    const sql = api.openSql()
    const rows = await sql`select from auth_events where user_pool_id = ${plain.poolId}`
    assert.equal(rows.length, 0)
    await assert.rejects(
      eventsOf(api.cognito, plain.poolId, username),
      failure('UserPoolAddOnNotEnabledException', 'User pool add-ons are not enabled.'),
    )
  })
})
