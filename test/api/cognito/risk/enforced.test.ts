// What enforced threat protection does to addresses, and to sign-ins that are not like the user's
// others. AUDIT sees the same and does nothing.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminUpdateAuthEventFeedbackCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { watchStatements } from '#test/support/statements.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { AWAY, BLOCKED, riskPlaces, takeover, WRONG } from './places.js'
import { signInBy, signInFrom, waitForEvents } from './protected.js'

describe('enforced threat protection', () => {
  let api: TestApi
  let places: ReturnType<typeof riskPlaces>
  before(async () => {
    api = await startTestApi({ beatMs: 60_000, limits: { codesPerHourMax: 100 } })
    places = riskPlaces(api)
  })
  after(() => api.stop())

  test('a sign-in unlike the others is refused, and the log says why', async () => {
    const app = await places.makePlace(takeover('BLOCK'))
    const username = await places.makeKnown(app)
    await assert.rejects(signInFrom(api.cognito, app, { username, ...AWAY }), BLOCKED)
    const event = await places.newest(app, username)
    assert.equal(event.EventResponse, 'Fail')
    assert.deepEqual(event.EventRisk, {
      RiskDecision: 'Block',
      RiskLevel: 'Medium',
      CompromisedCredentialsDetected: false,
    })
    // At home nothing has changed, and a wrong password there is just that.
    assert.ok((await signInFrom(api.cognito, app, { username })).AuthenticationResult)
    const away = { username, ...AWAY, password: 'wrong' }
    await assert.rejects(signInFrom(api.cognito, app, away), WRONG)
    await assert.rejects(signInFrom(api.cognito, app, { ...away, username: 'nobody' }), WRONG)
  })

  test('what the user calls the own is known from then on', async () => {
    const app = await places.makePlace(takeover('BLOCK'))
    const username = await places.makeKnown(app)
    await assert.rejects(signInFrom(api.cognito, app, { username, ...AWAY }), BLOCKED)
    const { EventId } = await places.newest(app, username)
    const { poolId: UserPoolId } = app
    const word = { UserPoolId, Username: username, EventId }
    await api.cognito.send(
      new AdminUpdateAuthEventFeedbackCommand({ ...word, FeedbackValue: 'Valid' }),
    )
    assert.ok((await signInFrom(api.cognito, app, { username, ...AWAY })).AuthenticationResult)
    await api.cognito.send(
      new AdminUpdateAuthEventFeedbackCommand({ ...word, FeedbackValue: 'Invalid' }),
    )
    const { poolId } = app
    await places.configure(poolId, {
      AccountTakeoverRiskConfiguration: {
        Actions: { HighAction: { EventAction: 'BLOCK', Notify: false } },
      },
    })
    await assert.rejects(signInFrom(api.cognito, app, { username, ...AWAY }), BLOCKED)
  })

  for (const action of ['MFA_REQUIRED', 'MFA_IF_CONFIGURED'] as const) {
    test(`${action}: who can shows a second factor`, async () => {
      const app = await places.makePlace(takeover(action))
      const username = await places.makeKnown(app, { phone_number: '+15555550100' })
      const begun = await signInFrom(api.cognito, app, { username, ...AWAY })
      assert.equal(begun.ChallengeName, 'SMS_MFA')
      const ended = await api.cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: app.clientId,
          ChallengeName: 'SMS_MFA',
          Session: begun.Session,
          ChallengeResponses: {
            USERNAME: username,
            SMS_MFA_CODE: await api.code(app.poolId, username),
          },
        }),
      )
      assert.ok(ended.AuthenticationResult)
      const events = await waitForEvents(
        api.cognito,
        { poolId: app.poolId, username },
        ([event]) => event?.ChallengeResponses?.length === 2,
      )
      assert.equal(events.length, 2)
      assert.equal(events[0]?.EventResponse, 'Pass')
      assert.deepEqual(events[0]?.EventRisk, {
        RiskDecision: 'AccountTakeover',
        RiskLevel: 'Medium',
        CompromisedCredentialsDetected: false,
      })
    })
  }

  test('who cannot is refused, or let in', async () => {
    for (const [action, isLetIn] of [
      ['MFA_REQUIRED', false],
      ['MFA_IF_CONFIGURED', true],
      ['NO_ACTION', true],
    ] as const) {
      const app = await places.makePlace(takeover(action))
      const username = await places.makeKnown(app)
      const away = signInFrom(api.cognito, app, { username, ...AWAY })
      if (isLetIn) assert.ok((await away).AuthenticationResult, action)
      else await assert.rejects(away, BLOCKED)
    }
  })

  test('AUDIT sees the same, sends nothing and lets everybody in', async () => {
    const app = await places.makePlace(takeover('BLOCK'), 'AUDIT')
    const username = await places.makeKnown(app)
    assert.ok((await signInFrom(api.cognito, app, { username, ...AWAY })).AuthenticationResult)
    const { EventRisk, EventResponse } = await places.newest(app, username)
    assert.equal(EventResponse, 'Pass')
    assert.equal(EventRisk?.RiskDecision, 'AccountTakeover')
    assert.equal(EventRisk?.RiskLevel, 'Medium')
    assert.deepEqual(await api.messages(app.poolId, username), [])
  })

  test('an app client has its own configuration', async () => {
    const app = await places.makePlace(takeover('BLOCK'))
    const lenient = await api.makeClient(app.poolId)
    await places.configure(app.poolId, takeover('NO_ACTION'), lenient.clientId)
    const username = await places.makeKnown(app)
    await assert.rejects(signInFrom(api.cognito, app, { username, ...AWAY }), BLOCKED)
    assert.ok((await signInFrom(api.cognito, lenient, { username, ...AWAY })).AuthenticationResult)
  })

  test('one statement more than without, and none for a name without a user', async () => {
    const app = await places.makePlace(takeover('BLOCK'))
    const username = await places.makeKnown(app)
    await assert.rejects(signInFrom(api.cognito, app, { username, password: 'wrong' }), WRONG)
    const placesOf = async (call: () => Promise<unknown>) => {
      const watch = watchStatements()
      await call().catch(() => undefined)
      watch.stop()
      return watch.places.filter((place) => !place.endsWith('AuthEvents.write'))
    }
    const enforced = await placesOf(() => signInFrom(api.cognito, app, { username }))
    assert.deepEqual(
      enforced.filter((place) => /AuthEvents/.test(place)),
      ['PostgresAuthEvents.past'],
    )
    const wrong = (name: string) => () =>
      signInFrom(api.cognito, app, { username: name, password: 'wrong', ...AWAY })
    assert.deepEqual(await placesOf(wrong(username)), await placesOf(wrong('nobody')))
  })

  test('addresses that are blocked get nothing, and cost nothing', async () => {
    const app = await places.makePlace({
      RiskExceptionConfiguration: {
        BlockedIPRangeList: ['198.51.100.0/24', '127.0.0.0/8'],
        SkippedIPRangeList: ['203.0.113.0/24'],
      },
      ...takeover('BLOCK'),
    })
    const username = await places.makeKnown(app)
    const watch = watchStatements()
    for (const name of [username, 'nobody']) {
      const from = { username: name, ip: '198.51.100.7' }
      await assert.rejects(signInFrom(api.cognito, app, from), BLOCKED)
      await assert.rejects(signInBy(api.cognito, app, { username: name }), BLOCKED)
    }
    watch.stop()
    assert.equal(watch.statements, 0)
    // Nothing is thought of a skipped address.
    assert.ok((await signInFrom(api.cognito, app, { username, ...AWAY })).AuthenticationResult)
    const { EventRisk } = await places.newest(app, username)
    assert.equal(EventRisk?.RiskDecision, 'NoRisk')
    // Whoever signed in before renews the session from anywhere.
    const signedIn = await signInFrom(api.cognito, app, { username })
    const REFRESH_TOKEN = required(signedIn.AuthenticationResult?.RefreshToken, 'token')
    const AuthFlow = 'REFRESH_TOKEN_AUTH'
    const AuthParameters = { REFRESH_TOKEN }
    const { clientId: ClientId } = app
    await api.cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }))
  })

  test('AUDIT blocks no address', async () => {
    const RiskExceptionConfiguration = { BlockedIPRangeList: ['198.51.100.0/24'] }
    const app = await places.makePlace({ RiskExceptionConfiguration }, 'AUDIT')
    const username = await places.makeUser(app)
    const from = { username, ip: '198.51.100.7' }
    assert.ok((await signInFrom(api.cognito, app, from)).AuthenticationResult)
  })
})
