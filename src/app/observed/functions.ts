// Calls of the customer's functions as parts of a trace; they are counted where they take turns.
// What goes into a function, and what it says, is in no span.

import type { Tracing } from '#ports/tracing.js'
import type { FunctionOutcome, TriggerFunctions } from '#ports/trigger-functions.js'
import { awsCallSpan, traced } from './watch.js'

const INVOKE = awsCallSpan('Lambda', 'Invoke')

/** The same functions; as they are where nothing is traced. */
export function tracedFunctions<F extends TriggerFunctions>(
  functions: F,
  tracing: Tracing | undefined,
): F {
  if (tracing === undefined) return functions
  const call = (arn: string, work: () => Promise<FunctionOutcome>) =>
    traced(tracing, work, {
      span: () => ({
        ...INVOKE,
        attributes: { ...INVOKE.attributes, 'aws.lambda.invoked_arn': arn },
      }),
      resultOf: () => 'failed',
      failureOf: ({ kind }) => (kind === 'returned' ? undefined : kind),
    })
  return {
    ...functions,
    invoke: (arn, payload) => call(arn, () => functions.invoke(arn, payload)),
    notify: (arn, payload) => call(arn, () => functions.notify(arn, payload)),
  }
}
