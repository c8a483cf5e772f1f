// What a Region remembers of comparing its rows with their copies elsewhere. It is about this
// Region's own rows: what the other Region owns, that Region compares.
import type { RowKey } from './row-comparison.js'

/** Tables of the deployment, or a pool, as another Region has them. */
export interface VerifiedSubject {
  /** Undefined for tables of the deployment. */
  readonly poolId: string | undefined
  /** The Region that has the copies. */
  readonly region: string
}

/** A subject that two Regions have at rest: its replica is not being made or removed. */
export interface SharedSubject extends VerifiedSubject {
  /** Whether this Region owns the pool, and not only runtime rows of it. */
  readonly isOwner: boolean
}

/** What is known of a subject's copies. */
export interface Verification extends VerifiedSubject {
  /** When a comparison last ended with nothing different; undefined before the first. */
  readonly verifiedAtMs: number | undefined
  /** When a comparison last ended. */
  readonly comparedAtMs: number | undefined
  /** Where the comparison that is under way goes on. */
  readonly cursor: { readonly table: string; readonly after?: RowKey | undefined } | undefined
  /** Comparisons in which rows had to be repaired, and how many rows in all. */
  readonly repairs: number
  readonly rowsResent: number
  readonly rowsRemoved: number
}

/** The memory of all comparisons of this Region. */
export interface Verifications {
  /** What this Region shares with one of these Regions. */
  shared(regions: readonly string[]): Promise<readonly SharedSubject[]>
  list(): Promise<readonly Verification[]>
  /** For each Region over all subjects: since when all were found equal, and repairs. */
  summary(): Promise<
    readonly {
      readonly region: string
      readonly verifiedAtMs: number | undefined
      readonly rowsRepaired: number
    }[]
  >
  /** Remembers where a comparison goes on. */
  saveCursor(subject: VerifiedSubject, cursor: Verification['cursor']): Promise<void>
  /** Ends a comparison. */
  record(
    subject: VerifiedSubject,
    outcome: {
      readonly atMs: number
      readonly isEqual: boolean
      readonly resent: number
      readonly removed: number
    },
  ): Promise<void>
  /** Forgets all subjects but these. */
  keepOnly(subjects: readonly VerifiedSubject[]): Promise<void>
}
