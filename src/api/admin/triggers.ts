// The customer's functions: how they do, as seen by the process that serves the call, and a call of
// one with an event that somebody wrote.

import type { FunctionFigures } from '#ports/trigger-functions.js'
import { type AdminOperation, invalid } from './admin-operation.js'

const ARN = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/
const EVENT_LENGTH_MAX = 262_144

/** Lists the functions that this process has called. */
export const ListTriggers: AdminOperation = {
  name: 'ListTriggers',
  async run({ region, functions }) {
    return { Triggers: functions.figures().map((figures) => toTriggerShape(region, figures)) }
  },
}

/** Invokes a function with an event, as a trigger does, and returns what came of it. */
export const TestTrigger: AdminOperation = {
  name: 'TestTrigger',
  async run({ region, functions, clock }, input) {
    const arn = input.text('FunctionArn', 2048)
    if (!ARN.test(arn)) throw invalid('FunctionArn is not the ARN of a Lambda function.')
    const event = input.text('Event', EVENT_LENGTH_MAX)
    requireJson(event)
    const startedAtMs = clock.nowMs()
    const outcome = await functions.invoke(arn, event)
    const DurationMilliseconds = clock.nowMs() - startedAtMs
    const known = { RegionName: region, FunctionArn: arn, DurationMilliseconds }
    switch (outcome.kind) {
      case 'returned':
        return { ...known, Outcome: 'RETURNED', Payload: outcome.payload }
      case 'threw':
        return { ...known, Outcome: 'THREW', Message: outcome.message }
      case 'failed':
        return { ...known, Outcome: 'NOT_INVOKED', Message: outcome.reason }
    }
  },
}

function requireJson(text: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw invalid('Event is not valid JSON.', cause)
  }
}

function toTriggerShape(region: string, figures: FunctionFigures) {
  return {
    RegionName: region,
    FunctionArn: figures.arn,
    Transport: figures.transport,
    Running: figures.running,
    Queued: figures.queued,
    Returned: figures.returned,
    Threw: figures.threw,
    Failed: figures.failed,
    Retries: figures.retries,
    Rejected: figures.rejected,
    Restarts: figures.restarts,
    TotalMilliseconds: figures.totalMs,
    LongestMilliseconds: figures.longestMs,
  }
}
