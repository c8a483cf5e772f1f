// Calls that end sessions, in the record: surely, or perhaps.
import type { Person, Session } from '../record.js'
import type { Ending } from '../thing.js'
import type { World } from '../world.js'

/** A call that hangs in a suspended process may still sign out whoever comes after it. */
const LATE_MS = 20_000

export interface SignOut {
  readonly what: string
  readonly region: string
  readonly startedAtMs: number
  readonly isDirectory?: boolean
  /** The session whose own token asked; it ends whatever the clocks say. */
  readonly own?: Session
}

/** An acknowledged sign-out ends all sessions that began before it. */
export function endSessions(world: World, person: Person, by: SignOut & { atMs: number }): void {
  const { skewMs } = world.record
  for (const session of person.sessions) {
    // With clocks that disagree, only the caller's own session is surely dated before it.
    const isDated = session.begunAtMs + skewMs < by.startedAtMs || by.isDirectory === true
    const isSure = isDated || by.own === session
    world.note(session, `${by.what} at ${by.region} ${isSure ? 'ends' : 'may end'} it`)
    add(session, by, { atMs: by.atMs, isSure })
  }
  person.signedOutUntilMs = Math.max(person.signedOutUntilMs, by.atMs)
  if (by.isDirectory !== true) person.signOuts.push(endingOf(by, { atMs: by.atMs, isSure: true }))
}

/** A sign-out whose outcome is unknown. */
export function mayHaveEnded(person: Person, by: SignOut): void {
  for (const session of person.sessions) add(session, by, { atMs: by.startedAtMs, isSure: false })
  const lateMs = Date.now() + LATE_MS
  person.signedOutUntilMs = Math.max(person.signedOutUntilMs, lateMs)
  if (by.isDirectory !== true) person.signOuts.push(endingOf(by, { atMs: lateMs, isSure: false }))
}

/** One session's own end, by a revocation. */
export function endSession(session: Session, by: SignOut & Pick<Ending, 'isSure'>): void {
  add(session, by, { atMs: Date.now(), isSure: by.isSure })
}

function add(session: Session, by: SignOut, how: Pick<Ending, 'atMs' | 'isSure'>): void {
  session.endings.push(endingOf(by, how))
}

function endingOf(by: SignOut, how: Pick<Ending, 'atMs' | 'isSure'>): Ending {
  const { what, region, isDirectory = false } = by
  return { what, region, isDirectory, hasTravelled: false, unknownAt: new Set(), ...how }
}
