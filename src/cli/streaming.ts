// Waits until the Regions of a new stack replicate: a node is ready when it responds, and its first
// subscriptions to the others come up a moment later, with copies to be completed. A user who
// starts a stack and kills a Region in the next second should find that everything had arrived, and
// no first call for something new should have to be tried again.
import { systemClock } from '#adapters/system/clock.js'
import { isObject } from '#base/json.js'
import { type Target, tryCall } from './signed-call.js'

const POLL_MS = 50

/** Whether every Region streams to and has a copy of every other one before the time is over. */
export async function waitForStreaming(
  targets: readonly Target[],
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<boolean> {
  const deadlineMs = systemClock.nowMs() + options.timeoutMs
  let waiting = targets
  for (;;) {
    const states = await Promise.all(waiting.map((target) => streams(target, targets.length - 1)))
    waiting = waiting.filter((_, index) => states[index] !== true)
    if (waiting.length === 0) return true
    if (systemClock.nowMs() > deadlineMs || options.signal.aborted) return false
    await systemClock.wait(POLL_MS, options.signal)
  }
}

async function streams(target: Target, peers: number): Promise<boolean> {
  try {
    const output = await tryCall(target, 'DescribeRegion', {})
    const listed = output?.['Peers']
    if (!Array.isArray(listed) || listed.length < peers) return false
    return listed.every(
      (peer) => isObject(peer) && peer['Streaming'] === true && peer['CopyComplete'] === true,
    )
  } catch {
    // It responds with an error while it is still coming up.
    return false
  }
}
