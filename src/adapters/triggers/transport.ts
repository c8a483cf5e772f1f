// A way to reach one function, one try at a time. What must stay true: a try ends when its signal
// aborts, and no response is read beyond the bound that Lambda has.

import { isObject, textMember } from '#base/json.js'
import type { FunctionFigures, FunctionOutcome } from '#ports/trigger-functions.js'

/** What Lambda takes and returns at most. AWS Lambda developer guide, "Quotas", 2026. */
export const PAYLOAD_BYTES_MAX = 6_291_556

/** What callers read in UnexpectedLambdaException when a function did not return in time. */
export const TIMED_OUT = 'Socket timeout while invoking Lambda function'

/** How a try ended; of what failed, whether another may do better. */
export type TryOutcome =
  | Exclude<FunctionOutcome, { kind: 'failed' }>
  | { readonly kind: 'failed'; readonly reason: string; readonly isRetryable: boolean }

export interface Try {
  readonly payload: string
  /** Whether only the handing over is waited for. */
  readonly isNotice: boolean
  readonly signal: AbortSignal
}

export interface Transport {
  readonly kind: FunctionFigures['transport']
  /** Starts of the function's process beyond the first. */
  readonly restarts?: number
  /** Never throws. */
  attempt(call: Try): Promise<TryOutcome>
  close(): Promise<void>
}

/** Makes the transport of a function; ARN by ARN. */
export type TransportOf = (arn: string) => Transport

export const TAKEN = { kind: 'returned', payload: '' } as const

export function failed(reason: string, isRetryable: boolean): TryOutcome {
  return { kind: 'failed', reason, isRetryable }
}

/** What Lambda says of an error in the function: its message, which is for the caller. */
export function thrown(payload: string): TryOutcome {
  let value: unknown
  try {
    value = JSON.parse(payload)
  } catch {
    value = undefined
  }
  const message = isObject(value) ? textMember(value, 'errorMessage') : undefined
  return { kind: 'threw', message: message ?? 'Unhandled' }
}

/** A body up to the bound; undefined for a longer one. */
export async function boundedBody(
  chunks: AsyncIterable<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > PAYLOAD_BYTES_MAX) return undefined
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}
