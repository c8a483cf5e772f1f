// What an operator looks at of a Region as it runs: its processes, how far it was apart from others
// in the last hour, and what is wrong now. Nothing of a user.
import { isPresent } from '#ports/nodes.js'
import { SAMPLES_TTL_MS } from '#ports/replication-samples.js'
import { type AdminOperation, toTimestamp } from './admin-operation.js'

/** Lists the processes that serve this Region, workers included, and those silent of late. */
export const ListNodes: AdminOperation = {
  name: 'ListNodes',
  async run({ region, nodes }) {
    const seen = await nodes.list()
    return {
      Nodes: seen.map((node) => ({
        RegionName: region,
        NodeId: node.id,
        HostName: node.hostName,
        Pid: node.pid,
        Version: node.version,
        NodeVersion: node.nodeVersion,
        StartedAt: toTimestamp(node.startedAtMs),
        SeenAt: toTimestamp(node.seenAtMs),
        Silent: !isPresent(node),
        Leader: isPresent(node) && node.isLeader,
      })),
    }
  },
}

/** Lists how far the Regions were apart in the last hour, the oldest sample first. */
export const ListLagSamples: AdminOperation = {
  name: 'ListLagSamples',
  async run({ region, clock, replicationSamples }) {
    const samples = await replicationSamples.since(clock.nowMs() - SAMPLES_TTL_MS)
    const moments = new Map<number, object[]>()
    for (const { atMs, region: peer, lagMs, pendingBytes } of samples) {
      const peers = moments.get(atMs) ?? []
      peers.push({ RegionName: peer, LagMilliseconds: lagMs, PendingBytes: pendingBytes })
      moments.set(atMs, peers)
    }
    return {
      RegionName: region,
      Samples: [...moments].map(([atMs, Peers]) => ({ At: toTimestamp(atMs), Peers })),
    }
  },
}

/** Lists what is wrong with this Region now, what is critical first. */
export const ListAlarms: AdminOperation = {
  name: 'ListAlarms',
  async run({ region, alarms }) {
    return {
      Alarms: (await alarms()).map(({ name, severity, subject, text, sinceMs }) => ({
        RegionName: region,
        Severity: severity,
        Name: name,
        Subject: subject,
        Text: text,
        Since: toTimestamp(sinceMs),
      })),
    }
  },
}
