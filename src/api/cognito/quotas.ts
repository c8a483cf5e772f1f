// Quotas of the account that are about how many there are of something.
// Cognito: developer guide, "Quotas in Amazon Cognito", 2026-06.

import { ApiError } from '#api/protocol/errors.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { PoolResource } from '#ports/quotas.js'
import type { BoundRepositories } from '#ports/unit-of-work.js'

/** How many groups a user can be in; no setting, since tokens name them all. */
export const GROUPS_PER_USER_MAX = 100

/** Throws LimitExceededException when the pool has as many as it can have. */
export async function requireRoom(
  { quotaCounts }: Pick<BoundRepositories, 'quotaCounts'>,
  pool: PrimaryPool,
  { resource, max }: { resource: PoolResource; max: number },
): Promise<void> {
  if (!(await quotaCounts.reach(pool, resource, max))) return
  throw new ApiError('LimitExceededException', `A user pool has at most ${max} ${resource}.`)
}
