// SELECT_CHALLENGE: what a choice-based sign-in (USER_AUTH) may begin with. The response names one,
// and brings what the chosen challenge begins with: a password, SRP_A. A client may as well respond
// to PASSWORD or PASSWORD_SRP at once, which says the same.

import { required } from '#base/assert.js'
import { refused } from '#domain/refusal.js'
import {
  type AuthStep,
  type ChallengeIssued,
  issueSession,
  type RespondableChallenge,
} from '../challenge.js'
import type { SelectChallengeState } from '../session.js'
import { waitingSession } from '../waiting-session.js'

/** A session is one choice: the challenge that follows has a session of its own. */
const ATTEMPTS_MAX = 1

/** What an answer brings along. */
const BROUGHT: Readonly<Record<string, string>> = { PASSWORD: 'PASSWORD', PASSWORD_SRP: 'SRP_A' }

export const selectChallenge = selection('SELECT_CHALLENGE')
export const selectPassword = selection('PASSWORD')
export const selectPasswordSrp = selection('PASSWORD_SRP')

/** Asks a user, or a decoy, to choose. */
export function askForChoice(
  step: AuthStep,
  whom: { readonly sub: string; readonly username: string },
  choices: readonly string[],
): ChallengeIssued {
  const id = step.services.random.uuid()
  return {
    kind: 'challenge',
    name: 'SELECT_CHALLENGE',
    session: issueSession(step, id, whom, { name: 'SELECT_CHALLENGE', choices }),
    parameters: {},
  }
}

function selection(
  name: 'SELECT_CHALLENGE' | 'PASSWORD' | 'PASSWORD_SRP',
): RespondableChallenge<SelectChallengeState> {
  const isNamed = name === 'SELECT_CHALLENGE'
  return {
    name,
    responses: isNamed ? ['USERNAME', 'ANSWER'] : ['USERNAME', required(BROUGHT[name], name)],
    needsSession: true,
    writesDirectory: false,
    openSession: (call, text) => waitingSession(call, text, 'SELECT_CHALLENGE'),

    async respond({ services, context, parameters }, session) {
      const answer = isNamed ? (parameters['ANSWER'] ?? '') : name
      // Before the session is taken, so that a mistake may be corrected.
      if (!session.challenge.choices.includes(answer)) {
        return refused('invalid-parameter', 'Selected challenge is not available.')
      }
      const brought = BROUGHT[answer]
      if (brought !== undefined && !parameters[brought]) {
        return refused('missing-parameter', brought)
      }
      const mark = services.passwordTurns.mark()
      const claim = await services.users.takeSession(context.pool, session, ATTEMPTS_MAX)
      if (claim === 'again') return refused('session-used')
      return { kind: 'answered', answer, known: { claim, mark } }
    },
  }
}
