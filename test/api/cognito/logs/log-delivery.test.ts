// GetLogDeliveryConfiguration and SetLogDeliveryConfiguration, and what is exported by them.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import {
  GetLogDeliveryConfigurationCommand,
  SetLogDeliveryConfigurationCommand,
  type SetLogDeliveryConfigurationCommandInput,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { type MailServer, startMailServer } from '#test/support/mail-server.js'
import {
  attributeList,
  failure,
  invalid,
  PASSWORD,
  startTestApi,
  type TestApi,
} from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

type Configurations = NonNullable<SetLogDeliveryConfigurationCommandInput['LogConfigurations']>

const LogGroupArn = 'arn:aws:logs:us-west-2:123456789012:log-group:/people/logs'
const NOTIFICATIONS = {
  EventSource: 'userNotification',
  LogLevel: 'ERROR',
  CloudWatchLogsConfiguration: { LogGroupArn },
} as const
const EVENTS = {
  EventSource: 'userAuthEvents',
  LogLevel: 'INFO',
  S3Configuration: { BucketArn: 'arn:aws:s3:::people-logs/events' },
} as const

interface Posted {
  readonly destination: string
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

describe('log delivery', () => {
  let mail: MailServer
  let api: TestApi
  const posted: Posted[] = []
  let status = 200
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (status === 200) posted.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Posted)
    response.writeHead(status).end()
  })
  before(async () => {
    mail = await startMailServer()
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as { port: number }
    api = await startTestApi({
      messages: { email: 'smtp', smtpUrl: `smtp://127.0.0.1:${mail.port}` },
      logDelivery: { to: 'http', httpUrl: `http://127.0.0.1:${port}/logs` },
    })
  })
  after(async () => {
    await api.stop()
    await mail.stop()
    server.close()
    server.closeAllConnections()
  })

  const set = (UserPoolId: string, LogConfigurations: Configurations) =>
    api.cognito.send(new SetLogDeliveryConfigurationCommand({ UserPoolId, LogConfigurations }))
  const get = async (UserPoolId: string) => {
    const command = new GetLogDeliveryConfigurationCommand({ UserPoolId })
    const { LogDeliveryConfiguration: found } = await api.cognito.send(command)
    return found
  }
  const makePlus = () => api.makePool({ UserPoolTier: 'PLUS', AutoVerifiedAttributes: ['email'] })

  test('is empty at first, is replaced, and stays when the pool is updated', async () => {
    const UserPoolId = await makePlus()
    assert.deepEqual(await get(UserPoolId), { UserPoolId, LogConfigurations: [] })
    const { LogDeliveryConfiguration } = await set(UserPoolId, [NOTIFICATIONS, EVENTS])
    const both = { UserPoolId, LogConfigurations: [NOTIFICATIONS, EVENTS] }
    assert.deepEqual(LogDeliveryConfiguration, both)
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId }))
    assert.deepEqual(await get(UserPoolId), both)
    await set(UserPoolId, [])
    assert.deepEqual(await get(UserPoolId), { UserPoolId, LogConfigurations: [] })
  })

  test('refuses what cannot be exported so', async () => {
    const UserPoolId = await makePlus()
    const StreamArn = 'arn:aws:firehose:us-west-2:123456789012:deliverystream/people'
    const FirehoseConfiguration = { StreamArn }
    const cases: readonly (readonly [Configurations, string])[] = [
      [[NOTIFICATIONS, NOTIFICATIONS], 'LogConfigurations has an EventSource twice.'],
      [[{ ...NOTIFICATIONS, LogLevel: 'INFO' }], 'The LogLevel of userNotification must be ERROR.'],
      [[{ ...EVENTS, LogLevel: 'ERROR' }], 'The LogLevel of userAuthEvents must be INFO.'],
      [
        [{ EventSource: 'userAuthEvents', LogLevel: 'INFO' }],
        'The configuration of userAuthEvents must have one destination.',
      ],
      [
        [{ ...EVENTS, FirehoseConfiguration }],
        'The configuration of userAuthEvents must have one destination.',
      ],
      [
        [{ EventSource: 'userNotification', LogLevel: 'ERROR', FirehoseConfiguration }],
        'Events of userNotification go to Amazon CloudWatch Logs only.',
      ],
      [
        [{ ...NOTIFICATIONS, CloudWatchLogsConfiguration: { LogGroupArn: StreamArn } }],
        `${StreamArn} is not the ARN of such a destination.`,
      ],
    ]
    for (const [configurations, message] of cases) {
      await assert.rejects(set(UserPoolId, configurations), invalid(message))
    }
    assert.deepEqual(await get(UserPoolId), { UserPoolId, LogConfigurations: [] })
  })

  test('events of users need the plan, and both operations a pool and a signature', async () => {
    const UserPoolId = await api.makePool()
    const message =
      'The export of userAuthEvents is not available in the ESSENTIALS tier. ' +
      'Change the tier to PLUS or higher.'
    await assert.rejects(
      set(UserPoolId, [EVENTS]),
      failure('FeatureUnavailableInTierException', message),
    )
    await set(UserPoolId, [NOTIFICATIONS])
    const gone = 'us-west-2_nowhere99'
    const absent = failure('ResourceNotFoundException', `User pool ${gone} does not exist.`)
    await assert.rejects(get(gone), absent)
    await assert.rejects(set(gone, []), absent)
    for (const name of ['GetLogDeliveryConfiguration', 'SetLogDeliveryConfiguration']) {
      const response = await fetch(api.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${name}`,
        },
        body: JSON.stringify({ UserPoolId, LogConfigurations: [] }),
      })
      assert.equal(response.status, 400)
      assert.match(await response.text(), /MissingAuthenticationTokenException/)
    }
  })

  test('a message that is not delivered is exported, without its address or code', async () => {
    const poolId = await makePlus()
    const { clientId: ClientId } = await api.makeClient(poolId)
    const signUp = (Username: string) =>
      api.cognito.send(
        new SignUpCommand({
          ClientId,
          Username,
          Password: PASSWORD,
          UserAttributes: attributeList({ email: `${Username}@example.com` }),
        }),
      )
    const failed = failure('CodeDeliveryFailureException')
    mail.behave('refuse')
    await assert.rejects(signUp('before'), failed)
    await set(poolId, [NOTIFICATIONS])
    await assert.rejects(signUp('ada'), failed)
    await waitFor(() => posted.length > 0, { what: 'the event arrives' })
    const [{ destination, events } = { destination: '', events: [] }] = posted
    assert.equal(destination, LogGroupArn)
    assert.equal(events.length, 1)
    const { eventTimestamp, ...event } = events[0] ?? {}
    assert.ok(Math.abs(Number(eventTimestamp) - Date.now()) < 60_000)
    const details = 'EMAIL of SignUp was not delivered: the mail server did not take a message'
    assert.deepEqual(event, {
      eventSource: 'USER_NOTIFICATION',
      logLevel: 'ERROR',
      message: { details },
      logSourceId: { userPoolId: poolId },
    })
    // A destination that takes nothing is no reason to fail.
    status = 500
    await assert.rejects(signUp('bob'), failed)
    mail.behave('take')
    await signUp('ada')
    status = 200
  })
})
