// Replication between Regions as the reconcilers and workflows see it. Two roles meet in each
// Region. As *subscriber* it keeps a copy of each peer's rows: a slot on the peer's database and a
// subscription here. Whenever the slot has to be made anew (first contact, a lost slot, a peer's
// new database) the copy is made anew too and gets another `copyId`. As *publisher* it compares the
// copy that a peer has with the one it last seeded, and sends all of the peer's rows again when
// they differ. So one comparison covers first start, lost slots and wiped databases of either side.
// A copy that is made anew keeps its rows, and serves, until the publisher has sent, compared and
// called it complete: until then it is unfinished.
import type { RowKey, TableDigest } from './row-comparison.js'

/** Another Region as this Region's database knows it. */
export interface PeerState {
  readonly region: string
  /** The peer's database that our copy came from. */
  readonly databaseId: string | undefined
  /** Our copy of the peer's rows; absent while it is being made. */
  readonly copyId: string | undefined
  /** Whether the peer has said that our copy has all of its rows. */
  readonly isFinished: boolean
  /** The peer's copy of our rows that has all of them. */
  readonly seededCopyId: string | undefined
  readonly needsReseed: boolean
  readonly seenAtMs: number | undefined
  /** How far the peer's clock was ahead of ours when it was greeted last. */
  readonly clockSkewMs: number | undefined
  /** Why our copy was made anew last, and how often it was. */
  readonly rebuildReason: string | undefined
  readonly rebuiltAtMs: number | undefined
  readonly rebuilds: number
}

/** What two Regions report to each other about the copies between them. */
export interface PeerCopies {
  /** The teller's copy of the listener's rows; absent while there is none that streams. */
  readonly copyId: string | undefined
  /** The listener's database that this copy came from. */
  readonly copyOf: string | undefined
  /** The listener's copy of the teller's rows that the teller has found complete. */
  readonly seededCopyId: string | undefined
}

/** What a peer said, and how far its clock was ahead of ours if that was measured. */
export interface PeerGreeting extends PeerCopies {
  readonly clockSkewMs?: number
}

/** A peer that was just greeted. */
export interface GreetedPeer extends PeerState {
  /** Its copy of our rows; absent while there is none that came from our database as it is now. */
  readonly copyIdThere: string | undefined
}

/** What this Region's database says of itself. */
export interface RegionIdentity {
  readonly region: string
  readonly databaseId: string
  readonly migrations: readonly string[]
}

/** What a review of our copy of a peer's rows found or did. */
export type SubscriptionReview =
  /** `applyErrors` counts rows that could not be applied, and connections that broke. */
  | { readonly state: 'streaming'; readonly applyErrors: number }
  /**
   * Slot, subscription and copy were made anew, for this reason. `isRestored`: this database was
   * found to be older than what others have seen of it.
   */
  | { readonly state: 'recreated'; readonly reason: string; readonly isRestored: boolean }
  /** Tables that the peer began to publish were added, and the peer has to seed again. */
  | { readonly state: 'extended' }
  /** The peer is not ready, such as when it has no publication for us yet. */
  | { readonly state: 'waiting'; readonly reason: string }
  /** The subscription stands still on an error; PostgreSQL tries again by itself. */
  | {
      readonly state: 'failing'
      readonly applyErrors: number
      /** Kinds of conflicts and how many, where the server counts them. */
      readonly conflicts: readonly string[]
    }

/** The subscription to a peer. */
export interface StreamState {
  readonly region: string
  readonly isRunning: boolean
  /** Counts rows that could not be applied, and connections that broke. */
  readonly applyErrors: number
}

/** How far a peer is with our rows. */
export interface SlotState {
  readonly exists: boolean
  readonly isActive: boolean
  readonly isLost: boolean
  /** Since when it has no reader; undefined while it has one, and before PostgreSQL 17. */
  readonly inactiveSince: string | undefined
  /** Bytes of log that the peer has not confirmed. */
  readonly pendingBytes: number
  /** How long ago the peer applied what it applied last, as the database measures it. */
  readonly replayLagMs: number | undefined
}

/** Lag of one peer, both directions. */
export interface PeerLag {
  readonly region: string
  readonly slot: SlotState
  /** Everything the peer committed up to this moment is here. */
  readonly recoveryPointMs: number | undefined
  /** The age of that moment. */
  readonly lagMs: number | undefined
  /** How far the peer's clock was ahead of ours when it was greeted last. */
  readonly clockSkewMs: number | undefined
  /** Whether our copy of the peer's rows is complete, why it was made anew last, and how often. */
  readonly copy: {
    readonly isFinished: boolean
    readonly rebuildReason: string | undefined
    readonly rebuilds: number
  }
}

/** A Region that is no longer in the deployment's list, and of which something is left here. */
export interface DecommissionedRegion {
  readonly region: string
  /** Pools that this Region shares with it. */
  readonly pools: readonly string[]
  /** Bytes of log that are kept for it. */
  readonly pendingBytes: number
}

/** The replication of this Region's database. */
export interface Replication {
  /** Writes down which other Regions there are. Safe to repeat. */
  establish(): Promise<void>
  identity(): Promise<RegionIdentity>
  /** The other Regions of the deployment's list. */
  peers(): Promise<readonly PeerState[]>
  /** Regions that were peers and are in the list no more. */
  decommissionedPeers(): Promise<readonly DecommissionedRegion[]>
  /** Removes all that ties this database to a former peer: nothing is kept for it any longer. */
  decommission(region: string, signal: AbortSignal): Promise<void>
  /** Records what a peer said: which copy of our rows it has, and which of ours is complete. */
  recordHello(region: string, hello: PeerGreeting): Promise<GreetedPeer>
  /** Asks for all of the peer's rows to be sent again. */
  requestReseed(region: string): Promise<void>
  /** The peer's copy of this ID has all our rows. */
  recordSeeded(region: string, copyId: string): Promise<void>
  /**
   * Removes from our copy of the peer's rows what the peer, having sent all of them, does not have
   * any more. Does nothing when the copy has another ID by now.
   */
  finishCopy(
    region: string,
    copyId: string,
    signal: AbortSignal,
  ): Promise<{ readonly rows: number; readonly keptPools: readonly string[] }>
  /** Makes the publications for all peers what they must be, and says which a hand had changed. */
  publish(): Promise<{ readonly repaired: readonly string[] }>
  /**
   * Makes our copy of the peer's rows what it must be, and makes it anew whatever it is when
   * `because` has a reason. Gives up when the peer does not respond.
   */
  reconcileSubscription(
    region: string,
    signal: AbortSignal,
    because?: string,
  ): Promise<SubscriptionReview>
  /** Names the life of our database's server; another one may have come with another database. */
  serverLife(): Promise<string>
  /** How the rows of peers stream in at this moment, as far as this database alone shows. */
  streams(): Promise<readonly StreamState[]>
  /** Pools that we own and the peer has. */
  ownPoolsIn(region: string): Promise<readonly string[]>
  /** Pools, of any owner, about which we have runtime rows that the peer gets. */
  poolsSpokenOf(region: string): Promise<readonly string[]>
  /**
   * Makes what the peer said about sessions of a pool, and which codes and counters it took, a
   * statement of this Region too, before the peer forgets the pool.
   */
  adoptRuntimeRows(poolId: string, region: string): Promise<void>
  /** Removes our own rows of a pool that is not here any more; 'here' when it is. */
  deleteLocalRows(poolId: string): Promise<'forgotten' | 'here'>
  /** Which of these another pool has here: one of the two could not be served. */
  conflicts(claim: {
    readonly poolId: string
    readonly owner: string
    readonly clientIds: readonly string[]
    readonly domains: readonly string[]
  }): Promise<readonly string[]>
  /** The names of a pool that must be free in every Region that gets it. */
  claims(poolId: string): Promise<{
    readonly clientIds: readonly string[]
    readonly domains: readonly string[]
  }>
  /** The end of this database's log now. */
  position(): Promise<string>
  slot(region: string): Promise<SlotState>
  /** Whether the peer has applied and flushed everything up to `position`. */
  hasConfirmed(region: string, position: string): Promise<boolean>
  beat(): Promise<void>
  lag(): Promise<readonly PeerLag[]>
}

/** Progress of marking: called after each batch, before the next. */
export type MarkingProgress = (report: MarkingReport) => Promise<void>

/** How far marking is. `cursor` is what it needs to go on after a crash. */
export interface MarkingReport {
  readonly table: string
  readonly done: number
  readonly total: number
  readonly cursor: MarkingCursor
}

/** The table that is being marked and the key of its last row that is done. */
export interface MarkingCursor {
  readonly table: string
  readonly after: readonly string[]
  readonly done: number
}

/** Options of one run over a pool's rows. */
export interface MarkingRun {
  readonly poolId: string
  /** The Region that begins, or ceases, to have the rows. */
  readonly targetRegion: string
  readonly cursor?: MarkingCursor | undefined
  readonly onBatch?: MarkingProgress
  /** Called with a sentence when marking has to wait for a transaction. */
  readonly explain?: ((reason: string) => Promise<void>) | undefined
  readonly signal?: AbortSignal
}

/** Rows of a table by key. */
export interface RowsToResend {
  readonly table: string
  /** Undefined for tables of the deployment. */
  readonly poolId: string | undefined
  readonly targetRegion: string
  readonly keys: readonly RowKey[]
}

/** Marks rows for a Region, which is what sends them there. */
export interface Marking {
  /**
   * Adds the Region to every row of the pool; none is left out, also of those written meanwhile.
   */
  mark(run: MarkingRun): Promise<void>
  /** Takes the Region from every row, the pool itself last: the rows vanish there. */
  unmark(run: MarkingRun): Promise<void>
  /** Sends every row that the Region has of ours again: all pools and account rows. */
  reseed(targetRegion: string, signal: AbortSignal): Promise<{ readonly rows: number }>
  /** Sends single rows of ours again that the Region has, or should have; how many. */
  resend(rows: RowsToResend): Promise<number>
  /** Sets the Regions of our own runtime and account rows to those of their pool or deployment. */
  repairMembership(): Promise<{ readonly rows: number }>
  /** Rows of the pool that do not have the Region yet. */
  missing(poolId: string, targetRegion: string): Promise<number>
}

/** Digests of what one Region owns of a pool and another has received. */
export interface Digests {
  readonly tables: readonly string[]
  /** Those of them whose rows any Region of a pool writes. */
  readonly runtimeTables: readonly string[]
  /** Rows of the pool that `owner` wrote and the target Region has; only `buckets` when given. */
  digest(query: {
    readonly poolId: string
    readonly table: string
    readonly owner: string
    readonly targetRegion: string
    readonly buckets?: readonly number[] | undefined
  }): Promise<TableDigest>
}

/** Figures of one replica of a pool, for people. */
export interface ReplicaReport {
  readonly poolId: string
  readonly region: string
  readonly status: string
  /** The step of the live job, if there is one. */
  readonly step: string | undefined
  /** Why the job waits or failed. */
  readonly reason: string | undefined
  readonly rowsDone: number | undefined
  readonly rowsTotal: number | undefined
  /** How far the replica is behind the primary. */
  readonly lagMs: number | undefined
  /**
   * Everything that the primary committed up to this moment is in the replica. Only the Region of
   * the replica knows it.
   */
  readonly recoveryPointMs: number | undefined
  /** When the rows of the Region that reports were last found equal in the other one. */
  readonly verifiedAtMs: number | undefined
  /** Rows that comparisons found wrong there and repaired, since the beginning. */
  readonly repairedRows: number
}
