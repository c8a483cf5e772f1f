// The settings of a user pool that each Region has of its own, for a comparison of Regions.
import { type AdminOperation, invalid } from './admin-operation.js'

/** Describes what a pool has in this Region that does not follow its primary Region. */
export const DescribeRegionalSettings: AdminOperation = {
  name: 'DescribeRegionalSettings',
  async run({ region, pools, domains, regionalDomains, regionalShape }, input) {
    const poolId = input.text('UserPoolId', 55)
    const pool = await pools.find(poolId)
    if (pool === undefined) throw invalid(`User pool ${poolId} does not exist here.`)
    const [common, own] = await Promise.all([domains.list(pool), regionalDomains.list(pool)])
    return {
      RegionName: region,
      UserPoolId: pool.id,
      Role: pool.role,
      Status: pool.status,
      Settings: {
        ...regionalShape(pool),
        Domains: [...common, ...own].map(({ domain }) => domain),
      },
    }
  },
}
