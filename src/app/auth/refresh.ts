// REFRESH_TOKEN_AUTH: new tokens for a session that began earlier, in whichever Region.
import { secretHashRefusal } from '#app/clients/secrets.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Tokens } from '#app/sessions/tokens.js'
import { refused } from '#domain/refusal.js'
import type { SignInOutcome } from './outcome.js'
import type { SignInParty } from './party.js'

export async function refresh(
  { poolKeys, tokens }: { readonly poolKeys: PoolKeys; readonly tokens: Tokens },
  party: SignInParty,
  parameters: Readonly<Record<string, string>>,
): Promise<SignInOutcome> {
  const token = parameters['REFRESH_TOKEN']
  if (!token) return refused('missing-parameter', 'REFRESH_TOKEN')
  // A rotating client renews through GetTokensFromRefreshToken, which hands out the successor.
  if (party.client.settings.refreshTokenRotation?.feature === 'ENABLED') {
    return refused('flow-not-enabled', 'REFRESH_TOKEN_AUTH')
  }
  const cipher = await poolKeys.cipher(party.pool)
  const secretHash = parameters['SECRET_HASH']
  if (party.secrets.length > 0 && !secretHash)
    return refused('secret-hash-missing', party.client.clientId)
  return tokens.refresh(party.pool, party.client, token, {
    rotation: undefined,
    // Over the user name or the sub: clients that know the user by an alias send the latter.
    refusalFor: ({ username, sub }) =>
      secretHashRefusal(cipher, party, { usernames: [username, sub], secretHash }),
  })
}
