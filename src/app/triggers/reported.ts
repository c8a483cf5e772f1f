// Says in the log why a trigger ended a flow, where that is the configuration's or the function's
// fault: callers read "Unrecognizable lambda output", and whoever wrote the function wants to know
// what of it. What a function itself says when it throws is for its caller and stays out.

import type { Logger } from '#base/log.js'
import { TriggerError, type Triggers } from '#ports/triggers.js'
import { configured } from './function-event.js'

type Point = (event: Parameters<Triggers['postConfirmation']>[0]) => unknown

/** The same triggers. */
export function reported(triggers: Triggers, log: Logger): Triggers {
  const points = Object.entries(triggers).map(([name, point]) => [
    name,
    (event: Parameters<Point>[0]) => {
      const result = (point as Point)(event)
      // Most pools have no function, and what comes at once cannot have failed.
      if (!(result instanceof Promise)) return result
      return result.catch((error: unknown) => {
        if (error instanceof TriggerError && error.failure !== 'refused') {
          const { pool, request } = event
          log.warn('a trigger failed', {
            requestId: request.requestId,
            poolId: pool.id,
            trigger: error.trigger,
            arn: configured(pool, error.trigger)?.called.arn,
            failure: error.failure,
            reason: error.message,
          })
        }
        throw error
      })
    },
  ])
  return Object.fromEntries(points) as Triggers
}
