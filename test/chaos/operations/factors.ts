// Users with an authenticator app or a passkey: enrolled at the primary, signed in at both Regions,
// and what was used once tried again.
import {
  AssociateSoftwareTokenCommand,
  CompleteWebAuthnRegistrationCommand,
  StartWebAuthnRegistrationCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { totpCode } from '#test/support/totp.js'
import type { Outcome } from '../calls.js'
import type { Chance } from '../chance.js'
import type { Use } from '../factors-record.js'
import type { Person, PoolRecord, Session } from '../record.js'
import { Register } from '../register.js'
import { isKnownAt } from '../thing.js'
import type { World } from '../world.js'
import { RELYING_PARTY } from './furniture.js'
import { anyRegion, freePools, hasName, holding, type Operation, write } from './operation.js'
import { createPerson } from './people.js'
import { signIn } from './sessions.js'

const OWNERS_MAX = 2
const SESSIONS_MAX = 3
/** How long a code could be good; tried again later, it is refused in any case. */
const CODE_MS = 60_000

/** A user who is there for a factor, and enrols it. */
export async function createOwner(
  world: World,
  pool: PoolRecord,
  own: 'app' | 'passkey',
): Promise<void> {
  const username = `user-${world.record.nextNumber()}`
  pool.names.set(username, new Register<Person | undefined>(undefined, 0))
  const person = await createPerson(world, pool, username, own)
  if (hasName(person)) await holding(person, () => enrol(world, person))
}

/** Enrols what the user is there for, as far as every call is acknowledged. */
async function enrol(world: World, person: Person): Promise<void> {
  const password = person.password.sure
  const { pool } = person
  if (password === undefined || !person.factors.isEnrolled.isSurely(false)) return
  const attempt = { person, password, region: pool.home, isRotating: false } as const
  const session = await signIn(world, { ...attempt, how: 'password' })
  if (session.kind !== 'done') return
  const { accessToken } = session.output
  person.factors.uses = []
  if (person.factors.own === 'app') await enrolApp(world, person, accessToken)
  else await enrolPasskey(world, person, accessToken)
}

async function enrolApp(world: World, person: Person, AccessToken: string): Promise<void> {
  const { pool, factors } = person
  const associated = await world.calls.cognito(pool.home, (client, how) =>
    client.send(new AssociateSoftwareTokenCommand({ AccessToken }), how),
  )
  if (associated.kind !== 'done') return
  factors.secret = associated.output.SecretCode ?? ''
  const UserCode = totpCode(factors.secret, -1)
  factors.sentCodes.add(UserCode)
  await write(world, {
    thing: person,
    pool,
    what: 'VerifySoftwareToken',
    // The session may end meanwhile.
    isDue: () => false,
    send: () =>
      world.calls.cognito(pool.home, (client, how) =>
        client.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }), how),
      ),
    done: (_, atMs) => factors.isEnrolled.write(true, atMs),
    unknown: (atMs) => factors.isEnrolled.attempt(true, atMs),
  })
}

async function enrolPasskey(world: World, person: Person, AccessToken: string): Promise<void> {
  const { pool, factors } = person
  const started = await world.calls.cognito(pool.home, (client, how) =>
    client.send(new StartWebAuthnRegistrationCommand({ AccessToken }), how),
  )
  if (started.kind !== 'done') return
  const authenticator = new SoftwareAuthenticator({ origin: `https://${RELYING_PARTY}` })
  factors.authenticator = authenticator
  const Credential = authenticator.create(started.output.CredentialCreationOptions) as never
  await write(world, {
    thing: person,
    pool,
    what: 'CompleteWebAuthnRegistration',
    isDue: () => false,
    send: () =>
      world.calls.cognito(pool.home, (client, how) =>
        client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }), how),
      ),
    done: (_, atMs) => factors.isEnrolled.write(true, atMs),
    unknown: (atMs) => factors.isEnrolled.attempt(true, atMs),
  })
}

/** Signs in by the own factor; undefined where no code is left for now. */
export async function signInByOwn(
  world: World,
  person: Person,
  region: string,
): Promise<Outcome<Session> | undefined> {
  const { factors } = person
  const password = person.password.sure
  if (password === undefined) return undefined
  const attempt = { person, password, region, isRotating: false }
  if (factors.own === 'passkey') {
    const value = String(factors.authenticator?.counter)
    return noted(person, region, value, await signIn(world, { ...attempt, how: 'passkey' }))
  }
  const codes = [totpCode(factors.secret), totpCode(factors.secret, 1)]
  const code = codes.find((one) => !factors.sentCodes.has(one))
  if (code === undefined) return undefined
  factors.sentCodes.add(code)
  return noted(person, region, code, await signIn(world, { ...attempt, how: 'app', code }))
}

function noted(
  { factors, sessions }: Person,
  region: string,
  value: string,
  outcome: Outcome<Session>,
): Outcome<Session> {
  if (outcome.kind !== 'done') return outcome
  while (sessions.length > SESSIONS_MAX) sessions.shift()
  factors.uses.push({
    region,
    value,
    atMs: Date.now(),
    hasTravelled: false,
    unknownAt: new Set<string>(),
  })
  return outcome
}

/** What was used once and is known there is not taken again. */
export async function useAgain(world: World, person: Person, region: string): Promise<void> {
  const { factors } = person
  const password = person.password.sure
  const isKnown = (use: Use) => isKnownAt({ ...use, isSure: true }, region)
  const use = factors.uses.findLast(isKnown)
  if (password === undefined || use === undefined) return
  const isApp = factors.own === 'app'
  if (isApp && Date.now() - use.atMs > CODE_MS) return
  const attempt = { person, password, region, isRotating: false }
  const counter = factors.authenticator?.counter
  if (factors.authenticator !== undefined) factors.authenticator.counter = Number(use.value)
  const outcome = isApp
    ? await signIn(world, { ...attempt, how: 'app', code: use.value, isReuse: true })
    : await signIn(world, { ...attempt, how: 'passkey', isReuse: true })
  if (factors.authenticator !== undefined) factors.authenticator.counter = counter
  if (outcome.kind === 'refused') world.count(`${isApp ? 'a code' : 'a counter'} refused`)
  // Where it is surely gone, a restore may have undone the factor: then the password is enough.
  if (outcome.kind !== 'done' || !isKnown(use) || !factors.isEnrolled.isSurely(true)) return
  const detail = `${isApp ? 'a code' : 'a counter'} of ${use.region} is taken again at ${region}`
  world.violate('what was used up or forgotten is not taken again', person, detail)
}

const owners = (world: World) =>
  freePools(world)
    .flatMap((pool) => pool.people())
    .filter((person) => person.factors.own && !person.isBusy && hasName(person))

const onOwner = (
  name: string,
  weight: number,
  work: (world: World, person: Person, region: string) => Promise<unknown>,
): Operation => ({
  name,
  weight,
  async run(world, chance) {
    const person = chance.pick(owners(world))
    if (person === undefined) return
    const region = anyRegion(person.pool, chance)
    await holding(person, async () => {
      if (person.factors.isEnrolled.isSurely(false)) await enrol(world, person)
      else await work(world, person, region)
    })
  },
})

export const FACTOR_OPERATIONS: readonly Operation[] = [
  onOwner('sign in by a factor', 6, signInByOwn),
  onOwner('use a factor again', 2, useAgain),
  {
    name: 'create a user with a factor',
    weight: 1,
    async run(world, chance) {
      const pool = chance.pick(freePools(world).filter(({ isLasting }) => isLasting))
      const own = ownOf(chance)
      if (pool === undefined) return
      const others = pool.people().filter(({ factors }) => factors.own === own)
      if (others.length < OWNERS_MAX) await createOwner(world, pool, own)
    },
  },
]

function ownOf(chance: Chance): 'app' | 'passkey' {
  return chance.is(0.5) ? 'app' : 'passkey'
}
