import { updateRegional } from '#app/pools/update.js'
import { logConfigurationProblem } from '#domain/log/delivery.js'
import { regionalTable } from '#domain/pool/settings.js'
import { asRegional, type Pool } from '#ports/capability.js'
import { changePool } from '../change-pool.js'
import { operation } from '../operation.js'
import { givenSettings, requireTier } from '../settings.js'
import { toLogDeliveryShape } from './log-delivery.js'

/** Replaces where this Region exports events of a pool to. */
export const SetLogDeliveryConfiguration = operation(
  { name: 'SetLogDeliveryConfiguration', auth: 'iam', region: 'regional' },
  async (ctx, { LogConfigurations }) => {
    const { logConfigurations } = givenSettings(regionalTable, { LogConfigurations })
    const problem = logConfigurationProblem(logConfigurations)
    if (problem !== undefined) ctx.fail('InvalidParameterException', problem)
    requireTier(regionalTable, ctx.pool.tier, { logConfigurations })
    let after: Pool = ctx.pool
    const outcome = await changePool(ctx, asRegional, async (pool) => {
      const regionalSettings = { ...pool.regionalSettings, logConfigurations }
      await updateRegional(ctx, { pool, settings: regionalSettings, tags: pool.tags })
      after = { ...pool, regionalSettings }
      return 'written'
    })
    if (outcome === 'conflict') ctx.fail('TooManyRequestsException', 'Too many requests')
    return { LogDeliveryConfiguration: toLogDeliveryShape(after) }
  },
)
