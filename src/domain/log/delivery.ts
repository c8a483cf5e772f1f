// What a log delivery configuration says, and the form of the events that it exports.
// Cognito: developer guide, "Exporting logs from user pools", 2026.

/** Where events go. */
export interface LogDestination {
  readonly kind: 'cloudwatch-logs' | 'firehose' | 's3'
  readonly arn: string
}

/** One entry of a configuration, as it is stored. */
interface LogConfiguration {
  readonly eventSource?: string
  readonly logLevel?: string
  readonly cloudWatchLogsConfiguration?: { readonly logGroupArn?: string }
  readonly s3Configuration?: { readonly bucketArn?: string }
  readonly firehoseConfiguration?: { readonly streamArn?: string }
}

const LEVELS: Readonly<Record<string, string>> = {
  userNotification: 'ERROR',
  userAuthEvents: 'INFO',
}
const SOURCES: Readonly<Record<string, string>> = {
  userNotification: 'USER_NOTIFICATION',
  userAuthEvents: 'USER_ACTIVITY',
}
const ARNS: Readonly<Record<LogDestination['kind'], RegExp>> = {
  'cloudwatch-logs': /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[\w./#-]+(?::\*)?$/,
  firehose: /^arn:[\w-]+:firehose:[\w-]+:\d{12}:deliverystream\/[\w.-]+$/,
  s3: /^arn:[\w-]+:s3:::[a-z0-9.-]{3,63}(?:\/[\w./-]*)?$/,
}

/** Where the pool's events of a source go; undefined: nowhere. */
export function destinationOf(configurations: unknown, source: string): LogDestination | undefined {
  const all = (configurations ?? []) as readonly LogConfiguration[]
  const found = all.find(({ eventSource }) => eventSource === source)
  return found && destinationsIn(found)[0]
}

/** What is wrong with a configuration; undefined: nothing. */
export function logConfigurationProblem(configurations: unknown): string | undefined {
  const all = configurations as readonly LogConfiguration[]
  const sources = all.map(({ eventSource }) => eventSource)
  if (new Set(sources).size !== sources.length) return 'LogConfigurations has an EventSource twice.'
  for (const one of all) {
    const { eventSource = '', logLevel } = one
    const level = logLevelOf(eventSource)
    if (logLevel !== level) return `The LogLevel of ${eventSource} must be ${level}.`
    const [destination, another] = destinationsIn(one)
    if (destination === undefined || another !== undefined) {
      return `The configuration of ${eventSource} must have one destination.`
    }
    if (eventSource === 'userNotification' && destination.kind !== 'cloudwatch-logs') {
      return 'Events of userNotification go to Amazon CloudWatch Logs only.'
    }
    if (!ARNS[destination.kind].test(destination.arn)) {
      return `${destination.arn} is not the ARN of such a destination.`
    }
  }
  return undefined
}

function destinationsIn(one: LogConfiguration): readonly LogDestination[] {
  const arns = [
    ['cloudwatch-logs', one.cloudWatchLogsConfiguration?.logGroupArn],
    ['firehose', one.firehoseConfiguration?.streamArn],
    ['s3', one.s3Configuration?.bucketArn],
  ] as const
  return arns.flatMap(([kind, arn]) => (arn === undefined ? [] : [{ kind, arn }]))
}

/** The level of a source's events. */
export const logLevelOf = (source: string): string | undefined => LEVELS[source]

/** An event as it is exported. */
export function logEvent(
  poolId: string,
  event: {
    readonly source: string
    readonly message: Readonly<Record<string, unknown>>
    readonly atMs: number
  },
): object {
  return {
    eventTimestamp: String(event.atMs),
    eventSource: SOURCES[event.source],
    logLevel: logLevelOf(event.source),
    message: event.message,
    logSourceId: { userPoolId: poolId },
  }
}
