// What every public call about a user must bring: the client's proof (SECRET_HASH) for the name.
// And what is said of a user who does not exist, which depends on the client's setting.

import { decoySubOf } from '#app/accounts/decoys.js'
import type { NamedUser } from '#app/accounts/outcome.js'
import type { UserRecords } from '#app/accounts/user-records.js'
import { secretHashRefusal } from '#app/clients/secrets.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type Delivery, decoyContact, deliveryOf } from '#domain/message/contact.js'
import { refused } from '#domain/refusal.js'
import { normalName } from '#domain/user/aliases.js'
import type { Pool } from '#ports/capability.js'
import type { ResolvedClient } from '../context.js'
import { refusalError } from '../refusals.js'

export async function requireSecretHash(
  ctx: { readonly poolKeys: PoolKeys; readonly pool: Pool; readonly client: ResolvedClient },
  username: string,
  secretHash: string | undefined,
): Promise<void> {
  const cipher = await ctx.poolKeys.cipher(ctx.pool)
  const refusal = secretHashRefusal(cipher, ctx.client, { usernames: [username], secretHash })
  if (refusal !== undefined) throw refusalError(refusal)
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
  if (!hidesUsers(ctx.client.client.settings)) {
    throw refusalError(refused('username-unknown'))
  }
  const cipher = await ctx.poolKeys.cipher(ctx.pool)
  return { user, sub: decoySubOf(ctx.pool, cipher, Username) }
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
  return deliveryOf(decoyContact(settings, username, cipher.hash('decoy-delivery', name)))
}
