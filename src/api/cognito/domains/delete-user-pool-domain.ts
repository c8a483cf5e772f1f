import { asPrimary } from '#ports/capability.js'
import { operation } from '../operation.js'

/** Takes a domain from a pool; on a secondary the one that was created there. */
export const DeleteUserPoolDomain = operation(
  { name: 'DeleteUserPoolDomain', auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    const primary = asPrimary(ctx.pool)
    const outcome =
      primary === undefined
        ? await ctx.regionalDomains.remove(ctx.pool, input.Domain)
        : await ctx.domains.remove(primary, input.Domain)
    if (outcome === 'absent') {
      ctx.fail('InvalidParameterException', 'No such domain or user pool exists.')
    }
    return {}
  },
)
