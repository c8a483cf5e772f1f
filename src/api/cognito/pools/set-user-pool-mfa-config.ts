import { updatePool, updateRegional } from '#app/pools/update.js'
import { globalTable, regionalTable } from '#domain/pool/settings.js'
import { changedSettings } from '#domain/settings/table.js'
import { asPrimary, asRegional, type Pool } from '#ports/capability.js'
import { changePool, POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'
import { differingMember, givenSettings, requireImplemented, requireTier } from '../settings.js'
import {
  type MfaInput,
  requireMfaConfig,
  requireMfaSettings,
  requireSmsTransport,
  toMfaShape,
} from './mfa-config.js'
import { differsFromPrimary } from './own-operation.js'

const NAME = 'SetUserPoolMfaConfig'

/** Replaces the MFA and passkey settings of a pool; on a secondary, the transport of its texts. */
export const SetUserPoolMfaConfig = operation(
  { name: NAME, auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    const { UserPoolId: _, ...config } = input
    requireImplemented('pool', config)
    let after: Pool = ctx.pool
    const outcome = await changePool(ctx, asRegional, async (pool) => {
      const regionalSettings = regionalAfter(pool, config)
      const regional = { pool, settings: regionalSettings, tags: pool.tags }
      const primary = asPrimary(pool)
      if (primary === undefined) {
        requireMfaConfig({ MfaConfiguration: mfaOf(pool), ...config })
        requireUnchanged(pool, config)
        await updateRegional(ctx, regional)
        after = { ...pool, regionalSettings }
        return 'written'
      }
      requireMfaConfig(config)
      const given = givenSettings(globalTable, config)
      const settings = changedSettings(globalTable, NAME, { given, base: pool.settings })
      requireTier(globalTable, pool.tier, settings)
      requireSmsTransport(config, regionalSettings)
      requireMfaSettings(settings, regionalSettings)
      await updatePool(ctx, primary, { settings, modifiedAtMs: ctx.nowMs }, regional)
      after = { ...pool, settings, regionalSettings }
      return 'written'
    })
    if (outcome === 'conflict') ctx.fail('ConcurrentModificationException', POOL_BUSY_MESSAGE)
    return toMfaShape(after)
  },
)

function mfaOf({ settings }: Pool): MfaInput['MfaConfiguration'] {
  return settings.mfaConfiguration as MfaInput['MfaConfiguration']
}

/** This Region's settings after the call: it gives the transport of text messages, if anything. */
function regionalAfter({ regionalSettings }: Pool, { SmsMfaConfiguration }: MfaInput) {
  const { SmsConfiguration } = SmsMfaConfiguration ?? {}
  if (SmsConfiguration === undefined) return regionalSettings
  const { smsConfiguration } = givenSettings(regionalTable, { SmsConfiguration })
  return { ...regionalSettings, smsConfiguration }
}

/** As for UpdateUserPool on a secondary, what the request omits counts as unchanged. */
function requireUnchanged({ settings }: Pool, config: MfaInput): void {
  const { SmsMfaConfiguration: sms } = config
  const isTransportOnly = sms?.SmsAuthenticationMessage === undefined && settings.smsMfa
  const { SmsMfaConfiguration: _, ...others } = config
  const name = differingMember(globalTable, NAME, {
    request: isTransportOnly ? others : config,
    settings,
    apply: (given) => changedSettings(globalTable, NAME, { given, base: settings }),
  })
  if (name !== undefined) throw differsFromPrimary(name)
}
