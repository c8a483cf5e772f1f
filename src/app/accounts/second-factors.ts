// What a user signs in with besides a password: authenticator apps (TOTP) and the choice between
// factors. Apps are associated first and count when a code of theirs was right, so that nobody is
// locked out by an app that was never set up.

import type { PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { TOTP_SECRET_BYTES, totpSecret, totpStep } from '#domain/credential/totp.js'
import { type Refused, refused } from '#domain/refusal.js'
import {
  type FactorChoice,
  type MfaMethod,
  type SoftwareToken,
  type UserFactors,
  withChoices,
  withMethod,
} from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'

export interface SecondFactorServices {
  readonly poolWork: PoolWork
  readonly clock: Clock
  readonly random: Random
}

/** Choices of a request (SetUserMFAPreference); absent ones stay as they are. */
export interface PreferenceRequest {
  readonly choices: ReadonlyMap<MfaMethod, FactorChoice>
  readonly isPasskeyEnabled: boolean | undefined
}

/** A first code of an app. */
export interface FirstCode {
  readonly code: string
  readonly friendlyName: string | undefined
}

type Outcome = { readonly kind: 'done' } | Refused
type Decided = UserFactors | Refused | undefined

/** Whether the pool's users may set an app up. */
export function offersSoftwareToken({ settings }: Pool): boolean {
  return settings.softwareTokenMfa?.enabled === true
}

/** A new secret for an app, base32. */
export function newTotpSecret({ random }: Pick<SecondFactorServices, 'random'>): string {
  return totpSecret(random.bytes(TOTP_SECRET_BYTES))
}

/** AssociateSoftwareToken by a signed-in user: the secret of an app that is not in use yet. */
export async function associateApp(
  services: SecondFactorServices,
  pool: PrimaryPool,
  user: Pick<User, 'sub'>,
): Promise<{ readonly kind: 'secret'; readonly secret: string } | Refused> {
  if (!offersSoftwareToken(pool)) return refused('totp-not-offered')
  const secret = newTotpSecret(services)
  const outcome = await changeFactors(services, pool, user, (factors) => ({
    ...factors,
    pendingToken: { secret },
  }))
  return outcome.kind === 'done' ? { kind: 'secret', secret } : outcome
}

/** Whether sign-ins ask for the user's app. */
export function isAppInUse({ softwareToken, mfa }: UserFactors): boolean {
  return softwareToken !== undefined && mfa?.enabled.includes('SOFTWARE_TOKEN_MFA') === true
}

/** VerifySoftwareToken by a signed-in user: the app takes the place of the one before. */
export async function verifyApp(
  services: SecondFactorServices,
  pool: PrimaryPool,
  user: Pick<User, 'sub'>,
  { code, friendlyName }: FirstCode,
): Promise<Outcome> {
  const nowMs = services.clock.nowMs()
  let step: number | undefined
  const decide = ({ pendingToken, ...factors }: UserFactors): Decided => {
    if (pendingToken === undefined) return refused('totp-not-offered')
    step = totpStep(pendingToken.secret, code, nowMs)
    if (step === undefined) return refused('totp-enable-mismatch')
    // Cognito: developer guide, "Adding MFA to a user pool" (a registered app is asked for), 2026.
    const mfa = withMethod(factors.mfa, 'SOFTWARE_TOKEN_MFA')
    return { ...factors, softwareToken: { ...pendingToken, friendlyName }, mfa }
  }
  return changeFactors(services, pool, user, decide, () => step)
}

/** The factors of a user with an app that was set up in a sign-in, which is what MFA asks for. */
export function withFirstApp(factors: UserFactors, softwareToken: SoftwareToken): UserFactors {
  const on = new Map([['SOFTWARE_TOKEN_MFA', { isEnabled: true, isPreferred: true }] as const])
  return { ...factors, softwareToken, mfa: withChoices(factors.mfa, on) }
}

/** AdminDeleteSoftwareToken: the user may set an app up anew. */
export function removeApp(
  services: SecondFactorServices,
  pool: PrimaryPool,
  user: Pick<User, 'sub'>,
): Promise<Outcome> {
  const off = new Map([['SOFTWARE_TOKEN_MFA', { isEnabled: false, isPreferred: false }] as const])
  return changeFactors(
    services,
    pool,
    user,
    ({ softwareToken: _, pendingToken: __, mfa, ...rest }) => ({
      ...rest,
      ...(mfa && { mfa: withChoices(mfa, off) }),
    }),
  )
}

/** SetUserMFAPreference, AdminSetUserMFAPreference: what is chosen must be there. */
export async function setPreference(
  services: SecondFactorServices,
  pool: PrimaryPool,
  user: Pick<User, 'sub'>,
  { choices, isPasskeyEnabled }: PreferenceRequest,
): Promise<Outcome> {
  const preferred = [...choices].filter(([, { isPreferred }]) => isPreferred)
  if (preferred.length > 1) {
    return refused('invalid-parameter', 'Only one MFA method can be the preferred one.')
  }
  const [first] = preferred
  if (first !== undefined && !first[1].isEnabled) {
    return refused('invalid-parameter', `${first[0]} cannot be preferred without being enabled.`)
  }
  return changeFactors(services, pool, user, (factors, attributes) => {
    const refusal = choiceRefusal(choices, attributes, factors)
    if (refusal !== undefined) return refusal
    const mfa = withChoices(factors.mfa, choices)
    return {
      ...factors,
      mfa: { ...mfa, isPasskeyEnabled: isPasskeyEnabled ?? mfa.isPasskeyEnabled },
    }
  })
}

function choiceRefusal(
  choices: PreferenceRequest['choices'],
  attributes: User['attributes'],
  { softwareToken }: UserFactors,
): Refused | undefined {
  const isOn = (method: MfaMethod) => choices.get(method)?.isEnabled === true
  if (isOn('SOFTWARE_TOKEN_MFA') && softwareToken === undefined) {
    return refused('invalid-parameter', 'User has not set up software token mfa')
  }
  const lacking = (['SMS_MFA', 'EMAIL_OTP'] as const).find(
    (method) => isOn(method) && !attributes[method === 'SMS_MFA' ? 'phone_number' : 'email'],
  )
  return lacking === undefined
    ? undefined
    : refused('invalid-parameter', `User does not have delivery config set to turn on ${lacking}`)
}

/**
 * Changes a user's factors as `decide` says, which the lock on the user's row makes of one call at
 * a time. `usedStep`: the step of the first code of a new app, which is used up by the change.
 */
export async function changeFactors(
  { poolWork, clock }: Pick<SecondFactorServices, 'poolWork' | 'clock'>,
  pool: PrimaryPool,
  { sub }: Pick<User, 'sub'>,
  decide: (factors: UserFactors, attributes: User['attributes']) => Decided,
  usedStep: () => number | undefined = () => undefined,
): Promise<Outcome> {
  const nowMs = clock.nowMs()
  return poolWork.run(pool, async ({ users, totpUses }): Promise<Outcome> => {
    let refusal: Refused | undefined
    const changed = await users.change(pool, sub, {
      nowMs,
      decide: ({ attributes }, _, factors) => {
        const decided = decide(factors, attributes)
        if (decided !== undefined && 'kind' in decided) {
          refusal = decided
          return undefined
        }
        return decided && { factors: decided }
      },
    })
    if (changed.kind === 'refused') return changed
    if (refusal !== undefined) return refusal
    const step = usedStep()
    if (step !== undefined) {
      await totpUses.use(pool, { sub, step, atMs: nowMs, isFirstOfApp: true })
    }
    return { kind: 'done' }
  })
}
