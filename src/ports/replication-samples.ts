// How far the Regions were apart in the last hour. The samples are in the database: so they outlive
// a node, and every node of a Region gives the same ones.

/** What was read of one peer at one moment. */
export interface ReplicationSample {
  readonly atMs: number
  /** The other Region. */
  readonly region: string
  /** The age of the peer's last heartbeat here; undefined before the first. */
  readonly lagMs: number | undefined
  /** Bytes of log that are kept for the peer. */
  readonly pendingBytes: number
  /** Rows of the peer that could not be applied, since the subscription began. */
  readonly applyFailures: number
  /** Rows that comparisons found wrong at the peer, since the beginning. */
  readonly rowsRepaired: number
}

/** How often the leader takes a sample. */
export const SAMPLE_MS = 15_000

/** For how long samples are kept. */
export const SAMPLES_TTL_MS = 60 * 60 * 1000

/** The samples of this Region. */
export interface ReplicationSamples {
  add(samples: readonly ReplicationSample[]): Promise<void>
  /** Those of this moment and later, the oldest first. */
  since(atMs: number): Promise<readonly ReplicationSample[]>
}
