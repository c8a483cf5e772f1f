import { isDeepStrictEqual } from 'node:util'
import { asPrimary, asRegional, type Pool } from '#ports/capability.js'
import { changePool, POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'
import { requireImplemented } from '../setting-decisions.js'
import { type MfaInput, requireMfaConfig, toMfaShape, withMfaConfig } from './mfa-config.js'
import { withoutUndefined } from './settings.js'

/**
 * Replaces the MFA and passkey settings of a pool. They are the primary Region's; a secondary takes
 * those that are equal to what it has.
 */
export const SetUserPoolMfaConfig = operation({
  name: 'SetUserPoolMfaConfig',
  auth: 'iam',
  region: 'regional',
  errors: ['ConcurrentModificationException', 'FeatureUnavailableInTierException'],
  async run(ctx, input) {
    requireMfaConfig(input)
    if (ctx.pool.tier === 'LITE' && input.EmailMfaConfiguration !== undefined) {
      ctx.fail(
        'FeatureUnavailableInTierException',
        'Email MFA is not available in the LITE tier. Change the tier to ESSENTIALS or higher.',
      )
    }
    requireImplemented('pool', input)
    let after: Pool = ctx.pool
    const outcome = await changePool(ctx, asRegional, async (pool) => {
      const settings = withMfaConfig(pool.settings, input)
      after = { ...pool, settings }
      const primary = asPrimary(pool)
      if (primary !== undefined) {
        return ctx.pools.update(primary, { settings, modifiedAtMs: ctx.nowMs })
      }
      const name = differing(pool, input)
      if (name !== undefined) {
        ctx.fail(
          'InvalidParameterException',
          `${name} must match the primary Region's setting and can only be changed there.`,
        )
      }
      after = pool
      return 'written'
    })
    if (outcome === 'conflict') ctx.fail('ConcurrentModificationException', POOL_BUSY_MESSAGE)
    return toMfaShape(after)
  },
})

/** As for UpdateUserPool on a secondary, what the request omits counts as unchanged. */
function differing(pool: Pool, input: MfaInput): string | undefined {
  const described = toMfaShape(pool)
  return (['MfaConfiguration', 'WebAuthnConfiguration'] as const).find(
    (name) =>
      input[name] !== undefined &&
      !isDeepStrictEqual(withoutUndefined({ it: input[name] }), { it: described[name] }),
  )
}
