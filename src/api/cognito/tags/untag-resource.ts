import { asRegional } from '#ports/capability.js'
import { changePool, POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'

/** Takes tags from a pool in the serving Region; absent ones are no error. */
export const UntagResource = operation(
  { name: 'UntagResource', auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    const outcome = await changePool(ctx, asRegional, (pool) => {
      const kept = Object.entries(pool.tags).filter(([key]) => !input.TagKeys.includes(key))
      return ctx.regionalSettings.setTags(pool, Object.fromEntries(kept))
    })
    if (outcome === 'conflict') ctx.fail('TooManyRequestsException', POOL_BUSY_MESSAGE)
    return {}
  },
)
