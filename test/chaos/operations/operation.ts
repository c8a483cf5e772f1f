// An operation of the load: it chooses something that suits by chance, calls, and records.

import { type Outcome, wordsOf } from '../calls.js'
import type { Chance } from '../chance.js'
import type { Person, PoolRecord, Session } from '../record.js'
import type { Thing } from '../thing.js'
import type { World } from '../world.js'

export interface Operation {
  readonly name: string
  readonly weight: number
  /** Does nothing when nothing suits. */
  run(world: World, chance: Chance): Promise<void>
}

/** Works on a thing that nobody else touches meanwhile. */
export async function holding(thing: Thing | undefined, work: () => Promise<void>): Promise<void> {
  if (thing === undefined || thing.isBusy) return
  thing.isBusy = true
  try {
    await work()
  } finally {
    thing.isBusy = false
  }
}

export function freePools(world: World): readonly PoolRecord[] {
  return world.record.pools.filter((pool) => !pool.isBusy && pool.exists.isSurely(true))
}

/** People who surely have their name and with whom nobody is at work. */
export function freePeople(world: World): readonly Person[] {
  return freePools(world)
    .flatMap((pool) => pool.people())
    .filter((person) => !person.isBusy && person.isOrdinary && hasName(person))
}

export function hasName(person: Person): boolean {
  return person.pool.names.get(person.username)?.isSurely(person) === true
}

export function freeSessions(world: World): readonly Session[] {
  return freePeople(world)
    .flatMap((person) => person.sessions)
    .filter((session) => !session.isForgotten)
}

/** The Region to call: mostly either one, and the other only where the pool may be. */
export function anyRegion(pool: PoolRecord, chance: Chance): string {
  const isElsewhere = pool.replica.allowed().some((state) => state === 'ACTIVE')
  return isElsewhere && chance.is(0.5) ? pool.other : pool.home
}

/** An operation upon somebody whom chance chooses. */
export function onPerson(
  name: string,
  weight: number,
  work: (world: World, person: Person, chance: Chance) => Promise<void>,
): Operation {
  return {
    name,
    weight,
    async run(world, chance) {
      const person = chance.pick(freePeople(world))
      if (person !== undefined) await holding(person, () => work(world, person, chance))
    },
  }
}

/** A write to the directory, in the pool's home. */
export interface Write<T> {
  /** What its history and others' reading of it belong to. */
  readonly thing: Thing
  readonly pool: PoolRecord
  readonly what: string
  /** False when what it changes says nothing about whether others are served. */
  readonly touches?: boolean
  readonly send: () => Promise<Outcome<T>>
  readonly done: (output: T, atMs: number) => void
  readonly unknown: (atMs: number) => void
  /** Whether, by the record, it has to succeed. */
  readonly isDue: () => boolean
}

export async function write<T>(world: World, request: Write<T>): Promise<Outcome<T>> {
  const { thing, pool, what } = request
  if (request.touches !== false) thing.isTouched = true
  const wasDue = request.isDue()
  const startedAtMs = Date.now()
  const outcome = await request.send()
  world.note(thing, `${what} at ${pool.home}: ${wordsOf(outcome)}`)
  if (outcome.kind === 'done') request.done(outcome.output, Date.now())
  if (outcome.kind === 'unknown') request.unknown(startedAtMs)
  if (outcome.kind === 'refused' && wasDue && request.isDue() && !pool.hasKeyTrouble) {
    const why = `${outcome.name}: ${outcome.message}`
    world.violate('no acknowledged write is lost', thing, `${what} was refused, ${why}`)
  }
  return outcome
}
