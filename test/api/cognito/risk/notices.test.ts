// Notices of risky sign-ins, and the word of the user that comes back by their links.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateUserPoolDomainCommand,
  UpdateAuthEventFeedbackCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { watchStatements } from '#test/support/statements.js'
import { notAuthorized, startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'
import { AWAY, BLOCKED, riskPlaces } from './places.js'
import { eventsOf, signInFrom } from './protected.js'

const SOURCE = 'arn:aws:ses:us-west-2:123456789012:identity/example.com'

describe('notices', () => {
  let api: TestApi
  let places: ReturnType<typeof riskPlaces>
  before(async () => {
    api = await startTestApi({ beatMs: 60_000, limits: { codesPerHourMax: 2 } })
    places = riskPlaces(api)
  })
  after(() => api.stop())

  test('a notice goes out, and its link takes the user’s word', async () => {
    const app = await places.makePlace({
      AccountTakeoverRiskConfiguration: {
        Actions: { MediumAction: { EventAction: 'BLOCK', Notify: true } },
        NotifyConfiguration: {
          From: 'security@example.com',
          SourceArn: SOURCE,
          BlockEmail: {
            Subject: 'Blocked, {username}',
            HtmlBody:
              '{ip-address} {device-name} {event-id} {feedback-token} {one-click-link-valid} ',
          },
        },
      },
    })
    const { poolId: UserPoolId } = app
    await api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'noticed' }))
    const username = await places.makeKnown(app)
    await assert.rejects(signInFrom(api.cognito, app, { username, ...AWAY }), BLOCKED)
    const { EventId } = await places.newest(app, username)
    const message = await waitFor(async () => (await api.messages(UserPoolId, username))[0], {
      what: 'the notice',
    })
    assert.equal(message.Subject, `Blocked, ${username}`)
    assert.equal(message.Reason, 'AccountTakeOverNotification')
    assert.equal(message.Destination, `${username}@example.com`)
    const [ip, device, eventId, token = '', link = ''] = message.Body.replaceAll(
      '&amp;',
      '&',
    ).split(/(?<=9|iOS|[\w=-]{20,}) /)
    assert.deepEqual([ip, device, eventId], [AWAY.ip, 'Safari on iOS', EventId])

    const say = (changes: object) =>
      api.cognito.send(
        new UpdateAuthEventFeedbackCommand({
          UserPoolId,
          Username: username,
          EventId,
          FeedbackToken: token,
          FeedbackValue: 'Invalid',
          ...changes,
        }),
      )
    const invalid = notAuthorized('Invalid feedback token.')
    const other = await places.makeKnown(app)
    const { EventId: otherEvent } = await places.newest(app, other, 1)
    for (const changes of [
      { FeedbackToken: `${token}x` },
      { FeedbackToken: token.replace(/^\d+/, '99999999999999') },
      { Username: other },
      { Username: 'nobody' },
      { EventId: otherEvent },
    ]) {
      await assert.rejects(say(changes), invalid)
    }
    await api.atLater(8 * 24 * 3_600_000, () => assert.rejects(say({}), invalid))
    await say({})
    const feedback = async () => {
      const events = await eventsOf(api.cognito, UserPoolId, username)
      return events.find((event) => event.EventId === EventId)?.EventFeedback
    }
    assert.equal((await feedback())?.FeedbackValue, 'Invalid')
    assert.equal((await feedback())?.Provider, 'User')

    // The link asks, its button says.
    const url = new URL(link.trim())
    const asked = await fetch(url)
    assert.equal(asked.status, 200)
    assert.match(await asked.text(), /<form method="post">/)
    assert.equal((await feedback())?.FeedbackValue, 'Invalid')
    const answered = await fetch(url, { method: 'POST', body: url.searchParams })
    assert.match(await answered.text(), /Your answer has been noted/)
    assert.equal((await feedback())?.FeedbackValue, 'Valid')
    url.searchParams.set('feedback_token', 'made-up')
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? url.searchParams : null
      assert.equal((await fetch(url, { method, body })).status, 400)
    }
  })

  test('who knows the password does not fill the user’s mailbox', async () => {
    const app = await places.makePlace({
      AccountTakeoverRiskConfiguration: {
        Actions: { MediumAction: { EventAction: 'BLOCK', Notify: true } },
        NotifyConfiguration: {
          From: 'security@example.com',
          SourceArn: SOURCE,
          BlockEmail: { Subject: 'Blocked', TextBody: '{one-click-link-valid}' },
        },
      },
    })
    const username = await places.makeKnown(app)
    const watch = watchStatements()
    for (let n = 0; n < 4; n += 1) {
      await assert.rejects(signInFrom(api.cognito, app, { username, ...AWAY }), BLOCKED)
    }
    const isCounted = () => watch.places.filter((place) => /countSend/.test(place)).length === 4
    await waitFor(isCounted, { what: 'four notices to be counted' })
    watch.stop()
    const messages = await waitFor(
      async () => {
        const all = await api.messages(app.poolId, username)
        return all.length >= 2 ? all : undefined
      },
      { what: 'two notices' },
    )
    assert.equal(messages.length, 2)
    // Without a domain there are no links.
    assert.equal(messages[0]?.Body, '<pre></pre>')
  })
})
