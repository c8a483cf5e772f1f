// What is known of one value that calls write: acknowledged writes, writes whose outcome nobody
// knows, and restores of the database that holds it. From these follow the values that may be read.

interface Entry<T> {
  readonly atMs: number
  readonly value: T
  /** `settled`: read in quiet. `sure`: acknowledged. `unsure`: it may or may not have happened. */
  readonly kind: 'settled' | 'sure' | 'unsure'
}

export class Register<T> {
  readonly #entries: Entry<T>[]
  /** Values that came back, or may have, when the database was restored. */
  #restored: T[] = []
  /** Values that a copy may have, whose database was restored. */
  #copied: T[] = []

  constructor(value: T, atMs: number) {
    this.#entries = [{ atMs, value, kind: 'sure' }]
  }

  /** An acknowledged write. */
  write(value: T, atMs: number): void {
    this.#entries.push({ atMs, value, kind: 'sure' })
    this.#restored = []
  }

  /** A write that was sent and whose outcome is unknown. */
  attempt(value: T, atMs: number): void {
    this.#entries.push({ atMs, value, kind: 'unsure' })
  }

  /** The database went back to what it held at `atMs`. */
  restore(atMs: number): void {
    this.#restored = [...this.#restored, ...this.#heldSince(atMs)]
  }

  /** A database that has a copy went back to what it held at `atMs`. */
  restoreCopy(atMs: number): void {
    this.#copied = [...this.#copied, ...this.#heldSince(atMs)]
  }

  /** What may have been in force at a moment, and all that came after it. */
  #heldSince(atMs: number): readonly T[] {
    const known = this.#entries.findLastIndex(
      (entry) => entry.kind === 'settled' && entry.atMs <= atMs,
    )
    const sure = this.#entries.findLastIndex(
      (entry) => entry.kind !== 'unsure' && entry.atMs <= atMs,
    )
    // What was unsure between the two may have happened, before the sure one or after it.
    const since = this.#entries.slice(Math.max(known, 0)).filter((entry, at) => {
      const index = Math.max(known, 0) + at
      return entry.kind === 'unsure' || index >= sure
    })
    return since.map((entry) => entry.value)
  }

  /** What was read in quiet, when nothing was under way. */
  settle(value: T, atMs: number): void {
    this.#entries.push({ atMs, value, kind: 'settled' })
    this.#restored = []
    this.#copied = []
  }

  /** The values that a read at the owner may give. */
  allowed(): readonly T[] {
    const sure = this.#entries.findLast((entry) => entry.kind !== 'unsure')
    const unsure = this.#sinceSettled().filter((entry) => entry.kind === 'unsure')
    const values = [...(sure === undefined ? [] : [sure]), ...unsure].map((entry) => entry.value)
    return [...new Set([...values, ...this.#restored])]
  }

  /** The values that a Region may have which is behind: all since quiet, or since its backup. */
  recent(): readonly T[] {
    const values = this.#sinceSettled().map((entry) => entry.value)
    return [...new Set([...values, ...this.#restored, ...this.#copied])]
  }

  /** Every value that it ever had or may have had. */
  ever(): readonly T[] {
    return [...new Set(this.#entries.map((entry) => entry.value))]
  }

  /** Whether the value is this and can be nothing else. */
  isSurely(value: T): boolean {
    const allowed = this.allowed()
    return allowed.length === 1 && allowed[0] === value
  }

  /** The only value that is possible; undefined when there are several. */
  get sure(): T | undefined {
    const allowed = this.allowed()
    return allowed.length === 1 ? allowed[0] : undefined
  }

  #sinceSettled(): readonly Entry<T>[] {
    const settled = this.#entries.findLastIndex((entry) => entry.kind === 'settled')
    return this.#entries.slice(Math.max(settled, 0))
  }
}
