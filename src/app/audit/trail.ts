// The audit of this Region: who called what as an administrator, where, and how it ended. A call
// that changes something has an entry before it runs, so that no change is without one, and another
// when it has ended; a call that was refused has one. Entries name no user and hold nothing of
// inputs. What must stay true: `record` returns after its entry is stored.
//
// Those who record at the same time are stored together: the chain has one end, and a transaction
// for each entry would make administrators wait for one another.
import { equalBytes } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import {
  type AuditBreak,
  type AuditEntry,
  type AuditLink,
  auditKey,
  baseBreak,
  baseMac,
  chainBreak,
  linkedEntry,
} from '#domain/audit/chain.js'
import type { AuditEntries, AuditRange } from '#ports/audit.js'

/** What is recorded of a call. */
export interface AuditRecord {
  /** `began` and `ended`: of a call that changes something; `refused`: it never began. */
  readonly event: 'began' | 'ended' | 'refused'
  readonly service: string
  readonly operation: string
  readonly requestId: string
  /** The ID of the access key. */
  readonly caller: string
  readonly sourceIp: string
  readonly poolId?: string | undefined
  readonly keyId?: string | undefined
  /** `ok` or the error code; undefined before it is known. */
  readonly outcome?: string | undefined
}

/** What a slice of the chain was found to be. */
export interface AuditVerdict {
  readonly verified: number
  /** The number of the last entry that was looked at. */
  readonly lastSeq: number
  readonly isEnd: boolean
  readonly head: AuditLink
  readonly firstBreak: AuditBreak | undefined
  /** How the hash of the entry that was asked for compares; undefined: it is not in this slice. */
  readonly isNotedHash: boolean | undefined
}

interface VerifyOptions {
  readonly after: number | undefined
  readonly noted: AuditLink | undefined
}

interface Waiting {
  readonly atMs: number
  readonly entry: string
  readonly done: (error?: unknown) => void
}

const BATCH_MAX = 500
const SLICE_ROWS = 5000
/** For each run of the cleaning. */
const REMOVED_MAX = 5000
const DAY_MS = 24 * 3_600_000

export class AuditTrail {
  readonly #entries: AuditEntries
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #key: Uint8Array
  readonly #keepMs: number
  readonly #waiting: Waiting[] = []
  #isStoring = false

  constructor(options: {
    readonly entries: AuditEntries
    readonly clock: Pick<Clock, 'nowMs'>
    readonly serviceKey: Uint8Array
    readonly region: string
    readonly keepDays: number
  }) {
    this.#entries = options.entries
    this.#clock = options.clock
    this.#key = auditKey(options.serviceKey, options.region)
    this.#keepMs = options.keepDays * DAY_MS
  }

  /** Stores an entry. Rejects when it cannot be stored. */
  record(record: AuditRecord): Promise<void> {
    const atMs = this.#clock.nowMs()
    const entry = JSON.stringify({ at: new Date(atMs).toISOString(), ...record })
    return new Promise((resolve, reject) => {
      const done = (error?: unknown) => (error === undefined ? resolve() : reject(error))
      this.#waiting.push({ atMs, entry, done })
      if (!this.#isStoring) void this.#store()
    })
  }

  /** Entries, as they were written. */
  list(range: AuditRange): Promise<readonly AuditEntry[]> {
    return this.#entries.read(range)
  }

  /**
   * Looks at a slice of the chain, after an entry that an earlier slice ended with. `noted` is an
   * entry whose hash was noted elsewhere.
   */
  async verify(options: VerifyOptions): Promise<AuditVerdict> {
    const ends = await this.#entries.ends()
    const verdict = await this.#verifyBetween(ends, options)
    if (verdict.firstBreak === undefined) return verdict
    // Old entries may have gone meanwhile.
    const { base } = await this.#entries.ends()
    return base.seq === ends.base.seq ? verdict : this.verify(options)
  }

  async #verifyBetween(
    { base, head }: Awaited<ReturnType<AuditEntries['ends']>>,
    options: VerifyOptions,
  ): Promise<AuditVerdict> {
    const isFirst = options.after === undefined || options.after <= base.seq
    const before = isFirst ? base : await this.#entryAt(options.after)
    if (before === undefined) {
      const seq = options.after ?? base.seq
      return this.#verdict([], { head, lastSeq: seq, firstBreak: { seq, problem: 'missing' } })
    }
    // Entries that were added since the head was read are for the next time.
    const limit = Math.min(SLICE_ROWS, Math.max(head.seq - before.seq, 0) + 1)
    const read = await this.#entries.read({ order: 'after', seq: before.seq, limit })
    const slice = read.filter(({ seq }) => seq <= head.seq)
    const last = slice.at(-1) ?? before
    const firstBreak =
      (isFirst ? baseBreak(this.#key, base) : undefined) ??
      chainBreak(this.#key, before, slice) ??
      (slice.length < SLICE_ROWS ? headBreak(last, head) : undefined)
    return this.#verdict(slice, { head, lastSeq: last.seq, firstBreak }, options.noted)
  }

  /** Removes some of the entries whose time is over; returns how many. */
  removeOld(): Promise<number> {
    return this.#entries.removeBefore({
      atMs: this.#clock.nowMs() - this.#keepMs,
      rowsMax: REMOVED_MAX,
      macOf: (base) => baseMac(this.#key, base),
    })
  }

  #verdict(
    slice: readonly AuditEntry[],
    found: Pick<AuditVerdict, 'head' | 'lastSeq' | 'firstBreak'>,
    noted?: AuditLink,
  ): AuditVerdict {
    const entry = noted && slice.find(({ seq }) => seq === noted.seq)
    return {
      ...found,
      verified: slice.length,
      isEnd: slice.length < SLICE_ROWS,
      isNotedHash: entry && noted && equalBytes(entry.hash, noted.hash),
    }
  }

  async #entryAt(seq: number | undefined): Promise<AuditLink | undefined> {
    if (seq === undefined) return undefined
    const [entry] = await this.#entries.read({ order: 'after', seq: seq - 1, limit: 1 })
    return entry?.seq === seq ? entry : undefined
  }

  async #store(): Promise<void> {
    this.#isStoring = true
    for (;;) {
      const batch = this.#waiting.splice(0, BATCH_MAX)
      if (batch.length === 0) break
      const error = await this.#entries
        .append((head) => this.#follow(head, batch))
        .then(
          () => undefined,
          (reason: unknown) => reason ?? 'failed',
        )
      for (const { done } of batch) done(error)
    }
    this.#isStoring = false
  }

  #follow(head: AuditLink, batch: readonly Waiting[]): readonly AuditEntry[] {
    const entries: AuditEntry[] = []
    for (const waiting of batch) {
      entries.push(linkedEntry(this.#key, entries.at(-1) ?? head, waiting))
    }
    return entries
  }
}

/** The entries end before the head does, or with another hash. */
function headBreak(last: AuditLink, head: AuditLink): AuditBreak | undefined {
  const isSound = last.seq === head.seq && equalBytes(last.hash, head.hash)
  return isSound ? undefined : { seq: last.seq + 1, problem: 'head' }
}
