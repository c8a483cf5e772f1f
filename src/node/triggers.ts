// The customer's functions of a node: modules and addresses that its configuration names, and AWS
// Lambda for all others. Part of the composition root.
import { AwsLambda } from '#adapters/triggers/aws-lambda.js'
import { createHttpTransport } from '#adapters/triggers/http.js'
import { createInvoker, type Invoker } from '#adapters/triggers/invoker.js'
import { createModuleTransport } from '#adapters/triggers/module-process.js'
import { tracedFunctions } from '#app/observed/functions.js'
import type { Config } from '#config/config.js'
import type { Runtime } from './storage.js'

/** Ends the processes that it has started when it is closed. */
export function composeFunctions(
  config: Pick<Config, 'region' | 'triggers'>,
  { clock, log, metrics, tracing }: Pick<Runtime, 'clock' | 'log' | 'metrics' | 'tracing'>,
): Invoker {
  const { region, triggers } = config
  const { functions, awsEndpoint: endpoint, concurrentCallsMax, queuedCallsMax } = triggers
  const local = new Map(functions.map((each) => [each.arn, each]))
  const lambda = new AwsLambda({ region, endpoint })
  const invoker = createInvoker({
    transportOf(arn) {
      const found = local.get(arn)
      if (found === undefined) return lambda.transportOf(arn)
      if (found.url !== undefined) return createHttpTransport(arn, found.url)
      return createModuleTransport(arn, { file: found.module, region, clock, log })
    },
    clock,
    concurrentCallsMax,
    queuedCallsMax,
    metrics,
  })
  return {
    ...tracedFunctions(invoker, tracing),
    async close() {
      await invoker.close()
      await lambda.close()
    },
  }
}
