// Amazon CloudWatch Logs, Amazon Data Firehose and Amazon S3, through their SDKs, which are loaded
// at the first use. The node calls with its own credentials.
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { FirehoseClient } from '@aws-sdk/client-firehose'
import type { S3Client } from '@aws-sdk/client-s3'
import { DependencyError } from '#base/dependency-error.js'
import type { Random } from '#base/random.js'
import type { LogDestination } from '#domain/log/delivery.js'
import type { LogLine, SendBatch } from './queue.js'

/** How the services are reached. */
export interface AwsLogOptions {
  readonly region: string
  /** Another endpoint than that of AWS; `{service}` and `{region}` may stand in it. */
  readonly endpoint: string | undefined
  /** Otherwise the SDK finds them, in the environment or from the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly random: Random
}

/** What sends batches to the destination, and the end of it. */
export interface BatchSender {
  readonly send: SendBatch
  close(): void
}

export function createAwsSender(options: AwsLogOptions, to: LogDestination): BatchSender {
  switch (to.kind) {
    case 'cloudwatch-logs':
      return cloudWatchLogs(options, to.arn)
    case 'firehose':
      return firehose(options, to.arn)
    case 's3':
      return s3(options, to.arn)
  }
}

function cloudWatchLogs(options: AwsLogOptions, arn: string): BatchSender {
  let client: CloudWatchLogsClient | undefined
  const logGroupName = arn.split(':log-group:')[1]?.replace(/:\*$/, '')
  return {
    async send(lines, abortSignal) {
      const sdk = await import('@aws-sdk/client-cloudwatch-logs')
      client ??= new sdk.CloudWatchLogsClient(configOf(options, 'logs', regionOf(arn)))
      const kept = client
      for (const [poolId, own] of byPool(lines)) {
        const logStreamName = `${poolId}/${options.region}`
        const logEvents = own.map(({ atMs, text }) => ({ timestamp: atMs, message: text }))
        const put = new sdk.PutLogEventsCommand({ logGroupName, logStreamName, logEvents })
        try {
          await kept.send(put, { abortSignal })
        } catch (error) {
          if ((error as Error).name !== 'ResourceNotFoundException') throw error
          // The stream is ours to make; the group is not, and its absence comes up again.
          const create = new sdk.CreateLogStreamCommand({ logGroupName, logStreamName })
          await kept.send(create, { abortSignal }).catch(unlessExists)
          await kept.send(put, { abortSignal })
        }
      }
    },
    close: () => client?.destroy(),
  }
}

function firehose(options: AwsLogOptions, arn: string): BatchSender {
  let client: FirehoseClient | undefined
  const DeliveryStreamName = arn.split(':deliverystream/')[1]
  return {
    async send(lines, abortSignal) {
      const sdk = await import('@aws-sdk/client-firehose')
      client ??= new sdk.FirehoseClient(configOf(options, 'firehose', regionOf(arn)))
      const Records = lines.map(({ text }) => ({ Data: Buffer.from(`${text}\n`) }))
      const put = new sdk.PutRecordBatchCommand({ DeliveryStreamName, Records })
      const { FailedPutCount = 0 } = await client.send(put, { abortSignal })
      if (FailedPutCount > 0) {
        throw new DependencyError(`${FailedPutCount} records were not taken`, { isRetryable: true })
      }
    },
    close: () => client?.destroy(),
  }
}

function s3(options: AwsLogOptions, arn: string): BatchSender {
  let client: S3Client | undefined
  const [, Bucket = '', prefix = ''] = /:::([^/]+)\/?(.*)$/.exec(arn) ?? []
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  return {
    async send(lines, abortSignal) {
      const sdk = await import('@aws-sdk/client-s3')
      client ??= new sdk.S3Client({
        ...configOf(options, 's3', options.region),
        forcePathStyle: options.endpoint !== undefined,
      })
      for (const [poolId, own] of byPool(lines)) {
        const [{ atMs } = { atMs: 0 }] = own
        const day = new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '/')
        const name = `${atMs}-${options.random.uuid()}.json`
        const Key = `${folder}${poolId}/${options.region}/${day}/${name}`
        const Body = own.map(({ text }) => `${text}\n`).join('')
        const put = { Bucket, Key, Body, ContentType: 'application/x-ndjson' }
        await client.send(new sdk.PutObjectCommand(put), { abortSignal })
      }
    },
    close: () => client?.destroy(),
  }
}

function unlessExists(error: unknown): void {
  if ((error as Error).name !== 'ResourceAlreadyExistsException') throw error
}

function byPool(lines: readonly LogLine[]): ReadonlyMap<string, readonly LogLine[]> {
  const found = new Map<string, LogLine[]>()
  for (const line of lines) {
    const own = found.get(line.poolId) ?? []
    own.push(line)
    found.set(line.poolId, own)
  }
  return found
}

const regionOf = (arn: string) => arn.split(':')[3] ?? ''

function configOf(options: AwsLogOptions, service: string, region: string) {
  const { endpoint, credentials } = options
  const url = endpoint?.replaceAll('{service}', service).replaceAll('{region}', region)
  return {
    region,
    maxAttempts: 1,
    ...(url !== undefined && { endpoint: url }),
    ...(credentials !== undefined && { credentials }),
  }
}
