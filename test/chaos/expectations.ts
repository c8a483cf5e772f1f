// What the record says a response has to be. `must`: any final refusal breaks a promise.
// `must not`: success breaks one. `may`: too little is known, as when a write's outcome is open or
// has not had the time to travel.
import type { Person, PoolRecord, Session } from './record.js'
import type { Register } from './register.js'
import { isKnownAt } from './thing.js'

export type Expected = 'must' | 'may' | 'must not'

/** Whether a Region serves a pool's users. */
export function serves(pool: PoolRecord, region: string): Expected {
  if (pool.exists.isSurely(false)) return region === pool.home ? 'must not' : 'may'
  if (!pool.exists.isSurely(true) || pool.hasKeyTrouble) return 'may'
  if (region === pool.home) return 'must'
  if (pool.isTouched) return 'may'
  return pool.replica.isSurely('ACTIVE') ? 'must' : 'may'
}

/** Whether the person is there and enabled, as a Region has to know. */
function isKnown(person: Person, region: string): Expected {
  const { pool, username } = person
  const holder = pool.names.get(username)
  if (holder === undefined) return 'may'
  const isHome = region === pool.home
  const holders = isHome ? holder.allowed() : holder.recent()
  if (!holders.includes(person)) return 'must not'
  const enabled = isHome ? person.isEnabled.allowed() : person.isEnabled.recent()
  if (!enabled.includes(true)) return 'must not'
  if (!isHome && person.isTouched) return 'may'
  const isSure = holder.isSurely(person) && person.isConfirmed.isSurely(true)
  return isSure && person.isEnabled.isSurely(true) ? 'must' : 'may'
}

/** Whether a sign-in with this password gets tokens. */
export function signInExpected(person: Person, region: string, password: string): Expected {
  const known = isKnown(person, region)
  if (known === 'must not') return 'must not'
  const isHome = region === person.pool.home
  const passwords = isHome ? person.password.allowed() : person.password.recent()
  if (!passwords.includes(password)) return 'must not'
  if (mayBeLocked(person) || !person.password.isSurely(password)) return 'may'
  return both(known, serves(person.pool, region))
}

/** Whether a sign-in without a password gets tokens, as far as user and pool decide that. */
export function entryExpected(person: Person, region: string): Expected {
  const known = isKnown(person, region)
  if (known === 'must not') return 'must not'
  return mayBeLocked(person) ? 'may' : both(known, serves(person.pool, region))
}

/** Whether a Region knows of something that the user has or has not. */
export function hasExpected(register: Register<boolean>, person: Person, region: string): Expected {
  const isHome = region === person.pool.home
  const values = isHome ? register.allowed() : register.recent()
  if (!values.includes(true)) return 'must not'
  if (!isHome && person.isTouched) return 'may'
  return register.isSurely(true) ? 'must' : 'may'
}

/** What two conditions come to, both of which have to hold. */
export function and(a: Expected, b: Expected): Expected {
  return a === 'must not' || b === 'must not' ? 'must not' : both(a, b)
}

export function mayBeLocked({ failures, hasUnknownFailures, isVictim }: Person): boolean {
  return isVictim || hasUnknownFailures || failures.length >= 4
}

/** Whether a session is renewed. */
export function refreshExpected(session: Session, region: string): Expected {
  const { person, endings, state } = session
  const isEndedHere = endings.some((ending) => isKnownAt(ending, region))
  if (isEndedHere && !session.isForgotten) return 'must not'
  if (state !== 'alive') return 'may'
  // A session of somebody who is gone is told from others by its endings only.
  if (isKnown(person, region) !== 'must') return 'may'
  return serves(person.pool, region)
}

function both(a: Expected, b: Expected): Expected {
  return a === b ? a : 'may'
}

/** What holds both before a call and after it: a restore may have come between. */
export function throughout(before: Expected, after: Expected): Expected {
  return both(before, after)
}
