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

/**
 * The session that SRP's secret block bears, so that the client's signature covers it. `text`, the
 * `Session` beside it, names the same session where it is given.
 */
export function sessionInBlock<Name extends ChallengeState['name']>(
  { cipher, parameters }: Pick<AuthStep, 'cipher' | 'parameters'>,
  text: string | undefined,
  name: Name,
): AuthSession<Extract<ChallengeState, { readonly name: Name }>> | Refused {
  const block = parameters['PASSWORD_CLAIM_SECRET_BLOCK'] ?? ''
  const session = openSession(cipher, Buffer.from(block, 'base64').toString('utf8'))
  if (!isWaitingFor(session, name)) return refused('incorrect-credentials')
  if (text !== undefined) {
    const reference = openSession(cipher, text)
    const isReference = isWaitingFor(reference, 'SRP_SESSION_REFERENCE')
    if (!isReference || reference.id !== session.id) return refused('invalid-session')
  }
  const { username, typedName } = session
  const named = parameters['USERNAME'] ?? ''
  return named === username || named === typedName ? session : refused('invalid-session')
}
