// How a choice-based sign-in (USER_AUTH) begins: what a user can begin with, and which of it the
// call goes straight to.
//
//   begin of USER_AUTH
//   |-- the name was not looked up yet --------------------------------------> choose
//   |-- nothing is available -------------------------------------------------> refused
//   |-- ANSWER: available ------------> that challenge;  not available -------> refused
//   |-- PREFERRED_CHALLENGE available -> that challenge
//   `-- otherwise ----------------------------------------------------> SELECT_CHALLENGE
//
//   that challenge: PASSWORD_SRP is PASSWORD_VERIFIER; the others have the name of the choice.
//
// A user has PASSWORD and PASSWORD_SRP with a password, EMAIL_OTP and SMS_OTP with an address, and
// WEB_AUTHN with a passkey, as far as the pool allows them; with a temporary password, only the
// former. Whoever owes a second factor has no code as the first one, and a passkey only where it
// is as good as two.
// Cognito: developer guide, "Authentication flows" and "MFA", 2026; a live pool, 2026-09.

import { refused } from '../refusal.js'
import { activeMethods } from './second-factor.js'
import {
  type AuthPool,
  type AuthUser,
  type Choice,
  challenge,
  type FirstChoice,
  type Requirement,
} from './state.js'

/** What a user can begin with, in the order in which the API lists it. */
export function availableChoices(
  pool: AuthPool,
  user: Pick<AuthUser, 'status' | 'attributes' | 'hasPassword' | 'factors'>,
): readonly FirstChoice[] {
  const { firstFactors, mfa } = pool
  const choices: FirstChoice[] = []
  if (firstFactors.includes('PASSWORD') && user.hasPassword) {
    choices.push('PASSWORD_SRP', 'PASSWORD')
  }
  if (user.status === 'FORCE_CHANGE_PASSWORD') return choices
  const owesSecond =
    mfa.configuration !== 'OFF' &&
    (mfa.configuration !== 'OPTIONAL' || activeMethods(pool, user).length > 0)
  const { email, phone_number: phone } = user.attributes
  if (firstFactors.includes('EMAIL_OTP') && email && !owesSecond) choices.push('EMAIL_OTP')
  if (firstFactors.includes('SMS_OTP') && phone && !owesSecond) choices.push('SMS_OTP')
  const isPasskeyUsable =
    !owesSecond || (mfa.isPasskeyEnough && user.factors.mfa?.isPasskeyEnabled !== false)
  if (firstFactors.includes('WEB_AUTHN') && user.factors.passkeyCount && isPasskeyUsable) {
    choices.push('WEB_AUTHN')
  }
  return choices
}

/** What a choice-based sign-in begins with. */
export function choiceRequirement(choice: Choice | undefined): Requirement {
  if (choice === undefined) return { kind: 'choose' }
  const { available, preferred, answer } = choice
  if (available.length === 0) return refused('incorrect-credentials')
  const wanted = answer ?? preferred
  const found = available.find((one) => one === wanted)
  if (found !== undefined) return challenge(found === 'PASSWORD_SRP' ? 'PASSWORD_VERIFIER' : found)
  if (answer !== undefined) {
    return refused('invalid-parameter', 'Selected challenge is not available.')
  }
  return challenge('SELECT_CHALLENGE', available)
}
