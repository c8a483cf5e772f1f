// Sessions: begun by password and SRP in either Region, renewed with and without rotation, and
// ended by revocation and sign-out in either Region.
import {
  AdminUserGlobalSignOutCommand,
  type AuthenticationResultType,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { type Outcome, wordsOf } from '../calls.js'
import type { Chance } from '../chance.js'
import { type Expected, hasExpected, refreshExpected, throughout } from '../expectations.js'
import { type Person, Session } from '../record.js'
import { mayArrive } from '../thing.js'
import type { World } from '../world.js'
import { endSession, endSessions, mayHaveEnded } from './endings.js'
import { anyRegion, freeSessions, holding, type Operation, onPerson } from './operation.js'
import { type Attempt, attemptExpected, authenticate } from './ways.js'

const SESSIONS_MAX = 4
const WAYS = ['password', 'password', 'srp'] as const

/** Signs in, and compares the response with the record. */
export async function signIn(world: World, attempt: Attempt): Promise<Outcome<Session>> {
  const { person, region, password, how, isRotating } = attempt
  const before = attemptExpected(world, attempt)
  const begunAtMs = Date.now()
  const outcome = await world.calls.own(() => authenticate(world, attempt))
  const expected = throughout(before, attemptExpected(world, attempt))
  const what = `sign-in by ${how} with ${password} at ${region}`
  world.note(person, `${what} (${expected}): ${wordsOf(outcome)}`)
  judgeSignIn(world, attempt, { outcome, expected, what })
  countFailure(attempt, outcome)
  if (how === 'email code' && region === person.pool.home) {
    // The code has proven the address, too.
    if (outcome.kind === 'done') person.isConfirmed.write(true, Date.now())
    if (outcome.kind === 'unknown') person.isConfirmed.attempt(true, begunAtMs)
  }
  if (outcome.kind !== 'done') return outcome
  // What the customer's code lets in has not proven who it is.
  if (how !== 'custom') {
    person.failures = []
    person.hasUnknownFailures = false
  }
  const { result, asked } = outcome.output
  world.count(`sign-in by ${how}`)
  const { NewDeviceMetadata: newDevice } = result
  const session = new Session(`session ${world.record.nextNumber()} of ${person.label}`, {
    person,
    isRotating,
    region,
    begunAtMs,
    refreshToken: result.RefreshToken ?? '',
    accessToken: result.AccessToken ?? '',
    deviceKey: newDevice?.DeviceKey ?? attempt.device?.keys.deviceKey,
    newDevice,
  })
  judgeProofs(world, attempt, { expected, asked, what })
  world.note(session, `begun at ${region} by ${how}`)
  endByEarlierSignOuts(world, session)
  person.sessions.push(session)
  return { kind: 'done', output: session }
}

/** Tokens never come without the second proof that the user surely has. */
function judgeProofs(
  world: World,
  { person, region, how, device }: Attempt,
  { expected, asked, what }: { expected: Expected; asked: readonly string[]; what: string },
): void {
  if (expected !== 'must') return
  const due = how === 'app' ? 'SOFTWARE_TOKEN_MFA' : how === 'device' ? 'DEVICE_SRP_AUTH' : ''
  const owned = how === 'app' ? person.factors.isEnrolled : device?.isRemembered
  if (due === '' || owned === undefined || asked.includes(due)) return
  if (hasExpected(owned, person, region) !== 'must') return
  world.violate('nobody gets around a second proof', person, `${what} was not asked for ${due}`)
}

/** A session that has just begun may be ended by sign-outs from before it. */
function endByEarlierSignOuts({ record }: World, session: Session): void {
  const { person, region, begunAtMs } = session
  const { skewMs } = record
  // Where clocks disagree or a call came late, one may be dated after it.
  if (begunAtMs < person.signedOutUntilMs + skewMs) {
    endSession(session, { what: 'a sign-out under way', region, startedAtMs: 0, isSure: false })
  }
  // Sign-outs are dated ahead, and end whatever begins meanwhile where they have not arrived.
  for (const signOut of person.signOuts) {
    if (!mayArrive(signOut, { region, begunAtMs, skewMs })) continue
    const what = `${signOut.what} of before, which arrives late`
    endSession(session, { what, region: signOut.region, startedAtMs: 0, isSure: false })
  }
}

function judgeSignIn(
  world: World,
  { person, password, how }: Attempt,
  result: { outcome: Outcome<unknown>; expected: Expected; what: string },
): void {
  const { outcome, expected, what } = result
  if (outcome.kind === 'done' && expected === 'must not') {
    const isEver = person.password.ever().includes(password) || how === 'email code'
    const promise =
      how === 'device' || how === 'passkey'
        ? 'what was used up or forgotten is not taken again'
        : isEver && how !== 'custom'
          ? 'a disabled user gets no tokens'
          : 'nobody gets in by a wrong password'
    world.violate(promise, person, `${what} got tokens`)
  }
  if (outcome.kind === 'refused' && expected === 'must') {
    const why = `${outcome.name}: ${outcome.message}`
    world.violate('a valid session never gets a final refusal', person, `${what}: ${why}`)
  }
}

/** Notes what a wrong password counts for. */
function countFailure({ person, region }: Attempt, outcome: Outcome<unknown>): void {
  if (outcome.kind === 'unknown') {
    person.hasUnknownFailures = true
    person.factors.lostCallAtMs = Date.now()
  }
  if (outcome.kind !== 'refused') return
  if (/code/i.test(outcome.name)) person.hasUnknownFailures = true
  if (!/Incorrect username or password/.test(outcome.message)) return
  const unknownAt = new Set<string>()
  person.failures.push({ region, atMs: Date.now(), hasTravelled: false, unknownAt })
}

/** Renews a session, and compares the response with the record. */
export async function refresh(world: World, session: Session, region: string): Promise<boolean> {
  const { isRotating, refreshToken } = session
  const before = refreshExpected(session, region)
  const outcome = await renew(world, session, region, refreshToken)
  const expected = throughout(before, refreshExpected(session, region))
  world.note(session, `renewed at ${region} (${expected}): ${wordsOf(outcome)}`)
  if (outcome.kind === 'done') {
    session.accessToken = outcome.output.AccessToken ?? session.accessToken
    const next = outcome.output.RefreshToken
    if (isRotating && next !== undefined) {
      session.usedTokens.push(refreshToken)
      session.refreshToken = next
    }
    if (expected === 'must not') {
      world.violate('no ended session is alive', session, `renewed at ${region}`)
    }
  }
  // The token may be used up, and nobody has what came in its place.
  if (outcome.kind === 'unknown' && isRotating) session.isForgotten = true
  if (outcome.kind === 'refused' && expected === 'must') {
    const why = `${outcome.name}: ${outcome.message}`
    world.violate('a valid session never gets a final refusal', session, `${region}: ${why}`)
  }
  return outcome.kind === 'done'
}

export function renew(
  world: World,
  { person, isRotating, deviceKey }: Session,
  region: string,
  token: string,
): Promise<Outcome<AuthenticationResultType>> {
  const { clientId, rotatingClientId } = person.pool
  return world.calls.cognito(region, async (client, options) => {
    const { AuthenticationResult } = isRotating
      ? await client.send(
          new GetTokensFromRefreshTokenCommand({
            ClientId: rotatingClientId,
            RefreshToken: token,
            DeviceKey: deviceKey,
          }),
          options,
        )
      : await client.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: {
              REFRESH_TOKEN: token,
              ...(deviceKey !== undefined && { DEVICE_KEY: deviceKey }),
            },
          }),
          options,
        )
    return required(AuthenticationResult, 'tokens')
  })
}

/** The user asks for the profile with the access token. */
async function getUser(world: World, session: Session, region: string): Promise<void> {
  const before = refreshExpected(session, region)
  const outcome = await world.calls.cognito(region, (client, options) =>
    client.send(new GetUserCommand({ AccessToken: session.accessToken }), options),
  )
  const expected = throughout(before, refreshExpected(session, region))
  world.note(session, `GetUser at ${region} (${expected}): ${wordsOf(outcome)}`)
  if (outcome.kind === 'done' && expected === 'must not') {
    world.violate('no ended session is alive', session, `GetUser at ${region} was answered`)
  }
  if (outcome.kind === 'refused' && expected === 'must') {
    const why = `${outcome.name}: ${outcome.message}`
    world.violate('a valid session never gets a final refusal', session, `${region}: ${why}`)
  }
}

async function revoke(world: World, session: Session, region: string): Promise<void> {
  const { person, isRotating, refreshToken } = session
  const { clientId, rotatingClientId } = person.pool
  const ClientId = isRotating ? rotatingClientId : clientId
  const outcome = await world.calls.cognito(region, (client, options) =>
    client.send(new RevokeTokenCommand({ ClientId, Token: refreshToken }), options),
  )
  world.note(session, `RevokeToken at ${region}: ${wordsOf(outcome)}`)
  const isSure = outcome.kind === 'done'
  if (!isSure && outcome.kind !== 'unknown') return
  endSession(session, { what: 'RevokeToken', region, startedAtMs: 0, isSure })
}

async function signOut(world: World, session: Session, region: string): Promise<void> {
  const { person } = session
  const startedAtMs = Date.now()
  const outcome = await world.calls.cognito(region, (client, options) =>
    client.send(new GlobalSignOutCommand({ AccessToken: session.accessToken }), options),
  )
  world.note(person, `GlobalSignOut of ${session.label} at ${region}: ${wordsOf(outcome)}`)
  const by = { what: 'GlobalSignOut', region, startedAtMs, own: session }
  if (outcome.kind === 'done') endSessions(world, person, { ...by, atMs: Date.now() })
  if (outcome.kind === 'unknown') mayHaveEnded(person, by)
}

async function adminSignOut(world: World, person: Person, region: string): Promise<void> {
  const user = { UserPoolId: person.pool.id, Username: person.username }
  const startedAtMs = Date.now()
  const outcome = await world.calls.cognito(region, (client, options) =>
    client.send(new AdminUserGlobalSignOutCommand(user), options),
  )
  world.note(person, `AdminUserGlobalSignOut at ${region}: ${wordsOf(outcome)}`)
  const by = { what: 'AdminUserGlobalSignOut', region, startedAtMs }
  if (outcome.kind === 'done') endSessions(world, person, { ...by, atMs: Date.now() })
  if (outcome.kind === 'unknown') mayHaveEnded(person, by)
}

/** A copied refresh token: both Regions are asked to rotate it at once, and the family ends. */
async function useTwice(world: World, session: Session): Promise<void> {
  const { person, refreshToken, isRotating } = session
  const { pool } = person
  if (!isRotating || !pool.replica.isSurely('ACTIVE') || session.state !== 'alive') return
  const startedAtMs = Date.now()
  const [home, other] = await Promise.all(
    [pool.home, pool.other].map((region) => renew(world, session, region, refreshToken)),
  )
  const outcomes = [home, other].map((outcome) => outcome && wordsOf(outcome))
  world.note(session, `rotated in both Regions at once: ${outcomes.join(' and ')}`)
  const isTwice = home?.kind === 'done' && other?.kind === 'done'
  // A refusal may be the reuse that was seen, which ends it too, or a response of the other kind.
  const by = { what: 'a rotation used twice', region: pool.home, startedAtMs }
  if (home?.kind === 'done') session.refreshToken = home.output.RefreshToken ?? refreshToken
  session.usedTokens.push(refreshToken)
  endSession(session, { ...by, isSure: false })
  session.isDoubled = isTwice
}

const onSession = (
  name: string,
  weight: number,
  work: (world: World, session: Session, region: string) => Promise<unknown>,
): Operation => ({
  name,
  weight,
  async run(world, chance) {
    const session = chance.pick(freeSessions(world))
    if (session === undefined) return
    const region = anyRegion(session.person.pool, chance)
    await holding(session.person, async () => {
      await work(world, session, region)
    })
  },
})

async function signInAnywhere(world: World, person: Person, chance: Chance): Promise<void> {
  const open = person.sessions.filter(({ isForgotten }) => !isForgotten)
  const password = person.password.sure
  if (password === undefined || open.length >= SESSIONS_MAX) return
  const region = anyRegion(person.pool, chance)
  const isRotating = person.pool.rotatingClientId !== '' && chance.is(0.3)
  const device = chance.pick(person.factors.devices)
  if (device !== undefined && chance.is(0.3)) {
    await signIn(world, { person, password, region, how: 'device', isRotating: false, device })
    return
  }
  await signIn(world, { person, password, region, how: chance.pick(WAYS) ?? 'srp', isRotating })
}

/** Pools that stay have codes and functions, too. */
async function signInWithout(world: World, person: Person, chance: Chance): Promise<void> {
  if (!person.pool.isLasting) return
  const region = anyRegion(person.pool, chance)
  // Who is disabled is sent no code, which would be waited for.
  const how = person.isEnabled.isSurely(true) && chance.is(0.5) ? 'email code' : 'custom'
  const attempt = { person, region, password: 'no password', how, isRotating: false } as const
  const outcome = await signIn(world, attempt)
  if (outcome.kind === 'done' && person.sessions.length > SESSIONS_MAX) person.sessions.pop()
}

/** An attacker's guess: a password that was never this user's, or an old one. */
async function guess(world: World, person: Person, chance: Chance): Promise<void> {
  if (person.failures.length >= 3) return
  const old = person.password.ever().filter((value) => !person.password.allowed().includes(value))
  const password = (chance.is(0.5) ? chance.pick(old) : undefined) ?? 'Never-was-right-0-battery'
  const region = anyRegion(person.pool, chance)
  const attempt = { person, password, region, isRotating: false }
  if (person.pool.isLasting && chance.is(0.3)) {
    await signIn(world, { ...attempt, how: 'custom', answer: 'another Region' })
  } else {
    await signIn(world, { ...attempt, how: 'password' })
  }
}

export const SESSION_OPERATIONS: readonly Operation[] = [
  onPerson('sign in', 18, signInAnywhere),
  onPerson('sign in by a code or an answer', 10, signInWithout),
  onPerson('guess a password', 4, guess),
  onSession('renew a session', 24, refresh),
  onSession('ask for the profile', 6, getUser),
  onSession('revoke a token', 3, revoke),
  onSession('sign out everywhere', 3, signOut),
  onSession('use a rotation twice', 1.5, (world, session) => useTwice(world, session)),
  onPerson('sign a user out', 2, (world, person, chance) =>
    adminSignOut(world, person, anyRegion(person.pool, chance)),
  ),
]
