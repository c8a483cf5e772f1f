// The user that an admin call names, by user name, alias or sub.

import { ApiError } from '#api/protocol/errors.js'
import type { UserRecords } from '#app/accounts/user-records.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'

export async function resolveUser(
  ctx: { readonly users: UserRecords; readonly pool: Pool },
  name: string,
): Promise<User> {
  const user = await ctx.users.find(ctx.pool, name)
  if (user === undefined) throw new ApiError('UserNotFoundException', 'User does not exist.')
  return user
}
