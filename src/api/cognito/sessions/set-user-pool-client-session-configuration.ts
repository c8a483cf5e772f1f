import { retryOnConflict } from '#app/optimistic-concurrency.js'
import { tracksSessions } from '#app/sessions/user-sessions.js'
import { clientTable } from '#domain/client/settings.js'
import { changedSettings } from '#domain/settings/table.js'
import { requireClient } from '../clients/client.js'
import { operation } from '../operation.js'
import { givenSettings } from '../settings.js'
import { clientSessionConfiguration } from './configuration.js'

const NAME = 'SetUserPoolClientSessionConfiguration'

/** Replaces how long an app client takes sessions of the login pages. */
export const SetUserPoolClientSessionConfiguration = operation(
  { name: NAME, auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const given = givenSettings(clientTable, { SSOSession: input.SSOSession })
    const outcome = await retryOnConflict(ctx, async () => {
      const { client } = await requireClient(ctx, input.ClientId)
      if (!tracksSessions(ctx.pool)) {
        ctx.fail(
          'InvalidParameterException',
          'User session tracking is not enabled for the user pool.',
        )
      }
      const settings = changedSettings(clientTable, NAME, { given, base: client.settings })
      const change = { name: client.name, settings, modifiedAtMs: ctx.nowMs }
      return ctx.clients.update(ctx.pool, client, change)
    })
    if (outcome === 'conflict') {
      return ctx.fail(
        'ConcurrentModificationException',
        'The app client is being changed by other requests.',
      )
    }
    return clientSessionConfiguration(outcome)
  },
)
