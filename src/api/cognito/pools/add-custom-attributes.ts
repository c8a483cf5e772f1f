import { toCamel } from '#contract/case.js'
import { withCustomAttributes } from '#domain/pool/schema.js'
import { asPrimary } from '#ports/capability.js'
import { changePool, POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'

/** Adds custom attributes to a pool's schema. They can never be changed or removed. */
export const AddCustomAttributes = operation(
  { name: 'AddCustomAttributes', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const added = toCamel(input.CustomAttributes)
    const outcome = await changePool(ctx, asPrimary, async (pool) => {
      const schema = withCustomAttributes(pool.settings.schemaAttributes, added)
      if (schema.kind === 'problem') return ctx.fail('InvalidParameterException', schema.problem)
      return ctx.pools.update(pool, {
        settings: { ...pool.settings, schemaAttributes: schema.attributes },
        modifiedAtMs: ctx.nowMs,
      })
    })
    if (outcome === 'conflict') ctx.fail('TooManyRequestsException', POOL_BUSY_MESSAGE)
    return {}
  },
)
