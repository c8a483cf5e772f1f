// The chapter of the outage: the primary Region is killed, users go on, it returns and catches up.
import { GlobalSignOutCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { CommandError } from '../failure.js'
import { duration } from './narrator.js'
import {
  inParallel,
  nameOf,
  PASSWORD,
  refresh,
  signIn,
  signInBySrp,
  signUpPeople,
} from './people.js'
import { until } from './replicate.js'
import { endpointOf, type Story, sdkClient } from './story.js'
import { machineToken, type TokenVerifier, verifierOf } from './tokens.js'

const RETURN_TIMEOUT_MS = 60_000
const SRP_SIGN_INS = 5

export async function loseRegion(story: Story): Promise<void> {
  const { narrator, primaryRegion, secondaryRegion, stack } = story
  narrator.chapter(`${primaryRegion} is lost: kill -9 of its node and its database`)
  await stack.command('region', 'stop', primaryRegion, '--kill')
  const killedAtMs = performance.now()
  const there = sdkClient(story, secondaryRegion)
  await narrator.promise(`the first sign-in at ${secondaryRegion} after the kill`, async () => {
    await until(RETURN_TIMEOUT_MS, () => succeeds(() => signIn(there, story.pool, nameOf(0))))
    story.measures['firstSuccessElsewhereMs'] = performance.now() - killedAtMs
    return duration(story.measures['firstSuccessElsewhereMs'])
  })
  await narrator.promise('machines get tokens through the edge again', async () => {
    await until(RETURN_TIMEOUT_MS, () =>
      succeeds(async () => story.tokens.push(await machineToken(story))),
    )
    story.measures['edgeFailoverMs'] = performance.now() - killedAtMs
    return duration(story.measures['edgeFailoverMs'])
  })
  const verifier = await verifierOf(story)
  await duringOutage(story, verifier)
  await comeBack(story, verifier)
}

async function duringOutage(story: Story, verifier: TokenVerifier): Promise<void> {
  const { narrator, secondaryRegion, pool } = story
  const there = sdkClient(story, secondaryRegion)
  await narrator.promise('every user signs in with the same password', async () => {
    const numbers = Array.from({ length: story.users }, (_, at) => at)
    await inParallel(numbers, 4, async (at) => {
      const session = await signIn(there, pool, nameOf(at))
      story.tokens.push(session.idToken, session.accessToken)
    })
    return `${story.users} users`
  })
  await narrator.promise('SRP sign-ins work', async () => {
    for (let at = 0; at < Math.min(SRP_SIGN_INS, story.users); at += 1) {
      await signInBySrp(endpointOf(story, secondaryRegion), pool, nameOf(at))
    }
    return `${Math.min(SRP_SIGN_INS, story.users)} users`
  })
  await narrator.promise('sessions that began in the lost Region go on', async () => {
    for (const session of story.sessions.values()) {
      const renewed = await refresh(there, pool, session)
      story.tokens.push(renewed.idToken, renewed.accessToken)
    }
    return `${story.sessions.size} sessions`
  })
  await narrator.promise('one verifier accepts the tokens of both Regions', async () => {
    for (const token of story.tokens) await verifier.verify(token)
    return `${story.tokens.length} tokens`
  })
  await narrator.promise('a wrong password is refused', () =>
    refuses('NotAuthorizedException', () => signIn(there, pool, nameOf(1), `${PASSWORD}!`)),
  )
  await narrator.promise('sign-up is refused with OperationNotEnabledException', () =>
    refuses('OperationNotEnabledException', () =>
      there.send(
        new SignUpCommand({ ClientId: pool.clientId, Username: 'late', Password: PASSWORD }),
      ),
    ),
  )
  await narrator.promise('a user signs out everywhere', async () => {
    const session = await refresh(there, pool, required(story.sessions.get(0), 'session'))
    await there.send(new GlobalSignOutCommand({ AccessToken: session.accessToken }))
    return refuses('NotAuthorizedException', () => refresh(there, pool, session))
  })
}

async function comeBack(story: Story, verifier: TokenVerifier): Promise<void> {
  const { narrator, primaryRegion, stack, pool } = story
  narrator.chapter(`${primaryRegion} returns`)
  const startedAtMs = performance.now()
  await narrator.step('its database and node start', () =>
    stack.command('region', 'start', primaryRegion),
  )
  const here = sdkClient(story, primaryRegion)
  await narrator.promise('the sign-out of the outage holds there too', async () => {
    const session = required(story.sessions.get(0), 'session')
    await until(
      RETURN_TIMEOUT_MS,
      async () => !(await succeeds(() => refresh(here, pool, session))),
    )
    story.measures['catchUpMs'] = performance.now() - startedAtMs
    await refuses('NotAuthorizedException', () => refresh(here, pool, session))
    return duration(story.measures['catchUpMs'])
  })
  await narrator.promise('the other sessions go on there', async () => {
    for (const [at, session] of story.sessions) {
      if (at === 0) continue
      const renewed = await refresh(here, pool, session)
      await verifier.verify(renewed.accessToken)
    }
    return `${story.sessions.size - 1} sessions`
  })
  await narrator.promise('sign-up works again, and the new user signs in elsewhere', async () => {
    await signUpPeople(here, pool, { from: story.users, to: story.users + 1 })
    story.expectedUsers += 1
    const there = sdkClient(story, story.secondaryRegion)
    const name = nameOf(story.users)
    await until(RETURN_TIMEOUT_MS, () => succeeds(() => signIn(there, pool, name)))
    return undefined
  })
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch {
    return false
  }
}

async function refuses(name: string, work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Error && error.name === name) return name
    throw error
  }
  throw new CommandError(`it was not refused with ${name}`)
}
