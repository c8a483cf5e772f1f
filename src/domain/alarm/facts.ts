// What the rules of alarms look at, as a Region's own database knows it.

/** Another Region, as this Region's database knows it. */
export interface PeerFacts {
  readonly region: string
  /** Undefined while there is no subscription. */
  readonly isReceiving: boolean | undefined
  readonly isSending: boolean
  readonly isSlotLost: boolean
  /** Bytes of log that are kept for it. */
  readonly pendingBytes: number
  /** How long ago it applied what it applied last of ours; undefined: not known. */
  readonly sendLagMs: number | undefined
  /** The age of its last heartbeat here; undefined before the first. */
  readonly lagMs: number | undefined
  readonly clockSkewMs: number | undefined
  readonly copy: {
    readonly isFinished: boolean
    readonly rebuildReason: string | undefined
    readonly rebuiltAtMs: number | undefined
  }
  readonly applyFailures: number
  readonly rowsRepaired: number
  /** Of the last hour, the oldest first. */
  readonly samples: readonly SampleFacts[]
}

/** What was read of a peer earlier. */
export interface SampleFacts {
  readonly atMs: number
  readonly lagMs: number | undefined
  readonly pendingBytes: number
  readonly applyFailures: number
  readonly rowsRepaired: number
}

/** A pool whose key refuses the service. */
export interface RefusedKeyFacts {
  readonly poolId: string
  readonly action: string
  readonly refusal: string
  readonly sinceMs: number
}

/** A process that runs. */
export interface NodeFacts {
  readonly version: string
  readonly isLeader: boolean
  readonly startedAtMs: number
}

/** What the rules look at. */
export interface AlarmFacts {
  readonly region: string
  readonly nowMs: number
  readonly peers: readonly PeerFacts[]
  readonly nodes: readonly NodeFacts[]
  readonly refusedKeys: readonly RefusedKeyFacts[]
}
