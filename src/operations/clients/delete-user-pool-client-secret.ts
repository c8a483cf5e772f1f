import { operation } from '../operation.js'
import { resolveClient } from './resolve-client.js'

/** Retires a secret; a confidential client keeps at least one. */
export const DeleteUserPoolClientSecret = operation({
  name: 'DeleteUserPoolClientSecret',
  auth: 'iam',
  region: 'primary',
  errors: [],
  async run(ctx, input) {
    const { ClientId: clientId, ClientSecretId: secretId } = input
    const { secrets } = await resolveClient(ctx, clientId)
    const absent = () =>
      ctx.fail('ResourceNotFoundException', `Client secret ${secretId} does not exist.`)
    if (!secrets.some((secret) => secret.secretId === secretId)) absent()
    if (secrets.length === 1) {
      ctx.fail('InvalidParameterException', 'The last secret of a client cannot be deleted.')
    }
    if ((await ctx.clients.removeSecret(ctx.pool, clientId, secretId)) === 'absent') absent()
    return {}
  },
})
