import { operation } from '../operation.js'
import { requireRoom } from '../quotas.js'
import { resourceServerOf, toResourceServerShape } from './resource-server.js'

/** Creates a resource server with the scopes that machine clients may ask for. */
export const CreateResourceServer = operation(
  { name: 'CreateResourceServer', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const server = resourceServerOf(input)
    const outcome = await ctx.unitOfWork.run(async (bound) => {
      await requireRoom(bound, ctx.pool, {
        resource: 'resource servers',
        max: ctx.quotas.resourceServers,
      })
      return bound.resourceServers.insert(ctx.pool, server)
    })
    if (outcome === 'exists') {
      ctx.fail(
        'InvalidParameterException',
        `${server.identifier} already exists in user pool ${ctx.pool.id}.`,
      )
    }
    return { ResourceServer: toResourceServerShape(ctx.pool.id, server) }
  },
)
