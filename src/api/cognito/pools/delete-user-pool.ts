import { operation } from '../operation.js'

/** Deletes a pool with everything in it, once nothing protects it any more. */
export const DeleteUserPool = operation(
  { name: 'DeleteUserPool', auth: 'iam', region: 'primary' },
  async (ctx) => {
    if (ctx.pool.settings.deletionProtection !== 'INACTIVE') {
      ctx.fail(
        'InvalidParameterException',
        'The user pool cannot be deleted because deletion protection is activated. ' +
          'Deletion protection must be inactivated first.',
      )
    }
    const [domains, replicas] = await Promise.all([
      ctx.domains.list(ctx.pool),
      ctx.replicas.list(ctx.pool),
    ])
    if (domains.length > 0) {
      ctx.fail(
        'InvalidParameterException',
        'User pool cannot be deleted. It has a domain configured that should be deleted first.',
      )
    }
    // Deviation: a pool with a replica is not deleted; the service says nothing about the case.
    if (replicas.length > 0 || ctx.pool.replicaRegions.length > 1) {
      ctx.fail(
        'InvalidParameterException',
        'User pool cannot be deleted. It has a replica that should be deleted first.',
      )
    }
    await ctx.pools.remove(ctx.pool)
    ctx.poolKeys.forget(ctx.pool.id)
    return {}
  },
)
