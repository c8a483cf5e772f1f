import { operation } from '../operation.js'
import { resourceServerOf, toResourceServerShape } from './resource-server.js'

/** Creates a resource server with the scopes that machine clients may ask for. */
export const CreateResourceServer = operation(
  { name: 'CreateResourceServer', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const server = resourceServerOf(input)
    if ((await ctx.resourceServers.insert(ctx.pool, server)) === 'exists') {
      ctx.fail(
        'InvalidParameterException',
        `${server.identifier} already exists in user pool ${ctx.pool.id}.`,
      )
    }
    return { ResourceServer: toResourceServerShape(ctx.pool.id, server) }
  },
)
