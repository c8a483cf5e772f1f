// An authenticator app that is set up in the middle of a sign-in (MFA_SETUP): the session carries
// the secret, so that nothing is stored before a code has shown that the user has it.

import {
  changeFactors,
  type FirstCode,
  isAppInUse,
  newTotpSecret,
  offersSoftwareToken,
  type SecondFactorServices,
  withFirstApp,
} from '#app/accounts/second-factors.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import { totpStep } from '#domain/credential/totp.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { UsedSessions } from '#ports/runtime.js'
import { type AuthSession, isWaitingFor, type MfaSetupState, sealSession } from './session.js'

/** Codes that may be typed for one secret. */
const ATTEMPTS_MAX = 5

type Services = SecondFactorServices & {
  readonly poolKeys: PoolKeys
  readonly usedSessions: UsedSessions
}

/** AssociateSoftwareToken by a session: the secret, and the session that goes on with it. */
export async function associateInSession(
  services: Services,
  pool: PrimaryPool,
  session: AuthSession,
): Promise<
  { readonly kind: 'secret'; readonly secret: string; readonly session: string } | Refused
> {
  if (!isWaitingFor(session, 'MFA_SETUP')) return refused('invalid-session')
  const { choices } = session.challenge
  if (!choices.includes('SOFTWARE_TOKEN_MFA') || !offersSoftwareToken(pool)) {
    return refused('totp-not-offered')
  }
  const secret = newTotpSecret(services)
  const following = { name: 'MFA_SETUP', choices, secret } as const
  return { kind: 'secret', secret, session: await followed(services, pool, session, following) }
}

/** VerifySoftwareToken by a session: the user has the app now, and the sign-in may go on. */
export async function verifyInSession(
  services: Services,
  pool: PrimaryPool,
  session: AuthSession,
  { code, friendlyName }: FirstCode,
): Promise<{ readonly kind: 'verified'; readonly session: string } | Refused> {
  if (!isWaitingFor(session, 'MFA_SETUP')) return refused('invalid-session')
  const { secret, choices } = session.challenge
  if (secret === undefined) return refused('totp-not-offered')
  const taken = await services.usedSessions.take(pool, session, ATTEMPTS_MAX)
  if (taken === 'again') return refused('session-used')
  const step = totpStep(secret, code, services.clock.nowMs())
  if (step === undefined) return refused('totp-enable-mismatch')
  const outcome = await changeFactors(
    services,
    pool,
    session,
    (factors) =>
      // Of two sign-ins that set up an app each, the first one counts: the second would let whoever
      // knows only the password replace the app.
      isAppInUse(factors)
        ? refused('invalid-session')
        : withFirstApp(factors, { secret, friendlyName }),
    () => step,
  )
  if (outcome.kind === 'refused') return refused('invalid-session')
  const following = { name: 'MFA_SETUP', choices, isVerified: true } as const
  return { kind: 'verified', session: await followed(services, pool, session, following) }
}

/** The same sign-in with another state, for as long as it still lives. */
async function followed(
  { poolKeys, random }: Services,
  pool: PrimaryPool,
  session: AuthSession,
  challenge: MfaSetupState,
): Promise<string> {
  const cipher = await poolKeys.cipher(pool)
  return sealSession(cipher, random.bytes(24), { ...session, id: random.uuid(), challenge })
}
