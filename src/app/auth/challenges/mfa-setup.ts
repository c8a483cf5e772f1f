// MFA_SETUP: a user without a second factor, in a pool that requires one, sets one up. An app is
// set up by AssociateSoftwareToken and VerifySoftwareToken, which pass the session on; an e-mail
// address comes with the response and is proven by the code that goes there.
// Cognito: moto, tests of MFA_SETUP that were run against the service (tokens follow at once),
// 2024.

import { required } from '#base/assert.js'
import type { Contact } from '#domain/message/contact.js'
import { refused } from '#domain/refusal.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import {
  type AuthStep,
  type FurtherChallenge,
  issueSession,
  type Parameters,
  type RespondableChallenge,
} from '../challenge.js'
import { sendSignInCode } from '../send-sign-in-code.js'
import type { AuthSession, MfaSetupState } from '../session.js'
import { waitingSession } from '../waiting-session.js'

/** Taken when all else is right: an address that is mistyped may be typed again. */
const ATTEMPTS_MAX = 1

export const mfaSetup: FurtherChallenge & RespondableChallenge<MfaSetupState> = {
  name: 'MFA_SETUP',
  responses: ['USERNAME'],
  needsSession: true,
  writesDirectory: true,

  begin(step, { user }, choices) {
    const id = step.services.random.uuid()
    return {
      kind: 'challenge',
      name: 'MFA_SETUP',
      session: issueSession(step, id, user, { name: 'MFA_SETUP', choices }),
      parameters: {
        MFAS_CAN_SETUP: JSON.stringify(choices),
        USER_ID_FOR_SRP: user.username,
        USERNAME: user.username,
      },
    }
  },

  openSession: (call, text) => waitingSession(call, text, 'MFA_SETUP'),

  async respond(step, session) {
    const { services, context } = step
    const refusal = emailRefusal(step, session)
    if (refusal !== undefined) return refusal
    const claim = await services.users.takeSession(context.pool, session, ATTEMPTS_MAX)
    if (claim === 'again') return refused('session-used')
    if (claim.record === undefined) return refused('invalid-session')
    const { record } = claim
    if (!record.user.isEnabled) return refused('user-disabled')
    if (session.challenge.isVerified) {
      // The app may have been removed since (AdminDeleteSoftwareToken).
      if (record.factors.softwareToken === undefined) return refused('invalid-session')
      return { kind: 'passed', record, factors: ['software-token'] }
    }
    const value = required(addressOf(step.parameters), 'email')
    const contact: Contact = { attributeName: 'email', value }
    const { user } = record
    return sendSignInCode(step, { name: 'EMAIL_OTP', contact, whom: user, user, isNew: true })
  },
}

// Cognito: `email` by the developer guide, 2026; `EMAIL` is what Amplify sends (6.x).
/** The address that a response brings. */
function addressOf({ email, EMAIL }: Parameters): string | undefined {
  return email ?? EMAIL
}

/** What is wrong with the address that is set up, where one is. */
function emailRefusal(
  { context: { pool }, parameters }: AuthStep,
  { challenge: { isVerified, choices } }: AuthSession<MfaSetupState>,
) {
  if (isVerified) return undefined
  const email = addressOf(parameters)
  if (email === undefined || !choices.includes('EMAIL_OTP')) {
    return refused('invalid-parameter', 'MFA is not set up yet.')
  }
  return attributeRefusal({
    schema: pool.settings.schemaAttributes,
    writes: { email },
    writable: undefined,
    isCreation: false,
    current: {},
  })
}
