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

/** What a name without a user is known to have, since the name or the pool says so. */
export interface DecoyTraits {
  readonly hasEmail: boolean
  readonly hasPhone: boolean
  /** Whether a passkey could be offered at all. */
  readonly takesPasskeys: boolean
}

/** An address that no rule looks into. */
const SOMEWHERE = 'somewhere'
/** Of 256 names without a user, so many have what users may lack. */
const OF_256 = { password: 224, email: 192, phone: 128, passkey: 64 }

/**
 * What a name without a user is offered: some of what the pool allows, as users have some of it, or
 * what is missing would tell who exists. `drawn` has four bytes that are the name's own. How many
 * users of a pool have what, nobody knows here; every list that a user may have, a name without one
 * may have, too.
 */
export function decoyChoices(
  pool: AuthPool,
  drawn: Uint8Array,
  { hasEmail, hasPhone, takesPasskeys }: DecoyTraits,
): readonly FirstChoice[] {
  const [password = 0, email = 0, phone = 0, passkey = 0] = drawn
  const choicesOf = (hasPassword: boolean, withEmail: boolean, withPhone: boolean) =>
    availableChoices(pool, {
      status: 'CONFIRMED',
      attributes: {
        ...(withEmail && { email: SOMEWHERE }),
        ...(withPhone && { phone_number: SOMEWHERE }),
      },
      hasPassword,
      factors: takesPasskeys && passkey < OF_256.passkey ? { passkeyCount: 1 } : {},
    })
  const choices = choicesOf(
    password < OF_256.password,
    hasEmail || email < OF_256.email,
    hasPhone || phone < OF_256.phone,
  )
  return choices.length > 0 ? choices : choicesOf(true, true, true)
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
