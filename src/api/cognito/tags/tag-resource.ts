import { tagsProblem } from '#domain/pool/tags.js'
import { asRegional } from '#ports/capability.js'
import { changePool, POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'

/** Adds tags to a pool in the serving Region, or replaces their values. */
export const TagResource = operation(
  { name: 'TagResource', auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    const outcome = await changePool(ctx, asRegional, async (pool) => {
      const tags = { ...pool.tags, ...input.Tags }
      const problem = tagsProblem(tags)
      if (problem !== undefined) ctx.fail('InvalidParameterException', problem)
      return ctx.regionalSettings.setTags(pool, tags)
    })
    if (outcome === 'conflict') ctx.fail('TooManyRequestsException', POOL_BUSY_MESSAGE)
    return {}
  },
)
