import { operation } from '../operation.js'
import { requireClient } from './client.js'

/** Retires a secret; a confidential client keeps at least one. */
export const DeleteUserPoolClientSecret = operation(
  { name: 'DeleteUserPoolClientSecret', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { ClientId: clientId, ClientSecretId: secretId } = input
    await requireClient(ctx, clientId)
    const outcome = await ctx.clients.removeSecret(ctx.pool, clientId, secretId)
    if (outcome === 'absent') {
      ctx.fail('ResourceNotFoundException', `Client secret ${secretId} does not exist.`)
    }
    if (outcome === 'last') {
      ctx.fail('InvalidParameterException', 'The last secret of a client cannot be deleted.')
    }
    return {}
  },
)
