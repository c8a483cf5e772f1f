// How an operation comes to give an error that it declares.
import type { Rig } from '../../anomaly/rig.js'

/** What makes the call, and the exact message. */
export interface ErrorCase {
  readonly message: string
  readonly prepare: (rig: Rig) => Promise<object>
}
