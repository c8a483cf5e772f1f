import { provesClient } from '#app/clients/secrets.js'
import { refreshTokens } from '#app/sessions/refresh.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { authenticationResult } from './outcome.js'

/** Renews a session; for clients with rotation it also replaces the refresh token. */
export const GetTokensFromRefreshToken = operation(
  { name: 'GetTokensFromRefreshToken', auth: 'public', region: 'active' },
  async (ctx, input) => {
    const { client } = ctx.client
    const cipher = await ctx.poolKeys.cipher(ctx.pool)
    if (!provesClient(cipher, ctx.client, input.ClientSecret)) {
      ctx.fail('NotAuthorizedException', `Invalid client secret for client ${client.clientId}`)
    }
    const rotation = client.settings.refreshTokenRotation
    const outcome = await refreshTokens(ctx.tokens, {
      pool: ctx.pool,
      client,
      token: input.RefreshToken,
      rotation,
      deviceKey: input.DeviceKey,
      request: ctx.request,
    })
    return { AuthenticationResult: authenticationResult(unwrap(outcome).tokens) }
  },
)
