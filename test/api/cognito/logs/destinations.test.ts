// Exported events on their way: files and the services of AWS, each against a stand-in that checks
// the request, and what becomes of events that nobody takes.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openLogDelivery } from '#adapters/log-delivery/delivery.js'
import { LogQueue } from '#adapters/log-delivery/queue.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Pool } from '#ports/capability.js'
import {
  STAND_IN_KEY,
  type StandInAnswer,
  type StandInRequest,
  startStandIn,
} from '#test/support/aws-stand-in.js'
import { quietLog } from '#test/support/database.js'
import { waitFor } from '#test/support/wait.js'

const POOL_ID = 'us-west-2_Abc'
const GROUP = 'arn:aws:logs:eu-west-1:123456789012:log-group:/people/logs:*'
const STREAM = 'arn:aws:firehose:ap-south-1:123456789012:deliverystream/people'
const BUCKET = 'arn:aws:s3:::people-logs/events'

function poolTo(destination: object): Pool {
  const one = { eventSource: 'userAuthEvents', logLevel: 'INFO', ...destination }
  return { id: POOL_ID, regionalSettings: { logConfigurations: [one] } } as unknown as Pool
}

function open(config: object) {
  return openLogDelivery({
    config: {
      to: 'aws',
      awsEndpoint: undefined,
      directory: undefined,
      httpUrl: undefined,
      ...config,
    },
    region: 'us-west-2',
    clock: systemClock,
    random: systemRandom,
    log: quietLog,
    credentials: STAND_IN_KEY,
  })
}

/** Delivers three events to a stand-in; returns what it was asked. */
async function deliverTo(
  service: string,
  pool: Pool,
  answer: (request: StandInRequest, nth: number) => StandInAnswer,
): Promise<readonly StandInRequest[]> {
  let nth = 0
  const standIn = await startStandIn({
    service,
    answer: (request) => {
      nth += 1
      return answer(request, nth)
    },
  })
  const logs = open({ awsEndpoint: standIn.url })
  for (const eventId of ['1', '2', '3']) logs.deliver(pool, 'userAuthEvents', { eventId })
  await logs.close()
  await standIn.stop()
  assert.equal(standIn.refused, 0)
  return standIn.requests
}

const idsOf = (texts: readonly string[]) =>
  texts.map((text) => (JSON.parse(text) as { message: { eventId: string } }).message.eventId)

describe('destinations of events', () => {
  test('Amazon CloudWatch Logs: the stream is made where it is not there', async () => {
    const absent = {
      status: 400,
      body: '{"__type":"ResourceNotFoundException","message":"no such stream"}',
    }
    const pool = poolTo({ cloudWatchLogsConfiguration: { logGroupArn: GROUP } })
    const requests = await deliverTo('logs', pool, (_, nth) => (nth === 1 ? absent : {}))
    assert.deepEqual(
      requests.map(({ headers, region }) => [headers['x-amz-target'], region]),
      ['PutLogEvents', 'CreateLogStream', 'PutLogEvents'].map((name) => [
        `Logs_20140328.${name}`,
        'eu-west-1',
      ]),
    )
    const put = JSON.parse(requests[2]?.body ?? '{}') as {
      logGroupName: string
      logStreamName: string
      logEvents: readonly { timestamp: number; message: string }[]
    }
    assert.deepEqual(
      [put.logGroupName, put.logStreamName],
      ['/people/logs', `${POOL_ID}/us-west-2`],
    )
    assert.deepEqual(idsOf(put.logEvents.map(({ message }) => message)), ['1', '2', '3'])
  })

  test('Amazon Data Firehose: a batch of lines', async () => {
    const pool = poolTo({ firehoseConfiguration: { streamArn: STREAM } })
    const [request, another] = await deliverTo('firehose', pool, () => ({
      body: '{"FailedPutCount":0,"RequestResponses":[]}',
    }))
    assert.equal(another, undefined)
    assert.equal(request?.region, 'ap-south-1')
    const { DeliveryStreamName, Records } = JSON.parse(request?.body ?? '{}') as {
      DeliveryStreamName: string
      Records: readonly { Data: string }[]
    }
    assert.equal(DeliveryStreamName, 'people')
    const lines = Records.map(({ Data }) => Buffer.from(Data, 'base64').toString('utf8'))
    assert.ok(lines.every((line) => line.endsWith('}\n')))
    assert.deepEqual(idsOf(lines), ['1', '2', '3'])
  })

  test('Amazon S3: an object of lines under the prefix', async () => {
    const pool = poolTo({ s3Configuration: { bucketArn: BUCKET } })
    const [request, another] = await deliverTo('s3', pool, () => ({ body: '' }))
    assert.equal(another, undefined)
    assert.equal(request?.method, 'PUT')
    assert.match(
      request?.path ?? '',
      /^\/people-logs\/events\/us-west-2_Abc\/us-west-2\/\d{4}\/\d\d\/\d\d\/\d+-[\w-]+\.json/,
    )
    assert.deepEqual(idsOf((request?.body ?? '').trim().split('\n')), ['1', '2', '3'])
  })

  test('a file of lines for each destination', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'twinpool-logs-'))
    try {
      const logs = open({ to: 'file', directory })
      const pool = poolTo({ s3Configuration: { bucketArn: BUCKET } })
      logs.deliver(pool, 'userAuthEvents', { eventId: '1' })
      logs.deliver(pool, 'userAuthEvents', { eventId: '2' })
      assert.equal(logs.wants(pool, 'userNotification'), false)
      logs.deliver(pool, 'userNotification', { details: 'nobody wants this' })
      await logs.close()
      const names = await readdir(directory)
      assert.deepEqual(names, ['arn_aws_s3_people-logs_events.ndjson'])
      const text = await readFile(join(directory, names[0] ?? ''), 'utf8')
      assert.deepEqual(idsOf(text.trim().split('\n')), ['1', '2'])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('a Region that exports nothing wants nothing', () => {
    const pool = poolTo({ s3Configuration: { bucketArn: BUCKET } })
    assert.equal(open({ to: 'off' }).wants(pool, 'userAuthEvents'), false)
  })
})

describe('the queue of a destination', () => {
  const line = { poolId: POOL_ID, atMs: 0, text: '{}' }

  test('tries again, and then drops and says how many', async () => {
    let sends = 0
    const dropped: unknown[] = []
    const queue = new LogQueue({
      name: 'away',
      send: async () => {
        sends += 1
        throw new Error('away')
      },
      clock: { ...systemClock, wait: async () => true },
      log: { ...quietLog, error: (_, fields) => dropped.push(fields) },
    })
    queue.add(line)
    queue.add(line)
    await waitFor(() => dropped.length > 0, { what: 'the events are dropped' })
    assert.equal(sends, 3)
    assert.deepEqual(dropped, [{ destination: 'away', events: 2 }])
    await queue.close()
  })

  test('holds so many and no more while its destination hangs', async () => {
    const dropped: { events: number }[] = []
    let release = (): void => undefined
    const hanging = new Promise<void>((resolve) => {
      release = resolve
    })
    let taken = 0
    const queue = new LogQueue({
      name: 'hangs',
      send: async (lines) => {
        await hanging
        taken += lines.length
      },
      clock: { ...systemClock, wait: async () => true },
      log: { ...quietLog, error: (_, fields) => dropped.push(fields as { events: number }) },
    })
    for (let n = 0; n < 12_000; n += 1) queue.add(line)
    release()
    await queue.close()
    const lost = dropped.reduce((sum, { events }) => sum + events, 0)
    assert.deepEqual([taken + lost, lost], [12_000, 2000])
  })
})
