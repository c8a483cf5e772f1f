// Test events of log delivery: what arrives at a destination and what is said of it, and that
// nothing is sent for a pool that is not there or exports nothing.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, beforeEach, describe, test } from 'node:test'
import {
  SetLogDeliveryConfigurationCommand,
  type SetLogDeliveryConfigurationCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { callAny } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { assertRefused, twinpoolAsync } from '#test/support/program.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'

type Row = Readonly<Record<string, unknown>>
type Configurations = NonNullable<SetLogDeliveryConfigurationCommandInput['LogConfigurations']>

const GROUP = 'arn:aws:logs:us-west-2:123456789012:log-group:/people/logs'
const BUCKET = 'arn:aws:s3:::people-logs/events'
const CONFIGURATIONS: Configurations = [
  {
    EventSource: 'userNotification',
    LogLevel: 'ERROR',
    CloudWatchLogsConfiguration: { LogGroupArn: GROUP },
  },
  { EventSource: 'userAuthEvents', LogLevel: 'INFO', S3Configuration: { BucketArn: BUCKET } },
]

interface Posted {
  readonly destination: string
  readonly events: readonly Row[]
}

describe('a test event', () => {
  let api: TestApi
  let poolId: string
  const posted: Posted[] = []
  const refusing = new Set<string>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Posted
    const isRefused = refusing.has(one.destination)
    if (!isRefused) posted.push(one)
    response.writeHead(isRefused ? 503 : 200).end()
  })
  before(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as { port: number }
    const httpUrl = `http://127.0.0.1:${port}/logs`
    api = await startTestApi({ logDelivery: { to: 'http', httpUrl } })
    poolId = await makeExporting(CONFIGURATIONS)
  })
  after(async () => {
    await api.stop()
    server.close()
    server.closeAllConnections()
  })
  beforeEach(() => {
    posted.length = 0
    refusing.clear()
  })

  async function makeExporting(LogConfigurations: Configurations): Promise<string> {
    const UserPoolId = await api.makePool({ UserPoolTier: 'PLUS' })
    const input = { UserPoolId, LogConfigurations }
    await api.cognito.send(new SetLogDeliveryConfigurationCommand(input))
    return UserPoolId
  }
  const send = async (input: Row, endpoint = api.endpoint) => {
    const target = { region: REGION, endpoint, credentials: { ...ROOT_ACCESS_KEY } }
    return (await callAny([target], 'SendTestLogEvent', input))['Results'] as readonly Row[]
  }
  const cli = (pool: string, ...more: readonly string[]) =>
    twinpoolAsync(
      ['logs', 'test', '--pool', pool, ...more, '--endpoint', api.endpoint, '--region', REGION],
      {
        AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
      },
    )
  const delivered = (source: string, level: string, destination: string) => ({
    EventSource: source,
    LogLevel: level,
    Destination: destination,
    Result: 'DELIVERED',
  })

  test('arrives at each destination, marked and in the form of the others', async () => {
    assert.deepEqual(await send({ UserPoolId: poolId }), [
      delivered('userNotification', 'ERROR', GROUP),
      delivered('userAuthEvents', 'INFO', BUCKET),
    ])
    const byDestination = new Map(posted.map(({ destination, events }) => [destination, events]))
    assert.deepEqual([...byDestination.keys()].sort(), [GROUP, BUCKET].sort())
    const [event, another] = byDestination.get(GROUP) ?? []
    assert.equal(another, undefined)
    const { eventTimestamp, message, ...rest } = event ?? {}
    assert.deepEqual(rest, {
      eventSource: 'USER_NOTIFICATION',
      logLevel: 'ERROR',
      logSourceId: { userPoolId: poolId },
    })
    assert.match(String(eventTimestamp), /^\d{13}$/)
    const { test: isTest, eventId, details } = message as Row
    assert.equal(isTest, true)
    assert.match(String(eventId), /^[0-9a-f-]{36}$/)
    assert.match(String(details), /^Twinpool sent this/)
  })

  test('is of one source where that is asked for', async () => {
    const input = { UserPoolId: poolId, EventSource: 'userAuthEvents' }
    assert.deepEqual(await send(input), [delivered('userAuthEvents', 'INFO', BUCKET)])
    assert.equal(posted.length, 1)
  })

  test('that is not taken says why, and the others arrive', async () => {
    refusing.add(GROUP)
    const [failed, taken] = await send({ UserPoolId: poolId })
    assert.deepEqual(
      [failed?.['Result'], failed?.['Reason']],
      ['FAILED', 'the address answered with status 503'],
    )
    assert.deepEqual(taken, delivered('userAuthEvents', 'INFO', BUCKET))
    const shown = await cli(poolId)
    assert.equal(shown.code, 1)
    assert.match(shown.stdout, /userNotification +arn:\S+ +FAILED +the address answered with st/)
    assert.match(shown.stderr, /1 of 2 test events were not taken\./)
  })

  test('is for pools that are there and export something, and for sources that exist', async () => {
    await assert.rejects(send({ UserPoolId: 'us-west-2_absent' }), /does not exist here/)
    await assert.rejects(
      send({ UserPoolId: poolId, EventSource: 'everything' }),
      /EventSource must be userNotification or userAuthEvents\. \(InvalidParameterException\)/,
    )
    await assert.rejects(send({}), /UserPoolId is missing/)
    const silent = await api.makePool()
    assert.deepEqual(await send({ UserPoolId: silent }), [])
    const none = await cli(silent)
    assertRefused(none, /The user pool exports no events here\./)
    const absent = await cli('us-west-2_absent')
    assertRefused(absent, /No Region that answers has the user pool us-west-2_absent\./)
    assert.deepEqual(posted, [])
  })

  test('is a command', async () => {
    const shown = await cli(poolId, '--json')
    assert.equal(shown.code, 0, shown.stderr)
    const { Results } = JSON.parse(shown.stdout) as { Results: readonly Row[] }
    assert.deepEqual(Results[1], {
      RegionName: REGION,
      ...delivered('userAuthEvents', 'INFO', BUCKET),
    })
  })

  test('fails in a Region that exports nothing', async () => {
    const logDelivery = { ...api.config.logDelivery, to: 'off' as const }
    const { endpoint } = await api.addNode({ logDelivery })
    const [result] = await send({ UserPoolId: poolId }, endpoint)
    assert.equal(result?.['Result'], 'FAILED')
    assert.match(String(result?.['Reason']), /This Region exports no events/)
  })
})
