// Global settings that have operations of their own, one that sets and one that describes them:
// those rows of the table that the setting operation changes. They are the primary Region's; a
// secondary takes those that are equal to what it has.

import { ApiError } from '#api/protocol/errors.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { globalTable } from '#domain/pool/settings.js'
import { changedSettings, type GivenSettings } from '#domain/settings/table.js'
import { asPrimary, asRegional, type Pool } from '#ports/capability.js'
import type { Pools } from '#ports/directory.js'
import { changePool } from '../change-pool.js'
import { differingMember, givenSettings, requestFor, requireImplemented } from '../settings.js'

/** Replaces the settings and returns the pool with them; 'conflict': other requests change it. */
export async function changeSettings(
  ctx: {
    readonly clock: Clock
    readonly random: Random
    readonly nowMs: number
    readonly pools: Pools
    readonly pool: Pool
  },
  operation: string,
  request: object,
): Promise<Pool | 'conflict'> {
  requireImplemented('pool', request)
  const given = givenSettings(globalTable, request)
  let after: Pool = ctx.pool
  const outcome = await changePool(ctx, asRegional, async (pool) => {
    const apply = (given: GivenSettings) =>
      changedSettings(globalTable, operation, { given, base: pool.settings })
    const primary = asPrimary(pool)
    if (primary !== undefined) {
      const settings = apply(given)
      after = { ...pool, settings }
      return ctx.pools.update(primary, { settings, modifiedAtMs: ctx.nowMs })
    }
    // As for UpdateUserPool on a secondary, what the request omits counts as unchanged.
    const change = { request, settings: pool.settings, apply }
    const name = differingMember(globalTable, operation, change)
    if (name !== undefined) throw differsFromPrimary(name)
    after = pool
    return 'written'
  })
  return outcome === 'conflict' ? outcome : after
}

/** The settings that the operation sets, as members of a description. */
export function describedFor(operation: string, pool: Pool): object {
  return requestFor(globalTable, operation, pool.settings)
}

/** The refusal of a global setting that a request on a secondary would change. */
export function differsFromPrimary(member: string): ApiError {
  return new ApiError(
    'InvalidParameterException',
    `${member} must match the primary Region's setting and can only be changed there.`,
  )
}
