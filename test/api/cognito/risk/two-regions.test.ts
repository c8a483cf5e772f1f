// Threat protection in two Regions: one event log of both, and decisions of an ACTIVE secondary by
// what happened in either.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminListUserAuthEventsCommand,
  AdminUpdateAuthEventFeedbackCommand,
  DeleteUserPoolReplicaCommand,
  ListUserPoolReplicasCommand,
  SetRiskConfigurationCommand,
  UpdateUserPoolCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { activateReplica, addUser, createPool } from '#test/support/replicated-pool.js'
import { failure } from '#test/support/test-api.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'
import { AWAY, BLOCKED, takeover } from './places.js'
import { eventsOf, signInFrom, waitForEvents } from './protected.js'

describe('threat protection in two Regions', () => {
  let nodes: TwoNodes
  let place: { readonly userPoolId: string; readonly clientId: string }
  before(async () => {
    nodes = await startTwoNodes()
    place = await createPool(nodes, {
      settings: {
        UserPoolTier: 'PLUS',
        UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
        DeletionProtection: 'INACTIVE',
      },
      client: {
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
      },
    })
    const { userPoolId: UserPoolId } = place
    await nodes.west.cognito.send(
      new SetRiskConfigurationCommand({ UserPoolId, ...takeover('BLOCK') }),
    )
    for (const name of ['there', 'back', 'judged']) await addUser(nodes, UserPoolId, name)
    await activateReplica(nodes, UserPoolId)
  })
  after(() => nodes.close())

  const app = () => ({ poolId: place.userPoolId, clientId: place.clientId, secret: undefined })
  const whose = (username: string) => ({ poolId: place.userPoolId, username })

  for (const [username, from, to] of [
    ['there', 'west', 'east'],
    ['back', 'east', 'west'],
  ] as const) {
    test(`what happened at ${from} decides at ${to}, and is listed there`, async () => {
      await signInFrom(nodes[from].cognito, app(), { username })
      const [event] = await waitForEvents(nodes[to].cognito, whose(username), 1)
      assert.equal(event?.EventResponse, 'Pass')
      assert.equal(event?.EventContextData?.IpAddress, '192.0.2.1')
      await assert.rejects(signInFrom(nodes[to].cognito, app(), { username, ...AWAY }), BLOCKED)
      assert.ok((await signInFrom(nodes[to].cognito, app(), { username })).AuthenticationResult)
      const all = await waitForEvents(nodes[from].cognito, whose(username), 3)
      assert.deepEqual(
        all.map(({ EventRisk, EventResponse }) => [EventResponse, EventRisk?.RiskDecision]),
        [
          ['Pass', 'NoRisk'],
          ['Fail', 'Block'],
          ['Pass', 'NoRisk'],
        ],
      )
      // One log: the same in both, page by page.
      assert.deepEqual(await eventsOf(nodes[to].cognito, place.userPoolId, username), all)
    })
  }

  test('an event of one Region is judged in both, and the latest word counts', async () => {
    const username = 'judged'
    await signInFrom(nodes.west.cognito, app(), { username })
    const [event] = await waitForEvents(nodes.east.cognito, whose(username), 1)
    const say = (at: 'west' | 'east', FeedbackValue: 'Valid' | 'Invalid') =>
      nodes[at].cognito.send(
        new AdminUpdateAuthEventFeedbackCommand({
          UserPoolId: place.userPoolId,
          Username: username,
          EventId: event?.EventId,
          FeedbackValue,
        }),
      )
    for (const [at, elsewhere, value] of [
      ['east', 'west', 'Invalid'],
      ['west', 'east', 'Valid'],
      ['east', 'west', 'Invalid'],
    ] as const) {
      await say(at, value)
      await waitFor(
        async () => {
          const [found] = await eventsOf(nodes[elsewhere].cognito, place.userPoolId, username)
          return found?.EventFeedback?.FeedbackValue === value
        },
        { what: `${value}, said at ${at}` },
      )
    }
  })

  test('tokens of pages are good in both Regions', async () => {
    const page = (at: 'west' | 'east', NextToken?: string) =>
      nodes[at].cognito.send(
        new AdminListUserAuthEventsCommand({
          UserPoolId: place.userPoolId,
          Username: 'there',
          MaxResults: 2,
          NextToken,
        }),
      )
    const first = await page('west')
    const rest = await page('east', first.NextToken)
    assert.equal((first.AuthEvents ?? []).length, 2)
    assert.equal((rest.AuthEvents ?? []).length, 1)
  })

  test('a secondary changes nothing of what is done', async () => {
    const { userPoolId: UserPoolId } = place
    await assert.rejects(
      nodes.east.cognito.send(
        new SetRiskConfigurationCommand({ UserPoolId, ...takeover('NO_ACTION') }),
      ),
      failure('InvalidParameterException'),
    )
    await assert.rejects(
      nodes.east.cognito.send(
        new UpdateUserPoolCommand({
          UserPoolId,
          UserPoolTier: 'PLUS',
          UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
        }),
      ),
      failure('InvalidParameterException'),
    )
  })

  test('a Region that is left leaves what it knows of users', async () => {
    const { userPoolId: UserPoolId } = place
    const west = nodes.west.cognito
    const all = await eventsOf(west, UserPoolId, 'there')
    assert.equal(all.length, 3)
    const replica = { UserPoolId, RegionName: nodes.east.region }
    await west.send(new UpdateUserPoolReplicaCommand({ ...replica, Status: 'INACTIVE' }))
    await west.send(new DeleteUserPoolReplicaCommand(replica))
    await waitFor(
      async () => {
        const listed = await west.send(new ListUserPoolReplicasCommand({ UserPoolId }))
        return !listed.UserPoolReplicas?.some((one) => one.RegionName === replica.RegionName)
      },
      { what: 'the replica to be gone' },
    )
    assert.deepEqual(await eventsOf(west, UserPoolId, 'there'), all)
    const [judged] = await eventsOf(west, UserPoolId, 'judged')
    assert.equal(judged?.EventFeedback?.FeedbackValue, 'Invalid')
  })
})
