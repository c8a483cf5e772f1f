// What ForgotPassword and ResendConfirmationCode do alike: anybody names a user, and a code goes to
// that user. A client that keeps secret who exists is told of a delivery in any case.
import type { User } from '#domain/user/user.js'
import type { PoolKeys } from '#flows/encryption/pool-keys.js'
import type { Delivery } from '#flows/messages/codes.js'
import { type AccountOutcome, type AccountRefused, accountRefused } from '#flows/sign-up/outcome.js'
import type { UserRecords } from '#flows/users/user-records.js'
import type { Pool } from '#ports/capability.js'
import type { ResolvedClient } from '../context.js'
import { ApiError } from '../errors.js'
import { decoyDelivery, demandSecretHash, hidesUsers } from './proof.js'

/** A code is on its way, or so it is said. */
export interface CodeRequested {
  readonly kind: 'done'
  readonly delivery: Delivery | undefined
}

/** Sends a code to the user whom the request names, by `send`. */
export async function requestCode(
  ctx: {
    readonly poolKeys: PoolKeys
    readonly users: UserRecords
    readonly pool: Pool
    readonly client: ResolvedClient
  },
  request: { readonly Username: string; readonly SecretHash?: string | undefined },
  send: (user: User) => Promise<AccountOutcome>,
): Promise<CodeRequested | AccountRefused> {
  const { Username, SecretHash } = request
  await demandSecretHash(ctx, Username, SecretHash)
  const isHiding = hidesUsers(ctx.client)
  const user = await ctx.users.find(ctx.pool, Username)
  if (user === undefined && !isHiding) {
    throw new ApiError('UserNotFoundException', 'Username/client id combination not found.')
  }
  const outcome = user === undefined ? accountRefused('user-absent') : await send(user)
  // Who may be told that a user exists is told why no code was sent; others see a code "sent".
  if (outcome.kind === 'refused' && isHiding) {
    return { kind: 'done', delivery: await decoyDelivery(ctx, Username) }
  }
  return outcome
}
