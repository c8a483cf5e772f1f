// Passwords that are forgotten, reset or changed. Each of them ends in a new credential, checked
// against the policy before a code is used up.

import type { PasswordTurns } from '#app/accounts/password-turns.js'
import type { UserRecords } from '#app/accounts/user-records.js'
import type { OneTimeCodes } from '#app/messages/codes.js'
import type { PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { lockedUntilMs } from '#domain/credential/lockout.js'
import { credentialFor, temporaryUntilMs } from '#domain/credential/new-credential.js'
import { policyRefusal } from '#domain/credential/password-policy.js'
import { verifyPassword } from '#domain/credential/srp.js'
import { recoveryContact } from '#domain/message/contact.js'
import { poolNameOf } from '#domain/pool/id.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { FailedAttempts } from '#ports/runtime.js'
import { type AccountOutcome, done, type NamedUser } from './outcome.js'
import { codeRefusal, sendCounted } from './verification.js'

export interface RecoveryOptions {
  readonly users: UserRecords
  readonly codes: OneTimeCodes
  readonly poolWork: PoolWork
  readonly passwordTurns: PasswordTurns
  readonly failedAttempts: FailedAttempts
  readonly clock: Clock
  readonly random: Random
}

export class Recovery {
  readonly #options: RecoveryOptions

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** ForgotPassword: a code to a verified address. The old password stays until it is used. */
  async forgot(pool: PrimaryPool, user: User): Promise<AccountOutcome> {
    if (!user.isEnabled) return refused('user-disabled')
    if (user.status === 'FORCE_CHANGE_PASSWORD') {
      return refused('not-resettable')
    }
    const contact = recoveryContact(pool.settings, user)
    if (contact === undefined) return refused('no-recovery-contact')
    const purpose = 'forgot-password'
    return sendCounted(this.#options, pool, user, { purpose, reason: 'ForgotPassword', contact })
  }

  /**
   * ConfirmForgotPassword: the code and a new password. Only the bearer of the code learns anything
   * of the user: before it, the answer is the same for everybody and for nobody. In particular the
   * history is asked after the code, or it would tell a guessed password from a wrong one.
   */
  async confirmForgot(
    pool: PrimaryPool,
    { user, sub }: NamedUser,
    request: { readonly code: string; readonly password: string; readonly sourceIp: string },
  ): Promise<AccountOutcome> {
    const { users, codes, poolWork, clock, random } = this.#options
    const policy = policyRefusal(pool.settings.passwordPolicy, request.password)
    if (policy !== undefined) return refused('password-policy', policy)
    const { code, sourceIp } = request
    const attempt = { sub, purpose: 'forgot-password', code, sourceIp } as const
    const checked = await codes.check(pool, attempt)
    if (checked !== 'match') return codeRefusal(checked)
    // A decoy's code matches nothing.
    if (user === undefined) return refused('code-expired')
    if (!user.isEnabled) return refused('user-disabled')
    // A code from before an administrator set a temporary password opens nothing any more.
    if (user.status === 'FORCE_CHANGE_PASSWORD') return refused('not-resettable')
    const made = credentialFor({
      pool,
      user,
      password: request.password,
      salt: random.bytes(16),
      previous: await users.credentialOf(pool, user),
    })
    if (made.kind === 'refused') return made
    return poolWork.run(pool, async (bound) => {
      // Not before: a password that is refused does not use the code up.
      const taken = await bound.codes.take(pool, attempt)
      if (taken !== 'match') return codeRefusal(taken)
      const changed = await bound.users.change(pool, user.sub, {
        nowMs: clock.nowMs(),
        decide: () => ({ status: 'CONFIRMED', credential: made.credential }),
      })
      if (changed.kind !== 'changed') return changed
      await bound.failedAttempts.addSuccess(pool, user.sub, clock.nowMs())
      return done(changed.user)
    })
  }

  /** AdminResetUserPassword: the password is void at once, and a code is sent. */
  async resetByAdmin(pool: PrimaryPool, user: User): Promise<AccountOutcome> {
    // Cognito: amazon-cognito-identity-js #373, 2017-05.
    if (!user.isEnabled) return refused('user-disabled')
    if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') {
      return refused('not-resettable')
    }
    const contact = recoveryContact(pool.settings, user)
    if (contact === undefined) return refused('no-recovery-contact')
    const { poolWork, clock } = this.#options
    return poolWork.run(pool, async ({ users, codes }) => {
      const changed = await users.change(pool, user.sub, {
        nowMs: clock.nowMs(),
        decide: () => ({ status: 'RESET_REQUIRED' }),
      })
      if (changed.kind !== 'changed') return changed
      const delivery = await codes.send(pool, user, {
        purpose: 'forgot-password',
        reason: 'ForgotPassword',
        contact,
      })
      return done(changed.user, delivery)
    })
  }

  /** ChangePassword: the old one proves who asks, and wrong guesses count as at sign-in. */
  async change(
    pool: PrimaryPool,
    user: User,
    request: { readonly previous: string; readonly proposed: string },
  ): Promise<AccountOutcome> {
    // The old password is void, so it proves nothing.
    if (user.status === 'RESET_REQUIRED') return refused('password-reset-required')
    const { passwordTurns } = this.#options
    const attempted = { poolId: pool.id, sub: user.sub }
    const refusal = await passwordTurns.take(attempted, passwordTurns.mark(), () =>
      this.#previousRefusal(pool, user, request.previous),
    )
    if (refusal === 'too-many') return refused('too-many-attempts')
    if (refusal !== undefined) return refusal
    return this.setPassword(pool, user, {
      password: request.proposed,
      isPermanent: true,
    })
  }

  /** What is wrong with the old password; in the user's turn. */
  async #previousRefusal(
    pool: PrimaryPool,
    user: User,
    previous: string,
  ): Promise<Refused | undefined> {
    const { users, failedAttempts, passwordTurns, clock } = this.#options
    const record = await users.findAuthRecord(pool, user)
    if (record?.credential === undefined) return refused('incorrect-credentials')
    if (lockedUntilMs(record) > clock.nowMs()) return refused('password-attempts')
    const isRight = verifyPassword({
      poolName: poolNameOf(pool.id),
      userId: user.username,
      password: previous,
      ...record.credential,
    })
    if (isRight) return undefined
    try {
      await failedAttempts.addFailure(pool, user.sub, clock.nowMs())
    } finally {
      passwordTurns.failed({ poolId: pool.id, sub: user.sub })
    }
    return refused('incorrect-credentials')
  }

  /** AdminSetUserPassword and the end of ChangePassword. */
  async setPassword(
    pool: PrimaryPool,
    user: User,
    { password, isPermanent }: { readonly password: string; readonly isPermanent: boolean },
  ): Promise<AccountOutcome> {
    const { users, poolWork, clock, random } = this.#options
    const made = credentialFor({
      pool,
      user,
      password,
      salt: random.bytes(16),
      previous: await users.credentialOf(pool, user),
      temporaryUntilMs: isPermanent ? undefined : temporaryUntilMs(pool.settings, clock.nowMs()),
    })
    if (made.kind === 'refused') return made
    return poolWork.run(pool, async (bound) => {
      const changed = await bound.users.change(pool, user.sub, {
        nowMs: clock.nowMs(),
        decide: () => ({
          status: isPermanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
          credential: made.credential,
        }),
      })
      if (changed.kind !== 'changed') return changed
      await bound.failedAttempts.addSuccess(pool, user.sub, clock.nowMs())
      return done(changed.user)
    })
  }
}
