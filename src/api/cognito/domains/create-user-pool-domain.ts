import { isTakenElsewhere } from '#app/replication/names-elsewhere.js'
import { asPrimary } from '#ports/capability.js'
import { operation } from '../operation.js'
import { ownDomains } from '../pools/shape.js'
import { requireImplemented } from '../settings.js'

/** Words that a prefix must not have, since they would pass for the service's own pages. */
const RESERVED_WORDS = ['aws', 'amazon', 'cognito']
const MANAGED_LOGIN_VERSIONS = [1, 2]
const PREFIX_MESSAGE =
  "1 validation error detected: Value at 'domain' failed to satisfy constraint: Member must " +
  'satisfy regular expression pattern: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$'

// Deviation: only prefix domains can be created; a custom domain is refused until it is routed.

/** Gives a pool a prefix domain; on a secondary one that serves in this Region only. */
export const CreateUserPoolDomain = operation({
  name: 'CreateUserPoolDomain',
  auth: 'iam',
  region: 'regional',
  errors: ['FeatureUnavailableInTierException'],
  async run(ctx, input) {
    const { Domain: domain } = input
    const version = input.ManagedLoginVersion ?? 1
    requireImplemented('domain', input)
    if (domain.includes('.')) {
      ctx.fail('InvalidParameterException', PREFIX_MESSAGE)
    }
    const reserved = RESERVED_WORDS.find((word) => domain.includes(word))
    if (reserved !== undefined) {
      ctx.fail('InvalidParameterException', `Domain cannot contain reserved word: ${reserved}`)
    }
    if (!MANAGED_LOGIN_VERSIONS.includes(version)) {
      ctx.fail('InvalidParameterException', 'ManagedLoginVersion must be 1 or 2.')
    }
    if (version === 2 && ctx.pool.tier === 'LITE') {
      ctx.fail(
        'FeatureUnavailableInTierException',
        'Managed login is not available in the LITE tier. Change the tier to ESSENTIALS or higher.',
      )
    }
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
})
