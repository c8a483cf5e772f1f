// The user that an admin call names, by user name, alias or sub.

import type { UserRecords } from '#app/accounts/user-records.js'
import { refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import { refusalError } from '../refusals.js'

export async function resolveUser(
  ctx: { readonly users: UserRecords; readonly pool: Pool },
  name: string,
): Promise<User> {
  const user = await ctx.users.find(ctx.pool, name)
  if (user === undefined) throw refusalError(refused('user-absent'))
  return user
}
