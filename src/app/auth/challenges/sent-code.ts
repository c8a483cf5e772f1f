// Codes that are sent in a sign-in: SMS_MFA and EMAIL_OTP as second factors, EMAIL_OTP and SMS_OTP
// as first ones. Whoever can read the address has shown a factor. A code lives as long as the
// session. An address that a code came back from is verified, and a user who has not confirmed the
// sign-up is confirmed by one, as the service has it.
//
// As a first factor, a name without a user (or without the address) is asked for a code that was
// never sent: the same statements, the same response, and guesses that end alike.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { PresentedCode } from '#app/messages/codes.js'
import { required } from '#base/assert.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type Contact, contactFor } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import { withChoices } from '#domain/user/factors.js'
import { isVerified, type User } from '#domain/user/user.js'
import { asPrimary, type Pool } from '#ports/capability.js'
import type {
  AuthServices,
  AuthStep,
  FurtherChallenge,
  RespondableChallenge,
} from '../challenge.js'
import { proveCode } from '../code-proof.js'
import { sendSignInCode } from '../send-sign-in-code.js'
import type { AuthSession, SentCodeState } from '../session.js'
import { waitingSession } from '../waiting-session.js'

interface Medium {
  readonly name: SentCodeState['name']
  readonly attribute: Contact['attributeName']
  /** The member of ChallengeResponses that bears the code. */
  readonly response: string
  readonly factor: 'sms-code' | 'email-code'
}

const SMS = { attribute: 'phone_number', factor: 'sms-code' } as const

export const smsMfa = furtherCode({ name: 'SMS_MFA', response: 'SMS_MFA_CODE', ...SMS })
/** The first or the second factor: sessions say which. */
export const emailOtp = furtherCode({
  name: 'EMAIL_OTP',
  response: 'EMAIL_OTP_CODE',
  attribute: 'email',
  factor: 'email-code',
})
export const smsOtp = sentCode({ name: 'SMS_OTP', response: 'SMS_OTP_CODE', ...SMS })

function furtherCode(medium: Medium): FurtherChallenge & RespondableChallenge<SentCodeState> {
  return {
    ...sentCode(medium),
    begin(step, { user }) {
      const contact = contactFor(user, medium.attribute)
      if (contact === undefined) return refused('mfa-method-absent')
      return sendSignInCode(step, { name: medium.name, contact, whom: user, user })
    },
  }
}

function sentCode(medium: Medium): RespondableChallenge<SentCodeState> {
  return {
    name: medium.name,
    responses: ['USERNAME', medium.response],
    needsSession: true,
    writesDirectory: false,

    openSession: (call, text) =>
      waitingSession(call, text, medium.name) as AuthSession<SentCodeState> | Refused,

    async respond(step, session) {
      const { services, context, parameters } = step
      const { address, isNew = false, isFirst = false } = session.challenge
      const { sourceIp } = context.request
      const attempt: PresentedCode = {
        sub: session.sub,
        purpose: `sign-in:${session.id}`,
        code: required(parameters[medium.response], medium.response),
        address,
        sourceIp,
        isHidden: isFirst && hidesUsers(context.client.settings),
      }
      const record = await proveCode(step, session, async () => {
        const outcome = await services.codes.check(context.pool, attempt)
        if (outcome === 'match') return { kind: 'right' }
        // The code lives as long as its session, so it is gone because it was right before.
        if (outcome === 'expired') return refused('session-used')
        const refusal = refused(outcome === 'mismatch' ? 'mfa-code-mismatch' : 'locked-out')
        return { kind: 'wrong', refusal }
      })
      if ('kind' in record) return record
      const proof = { attempt, address, attribute: medium.attribute, isNew, isFirst }
      return {
        kind: 'passed',
        record: proven(step, record, proof),
        factors: [medium.factor],
        write: () => writeProof(services, context.pool, record.user, proof),
      }
    },
  }
}

const EMAIL_CHOSEN = new Map([['EMAIL_OTP', { isEnabled: true, isPreferred: true }] as const])

interface Proof {
  readonly attempt: PresentedCode
  readonly address: string
  readonly attribute: Contact['attributeName']
  /** Whether the address is not the user's yet. */
  readonly isNew: boolean
  readonly isFirst: boolean
}

/** The user, as the proof leaves the user; a secondary writes nothing. */
function proven(
  { context: { pool } }: AuthStep,
  record: OpenedAuthRecord,
  proof: Proof,
): OpenedAuthRecord {
  if (asPrimary(pool) === undefined) return record
  const { user } = record
  return { ...record, user: { ...user, ...changeBy(proof, user) } }
}

function changeBy(
  { address, attribute, isNew, isFirst }: Proof,
  { attributes, status }: User,
): Pick<User, 'attributes' | 'status'> {
  const isOwn = isNew || attributes[attribute] === address
  const isConfirmed = isFirst && isOwn && status === 'UNCONFIRMED'
  return {
    status: isConfirmed ? 'CONFIRMED' : status,
    attributes: isOwn
      ? { ...attributes, [attribute]: address, [`${attribute}_verified`]: 'true' }
      : attributes,
  }
}

/**
 * Uses the code up. The address is verified by it; one that was being set up becomes the user's. A
 * secondary lets the user in and leaves the address as it is.
 */
async function writeProof(
  { poolWork, codes: storedCodes, clock }: AuthServices,
  pool: Pool,
  user: User,
  proof: Proof,
): Promise<'written' | Refused> {
  const { attribute, isNew } = proof
  // It was right a moment ago: if it is gone, somebody else has signed in by it.
  const attempt = { ...proof.attempt, isHidden: false }
  const primary = asPrimary(pool)
  const isKnown = !isNew && isVerified(user.attributes, attribute)
  if (primary === undefined || (isKnown && user.status !== 'UNCONFIRMED')) {
    return (await storedCodes.take(pool, attempt)) === 'match' ? 'written' : refused('session-used')
  }
  return poolWork.run(pool, async ({ codes, users }) => {
    if ((await codes.take(pool, attempt)) !== 'match') return refused('session-used')
    const outcome = await users.change(primary, user.sub, {
      nowMs: clock.nowMs(),
      decide: (now, _, factors) => ({
        ...changeBy(proof, now),
        ...(isNew && { factors: { ...factors, mfa: withChoices(factors.mfa, EMAIL_CHOSEN) } }),
      }),
    })
    // An address that is another user's alias by now stays unproven; the code was right all the
    // same.
    if (outcome.kind === 'changed' || (!isNew && outcome.reason === 'alias-exists')) {
      return 'written'
    }
    return outcome
  })
}
