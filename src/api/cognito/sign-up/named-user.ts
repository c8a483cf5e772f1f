// What every public call about a user must bring: the client's proof (SECRET_HASH) for the name.
// And what is said of a user who does not exist, which depends on the client's setting.

import { ApiError } from '#api/protocol/errors.js'
import { decoySubOf } from '#app/accounts/decoys.js'
import type { NamedUser } from '#app/accounts/outcome.js'
import type { UserRecords } from '#app/accounts/user-records.js'
import { secretHashRefusal } from '#app/clients/secrets.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import { type Delivery, deliveryOf } from '#app/messages/codes.js'
import { normalName } from '#domain/user/aliases.js'
import type { Pool } from '#ports/capability.js'
import type { ResolvedClient } from '../context.js'

export async function requireSecretHash(
  ctx: { readonly poolKeys: PoolKeys; readonly pool: Pool; readonly client: ResolvedClient },
  username: string,
  secretHash: string | undefined,
): Promise<void> {
  const cipher = await ctx.poolKeys.cipher(ctx.pool)
  const refusal = secretHashRefusal(cipher, ctx.client, { usernames: [username], secretHash })
  const { clientId } = ctx.client.client
  if (refusal === 'secret-hash-missing') {
    throw new ApiError(
      'NotAuthorizedException',
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    )
  }
  if (refusal === 'secret-hash-mismatch') {
    throw new ApiError(
      'NotAuthorizedException',
      `Unable to verify secret hash for client ${clientId}`,
    )
  }
}

/**
 * Whom a public call names. A client that keeps secret who exists goes on with a decoy where there
 * is no user.
 */
export async function namedUser(
  ctx: {
    readonly poolKeys: PoolKeys
    readonly users: UserRecords
    readonly pool: Pool
    readonly client: ResolvedClient
  },
  { Username, SecretHash }: { readonly Username: string; readonly SecretHash?: string | undefined },
): Promise<NamedUser> {
  await requireSecretHash(ctx, Username, SecretHash)
  const user = await ctx.users.find(ctx.pool, Username)
  if (user !== undefined) return { user, sub: user.sub }
  if (!hidesUsers(ctx.client)) {
    throw new ApiError('UserNotFoundException', 'Username/client id combination not found.')
  }
  const cipher = await ctx.poolKeys.cipher(ctx.pool)
  return { user, sub: decoySubOf(ctx.pool, cipher, Username) }
}

/** Whether the client's callers are kept from learning which users exist. */
export function hidesUsers(client: ResolvedClient): boolean {
  return client.client.settings.preventUserExistenceErrors === 'ENABLED'
}

/**
 * A made-up delivery in the shape of a real one. The same name gives the same answer each time;
 * what the name does not show is derived under the pool's key, so that nobody can work it out.
 */
export async function decoyDelivery(
  ctx: { readonly poolKeys: PoolKeys; readonly pool: Pool },
  username: string,
): Promise<Delivery> {
  const { settings } = ctx.pool
  const name = normalName(settings, username)
  const cipher = await ctx.poolKeys.cipher(ctx.pool)
  const [first = 0, second = 0, third = 0] = cipher.hash('decoy-delivery', name)
  const verifies = (attribute: string) => settings.autoVerifiedAttributes.includes(attribute)
  const isPhone = name.startsWith('+') || (!verifies('email') && verifies('phone_number'))
  if (isPhone) {
    const digits = String(first * 65_536 + second * 256 + third).padStart(11, '0')
    const value = name.startsWith('+') ? name : `+${digits}`
    return deliveryOf({ attributeName: 'phone_number', value })
  }
  const letter = (byte: number) => String.fromCharCode(97 + (byte % 26))
  const value = name.includes('@') ? name : `${letter(first)}@${letter(second)}`
  return deliveryOf({ attributeName: 'email', value })
}
