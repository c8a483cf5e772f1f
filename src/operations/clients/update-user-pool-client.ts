import { operation } from '../operation.js'
import { existingScopes } from './oauth-settings.js'
import { resolveClient } from './resolve-client.js'
import { clientSettings, demandClientSettings } from './settings.js'
import { newestSecret, toClientShape } from './shape.js'

/** Replaces the settings of an app client; those that are omitted get their defaults. */
export const UpdateUserPoolClient = operation({
  name: 'UpdateUserPoolClient',
  auth: 'iam',
  region: 'primary',
  errors: [
    'FeatureUnavailableInTierException',
    'InvalidOAuthFlowException',
    'ScopeDoesNotExistException',
  ],
  async run(ctx, input) {
    const resolved = await resolveClient(ctx, input.ClientId)
    const settings = clientSettings(input)
    demandClientSettings(ctx.pool, settings, {
      hasSecret: resolved.secrets.length > 0,
      scopes: await existingScopes(ctx, settings.allowedOAuthScopes),
    })
    const name = input.ClientName ?? resolved.client.name
    const client = { ...resolved.client, name, settings, modifiedAtMs: ctx.nowMs }
    if ((await ctx.clients.update(ctx.pool, client)) === 'absent') {
      ctx.fail('ResourceNotFoundException', `User pool client ${input.ClientId} does not exist.`)
    }
    return { UserPoolClient: toClientShape(client, await newestSecret(ctx, resolved)) }
  },
})
