// Whose device an administrator asks for. These two operations declare no UserNotFoundException: a
// user who is not there has no devices.

import type { UserReader } from '#app/accounts/user-records.js'
import type { Pool } from '#ports/capability.js'
import { errorFor } from '../refusals.js'

/** The sub of a user, or the error of a device that is not there. */
export async function requireUserOrDevice(
  ctx: { readonly users: UserReader; readonly pool: Pool },
  name: string,
): Promise<string> {
  const user = await ctx.users.find(ctx.pool, name)
  if (user === undefined) throw errorFor('device-absent')
  return user.sub
}
