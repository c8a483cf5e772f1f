// The audit of a Region as it is stored: entries are added at the end, read, and removed from the
// beginning when their time is over. What must stay true: nothing else writes them, and whoever
// adds some has the head to himself meanwhile.
import type { AuditBase, AuditEntry, AuditLink } from '#domain/audit/chain.js'

/** Which entries are read. */
export interface AuditRange {
  /** The oldest first after this number, or the newest first before it. */
  readonly order: 'after' | 'before'
  readonly seq: number
  readonly limit: number
}

/** The entries of this Region. */
export interface AuditEntries {
  /** Adds what follows the head. */
  append(follow: (head: AuditLink) => readonly AuditEntry[]): Promise<void>
  read(range: AuditRange): Promise<readonly AuditEntry[]>
  /** Where the chain begins and ends. */
  ends(): Promise<{ readonly base: AuditBase; readonly head: AuditLink }>
  /** Removes at most `rowsMax` of the oldest entries before the moment; returns how many. */
  removeBefore(options: {
    readonly atMs: number
    readonly rowsMax: number
    readonly macOf: (base: AuditLink) => Uint8Array
  }): Promise<number>
}
