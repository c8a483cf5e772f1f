// The session of a response, as most challenges read it: it waits for that challenge, and the
// response names the user whom it is of.

import { type Refused, refused } from '#domain/refusal.js'
import type { AuthStep } from './challenge.js'
import { type AuthSession, type ChallengeState, isWaitingFor, openSession } from './session.js'

/** The session, if it waits for the challenge of this name and the response is for its user. */
export function waitingSession<Name extends ChallengeState['name']>(
  { cipher, parameters }: Pick<AuthStep, 'cipher' | 'parameters'>,
  text: string | undefined,
  name: Name,
): AuthSession<Extract<ChallengeState, { readonly name: Name }>> | Refused {
  const session = openSession(cipher, text ?? '')
  if (!isWaitingFor(session, name)) return refused('invalid-session')
  const { username, typedName, sub } = session
  const named = parameters['USERNAME'] ?? ''
  return [username, typedName, sub].includes(named) ? session : refused('invalid-session')
}
