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
import type { LogDelivery } from '#ports/log-delivery.js'
import { type BatchSender, createAwsSender } from './aws.js'
import { LogQueue } from './queue.js'

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

/** Destinations that events go to at once; those of further ones are dropped. */
const DESTINATIONS_MAX = 1000
const CLOSE_MS = 5000

export type OpenLogDelivery = LogDelivery & { close(): Promise<void> }

export function openLogDelivery(options: LogDeliveryOptions): OpenLogDelivery {
  const { config, clock, log } = options
  const queues = new Map<string, { readonly queue: LogQueue; readonly sender: BatchSender }>()
  const destinationFor: (...of: Parameters<LogDelivery['wants']>) => LogDestination | undefined = (
    { regionalSettings },
    source,
  ) => (config.to === 'off' ? undefined : destinationOf(regionalSettings.logConfigurations, source))
  const queueFor = (to: LogDestination): LogQueue | undefined => {
    const known = queues.get(to.arn)
    if (known !== undefined || queues.size >= DESTINATIONS_MAX) return known?.queue
    const sender = senderFor(options, to)
    const queue = new LogQueue({ name: to.arn, send: sender.send, clock, log })
    queues.set(to.arn, { queue, sender })
    return queue
  }
  return {
    wants: (pool, source) => destinationFor(pool, source) !== undefined,
    deliver(pool, source, message) {
      const to = destinationFor(pool, source)
      if (to === undefined) return
      const atMs = clock.nowMs()
      const text = JSON.stringify(logEvent(pool.id, { source, message, atMs }))
      queueFor(to)?.add({ poolId: pool.id, atMs, text })
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
