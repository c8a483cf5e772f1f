// CUSTOM_AUTH: the customer's code decides what comes next. It is asked when the flow begins and
// after each challenge, with what came before; what it cannot decide, such as a user who is
// disabled, the rules of all flows decide (#domain/challenge/requirements.ts). A missing function
// ends the sign-in: there is no way past it.
//
// A name without a user goes the same way under a made-up user, and the customer's code is told so,
// so that a client that must not learn who exists sees the same challenges.

import type { Defined } from '#domain/challenge/state.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { ChallengeAuthEvent } from '#ports/triggers.js'
import { preAuthentication } from './before-proof.js'
import type { AuthStep, CustomSubject, Parameters } from './challenge.js'
import type { ChallengeResult } from './session.js'
import { resolveSubject } from './subject.js'

// Deviation: a custom sign-in has ten challenges at most, and what its functions keep between two
// calls has to fit into the Session string, about a thousand characters. Nothing is stored of it,
// and a sign-in that goes on for ever would make guesses without end.
/** Challenges of one sign-in, however often the customer's code would go on. */
export const CUSTOM_ROUNDS_MAX = 10

/** Whether the flow begins with SRP, and what is wrong with the parameters that say so. */
export function customBeginning(parameters: Parameters): readonly ChallengeResult[] | Refused {
  const { CHALLENGE_NAME: name } = parameters
  if (name === undefined) return []
  if (name === 'SRP_A') return [{ name: 'SRP_A', isPassed: true }]
  return refused('invalid-parameter', 'CHALLENGE_NAME must be SRP_A.')
}

/** Reads the name, and tells the customer's code that a sign-in begins. */
export async function beginCustom(
  step: AuthStep,
): Promise<{ readonly step: AuthStep; readonly subject: CustomSubject } | Refused> {
  const { services, context, cipher, progress } = step
  const { users, passwordTurns, clock } = services
  const { pool, client } = context
  const mark = passwordTurns.mark()
  const claim = await users.findAuthClaim(pool, progress.typedName)
  if (claim.record === undefined && !hidesUsers(client.settings)) return refused('user-absent')
  await preAuthentication(step, claim.record?.user)
  const found = { pool, cipher, name: progress.typedName, claim, nowMs: clock.nowMs() }
  const { record, sub, username } = resolveSubject(found)
  return { step: { ...step, known: { claim, mark } }, subject: { record, sub, username } }
}

/** What the customer's code wants next. */
export async function define(step: AuthStep, subject: CustomSubject): Promise<Defined | Refused> {
  const event = customEvent(step, subject)
  const defined = await step.services.triggers.defineAuthChallenge(event)
  return defined ?? refused('custom-auth-unconfigured')
}

/** What the events of a custom sign-in have in common. */
export function customEvent(
  { context: { pool, client, request }, progress }: AuthStep,
  { record }: CustomSubject,
): ChallengeAuthEvent {
  return {
    source: 'Authentication',
    pool,
    client,
    request,
    user: record?.user,
    username: progress.typedName,
    session: progress.history,
  }
}
