import { provesClient } from '#app/clients/secrets.js'
import { revokeToken } from '#app/sessions/revoke.js'
import { operation } from '../operation.js'

/** Ends the session of a refresh token, and with it the session's access tokens, everywhere. */
export const RevokeToken = operation(
  { name: 'RevokeToken', auth: 'public', region: 'active' },
  async (ctx, input) => {
    const cipher = await ctx.poolKeys.cipher(ctx.pool)
    if (!provesClient(cipher, ctx.client, input.ClientSecret)) {
      ctx.fail('UnauthorizedException', 'Invalid client')
    }
    const outcome = await revokeToken(ctx.tokens, {
      pool: ctx.pool,
      client: ctx.client.client,
      token: input.Token,
      request: ctx.request,
    })
    if (outcome === 'not-enabled') {
      ctx.fail('UnsupportedOperationException', 'Token revocation is not enabled for this client.')
    }
    if (outcome === 'unsupported-token-type') {
      ctx.fail('UnsupportedTokenTypeException', 'Unsupported token type')
    }
    // RFC 7009, section 2.2: an invalid token is no error, the purpose being reached already.
    return {}
  },
)
