import { operation } from '../operation.js'
import { requireClient } from './client.js'

/** Names the secrets of an app client; it has at most two, so there is one page. */
export const ListUserPoolClientSecrets = operation(
  { name: 'ListUserPoolClientSecrets', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const { secrets } = await requireClient(ctx, input.ClientId)
    return {
      ClientSecrets: secrets.map((secret) => ({
        ClientSecretId: secret.secretId,
        ClientSecretCreateDate: new Date(secret.createdAtMs),
      })),
    }
  },
)
