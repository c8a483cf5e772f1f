// EMAIL_OTP and SMS_OTP as the first factor of a choice-based sign-in (USER_AUTH): how they begin.
// What a response means, sent-code.ts says for all codes.

import { required } from '#base/assert.js'
import { type Contact, contactFor, decoyContact } from '#domain/message/contact.js'
import { refused } from '#domain/refusal.js'
import type { AuthStep, FirstChallenge } from '../challenge.js'
import { sendSignInCode } from '../send-sign-in-code.js'
import { resolveSubject } from '../subject.js'

export const emailFirst = firstCode('EMAIL_OTP', 'email')
export const smsFirst = firstCode('SMS_OTP', 'phone_number')

function firstCode(
  name: 'EMAIL_OTP' | 'SMS_OTP',
  attribute: Contact['attributeName'],
): FirstChallenge {
  return {
    name,
    parameters: ['USERNAME'],
    async begin(step) {
      const { services, context, cipher, progress } = step
      const { claim } = required(step.known, 'claim')
      const nowMs = services.clock.nowMs()
      const { pool } = context
      const subject = resolveSubject({ pool, cipher, name: progress.typedName, claim, nowMs })
      if (subject.isLocked) return refused('locked-out')
      const user = subject.record?.user
      // Nothing is sent to a user who is disabled; the session then ends as a decoy's does.
      const own = user?.isEnabled ? contactFor(user, attribute) : undefined
      const contact = own ?? madeUpAddress(step, attribute)
      const { sub, username } = subject
      const whom = { sub, username }
      return sendSignInCode(step, { name, contact, whom, user: own && user, isFirst: true })
    },
  }
}

/** The same name gives the same address each time, in every Region. */
function madeUpAddress(
  { context: { pool }, cipher, progress: { typedName } }: AuthStep,
  attribute: Contact['attributeName'],
): Contact {
  const isAddress = attribute === 'email' ? typedName.includes('@') : typedName.startsWith('+')
  const settings = { ...pool.settings, autoVerifiedAttributes: [attribute] }
  const hash = cipher.hash('decoy-delivery', typedName)
  return decoyContact(settings, isAddress ? typedName : '', hash)
}
