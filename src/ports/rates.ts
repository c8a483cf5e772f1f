// Request rates of this Region's account: what was provisioned, and the running second that its
// processes share.
import type { RateCategory } from '#domain/throttle/rate-category.js'

/** A part of the running second. */
export interface RateGrant {
  /** How many requests the caller may let in; 0 when the second has no more. */
  readonly granted: number
  /** When the second ends, from now. */
  readonly endsInMs: number
}

/** What a process asks for. */
export interface RateRequest {
  readonly category: RateCategory
  /** What the category has, unless another limit was provisioned. */
  readonly free: number
  /** How many times the limit of the category the bucket holds. */
  readonly times: number
  readonly wanted: number
}

/** The seconds that processes share. */
export interface RateWindows {
  /** Takes up to `wanted` of what the bucket has left in the running second; atomic. */
  take(bucket: string, request: RateRequest): Promise<RateGrant>
}

/** Limits that UpdateProvisionedLimit has set. */
export interface ProvisionedLimits {
  /** Requests a second; undefined when it was never set. */
  find(category: RateCategory): Promise<number | undefined>
  set(category: RateCategory, requestsPerSecond: number): Promise<void>
}
