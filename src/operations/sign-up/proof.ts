// What every public call about a user must bring: the client's proof (SECRET_HASH) for the name.
// And what is said of a user who does not exist, which depends on the client's setting.
import { secretHashRefusal } from '#flows/clients/secrets.js'
import type { PoolKeys } from '#flows/encryption/pool-keys.js'
import type { Pool } from '#ports/capability.js'
import type { ResolvedClient } from '../context.js'
import { ApiError } from '../errors.js'

export async function demandSecretHash(
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

/** Whether the client's callers are kept from learning which users exist. */
export function hidesUsers(client: ResolvedClient): boolean {
  return client.client.settings.preventUserExistenceErrors === 'ENABLED'
}

/** The destination that a made-up delivery shows: the shape of a real one, from the name alone. */
export function decoyDelivery(pool: Pool, username: string) {
  const isPhone =
    !pool.settings.autoVerifiedAttributes.includes('email') &&
    pool.settings.autoVerifiedAttributes.includes('phone_number')
  const letter = username.slice(0, 1).toLowerCase()
  return isPhone
    ? ({
        Destination: '+*******0000',
        DeliveryMedium: 'SMS',
        AttributeName: 'phone_number',
      } as const)
    : ({
        Destination: `${letter}***@${letter}***`,
        DeliveryMedium: 'EMAIL',
        AttributeName: 'email',
      } as const)
}
