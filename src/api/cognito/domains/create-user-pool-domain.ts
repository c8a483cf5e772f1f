import { isTakenElsewhere } from '#app/replication/names-elsewhere.js'
import { domainRefusal } from '#domain/pool/domain.js'
import { asPrimary } from '#ports/capability.js'
import { operation } from '../operation.js'
import { ownDomains } from '../pools/shape.js'
import { requireNoRefusal } from '../refusals.js'
import { requireImplemented } from '../settings.js'

/** Creates a prefix domain of a pool; on a secondary one that serves in this Region only. */
export const CreateUserPoolDomain = operation(
  { name: 'CreateUserPoolDomain', auth: 'iam', region: 'regional' },
  async (ctx, input) => {
    const { Domain: domain } = input
    const version = input.ManagedLoginVersion ?? 1
    requireImplemented('domain', input)
    requireNoRefusal(domainRefusal(ctx.pool.tier, { domain, managedLoginVersion: version }))
    if ((await ownDomains(ctx, ctx.pool)).length > 0) {
      ctx.fail('InvalidParameterException', 'User pool already has a domain configured.')
    }
    const row = {
      poolId: ctx.pool.id,
      domain,
      settings: { managedLoginVersion: version },
      createdAtMs: ctx.nowMs,
    }
    const primary = asPrimary(ctx.pool)
    // The primary's domains are here too, and a name leads to one pool in all Regions.
    const outcome =
      (await ctx.domains.resolve(domain)) !== undefined ||
      (await isTakenElsewhere(ctx, ctx.pool.id, { domains: [domain] }))
        ? 'exists'
        : primary === undefined
          ? await ctx.regionalDomains.insert(ctx.pool, row)
          : await ctx.domains.insert(primary, row)
    if (outcome === 'exists') {
      ctx.fail('InvalidParameterException', 'Domain already associated with another user pool.')
    }
    return { ManagedLoginVersion: version }
  },
)
