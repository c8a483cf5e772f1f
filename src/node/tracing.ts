// Traces, if the configuration wants them: what a node and an edge open.
import { openTracing } from '#adapters/tracing/opentelemetry.js'
import type { Logger } from '#base/log.js'
import { type Config, versionOfPackage } from '#config/config.js'
import type { Tracing } from '#ports/tracing.js'

/** Undefined: nothing is traced. */
export function tracingOf({ tracing }: Pick<Config, 'tracing'>, log: Logger): Tracing | undefined {
  if (!tracing.enabled) return undefined
  const opened = openTracing(versionOfPackage())
  if (!opened.hasSdk) log.warn('nothing takes the traces: no SDK of OpenTelemetry is registered')
  return opened
}
