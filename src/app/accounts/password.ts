// Passwords that are forgotten, reset, set or changed. Each of them ends in a new credential,
// checked against the policy before a code is used up.

import type { BoundFlows } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import { credentialFor, temporaryUntilMs } from '#domain/credential/new-credential.js'
import { policyRefusal } from '#domain/credential/password-policy.js'
import { recoveryContact } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { UserFactors } from '#domain/user/factors.js'
import { type User, type UserChange, verifierOf } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import { codeRefusal } from './confirm.js'
import { type ClientContext, findNamedUser, type NamedUser, type TypedName } from './named-user.js'
import { checkPassword } from './password-check.js'
import { sendThenWrite, toAccountOutcome } from './send-first.js'
import {
  type AccountContext,
  type AccountOutcome,
  type AccountServices,
  done,
  recordedAs,
} from './services.js'
import { afterConfirmation } from './triggers.js'

type Deps = Pick<AccountServices, 'users' | 'poolWork' | 'clock' | 'random'>
type ResetDeps = Deps & Pick<AccountServices, 'poolKeys' | 'codes' | 'triggers'>

/** A ConfirmForgotPassword call. */
interface PasswordReset extends TypedName {
  readonly code: string
  readonly password: string
}

/**
 * ConfirmForgotPassword: the code and a new password. Only the bearer of the code learns anything
 * of the user: before it, the outcome is the same for a user and for none. In particular the
 * history is asked after the code, or it would tell a guessed password from a wrong one.
 */
export async function resetPassword(
  deps: ResetDeps & Pick<AccountServices, 'threats'>,
  context: ClientContext<PrimaryPool>,
  request: PasswordReset,
): Promise<AccountOutcome> {
  const named = await findNamedUser(deps, context, request)
  if (named.kind === 'refused') return named
  const { threats } = deps
  const { password, username: typed } = request
  const { isCompromised, refusal } = await threats.passwordRisk(
    context,
    password,
    'PASSWORD_CHANGE',
  )
  const outcome = refusal ?? (await resetOf(deps, context, { named, request }))
  const response = recordedAs(outcome)
  const { sub, user } = named
  const username = user?.username ?? typed
  threats.record(context, 'PasswordChange', { sub, username, response, isCompromised })
  return outcome
}

async function resetOf(
  deps: ResetDeps,
  context: ClientContext<PrimaryPool>,
  { named, request }: { readonly named: NamedUser; readonly request: PasswordReset },
): Promise<AccountOutcome> {
  const { users, codes, poolWork, clock, random } = deps
  const { pool } = context
  const { user, sub } = named
  const { code, password } = request
  const { sourceIp } = context.request
  const shortcoming = policyRefusal(pool.settings.passwordPolicy, password)
  if (shortcoming !== undefined) return refused('password-policy', shortcoming)
  const attempt = { sub, purpose: 'forgot-password', code, sourceIp } as const
  const checked = await codes.check(pool, attempt)
  if (checked !== 'match') return codeRefusal(checked)
  // A decoy's code matches nothing.
  if (user === undefined) return refused('code-expired')
  if (!user.isEnabled) return refused('user-disabled')
  // A code from before an administrator set a temporary password opens nothing any more.
  if (user.status === 'FORCE_CHANGE_PASSWORD') return refused('not-resettable')
  const salt = random.bytes(16)
  const previous = verifierOf(await users.credentialOf(pool, user))
  const made = credentialFor({ pool, user, password, salt, previous })
  if (made.kind === 'refused') return made
  const outcome = await poolWork.run(pool, async (bound) => {
    // Not before: a password that is refused does not use the code up.
    const taken = await bound.codes.take(pool, attempt)
    if (taken !== 'match') return codeRefusal(taken)
    const change = { status: 'CONFIRMED', credential: made.credential } as const
    return writePassword(bound, clock, pool, { user, change })
  })
  return afterConfirmation(deps, context, 'PostConfirmation_ConfirmForgotPassword', outcome)
}

/**
 * AdminResetUserPassword: the password is void at once, and a code is sent by which the user
 * chooses another, or a first one.
 */
export async function resetByAdmin(
  deps: Pick<AccountServices, 'codes' | 'poolWork' | 'deliveries' | 'triggers' | 'clock'>,
  context: AccountContext,
  { user, factors }: { readonly user: User; readonly factors: UserFactors },
): Promise<AccountOutcome> {
  const { pool } = context
  // Cognito: amazon-cognito-identity-js #373, 2017-05.
  if (!user.isEnabled) return refused('user-disabled')
  if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') {
    return refused('not-resettable')
  }
  const contact = recoveryContact(pool.settings, user, factors)
  if (contact === undefined) return refused('no-recovery-contact')
  const carries = { kind: 'code', purpose: 'forgot-password' } as const
  const message = { reason: 'ForgotPassword', contact, carries, isCounted: false } as const
  const write = async ({ users }: BoundFlows) => {
    const changed = await users.change(pool, user.sub, {
      nowMs: deps.clock.nowMs(),
      // Who has no password has none that could be void, and goes on with codes and passkeys.
      decide: (now, held) => ({ status: held === undefined ? now.status : 'RESET_REQUIRED' }),
    })
    return changed.kind === 'refused' ? changed : done(changed.user)
  }
  return toAccountOutcome(await sendThenWrite(deps, context, { user, messages: [message], write }))
}

/**
 * ChangePassword: the old one proves who asks, and wrong guesses count as at sign-in. A user who
 * has none gives none, and the access token is the proof.
 */
export async function changePassword(
  deps: Deps & PreviousDeps,
  pool: PrimaryPool,
  user: User,
  request: { readonly previous: string | undefined; readonly proposed: string },
): Promise<AccountOutcome> {
  // The old password is void, so it proves nothing.
  if (user.status === 'RESET_REQUIRED') return refused('password-reset-required')
  const { previous, proposed } = request
  if (previous === undefined) return setFirstPassword(deps, pool, user, proposed)
  const { passwordTurns } = deps
  const attempted = { poolId: pool.id, sub: user.sub }
  const refusal = await passwordTurns.take(attempted, passwordTurns.mark(), () =>
    previousRefusal(deps, pool, user, previous),
  )
  if (refusal === 'too-many') return refused('too-many-attempts')
  if (refusal !== undefined) return refusal
  return setPassword(deps, pool, user, { password: proposed, isPermanent: true })
}

/** AdminSetUserPassword and the end of ChangePassword. */
export async function setPassword(
  { users, poolWork, clock, random }: Deps,
  pool: PrimaryPool,
  user: User,
  { password, isPermanent }: { readonly password: string; readonly isPermanent: boolean },
): Promise<AccountOutcome> {
  const nowMs = clock.nowMs()
  const made = credentialFor({
    pool,
    user,
    password,
    salt: random.bytes(16),
    previous: verifierOf(await users.credentialOf(pool, user)),
    temporaryUntilMs: isPermanent ? undefined : temporaryUntilMs(pool.settings, nowMs),
  })
  if (made.kind === 'refused') return made
  const status = isPermanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD'
  const change = { status, credential: made.credential } as const
  return poolWork.run(pool, (bound) => writePassword(bound, clock, pool, { user, change }))
}

/** The first password of a user without one: of two calls at once, one sets it. */
async function setFirstPassword(
  { users: reader, poolWork, clock, random }: Deps,
  pool: PrimaryPool,
  user: User,
  password: string,
): Promise<AccountOutcome> {
  if ((await reader.credentialOf(pool, user)) !== undefined) {
    return refused('incorrect-credentials')
  }
  const salt = random.bytes(16)
  const made = credentialFor({ pool, user, password, salt, previous: undefined })
  if (made.kind === 'refused') return made
  const { credential } = made
  return poolWork.run(pool, async ({ users }) => {
    let hasOne = false
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: (_, held) => {
        hasOne = held !== undefined
        return hasOne ? undefined : { credential }
      },
    })
    if (hasOne) return refused('incorrect-credentials')
    return changed.kind === 'refused' ? changed : done(changed.user)
  })
}

/** A new password ends the failures of the one before. */
async function writePassword(
  { users, failedAttempts }: BoundFlows,
  clock: Clock,
  pool: PrimaryPool,
  { user: { sub }, change }: { readonly user: User; readonly change: UserChange },
): Promise<AccountOutcome> {
  const changed = await users.change(pool, sub, { nowMs: clock.nowMs(), decide: () => change })
  if (changed.kind === 'refused') return changed
  await failedAttempts.addSuccess(pool, sub, clock.nowMs())
  return done(changed.user)
}

type PreviousDeps = Pick<
  AccountServices,
  'users' | 'passwordTurns' | 'passwordHashes' | 'failedAttempts' | 'clock'
>

/** What is wrong with the old password; in the user's turn. */
async function previousRefusal(
  deps: PreviousDeps,
  pool: PrimaryPool,
  user: User,
  previous: string,
): Promise<Refused | undefined> {
  const { users, failedAttempts, passwordTurns, clock } = deps
  const record = await users.findAuthRecord(pool, user)
  if (record?.credential === undefined) return refused('incorrect-credentials')
  if (lockedUntilMs(record) > clock.nowMs()) return refused('password-attempts')
  const { credential } = record
  const verdict = await checkPassword(deps, pool, { ...user, credential }, previous)
  if (verdict === 'busy') return refused('too-many-attempts')
  if (verdict) return undefined
  try {
    await failedAttempts.addFailure(pool, user.sub, clock.nowMs())
  } finally {
    passwordTurns.failed({ poolId: pool.id, sub: user.sub })
  }
  return refused('incorrect-credentials')
}
