// Somebody who is locked out: chosen once, guessed for at times, and never let in again. Whatever
// happens to the databases, a Region that has heard of enough guesses refuses even the right one.
import { serves } from '../expectations.js'
import type { Person } from '../record.js'
import type { World } from '../world.js'
import { anyRegion, freePools, hasName, holding, type Operation } from './operation.js'
import { signIn } from './sessions.js'

const WRONG = 'Never-was-right-1-battery'
/** Failures after which each further one makes the wait longer. */
const FAILURES_FREE = 5
const VICTIMS_MAX = 2

async function guessOften(world: World, person: Person, region: string): Promise<void> {
  for (let at = 0; at <= FAILURES_FREE; at += 1) {
    await signIn(world, { person, region, password: WRONG, how: 'password', isRotating: false })
  }
}

/** In quiet: one more wrong password, and then the right one is refused. */
export async function compareLockout(
  world: World,
  person: Person,
  regions: readonly string[],
): Promise<void> {
  const password = person.password.sure
  const isDue = person.failures.length >= FAILURES_FREE && !person.hasUnknownFailures
  if (!hasName(person) || password === undefined || !isDue) return
  for (const region of regions) {
    if (serves(person.pool, region) !== 'must') continue
    const attempt = { person, region, how: 'password', isRotating: false } as const
    const failures = [...person.failures]
    await signIn(world, { ...attempt, password: WRONG })
    const outcome = await signIn(world, { ...attempt, password })
    if (outcome.kind !== 'done') continue
    const detail = `after ${failures.length} failures the right password gets in at ${region}`
    world.violate('a lockout is not forgotten', person, detail)
  }
}

export const LOCKOUT_OPERATIONS: readonly Operation[] = [
  {
    name: 'lock a user out',
    weight: 1,
    async run(world, chance) {
      const people = freePools(world)
        .filter(({ isLasting }) => isLasting)
        .flatMap((pool) => pool.people())
        .filter(
          (person) =>
            !person.factors.own &&
            !person.isBusy &&
            hasName(person) &&
            person.isEnabled.isSurely(true),
        )
      const victims = people.filter(({ isVictim }) => isVictim)
      const choice = victims.length < VICTIMS_MAX ? people : victims
      const person = chance.pick(choice.filter(({ password }) => password.sure !== undefined))
      if (person === undefined) return
      person.isVictim = true
      await holding(person, () => guessOften(world, person, anyRegion(person.pool, chance)))
    },
  },
]
