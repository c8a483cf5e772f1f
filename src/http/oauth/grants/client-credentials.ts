// grant_type=client_credentials (RFC 6749, section 4.4): a machine's own access token, for scopes
// of the pool's resource servers.
import { issueMachineToken } from '#app/sessions/issue.js'
import { machineScopes } from '#domain/oauth/scopes.js'
import { OAuthError } from '../errors.js'
import type { Grant } from './grant.js'

export const clientCredentials: Grant = {
  grantType: 'client_credentials',
  category: 'ClientAuthentication',
  async run({ services, pool, authenticated, form, request }) {
    const { client, secrets } = authenticated
    const { settings } = client
    const isAllowed =
      secrets.length > 0 &&
      settings.allowedOAuthFlowsUserPoolClient &&
      settings.allowedOAuthFlows.includes('client_credentials')
    if (!isAllowed) throw new OAuthError('unauthorized_client')
    const scopes = machineScopes(settings.allowedOAuthScopes, form.get('scope') ?? undefined)
    if (scopes === undefined) throw new OAuthError('invalid_scope')
    const token = await issueMachineToken(services.tokens, { pool, client, scopes, request })
    return {
      access_token: token.accessToken,
      expires_in: token.expiresInSeconds,
      token_type: 'Bearer',
    }
  },
}
