// The processes that serve this Region, workers included, as they say themselves in its database.
// What must stay true: a process that ends without a word is silent, and is forgotten after an
// hour.

/** One run of a process. */
export interface NodeProcess {
  /** A UUID that no other run has. */
  readonly id: string
  readonly hostName: string
  readonly pid: number
  /** The version of Twinpool. */
  readonly version: string
  /** The version of Node.js. */
  readonly nodeVersion: string
}

/** A process that was seen in the last hour. */
export interface SeenNode extends NodeProcess {
  readonly startedAtMs: number
  readonly seenAtMs: number
  /** For how long it has said nothing, by the clock of the database. */
  readonly silentMs: number
  /** Whether it was the Region's leader when it was seen. */
  readonly isLeader: boolean
}

/** How often a process says that it is there. */
export const NODE_BEAT_MS = 15_000

/** A process that was silent for three beats hangs or is gone. */
const NODE_SILENT_MS = 3 * NODE_BEAT_MS + 5000

/** Whether a process runs, as far as its Region knows. */
export const isPresent = ({ silentMs }: Pick<SeenNode, 'silentMs'>): boolean =>
  silentMs < NODE_SILENT_MS

/** The rows of all processes of the Region. */
export interface Nodes {
  /** Says that the process is there, and whether it leads. */
  beat(node: NodeProcess, isLeader: boolean): Promise<void>
  /** Those of the last hour, the one that started last first. */
  list(): Promise<readonly SeenNode[]>
  remove(id: string): Promise<void>
}
