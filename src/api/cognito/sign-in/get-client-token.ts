import { provesClient } from '#app/clients/secrets.js'
import { issueMachineToken } from '#app/sessions/issue.js'
import { CLIENT_TOKEN_AUTH, isFlowAllowed } from '#domain/client/auth-flows.js'
import { machineScopes } from '#domain/oauth/scopes.js'
import { operation } from '../operation.js'
import { errorFor } from '../refusals.js'

/** An access token for the app client itself, without a domain. */
export const GetClientToken = operation(
  { name: 'GetClientToken', auth: 'public', region: 'primary' },
  async (ctx, input) => {
    const { pool, request } = ctx
    const { client } = ctx.client
    const cipher = await ctx.poolKeys.cipher(pool)
    if (!provesClient(cipher, ctx.client, input.Secret)) {
      ctx.fail('NotAuthorizedException', `Invalid client secret for client ${client.clientId}`)
    }
    // Before the scopes: a client of another kind learns nothing of them.
    if (!isFlowAllowed(client.settings, CLIENT_TOKEN_AUTH, false)) {
      throw errorFor('flow-not-enabled', CLIENT_TOKEN_AUTH)
    }
    const scopes = machineScopes(client.settings.allowedOAuthScopes, input.Scopes?.join(' '))
    if (scopes === undefined) throw errorFor('invalid-parameter', 'Invalid scope requested.')
    const token = await issueMachineToken(ctx.tokens, { pool, client, scopes, request })
    return {
      ClientAuthenticationResult: {
        AccessToken: token.accessToken,
        ExpiresIn: token.expiresInSeconds,
        TokenType: 'Bearer',
      },
    }
  },
)
