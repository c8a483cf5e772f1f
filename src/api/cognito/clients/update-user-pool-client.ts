import { retryOnConflict } from '#app/optimistic-concurrency.js'
import { operation } from '../operation.js'
import { newestSecret, requireClient, toClientShape } from './client.js'
import { existingScopes, requireClientSettings, updatedClientSettings } from './settings.js'

/** Replaces the settings of an app client; those that are omitted get their defaults. */
export const UpdateUserPoolClient = operation(
  { name: 'UpdateUserPoolClient', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const scopes = await existingScopes(ctx, input.AllowedOAuthScopes ?? [])
    const outcome = await retryOnConflict(ctx, async () => {
      const found = await requireClient(ctx, input.ClientId)
      const settings = updatedClientSettings(input, found.client.settings)
      requireClientSettings(ctx.pool, settings, { hasSecret: found.secrets.length > 0, scopes })
      const name = input.ClientName ?? found.client.name
      const change = { name, settings, modifiedAtMs: ctx.nowMs }
      const client = await ctx.clients.update(ctx.pool, found.client, change)
      return client === 'conflict' ? client : { client, secrets: found.secrets }
    })
    if (outcome === 'conflict') {
      return ctx.fail(
        'ConcurrentModificationException',
        'The app client is being changed by other requests.',
      )
    }
    return { UserPoolClient: toClientShape(outcome.client, await newestSecret(ctx, outcome)) }
  },
)
