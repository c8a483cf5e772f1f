import { accountPage } from '#app/paging.js'
import { toPascal } from '#contract/case.js'
import { describedLambdaConfig } from '#domain/trigger/lambda-config.js'
import type { PoolSummary, Pools } from '#ports/directory.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Lists the pools that live in the serving Region, replicas included. */
export const ListUserPools = operation(
  { name: 'ListUserPools', auth: 'iam', region: 'account' },
  async (ctx, input) => {
    const page = unwrap(
      await accountPage({
        list: 'user-pools',
        limit: input.MaxResults,
        token: input.NextToken,
        read: (afterId, limit) => ctx.pools.page({ afterId, limit }),
        keyOf: (pool) => pool.id,
      }),
    )
    const described = await Promise.all(page.items.map((item) => describe(ctx.pools, item)))
    return { UserPools: described.flat(), NextToken: page.nextToken }
  },
)

/** Nothing for a replica that is being made or cleared away, and for a pool that just went. */
async function describe(pools: Pools, summary: PoolSummary) {
  const pool = await pools.find(summary.id)
  if (pool === undefined) return []
  const isComingOrGoing = pool.status === 'CREATING' || pool.status === 'DELETING'
  if (pool.role === 'SECONDARY' && isComingOrGoing) return []
  const [, ...secondaries] = summary.replicaRegions
  return {
    Id: summary.id,
    Name: summary.name,
    LambdaConfig: toPascal(describedLambdaConfig(pool.regionalSettings.lambdaConfig)),
    LastModifiedDate: new Date(summary.modifiedAtMs),
    CreationDate: new Date(summary.createdAtMs),
    // Deviation: ReplicaRegions names the secondary Regions; what the service lists is not said.
    ReplicaRegions: secondaries.length > 0 ? secondaries : undefined,
  }
}
