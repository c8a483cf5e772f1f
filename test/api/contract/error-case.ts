// How an operation comes to give an error that it declares.
import type { Rig } from '../../anomaly/rig.js'

/** What makes the call, and the exact message. */
export interface ErrorCase {
  /** Members of the input stand in it in braces: `{ClientId}`. */
  readonly message: string
  readonly prepare: (rig: Rig) => Promise<object>
  /** A table of which every update comes too late, as if other callers were always faster. */
  readonly losesOn?: string
}
