// Which requests are within the rates of the account. A process takes a share of the running second
// from the database and counts it down by itself, so a request costs a statement only when a share
// is used up, and all processes of the Region together never let in more than the rate.
//
// Deviation: the rates of one user, one pool, one address and one domain are counted by each
// process of a Region for itself, so that no request waits for a row of its own.
import type { Clock } from '#base/clock.js'
import {
  PER_POOL_MAX,
  PER_USER_MAX,
  type RateCategory,
  RESPONSES_FOR_EACH_SIGN_IN,
  rateOf,
} from '#domain/throttle/rate-category.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type { RateWindows } from '#ports/rates.js'
import { SecondCounts } from './second-counts.js'

/** Shares of a second that a process takes at most, so that several processes all get some. */
const SHARES = 10

/** What a process has left of the running second. */
interface Share {
  endsAtMs: number
  left: number
  /** Nothing was left to take. */
  isUsedUp: boolean
  taking: Promise<void> | undefined
}

interface Bucket {
  readonly name: string
  readonly category: RateCategory
  readonly times: number
}

export interface RatedRequest {
  readonly category: RateCategory
  readonly operation: string
  readonly poolId: string | undefined
  /** The user whom it names, in any form, and whether it changes them. */
  readonly user: { readonly name: string; readonly isWrite: boolean } | undefined
  /** A response to a challenge: those of one sign-in count as one. */
  readonly isChallengeResponse: boolean
}

interface ThrottleOptions {
  readonly windows: RateWindows
  readonly clock: Pick<Clock, 'nowMs'>
  readonly metrics?: Metrics
}

export class Throttle {
  readonly #windows: RateWindows
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #counts: SecondCounts
  readonly #metrics: Metrics
  readonly #shares = new Map<string, Share>()

  constructor({ windows, clock, metrics = noMetrics }: ThrottleOptions) {
    this.#windows = windows
    this.#clock = clock
    this.#counts = new SecondCounts(clock)
    this.#metrics = metrics
  }

  /** Counts a call of the API. False when it is one too many, and then nothing of it may run. */
  async admits(request: RatedRequest): Promise<boolean> {
    return this.#told(request.category, await this.#isWithin(request))
  }

  /** Counts a request of the category. */
  async admitsCategory(category: RateCategory): Promise<boolean> {
    return this.#told(category, await this.#isWithinCategory(category))
  }

  /** Counts a request to a domain, of anything that has a rate of its own, in this process. */
  admitsKey(key: string, perSecondMax: number): boolean {
    return this.#told('domain', this.#counts.count(key, perSecondMax))
  }

  #told(category: RateCategory | 'domain', isAdmitted: boolean): boolean {
    if (!isAdmitted) this.#metrics.count('twinpool_throttled_total', { category })
    return isAdmitted
  }

  async #isWithin({ category, operation, poolId, user, isChallengeResponse }: RatedRequest) {
    if (poolId !== undefined && user !== undefined) {
      const kind = user.isWrite ? 'writes' : 'reads'
      if (!this.#counts.count(`${kind} ${poolId} ${user.name}`, PER_USER_MAX)) return false
    }
    if (poolId !== undefined && rateOf(category).isBoundedByPool === true) {
      if (!this.#counts.count(`${operation} ${poolId}`, PER_POOL_MAX)) return false
    }
    if (!isChallengeResponse) return this.#isWithinCategory(category)
    const times = RESPONSES_FOR_EACH_SIGN_IN
    const responses = { name: `${category} responses`, category, times }
    // What is beyond that counts as sign-ins that begin.
    return (await this.#takes(responses)) || this.#isWithinCategory(category)
  }

  #isWithinCategory(category: RateCategory): Promise<boolean> {
    return this.#takes({ name: category, category, times: 1 })
  }

  async #takes(bucket: Bucket): Promise<boolean> {
    const share = this.#shareOf(bucket)
    for (;;) {
      if (this.#clock.nowMs() >= share.endsAtMs) {
        share.left = 0
        share.isUsedUp = false
      }
      if (share.left > 0) {
        share.left -= 1
        return true
      }
      if (share.isUsedUp) return false
      // Requests that come meanwhile wait for the same share.
      share.taking ??= this.#take(bucket, share).finally(() => {
        share.taking = undefined
      })
      await share.taking
    }
  }

  #shareOf({ name }: Bucket): Share {
    const known = this.#shares.get(name)
    if (known !== undefined) return known
    const share: Share = { endsAtMs: 0, left: 0, isUsedUp: false, taking: undefined }
    this.#shares.set(name, share)
    return share
  }

  async #take({ name, category, times }: Bucket, share: Share): Promise<void> {
    const { free } = rateOf(category)
    const wanted = Math.ceil((free * times) / SHARES)
    const { granted, endsInMs } = await this.#windows.take(name, { category, free, times, wanted })
    share.endsAtMs = this.#clock.nowMs() + endsInMs
    share.left = granted
    share.isUsedUp = granted === 0
  }
}
