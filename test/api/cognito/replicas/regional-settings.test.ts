// What each Region says that it has of its own for a pool.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  SetLogDeliveryConfigurationCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { isObject } from '#base/json.js'
import { callAny } from '#cli/signed-call.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { activateReplica, createPool } from '#test/support/replicated-pool.js'
import {
  EAST,
  type RegionNode,
  startTwoNodes,
  type TwoNodes,
  WEST,
} from '#test/support/two-nodes.js'

let nodes: TwoNodes
before(async () => {
  nodes = await startTwoNodes()
})
after(() => nodes.close())

const describeAt = (node: RegionNode, UserPoolId: string) =>
  callAny(
    [{ region: node.region, endpoint: node.endpoint, credentials: ROOT_ACCESS_KEY }],
    'DescribeRegionalSettings',
    { UserPoolId },
  )

test('each Region describes its own settings, and the domains of both', async () => {
  const SnsCallerArn = `arn:aws:iam::${ACCOUNT_ID}:role/sms`
  const settings = { SmsConfiguration: { SnsCallerArn }, UserPoolTags: { team: 'west' } }
  const { userPoolId: UserPoolId } = await createPool(nodes, { settings })
  await activateReplica(nodes, UserPoolId)
  const ResourceArn = `arn:aws:cognito-idp:${EAST}:${ACCOUNT_ID}:userpool/${UserPoolId}`
  await nodes.east.cognito.send(new TagResourceCommand({ ResourceArn, Tags: { team: 'east' } }))
  const LogGroupArn = `arn:aws:logs:${EAST}:${ACCOUNT_ID}:log-group:people`
  const CloudWatchLogsConfiguration = { LogGroupArn }
  await nodes.east.cognito.send(
    new SetLogDeliveryConfigurationCommand({
      UserPoolId,
      LogConfigurations: [
        { EventSource: 'userNotification', LogLevel: 'ERROR', CloudWatchLogsConfiguration },
      ],
    }),
  )
  const home = await describeAt(nodes.west, UserPoolId)
  const there = await describeAt(nodes.east, UserPoolId)
  assert.deepEqual([home['Role'], there['Role']], ['PRIMARY', 'SECONDARY'])
  assert.deepEqual(home['Settings'], { ...settings, Domains: [] })
  const { LogConfigurations, ...rest } = there['Settings'] as Record<string, unknown>
  assert.deepEqual(rest, { Domains: [], UserPoolTags: { team: 'east' } })
  assert.ok(Array.isArray(LogConfigurations) && isObject(LogConfigurations[0]))
  assert.deepEqual(LogConfigurations[0]['CloudWatchLogsConfiguration'], { LogGroupArn })
})

test('a Region without the pool says so', async () => {
  const { userPoolId } = await createPool(nodes)
  await assert.rejects(describeAt(nodes.east, userPoolId), /does not exist here/)
  assert.equal((await describeAt(nodes.west, userPoolId))['RegionName'], WEST)
})
