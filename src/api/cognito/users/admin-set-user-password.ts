import { operation } from '../operation.js'
import { unwrap } from './outcome.js'
import { resolveUser } from './resolve-user.js'

const DAY_MS = 86_400_000
const TEMPORARY_DAYS_DEFAULT = 7

/** Sets a password: lasting, or temporary so that the user must replace it. */
export const AdminSetUserPassword = operation({
  name: 'AdminSetUserPassword',
  auth: 'iam',
  region: 'primary',
  errors: [
    'InvalidPasswordException',
    'PasswordHistoryPolicyViolationException',
    'UserNotFoundException',
  ],
  async run(ctx, input) {
    const user = await resolveUser(ctx, input.Username)
    const days = ctx.pool.settings.passwordPolicy.temporaryPasswordValidityDays
    const temporaryUntilMs = ctx.nowMs + (days ?? TEMPORARY_DAYS_DEFAULT) * DAY_MS
    const outcome = await ctx.recovery.setPassword(ctx.pool, user, {
      password: input.Password,
      ...(input.Permanent
        ? { status: 'CONFIRMED' }
        : { status: 'FORCE_CHANGE_PASSWORD', temporaryUntilMs }),
    })
    unwrap(outcome)
    return {}
  },
})
