// CUSTOM_CHALLENGE: the customer's code makes a challenge and judges the response. What it keeps
// for itself (privateChallengeParameters) is sealed into the session, so that nobody sees it, and
// what it shows goes to the client. A wrong response is not the end: the customer's code decides.

import { required } from '#base/assert.js'
import type { AuthFactor } from '#domain/challenge/factors.js'
import { refused } from '#domain/refusal.js'
import { TriggerError } from '#ports/triggers.js'
import {
  type AuthStep,
  type ChallengeIssued,
  type ChallengeJudged,
  type CustomSubject,
  issueSession,
  type RespondableChallenge,
} from '../challenge.js'
import { CUSTOM_ROUNDS_MAX, customEvent } from '../custom-auth.js'
import type { ChallengeState } from '../session.js'
import { absentDevice } from '../tracked-device.js'
import { waitingSession } from '../waiting-session.js'

type CustomState = Extract<ChallengeState, { readonly name: 'CUSTOM_CHALLENGE' }>

const NAME = 'CUSTOM_CHALLENGE'
/** What the API takes of a Session. */
const SESSION_LENGTH_MAX = 2048

export const customChallenge: RespondableChallenge<CustomState> = {
  name: NAME,
  responses: ['USERNAME', 'ANSWER'],
  needsSession: true,
  writesDirectory: false,

  openSession: (call, text) => waitingSession(call, text, NAME),

  async respond(step, session) {
    const { services, context, parameters } = step
    const absent = await absentDevice(step, session.sub)
    if (absent !== undefined) return absent
    const claim = await services.users.takeSession(context.pool, session, 1)
    if (claim === 'again') return refused('session-used')
    const { record } = claim
    const { sub, username, challenge } = session
    const subject = { record, sub, username }
    const isCorrect = await services.triggers.verifyAuthChallenge({
      ...customEvent(step, subject),
      privateParameters: challenge.private,
      answer: required(parameters['ANSWER'], 'answer'),
    })
    if (isCorrect === undefined) return refused('custom-auth-unconfigured')
    const { metadata } = challenge
    const judged: ChallengeJudged = {
      kind: 'judged',
      subject,
      result: { name: NAME, isPassed: isCorrect, ...(metadata !== undefined && { metadata }) },
      factors: isCorrect ? (['custom'] satisfies AuthFactor[]) : [],
    }
    return judged
  },
}

/** Issues a challenge that the customer's code makes, to a user or a decoy. */
export async function issueCustom(step: AuthStep, subject: CustomSubject) {
  const { services, progress } = step
  if (progress.history.length >= CUSTOM_ROUNDS_MAX) return refused('incorrect-credentials')
  const event = customEvent(step, subject)
  const created = await services.triggers.createAuthChallenge({ ...event, challengeName: NAME })
  if (created === undefined) return refused('custom-auth-unconfigured')
  const session = issueSession(step, services.random.uuid(), subject, {
    name: NAME,
    private: created.privateParameters,
    ...(created.metadata !== undefined && { metadata: created.metadata }),
  })
  if (session.length > SESSION_LENGTH_MAX) {
    const why = 'what it keeps does not fit into a session'
    throw new TriggerError('CreateAuthChallenge', 'invalid-response', why)
  }
  const issued: ChallengeIssued = {
    kind: 'challenge',
    name: NAME,
    session,
    // Last: clients copy the name into their responses and proofs.
    parameters: { ...created.publicParameters, USERNAME: subject.username },
  }
  return issued
}
