// What every part of a run shares: the stack, the calls, the record, what was promised and what
// happened when.
import type { Stack } from '#test/support/stack.js'
import type { Calls } from './calls.js'
import type { Backup } from './faults/restores.js'
import type { Record } from './record.js'
import type { Thing } from './thing.js'

/** What the product promises, in the words in which a violation is told. */
export const PROMISES = {
  'no acknowledged write is lost': '',
  'no ended session is alive': '',
  'nobody gets in by a wrong password': '',
  'a disabled user gets no tokens': '',
  'a valid session never gets a final refusal': '',
  'tokens of either Region verify by the keys of the other': '',
  'both Regions say the same': '',
  'no stream is stopped for good': '',
  'a process that nobody killed lives': '',
  'a lockout is not forgotten': '',
  'nobody gets around a second proof': '',
  'what was used up or forgotten is not taken again': '',
  'a secondary refuses what is the primary’s': '',
} as const

export type Promised = keyof typeof PROMISES

export interface Violation {
  readonly promise: Promised
  readonly detail: string
  readonly history: readonly string[]
  readonly at: string
}

export class World {
  readonly stack: Stack
  readonly calls: Calls
  readonly record: Record
  /** The Regions that own pools in this run: one, or both. */
  readonly homes: readonly string[]
  readonly violations: Violation[] = []
  readonly timeline: string[] = []
  /** How often something succeeded, by its name: a run without it proves nothing of it. */
  readonly tally = new Map<string, number>()
  /** The latest backup of each Region's database. */
  readonly backups = new Map<string, Backup>()
  readonly #offsets = new Map<string, number>()
  /** Names that somebody is just being given. */
  readonly namesUnderWay = new Set<string>()
  readonly #print: (line: string) => void
  readonly #beganAtMs = Date.now()

  constructor(options: {
    stack: Stack
    calls: Calls
    record: Record
    homes: readonly string[]
    print: (line: string) => void
  }) {
    this.stack = options.stack
    this.calls = options.calls
    this.record = options.record
    this.homes = options.homes
    this.#print = options.print
  }

  /** Notes by how much the clock of a Region's node is off. */
  setOffset(region: string, offsetMs: number): void {
    this.#offsets.set(region, offsetMs)
    const known = this.stack.regions.map(({ name }) => this.#offsets.get(name) ?? 0)
    // What was made by the clocks of before is still there.
    const skewMs = Math.max(...known) - Math.min(...known)
    this.record.skewMs = Math.max(this.record.skewMs, skewMs + Math.abs(offsetMs))
  }

  /** Seconds since the run began, as the timeline writes them. */
  get clock(): string {
    return `${((Date.now() - this.#beganAtMs) / 1000).toFixed(2).padStart(7)} s`
  }

  /** A line of the timeline. */
  say(text: string): void {
    const line = `${this.clock}  ${text}`
    this.timeline.push(line)
    this.#print(line)
  }

  /** A line of a thing's history. */
  note(thing: Thing, text: string): void {
    thing.history.push(`${this.clock}  ${text}`)
  }

  /** Notes a success. */
  count(name: string): void {
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1)
  }

  violate(promise: Promised, thing: Thing | undefined, detail: string): void {
    const label = thing === undefined ? '' : `${thing.label}: `
    const history: string[] = []
    for (let each = thing; each !== undefined; each = each.parent) {
      if (each !== thing) history.push(each.label)
      history.push(...each.history.slice(-40))
    }
    this.violations.push({ promise, detail: `${label}${detail}`, history, at: this.clock })
    this.say(`VIOLATED: ${promise}: ${label}${detail}`)
  }
}
