// A fault: what breaks, for how long, and how it is repaired. A fault holds the parts that it
// breaks, so that two at once never pull at the same one, and every one is repaired before quiet.
import type { Chance } from '../chance.js'
import type { World } from '../world.js'

export type Part = 'node' | 'database' | 'wires' | 'replication'

export interface Fault {
  readonly name: string
  readonly weight: number
  /** What it breaks, of which Region; undefined when it does not suit now. */
  readonly parts: (world: World, region: string) => readonly string[] | undefined
  /** Breaks and repairs. `hold` waits as long as the fault lasts. */
  run(context: FaultContext): Promise<void>
}

export interface FaultContext {
  readonly world: World
  readonly region: string
  readonly chance: Chance
  hold(): Promise<void>
}

export function partOf(region: string, part: Part): string {
  return `${region} ${part}`
}

/** The parts of one Region. */
export const of =
  (...parts: readonly Part[]) =>
  (_: World, region: string): readonly string[] =>
    parts.map((part) => partOf(region, part))

/** The same parts of both Regions, for what neither may be under repair for. */
export const ofBoth =
  (...parts: readonly Part[]) =>
  (world: World): readonly string[] =>
    world.stack.regions.flatMap(({ name }) => parts.map((part) => partOf(name, part)))
