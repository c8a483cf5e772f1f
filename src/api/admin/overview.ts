// Figures of a Region, its pools and their replicas, for the start page, the commands and the
// edge's routing. Nothing of a user.
import type { Pool } from '#ports/capability.js'
import type { ReplicaReport } from '#ports/replication.js'
import { type AdminOperation, type AdminServices, toTimestamp } from './admin-operation.js'

/** Describes the Region of the endpoint. */
export const DescribeRegion: AdminOperation = {
  name: 'DescribeRegion',
  async run({ accountId, region, regions, clock, poolKeys, peerLag }) {
    const peers = await peerLag()
    return {
      RegionName: region,
      AccountId: accountId,
      RegionNames: regions,
      CurrentTime: toTimestamp(clock.nowMs()),
      KeyLeaseSeconds: poolKeys.leaseMs / 1000,
      Peers: peers.map((peer) => ({
        RegionName: peer.region,
        LagMilliseconds: peer.lagMs,
        RecoveryPoint: toTimestamp(peer.recoveryPointMs),
        PendingBytes: peer.slot.pendingBytes,
        Streaming: peer.slot.isActive,
        ClockSkewMilliseconds: peer.clockSkewMs,
        CopyComplete: peer.copy.isFinished,
        RebuildReason: peer.copy.rebuildReason,
        Rebuilds: peer.copy.rebuilds,
      })),
    }
  },
}

/** Lists the pools that live in this Region. */
export const ListPools: AdminOperation = {
  name: 'ListPools',
  async run(services, input) {
    const limit = input.count('MaxResults', { fallback: 60, max: 1000 })
    const afterId = input.optionalText('NextToken', 55)
    const summaries = await services.pools.page({ afterId, limit })
    const pools = await Promise.all(summaries.map(({ id }) => describePool(services, id)))
    return {
      Pools: pools.filter((pool) => pool !== undefined),
      NextToken: summaries.length === limit ? summaries.at(-1)?.id : undefined,
    }
  },
}

async function describePool({ pools, domains, issuersOf }: AdminServices, poolId: string) {
  const pool = await pools.find(poolId)
  if (pool === undefined) return undefined
  const own = await domains.list(pool)
  const issuers = issuersOf(pool)
  return {
    ...toPoolView(pool),
    Issuer: issuers?.[pool.issuerType],
    Issuers: issuers,
    Domains: own.map(({ domain }) => domain),
  }
}

function toPoolView(pool: Pool) {
  return {
    Id: pool.id,
    Name: pool.name,
    PrimaryRegion: pool.primaryRegion,
    RegionNames: pool.replicaRegions,
    Role: pool.role,
    Status: pool.status,
    UserPoolTier: pool.tier,
    IssuerType: pool.issuerType,
    KmsKeyArn: pool.kmsKeyArn,
    CreationDate: toTimestamp(pool.createdAtMs),
  }
}

/** Returns the pool of a domain in this Region, so that the edge knows where to send callers. */
export const ResolveDomain: AdminOperation = {
  name: 'ResolveDomain',
  async run({ domains, pools }, input) {
    const domain = await domains.resolve(input.text('Domain', 255).toLowerCase())
    const pool = domain && (await pools.find(domain.poolId))
    return {
      Pool: pool && { ...toPoolView(pool), DomainCreatedAt: toTimestamp(domain.createdAtMs) },
    }
  },
}

/**
 * Lists the replicas that this Region knows, with progress and lag; the recovery point is in the
 * response of the Region that has the replica.
 */
export const ListReplicas: AdminOperation = {
  name: 'ListReplicas',
  async run({ replicationReport }) {
    const reports = await replicationReport()
    return { Replicas: reports.map(toReplicaShape) }
  },
}

function toReplicaShape(report: ReplicaReport) {
  return {
    UserPoolId: report.poolId,
    RegionName: report.region,
    Status: report.status,
    Step: report.step,
    Reason: report.reason,
    RowsDone: report.rowsDone,
    RowsTotal: report.rowsTotal,
    LagMilliseconds: report.lagMs,
    RecoveryPoint: toTimestamp(report.recoveryPointMs),
    VerifiedAt: toTimestamp(report.verifiedAtMs),
    RepairedRows: report.repairedRows,
  }
}
