// Where a Region exports events of a pool to: one destination for each kind of events, so a form
// can ask for an ARN and know from it what it is of.
import type { Structure } from '#domain/settings/resent.js'

interface LogConfiguration {
  readonly EventSource: string
  readonly CloudWatchLogsConfiguration?: { readonly LogGroupArn?: string }
  readonly S3Configuration?: { readonly BucketArn?: string }
  readonly FirehoseConfiguration?: { readonly StreamArn?: string }
}

const LEVELS = { userNotification: 'ERROR', userAuthEvents: 'INFO' } as const

/** The ARNs by kind of events. */
export function logTargets(configurations: unknown): Structure {
  const all = (configurations ?? []) as readonly LogConfiguration[]
  return Object.fromEntries(
    all.map((one) => [
      one.EventSource,
      one.CloudWatchLogsConfiguration?.LogGroupArn ??
        one.FirehoseConfiguration?.StreamArn ??
        one.S3Configuration?.BucketArn,
    ]),
  )
}

/** The LogConfigurations that have these ARNs. */
export function logConfigurationsOf(targets: Structure): readonly Structure[] {
  return Object.entries(LEVELS).flatMap(([EventSource, LogLevel]) => {
    const arn = targets[EventSource]
    if (typeof arn !== 'string' || arn === '') return []
    return [{ EventSource, LogLevel, ...destinationOf(arn.trim()) }]
  })
}

function destinationOf(arn: string): Structure {
  const service = arn.split(':')[2]
  if (service === 's3') return { S3Configuration: { BucketArn: arn } }
  if (service === 'firehose') return { FirehoseConfiguration: { StreamArn: arn } }
  return { CloudWatchLogsConfiguration: { LogGroupArn: arn } }
}
