// REFRESH_TOKEN_AUTH: new tokens for a session that began earlier, in whichever Region.
import { secretHashRefusal } from '#app/clients/secrets.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import { refreshTokens } from '#app/sessions/refresh.js'
import type { SessionServices } from '#app/sessions/services.js'
import { refused } from '#domain/refusal.js'
import type { AuthContext, SignInOutcome } from './challenge.js'

export async function refresh(
  { poolKeys, tokens }: { readonly poolKeys: PoolKeys; readonly tokens: SessionServices },
  context: AuthContext,
  parameters: Readonly<Record<string, string>>,
): Promise<SignInOutcome> {
  const token = parameters['REFRESH_TOKEN']
  if (!token) return refused('missing-parameter', 'REFRESH_TOKEN')
  // A rotating client renews through GetTokensFromRefreshToken, which hands out the successor.
  if (context.client.settings.refreshTokenRotation?.feature === 'ENABLED') {
    return refused('flow-not-enabled', 'REFRESH_TOKEN_AUTH')
  }
  const cipher = await poolKeys.cipher(context.pool)
  const secretHash = parameters['SECRET_HASH']
  if (context.secrets.length > 0 && !secretHash)
    return refused('secret-hash-missing', context.client.clientId)
  return refreshTokens(tokens, {
    pool: context.pool,
    client: context.client,
    token,
    request: context.request,
    rotation: undefined,
    deviceKey: parameters['DEVICE_KEY'],
    // Over the user name or the sub: clients that know the user by an alias send the latter.
    refusalFor: ({ username, sub }) =>
      secretHashRefusal(cipher, context, { usernames: [username, sub], secretHash }),
  })
}
