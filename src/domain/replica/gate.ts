// Where an operation may run, by what it needs of its pool. One function decides for all of them;
// nothing else asks which role a Region has. "Operations that aren't listed here are only available
// in the primary Region."
// Cognito: developer guide, user pool multi-Region replication, operation lists, 2026-06.

/**
 * What an operation needs of its pool, and so where it runs:
 *
 * - `primary`: to write the directory; on the primary only.
 * - `regional`: to write this Region's own settings; also on an INACTIVE or ACTIVE secondary.
 * - `any`: to read, and to write runtime rows; also on an INACTIVE or ACTIVE secondary.
 * - `active`: the same for signing in and its kin, which an INACTIVE secondary does not do.
 * - `account`: no pool; in any Region.
 */
export type Region = 'primary' | 'regional' | 'any' | 'active' | 'account'

/** Whether the operation may run where the pool has this role and status. */
export function isAllowed(
  region: Region,
  role: 'PRIMARY' | 'SECONDARY',
  status: 'CREATING' | 'ACTIVE' | 'INACTIVE' | 'DELETING',
): boolean {
  if (role === 'PRIMARY' || region === 'account') return true
  if (region === 'primary') return false
  return status === 'ACTIVE' || (status === 'INACTIVE' && region !== 'active')
}
