import { POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'
import { requireMfaConfig, toMfaShape } from './mfa-config.js'
import { changeSettings } from './own-operation.js'

/** Replaces the MFA and passkey settings of a pool. */
export const SetUserPoolMfaConfig = operation(
  { name: 'SetUserPoolMfaConfig', auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    requireMfaConfig(input)
    if (ctx.pool.tier === 'LITE' && input.EmailMfaConfiguration !== undefined) {
      ctx.fail(
        'FeatureUnavailableInTierException',
        'Email MFA is not available in the LITE tier. Change the tier to ESSENTIALS or higher.',
      )
    }
    const after = await changeSettings(ctx, 'SetUserPoolMfaConfig', input)
    if (after === 'conflict') {
      return ctx.fail('ConcurrentModificationException', POOL_BUSY_MESSAGE)
    }
    return toMfaShape(after)
  },
)
