// The comparison of what people can do in quiet: sessions renewed, ended ones refused, passwords
// right and wrong, in both Regions.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { waitFor } from '#test/support/wait.js'
import type { Outcome } from './calls.js'
import { hasName } from './operations/operation.js'
import { refresh, renew, signIn } from './operations/sessions.js'
import type { Person, PoolRecord, Session } from './record.js'
import type { Ending } from './thing.js'
import type { World } from './world.js'

/** Sessions of one person; those of a person who is gone must all be refused. */
export async function compareSessions(
  world: World,
  person: Person,
  regions: readonly string[],
): Promise<void> {
  const isSettled = hasName(person) && person.isEnabled.isSurely(true)
  if (isSettled && person.isOrdinary) await comparePassword(world, person, regions)
  for (const session of person.sessions) {
    if (session.state === 'unknown') await settleSession(world, session, regions)
    else for (const region of regions) await refresh(world, session, region)
    await compareUsedTokens(world, session, regions)
  }
  const alive = person.sessions.filter(({ isForgotten }) => !isForgotten)
  const [latest] = alive.filter(({ state }) => state === 'alive').slice(-1)
  if (latest !== undefined) await verifyTokens(world, latest)
  // Those that are over were seen to be over; a few are kept, and asked again after later faults.
  const over = alive.filter(({ state }) => state === 'ended').slice(-3)
  person.sessions.splice(
    0,
    person.sessions.length,
    ...alive.filter(({ state }) => state === 'alive'),
    ...over,
  )
}

/** Of a session that may have ended, both Regions must say the same. */
async function settleSession(
  world: World,
  session: Session,
  regions: readonly string[],
): Promise<void> {
  if (session.isForgotten) return
  const answers: boolean[] = []
  let isBlocked = true
  for (const region of regions) {
    const outcome = await answered(() => renew(world, session, region, session.refreshToken))
    answers.push(outcome.kind === 'done')
    isBlocked &&= outcome.kind === 'refused' && outcome.message === 'User is disabled.'
    if (outcome.kind !== 'done' || !session.isRotating) continue
    session.usedTokens.push(session.refreshToken)
    session.refreshToken = outcome.output.RefreshToken ?? session.refreshToken
  }
  if (isBlocked) {
    // It may go on when the user is enabled, for what ended it may be lost with a restore.
    world.note(session, 'in quiet its user is disabled')
    return
  }
  const isAlive = answers[0] ?? false
  world.note(session, `in quiet it is ${isAlive ? 'alive' : 'over'}`)
  if (isAlive && session.isDoubled) {
    world.violate('no ended session is alive', session, 'rotated in both Regions, it goes on')
  }
  session.isDoubled = false
  if (answers.some((answer) => answer !== isAlive)) {
    const detail = `in quiet it is ${answers.join(' and ')} in ${regions.join(' and ')}`
    world.violate('both Regions say the same', session, detail)
  }
  const ending = isAlive ? undefined : settledEnding(session.endings, regions)
  if (!isAlive && ending === undefined) session.isForgotten = true
  session.endings.splice(0, session.endings.length, ...(ending === undefined ? [] : [ending]))
}

/**
 * What ended a session that is over in these Regions. Which of several it was, nobody knows: a
 * Region that goes back to before the last of them may have lost it.
 */
export function settledEnding(
  endings: readonly Ending[],
  regions: readonly string[],
): Ending | undefined {
  const last = endings.toSorted((a, b) => a.atMs - b.atMs).at(-1)
  if (last === undefined) return undefined
  const isDirectory = endings.some((ending) => ending.isDirectory)
  const hasTravelled = last.hasTravelled || regions.length > 1
  return { ...last, isDirectory, hasTravelled, isSure: true, unknownAt: new Set() }
}

/** The response to a call that has to succeed in quiet. */
export async function answered<T>(send: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const state = async () => {
    const outcome = await send()
    return outcome.kind === 'done' || outcome.kind === 'refused' ? outcome : undefined
  }
  return waitFor(state, { what: 'an answer in quiet', timeoutMs: 20_000, intervalMs: 300 })
}

/** A token that rotation has used up is refused in both Regions. */
async function compareUsedTokens(
  world: World,
  session: Session,
  regions: readonly string[],
): Promise<void> {
  const used = session.usedTokens.at(-1)
  // Asking for it may end the whole session, so that it is asked for once at the end.
  if (used === undefined || session.state !== 'ended') return
  for (const region of regions) {
    const outcome = await answered(() => renew(world, session, region, used))
    if (outcome.kind !== 'done') continue
    world.violate('no ended session is alive', session, `a used refresh token works at ${region}`)
  }
}

/** The password that is right gets in, in each Region, and what it was before does not. */
async function comparePassword(
  world: World,
  person: Person,
  regions: readonly string[],
): Promise<void> {
  const candidates = person.password.allowed().filter((password) => password !== undefined)
  if (!person.isConfirmed.isSurely(true) || candidates.length === 0) return
  const found = new Set<string | undefined>()
  for (const region of regions) {
    let right: string | undefined
    for (const password of [...candidates].reverse()) {
      if (await opens(world, { person, region, password })) {
        right = password
        break
      }
    }
    found.add(right)
  }
  const values = [...found]
  if (values.length > 1) {
    const detail = `different passwords are right: ${values.join(' and ')}`
    world.violate('both Regions say the same', person, detail)
    return
  }
  const [value] = values
  const isLost = value === undefined && !person.password.allowed().includes(undefined)
  if (isLost) world.violate('no acknowledged write is lost', person, 'no password gets in')
  else person.password.settle(value, Date.now())
}

async function opens(
  world: World,
  attempt: { person: Person; region: string; password: string },
): Promise<boolean> {
  const { person } = attempt
  const tries = async () => {
    const outcome = await signIn(world, { ...attempt, how: 'password', isRotating: false })
    if (outcome.kind === 'done') {
      person.sessions.splice(person.sessions.indexOf(outcome.output), 1)
      return { isIn: true }
    }
    // Locked out for a moment by guesses of before, or without a response: it is asked again.
    const isFinal = outcome.kind === 'refused' && !/attempts exceeded/.test(outcome.message)
    return isFinal && { isIn: false }
  }
  const options = { what: `${person.label} to be let try`, timeoutMs: 40_000, intervalMs: 500 }
  return (await waitFor(tries, options)).isIn
}

/** Access tokens of one Region verify by the keys that the other publishes. */
async function verifyTokens(world: World, session: Session): Promise<void> {
  const { pool } = session.person
  const regions = pool.replica.isSurely('ACTIVE') ? [pool.home, pool.other] : [pool.home]
  for (const region of regions) {
    const keys = await keysAt(world, pool, region)
    await jwtVerify(session.accessToken, createLocalJWKSet(keys), {
      clockTolerance: 3600,
    }).catch((error: Error) => {
      const promise = 'tokens of either Region verify by the keys of the other'
      world.violate(promise, session, `${region}: ${error.message}`)
    })
  }
}

async function keysAt(world: World, pool: PoolRecord, region: string): Promise<JSONWebKeySet> {
  const url = `${world.stack.region(region).endpoint}/${pool.id}/.well-known/jwks.json`
  const read = async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(4000) })
    return response.ok ? ((await response.json()) as JSONWebKeySet) : undefined
  }
  return waitFor(read, { what: `the keys of ${pool.label} at ${region}` })
}
