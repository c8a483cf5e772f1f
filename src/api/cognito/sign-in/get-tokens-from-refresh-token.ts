import { provesClient } from '#app/clients/secrets.js'
import { operation } from '../operation.js'
import { authenticationResult } from './outcome.js'

/** Renews a session; for clients with rotation it also replaces the refresh token. */
export const GetTokensFromRefreshToken = operation({
  name: 'GetTokensFromRefreshToken',
  auth: 'public',
  region: 'any',
  errors: ['RefreshTokenReuseException'],
  async run(ctx, input) {
    const { client } = ctx.client
    const cipher = await ctx.poolKeys.cipher(ctx.pool)
    if (!provesClient(cipher, ctx.client, input.ClientSecret)) {
      ctx.fail('NotAuthorizedException', `Invalid client secret for client ${client.clientId}`)
    }
    const rotation = client.settings.refreshTokenRotation
    const outcome = await ctx.tokens.refresh(ctx.pool, client, input.RefreshToken, { rotation })
    switch (outcome.kind) {
      case 'tokens':
        return { AuthenticationResult: authenticationResult(outcome.tokens) }
      case 'reused':
        return ctx.fail('RefreshTokenReuseException', 'Refresh token has already been used.')
      case 'expired':
        return ctx.fail('NotAuthorizedException', 'Refresh Token has expired')
      case 'revoked':
        return ctx.fail('NotAuthorizedException', 'Refresh Token has been revoked')
      case 'user-disabled':
        return ctx.fail('NotAuthorizedException', 'User is disabled.')
      case 'invalid':
      case 'not-accepted':
        return ctx.fail('NotAuthorizedException', 'Invalid Refresh Token')
    }
  },
})
