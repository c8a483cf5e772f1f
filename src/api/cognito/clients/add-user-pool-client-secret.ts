import { openSecrets, sealSecret } from '#app/clients/secrets.js'
import { newSecretId, randomSecret, SECRETS_MAX } from '#domain/client/secret.js'
import { operation } from '../operation.js'
import { errorFor } from '../refusals.js'
import { requireClient } from './client.js'

/** Adds a second secret, so that the first can be retired without an outage. */
export const AddUserPoolClientSecret = operation(
  { name: 'AddUserPoolClientSecret', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { ClientId: clientId } = input
    const resolved = await requireClient(ctx, clientId)
    const tooMany = () =>
      ctx.fail('LimitExceededException', `An app client has at most ${SECRETS_MAX} secrets.`)
    if (resolved.secrets.length === 0) {
      ctx.fail('InvalidParameterException', `Client ${clientId} was created without a secret.`)
    }
    if (resolved.secrets.length >= SECRETS_MAX) tooMany()
    const cipher = await ctx.poolKeys.cipher(ctx.pool)
    const secret = input.ClientSecret ?? randomSecret(ctx.random)
    if (openSecrets(cipher, resolved).includes(secret)) {
      ctx.fail('InvalidParameterException', 'The client has this secret already.')
    }
    const secretId = newSecretId(clientId, ctx.nowMs, resolved.secrets)
    const secretSealed = sealSecret(cipher, secretId, secret)
    const row = { clientId, secretId, secretSealed, createdAtMs: ctx.nowMs }
    const outcome = await ctx.clients.insertSecret(ctx.pool, row, { max: SECRETS_MAX })
    if (outcome === 'too-many') tooMany()
    if (outcome === 'absent') {
      throw errorFor('client-absent', clientId)
    }
    return {
      ClientSecretDescriptor: {
        ClientSecretId: secretId,
        // A secret that the caller chose is not told back.
        ClientSecretValue: input.ClientSecret === undefined ? secret : undefined,
        ClientSecretCreateDate: new Date(ctx.nowMs),
      },
    }
  },
)
