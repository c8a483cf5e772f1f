// SELECT_MFA_TYPE: a user with several second factors chooses one.

import { refused } from '#domain/refusal.js'
import { MFA_METHODS } from '#domain/user/factors.js'
import { type FurtherChallenge, issueSession, type RespondableChallenge } from '../challenge.js'
import type { ChallengeState } from '../session.js'
import { waitingSession } from '../waiting-session.js'

type SelectState = Extract<ChallengeState, { readonly name: 'SELECT_MFA_TYPE' }>

/** A session is one choice: the next challenge has a session of its own. */
const ATTEMPTS_MAX = 1

export const selectMfaType: FurtherChallenge & RespondableChallenge<SelectState> = {
  name: 'SELECT_MFA_TYPE',
  responses: ['USERNAME', 'ANSWER'],
  needsSession: true,
  writesDirectory: false,

  begin(step, { user }, choices) {
    const id = step.services.random.uuid()
    return {
      kind: 'challenge',
      name: 'SELECT_MFA_TYPE',
      session: issueSession(step, id, user, { name: 'SELECT_MFA_TYPE', choices }),
      parameters: {
        MFAS_CAN_CHOOSE: JSON.stringify(choices),
        MFAS_CAN_SELECT: JSON.stringify(choices),
        USER_ID_FOR_SRP: user.username,
        USERNAME: user.username,
      },
    }
  },

  openSession: (call, text) => waitingSession(call, text, 'SELECT_MFA_TYPE'),

  async respond({ services, context, parameters }, session) {
    const { choices } = session.challenge
    const name = MFA_METHODS.find((method) => method === parameters['ANSWER'])
    // Before the session is taken: a name that was mistyped may be typed again.
    if (name === undefined || !choices.includes(name)) {
      return refused('invalid-parameter', 'Invalid MFA type selected.')
    }
    const claim = await services.users.takeSession(context.pool, session, ATTEMPTS_MAX)
    if (claim === 'again') return refused('session-used')
    if (claim.record === undefined) return refused('invalid-session')
    const { record } = claim
    if (!record.user.isEnabled) return refused('user-disabled')
    return { kind: 'passed', record, factors: [], chosen: name }
  },
}
