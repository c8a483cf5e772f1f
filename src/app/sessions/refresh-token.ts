// The sealed form of refresh tokens, and when the session of one is over.
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { Random } from '#base/random.js'
import { packGrant, type RefreshGrant, unpackGrant } from '#domain/token/grant.js'
import { ACCESS_SECONDS_MAX } from '#domain/token/lifetime.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'
import type { Client } from '#ports/directory.js'

const PURPOSE = 'refresh'

export function sealGrant(cipher: PoolCipher, random: Random, grant: RefreshGrant): string {
  const { tokenKey, poolId } = cipher
  return sealToken(tokenKey, PURPOSE, poolId, random.bytes(24), packGrant(grant))
}

/** The grant in a refresh token of this pool and client; undefined for any other text. */
export function openGrant(
  cipher: PoolCipher,
  { clientId }: Client,
  token: string,
): RefreshGrant | undefined {
  const opened = openToken(cipher.tokenKey, PURPOSE, cipher.poolId, token)
  const grant = opened === undefined ? undefined : unpackGrant(opened)
  return grant?.clientId === clientId ? grant : undefined
}

/** When the last token of a session is over: access tokens may outlive the refresh token. */
export function sessionExpiryMs({ expiresAt }: RefreshGrant): number {
  return (expiresAt + ACCESS_SECONDS_MAX) * 1000
}
