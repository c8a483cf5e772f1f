// Exported events: which destination a pool's go to is the pool's setting, and how the Region
// reaches destinations is the configuration's. With `file`, each destination is a file of lines
// named for its ARN; with `http`, batches are posted to one address with the ARN in them.
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#base/clock.js'
import { DependencyError } from '#base/dependency-error.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import { destinationOf, type LogDestination, logEvent } from '#domain/log/delivery.js'
import type { Pool } from '#ports/capability.js'
import type { LogDelivery, LogDeliveryTest, LogSource } from '#ports/log-delivery.js'
import { type BatchSender, createAwsSender } from './aws.js'
import { type LogLine, LogQueue } from './queue.js'

/** A Region's settings of exported events. */
export interface LogDeliveryConfig {
  readonly to: 'off' | 'aws' | 'file' | 'http'
  readonly awsEndpoint: string | undefined
  readonly directory: string | undefined
  readonly httpUrl: string | undefined
}

interface LogDeliveryOptions {
  readonly config: LogDeliveryConfig
  readonly region: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** For AWS; otherwise the SDK finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

type LogMessage = Readonly<Record<string, unknown>>

/** Destinations that events go to at once; those of further ones are dropped. */
const DESTINATIONS_MAX = 1000
const CLOSE_MS = 5000

/** Less than a command waits for its response. */
const TEST_TIMEOUT_MS = 10_000
const FAILURE_LENGTH_MAX = 500

export type OpenLogDelivery = LogDelivery & LogDeliveryTest & { close(): Promise<void> }

export function openLogDelivery(options: LogDeliveryOptions): OpenLogDelivery {
  const { config, clock, log } = options
  const queues = new Map<string, { readonly queue: LogQueue; readonly sender: BatchSender }>()
  const configuredFor = ({ regionalSettings }: Pool, source: LogSource) =>
    destinationOf(regionalSettings.logConfigurations, source)
  const destinationFor = (pool: Pool, source: LogSource) =>
    config.to === 'off' ? undefined : configuredFor(pool, source)
  const queueFor = (to: LogDestination): LogQueue | undefined => {
    const known = queues.get(to.arn)
    if (known !== undefined || queues.size >= DESTINATIONS_MAX) return known?.queue
    const sender = senderFor(options, to)
    const queue = new LogQueue({ name: to.arn, send: sender.send, clock, log })
    queues.set(to.arn, { queue, sender })
    return queue
  }
  const lineOf = (poolId: string, source: LogSource, message: LogMessage): LogLine => {
    const atMs = clock.nowMs()
    return { poolId, atMs, text: JSON.stringify(logEvent(poolId, { source, message, atMs })) }
  }
  return {
    wants: (pool, source) => destinationFor(pool, source) !== undefined,
    deliver(pool, source, message) {
      const to = destinationFor(pool, source)
      if (to === undefined) return
      queueFor(to)?.add(lineOf(pool.id, source, message))
    },
    async sendTest(pool, source, message) {
      const to = configuredFor(pool, source)
      if (to === undefined) return undefined
      const failure =
        config.to === 'off'
          ? 'This Region exports no events (logDelivery.to is off).'
          : await failureOf(senderFor(options, to), lineOf(pool.id, source, message))
      return { destination: to.arn, failure }
    },
    async close() {
      const all = [...queues.values()]
      const sent = Promise.all(all.map(({ queue }) => queue.close()))
      const stopped = new AbortController()
      await Promise.race([sent, clock.wait(CLOSE_MS, stopped.signal)])
      stopped.abort()
      for (const { sender } of all) sender.close()
    },
  }
}

/** Sends one line by a sender of its own; undefined: it was taken. */
async function failureOf(sender: BatchSender, line: LogLine): Promise<string | undefined> {
  try {
    await sender.send([line], AbortSignal.timeout(TEST_TIMEOUT_MS))
    return undefined
  } catch (error) {
    return wordsOf(error).slice(0, FAILURE_LENGTH_MAX)
  } finally {
    sender.close()
  }
}

/** Clients say what kind of error it is in the name, and some hide the reason in the cause. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof DependencyError) return error.message
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.name}: ${error.message}${cause}`
}

function senderFor(options: LogDeliveryOptions, to: LogDestination): BatchSender {
  const { config, region, random, credentials } = options
  if (config.to === 'file') return fileSender(config.directory ?? '.', to)
  if (config.to === 'http') return httpSender(config.httpUrl ?? '', region, to)
  const { awsEndpoint: endpoint } = config
  return createAwsSender({ region, endpoint, random, ...(credentials && { credentials }) }, to)
}

function fileSender(directory: string, { arn }: LogDestination): BatchSender {
  const file = join(directory, `${arn.replaceAll(/[^\w.-]+/g, '_')}.ndjson`)
  return {
    async send(lines) {
      await mkdir(directory, { recursive: true })
      await appendFile(file, lines.map(({ text }) => `${text}\n`).join(''), { mode: 0o600 })
    },
    close: () => undefined,
  }
}

function httpSender(url: string, region: string, { arn }: LogDestination): BatchSender {
  return {
    async send(lines, signal) {
      const events = lines.map(({ text }) => JSON.parse(text) as unknown)
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        signal,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ region, destination: arn, events }),
      })
      await response.body?.cancel()
      if (!response.ok) {
        const what = `the address answered with status ${response.status}`
        throw new DependencyError(what, { isRetryable: true })
      }
    },
    close: () => undefined,
  }
}
