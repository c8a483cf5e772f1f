// The code of a sign-in: made, sent and asked for. For a decoy nothing is sent, by as many
// statements and with the same response. How many a user may ask for in an hour is limited, so that
// nobody's mailbox is filled by those who know the name.

import { pretendToSend } from '#app/accounts/send-code.js'
import { sendThenWrite } from '#app/accounts/send-first.js'
import { type Contact, deliveryOf } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { AuthStep, ChallengeIssued } from './challenge.js'
import { issueSession } from './challenge.js'
import type { SentCodeState } from './session.js'

// Cognito: a live pool, 2026-09: the codes of choice-based sign-ins have 8 digits, others 6.
const FIRST_FACTOR_DIGITS = 8

/** Where a code goes, and for whom. */
export interface SignInCode {
  readonly name: SentCodeState['name']
  readonly contact: Contact
  readonly whom: Pick<User, 'sub' | 'username'>
  /** Absent where nothing is sent: a decoy. */
  readonly user: User | undefined
  readonly isNew?: true
  readonly isFirst?: true
}

/** The challenge for a code. */
export async function sendSignInCode(
  step: AuthStep,
  code: SignInCode,
): Promise<ChallengeIssued | Refused> {
  const { name, contact, whom, isNew, isFirst } = code
  const id = step.services.random.uuid()
  const refusal = await sendOrPretend(step, code, `sign-in:${id}`)
  if (refusal !== undefined) return refusal
  const state = {
    name,
    address: contact.value,
    ...(isNew && { isNew }),
    ...(isFirst && { isFirst }),
  }
  const { destination, deliveryMedium } = deliveryOf(contact)
  return {
    kind: 'challenge',
    name,
    session: issueSession(step, id, whom, state),
    parameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: deliveryMedium,
      CODE_DELIVERY_DESTINATION: destination,
      USER_ID_FOR_SRP: whom.username,
      USERNAME: whom.username,
    },
  }
}

async function sendOrPretend(
  { services, context }: AuthStep,
  { contact, whom, user, isFirst }: SignInCode,
  purpose: `sign-in:${string}`,
): Promise<Refused | undefined> {
  const { pool, client, request } = context
  const lifeMs = client.settings.authSessionValidityMinutes * 60_000
  const digits = isFirst && { digits: FIRST_FACTOR_DIGITS }
  const carries = { kind: 'code', purpose, lifeMs, ...digits } as const
  const outcome =
    user === undefined
      ? await pretendToSend(services, pool, { sub: whom.sub, purpose, contact, lifeMs })
      : await sendThenWrite(
          services,
          { pool, client, request },
          { user, messages: [{ reason: 'Authentication', contact, carries, isCounted: true }] },
        )
  if (outcome.kind === 'done') return undefined
  return outcome.reason === 'too-many-codes' ? refused('too-many-attempts') : outcome
}
