// SMS_MFA and EMAIL_OTP as second factors: a code goes to an address of the user, and whoever can
// read it has shown a second factor. The code lives as long as the session. An address that a code
// came back from is verified, as the service has it.

import { sendThenWrite } from '#app/accounts/send-first.js'
import type { PresentedCode } from '#app/messages/codes.js'
import { required } from '#base/assert.js'
import { type Contact, contactFor, deliveryOf } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import { withChoices } from '#domain/user/factors.js'
import { isVerified, type User } from '#domain/user/user.js'
import { asPrimary, type Pool } from '#ports/capability.js'
import type {
  AuthServices,
  AuthStep,
  ChallengeIssued,
  FurtherChallenge,
  RespondableChallenge,
} from '../challenge.js'
import { issueSession } from '../challenge.js'
import { proveSecondFactor } from '../second-proof.js'
import type { AuthSession, ChallengeState } from '../session.js'
import { waitingSession } from '../waiting-session.js'

type SentCodeState = Extract<ChallengeState, { readonly name: 'SMS_MFA' | 'EMAIL_OTP' }>

interface Medium {
  readonly name: SentCodeState['name']
  readonly attribute: Contact['attributeName']
  /** The member of ChallengeResponses that bears the code. */
  readonly response: string
  readonly factor: 'sms-code' | 'email-code'
}

const SMS: Medium = {
  name: 'SMS_MFA',
  attribute: 'phone_number',
  response: 'SMS_MFA_CODE',
  factor: 'sms-code',
}
const EMAIL: Medium = {
  name: 'EMAIL_OTP',
  attribute: 'email',
  response: 'EMAIL_OTP_CODE',
  factor: 'email-code',
}

export const smsMfa = sentCode(SMS)
export const emailOtp = sentCode(EMAIL)

function sentCode(medium: Medium): FurtherChallenge & RespondableChallenge<SentCodeState> {
  return {
    name: medium.name,
    responses: ['USERNAME', medium.response],
    needsSession: true,
    writesDirectory: false,

    begin(step, { user }) {
      const contact = contactFor(user, medium.attribute)
      if (contact === undefined) return refused('mfa-method-absent')
      return sendSignInCode(step, user, { contact, isNew: false })
    },

    openSession: (call, text) =>
      waitingSession(call, text, medium.name) as AuthSession<SentCodeState> | Refused,

    async respond(step, session) {
      const { services, context, parameters } = step
      const { address, isNew = false } = session.challenge
      const { sourceIp } = context.request
      const attempt: PresentedCode = {
        sub: session.sub,
        purpose: `sign-in:${session.id}`,
        code: required(parameters[medium.response], medium.response),
        address,
        sourceIp,
      }
      const record = await proveSecondFactor(step, session, async () => {
        const outcome = await services.codes.check(context.pool, attempt)
        if (outcome === 'match') return { kind: 'right' }
        if (outcome === 'expired') return refused('code-expired')
        const refusal = refused(outcome === 'mismatch' ? 'mfa-code-mismatch' : 'locked-out')
        return { kind: 'wrong', refusal }
      })
      if ('kind' in record) return record
      const proof = { attempt, address, attribute: medium.attribute, isNew }
      return {
        kind: 'passed',
        record,
        factors: [medium.factor],
        write: () => writeProof(services, context.pool, record.user, proof),
      }
    },
  }
}

/** Sends a code to the address, and asks for it. */
export async function sendSignInCode(
  step: AuthStep,
  user: User,
  { contact, isNew }: { readonly contact: Contact; readonly isNew: boolean },
): Promise<ChallengeIssued | Refused> {
  const { services, context } = step
  const { pool, client } = context
  const id = services.random.uuid()
  const lifeMs = client.settings.authSessionValidityMinutes * 60_000
  const carries = { kind: 'code', purpose: `sign-in:${id}`, lifeMs } as const
  const messages = [{ reason: 'Authentication', contact, carries, isCounted: true }] as const
  const event = { pool, client, request: context.request }
  const sent = await sendThenWrite(services, event, { user, messages })
  if (sent.kind === 'refused') {
    return sent.reason === 'too-many-codes' ? refused('too-many-attempts') : sent
  }
  const medium = contact.attributeName === 'email' ? EMAIL : SMS
  const state = {
    name: medium.name,
    address: contact.value,
    ...(isNew && { isNew: true as const }),
  }
  const { destination, deliveryMedium } = deliveryOf(contact)
  return {
    kind: 'challenge',
    name: medium.name,
    session: issueSession(step, id, user, state),
    parameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: deliveryMedium,
      CODE_DELIVERY_DESTINATION: destination,
      USER_ID_FOR_SRP: user.username,
      USERNAME: user.username,
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
}

/**
 * Uses the code up. The address is verified by it; one that was being set up becomes the user's. A
 * secondary lets the user in and leaves the address as it is.
 */
async function writeProof(
  { poolWork, clock }: AuthServices,
  pool: Pool,
  user: User,
  { attempt, address, attribute, isNew }: Proof,
): Promise<'written' | Refused> {
  const primary = asPrimary(pool)
  return poolWork.run(pool, async ({ codes, users }) => {
    if ((await codes.take(pool, attempt)) !== 'match') return refused('code-expired')
    const isKnown = !isNew && isVerified(user.attributes, attribute)
    if (primary === undefined || isKnown) return 'written'
    const outcome = await users.change(primary, user.sub, {
      nowMs: clock.nowMs(),
      decide: ({ attributes }, _, factors) => {
        if (!isNew && attributes[attribute] !== address) return undefined
        return {
          attributes: { ...attributes, [attribute]: address, [`${attribute}_verified`]: 'true' },
          ...(isNew && { factors: { ...factors, mfa: withChoices(factors.mfa, EMAIL_CHOSEN) } }),
        }
      },
    })
    // An address that is another user's alias by now stays unproven; the code was right all the
    // same.
    if (outcome.kind === 'changed' || (!isNew && outcome.reason === 'alias-exists')) {
      return 'written'
    }
    return outcome
  })
}
