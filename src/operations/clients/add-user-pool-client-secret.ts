import { openSecrets, sealSecret } from '#flows/clients/secrets.js'
import { operation } from '../operation.js'
import { resolveClient } from './resolve-client.js'
import { newSecretId, randomSecret } from './secret-id.js'

const SECRETS_MAX = 2

/** Adds a second secret, so that the first can be retired without an outage. */
export const AddUserPoolClientSecret = operation({
  name: 'AddUserPoolClientSecret',
  auth: 'iam',
  region: 'primary',
  errors: ['LimitExceededException'],
  async run(ctx, input) {
    const { ClientId: clientId } = input
    const resolved = await resolveClient(ctx, clientId)
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
    await ctx.clients.insertSecret(ctx.pool, {
      clientId,
      secretId,
      secretSealed: sealSecret(cipher, secretId, secret),
      createdAtMs: ctx.nowMs,
    })
    // Another call may have added one at the same moment; the one that sees both withdraws.
    if ((await ctx.clients.secrets(ctx.pool, clientId)).length > SECRETS_MAX) {
      await ctx.clients.removeSecret(ctx.pool, clientId, secretId)
      tooMany()
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
})
