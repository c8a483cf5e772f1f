// A sign-in that goes on from a sign-up: the code that confirmed the user has proven the address,
// so a choice-based sign-in need not send another one there. SignUp gives a session to
// ConfirmSignUp, which gives one to InitiateAuth; the former proves nothing, the latter is good
// once, for the client and the user that it was given to.
//
// What must stay true: the proof of a sign-up counts where a code to the same address could have
// begun the sign-in, and only there.

import type { ClientContext } from '#app/accounts/named-user.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { availableChoices } from '#domain/challenge/first-factor.js'
import { isFlowAllowed } from '#domain/client/auth-flows.js'
import type { Contact } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import { beforeProof } from './before-proof.js'
import type { AuthStep, ChallengePassed } from './challenge.js'
import {
  type AuthSession,
  type ChallengeState,
  isWaitingFor,
  openSession,
  sealSession,
  sessionRefusal,
} from './session.js'
import { authPoolOf, authUserOf } from './state.js'

const FLOW = 'USER_AUTH'

/** One confirmation is one sign-in. */
const ATTEMPTS_MAX = 1

const PROOFS = {
  email: { name: 'EMAIL_OTP', factor: 'email-code' },
  phone_number: { name: 'SMS_OTP', factor: 'sms-code' },
} as const

export interface SignUpSessionServices {
  readonly poolKeys: PoolKeys
  readonly clock: Clock
  readonly random: Random
}

type SignedUpState = Extract<ChallengeState, { readonly name: 'SIGNED_UP' }>

/** What a sign-up goes on with; `proven` is the address that the code came back from. */
export async function sessionOfSignUp(
  { poolKeys, clock, random }: SignUpSessionServices,
  { pool, client }: ClientContext,
  signedUp: {
    readonly user: User
    /** The name that the call had. */
    readonly typedName: string
    readonly proven: Contact | undefined
  },
): Promise<string | undefined> {
  if (!isFlowAllowed(client.settings, FLOW, false)) return undefined
  const { user, typedName, proven } = signedUp
  const { sub, username } = user
  return sealSession(await poolKeys.cipher(pool), random.bytes(24), {
    id: random.uuid(),
    poolId: pool.id,
    region: pool.region,
    clientId: client.clientId,
    sub,
    username,
    challenge:
      proven === undefined
        ? { name: 'SIGN_UP' }
        : { name: 'SIGNED_UP', attribute: proven.attributeName },
    expiresAtMs: clock.nowMs() + client.settings.authSessionValidityMinutes * 60_000,
    flow: FLOW,
    typedName,
    provenFactors: [],
    history: [],
    deviceKey: undefined,
  })
}

/**
 * What is wrong with the session that ConfirmSignUp brings. Not its age: a code may come later than
 * the session ends, and confirms all the same.
 */
export async function signUpSessionRefusal(
  { poolKeys }: Pick<SignUpSessionServices, 'poolKeys'>,
  { pool, client }: ClientContext,
  { text, sub }: { readonly text: string | undefined; readonly sub: string },
): Promise<Refused | undefined> {
  if (text === undefined) return undefined
  const session = openSession(await poolKeys.cipher(pool), text)
  const isOwn = session?.sub === sub && session.clientId === client.clientId
  return isOwn && isWaitingFor(session, 'SIGN_UP') ? undefined : refused('invalid-session')
}

/** The session of a confirmed sign-up, if it is good for this call. */
export function confirmedSignUp(
  { services, context, cipher, parameters }: Omit<AuthStep, 'progress'>,
  text: string,
): AuthSession<SignedUpState> | Refused {
  const { pool, client } = context
  const session = openSession(cipher, text)
  if (!isWaitingFor(session, 'SIGNED_UP')) return refused('invalid-session')
  // The session says who signs in. A call that names somebody else is not for this session.
  const { sub, username, typedName, clientId } = session
  const isNamed = [username, typedName, sub].includes(parameters['USERNAME'] ?? typedName)
  if (clientId !== client.clientId || !isNamed) return refused('invalid-session')
  return sessionRefusal(session, pool, services.clock.nowMs()) ?? session
}

/** What the sign-up has proven; undefined where the sign-in has to begin in another way. */
export async function proofOfSignUp(
  step: AuthStep,
  session: AuthSession<SignedUpState>,
): Promise<
  { readonly name: 'EMAIL_OTP' | 'SMS_OTP'; readonly passed: ChallengePassed } | Refused | undefined
> {
  const { services, context } = step
  const claim = await services.users.takeSession(context.pool, session, ATTEMPTS_MAX)
  if (claim === 'again') return refused('session-used')
  const { record } = claim
  if (record === undefined) return refused('invalid-session')
  const { name, factor } = PROOFS[session.challenge.attribute]
  const pool = authPoolOf(context.pool, services.isTotpOnSecondary)
  if (!availableChoices(pool, authUserOf(record)).includes(name)) return undefined
  await beforeProof(step, claim)
  return { name, passed: { kind: 'passed', record, factors: [factor] } }
}
