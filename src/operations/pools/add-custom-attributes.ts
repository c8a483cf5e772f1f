import { toInner } from '#contract/case.js'
import { withCustomAttributes } from '#domain/pool/schema.js'
import { operation } from '../operation.js'

/** Adds custom attributes to a pool's schema. They can never be changed or removed. */
export const AddCustomAttributes = operation({
  name: 'AddCustomAttributes',
  auth: 'iam',
  region: 'primary',
  errors: [],
  async run(ctx, input) {
    const { settings } = ctx.pool
    const schema = withCustomAttributes(settings.schemaAttributes, toInner(input.CustomAttributes))
    if (schema.kind === 'problem') return ctx.fail('InvalidParameterException', schema.problem)
    await ctx.pools.update(ctx.pool, {
      settings: { ...settings, schemaAttributes: schema.attributes },
      modifiedAtMs: ctx.nowMs,
    })
    return {}
  },
})
