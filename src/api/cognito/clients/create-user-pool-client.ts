import { sealSecret } from '#app/clients/secrets.js'
import { isTakenElsewhere } from '#app/replication/names-elsewhere.js'
import { LOWER_ALPHANUMERIC } from '#base/random.js'
import { newSecretId, randomSecret, SECRETS_MAX } from '#domain/client/secret.js'
import { chosenClientId } from '#domain/pool/tags.js'
import { operation } from '../operation.js'
import { requireRoom } from '../quotas.js'
import { toClientShape } from './client.js'
import { existingScopes, newClientSettings, requireClientSettings } from './settings.js'

const ID_CHARACTERS = 26
const CLIENT_ID = /^[\w+]{1,128}$/

/** Creates an app client, with a secret if one is wanted. */
export const CreateUserPoolClient = operation(
  { name: 'CreateUserPoolClient', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    if (input.GenerateSecret && input.ClientSecret !== undefined) {
      ctx.fail(
        'InvalidParameterException',
        'GenerateSecret and ClientSecret cannot be given together.',
      )
    }
    const secret = input.GenerateSecret ? randomSecret(ctx.random) : input.ClientSecret
    const settings = newClientSettings(input)
    requireClientSettings(ctx.pool, settings, {
      hasSecret: secret !== undefined,
      scopes: await existingScopes(ctx, settings.allowedOAuthScopes),
    })
    const chosen = chosenClientId(ctx.pool.tags, input.ClientName)
    if (chosen !== undefined && !CLIENT_ID.test(chosen)) {
      ctx.fail('InvalidParameterException', `${chosen} cannot be a client ID.`)
    }
    if (
      chosen !== undefined &&
      (await isTakenElsewhere(ctx, ctx.pool.id, { clientIds: [chosen] }))
    ) {
      ctx.fail('InvalidParameterException', `Client ID ${chosen} already exists.`)
    }
    const clientId = chosen ?? ctx.random.text(ID_CHARACTERS, LOWER_ALPHANUMERIC)
    const times = { createdAtMs: ctx.nowMs, modifiedAtMs: ctx.nowMs }
    const client = { poolId: ctx.pool.id, clientId, name: input.ClientName, settings, ...times }
    const cipher = await ctx.poolKeys.cipher(ctx.pool)
    const outcome = await ctx.unitOfWork.run(async (bound) => {
      await requireRoom(bound, ctx.pool, { resource: 'app clients', max: ctx.quotas.clients })
      const inserted = await bound.clients.insert(ctx.pool, client)
      if (inserted === 'exists' || secret === undefined) return inserted
      const secretId = newSecretId(clientId, ctx.nowMs, [])
      const secretSealed = sealSecret(cipher, secretId, secret)
      const row = { clientId, secretId, secretSealed, createdAtMs: ctx.nowMs }
      await bound.clients.insertSecret(ctx.pool, row, { max: SECRETS_MAX })
      return inserted
    })
    if (outcome === 'exists') {
      ctx.fail('InvalidParameterException', `Client ID ${clientId} already exists.`)
    }
    return { UserPoolClient: toClientShape(client, secret) }
  },
)
