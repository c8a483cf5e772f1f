// What the services of a node have in common, so that each of them extends one description.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'

/** Which Region a node serves, and what every part of it may use. */
export interface NodeRuntime {
  readonly accountId: string
  readonly region: string
  /** Regions of the deployment, this one included. */
  readonly regions: readonly string[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}
