// Gathers what the rules of alarms look at. All of it is in the Region's database or read by it, a
// few rows however many pools there are, so any node of the Region can be asked.
import type { Clock } from '#base/clock.js'
import { type Alarm, alarmsOf } from '#domain/alarm/alarms.js'
import type { AlarmFacts, PeerFacts } from '#domain/alarm/facts.js'
import type { KeyHealthRecords } from '#ports/key-health.js'
import { isPresent, type Nodes } from '#ports/nodes.js'
import type { Replication } from '#ports/replication.js'
import {
  type ReplicationSample,
  type ReplicationSamples,
  SAMPLES_TTL_MS,
} from '#ports/replication-samples.js'
import type { Verifications } from '#ports/verifications.js'

export interface AlarmServices {
  readonly region: string
  readonly clock: Clock
  readonly nodes: Pick<Nodes, 'list'>
  readonly keyHealth: Pick<KeyHealthRecords, 'refused'>
  readonly replication: Pick<Replication, 'lag' | 'peers' | 'streams'>
  readonly replicationSamples: Pick<ReplicationSamples, 'since'>
  readonly verifications: Pick<Verifications, 'summary'>
}

const REFUSED_KEYS_MAX = 100

/** What is wrong with this Region now. */
export async function currentAlarms(services: AlarmServices): Promise<readonly Alarm[]> {
  return alarmsOf(await factsOf(services))
}

async function factsOf(services: AlarmServices): Promise<AlarmFacts> {
  const { region, clock, nodes, keyHealth } = services
  const nowMs = clock.nowMs()
  const [peers, seen, refused] = await Promise.all([
    peersOf(services, nowMs),
    nodes.list(),
    keyHealth.refused(REFUSED_KEYS_MAX),
  ])
  const refusedKeys = refused.map(({ poolId, failure, sinceMs }) => {
    const { action = '', refusal = '' } = failure ?? {}
    return { poolId, action, refusal, sinceMs }
  })
  return { region, nowMs, peers, nodes: seen.filter(isPresent), refusedKeys }
}

async function peersOf(services: AlarmServices, nowMs: number): Promise<readonly PeerFacts[]> {
  const { replication, replicationSamples } = services
  const states = await replication.peers()
  const samples = await replicationSamples.since(nowMs - SAMPLES_TTL_MS)
  return (await readPeers(services, nowMs)).map(({ sample, lag, isReceiving }) => {
    const { region, slot, clockSkewMs, copy } = lag
    const { lagMs, pendingBytes, applyFailures, rowsRepaired } = sample
    return {
      ...{ region, isReceiving, lagMs, pendingBytes, applyFailures, rowsRepaired, clockSkewMs },
      isSending: slot.isActive,
      isSlotLost: slot.isLost,
      sendLagMs: slot.replayLagMs,
      copy: { ...copy, rebuiltAtMs: states.find((each) => each.region === region)?.rebuiltAtMs },
      samples: samples.filter((each) => each.region === region),
    }
  })
}

/** What is known of each peer at this moment. */
async function readPeers(
  { replication, verifications }: Pick<AlarmServices, 'replication' | 'verifications'>,
  atMs: number,
) {
  const lags = await replication.lag()
  const streams = await replication.streams()
  const verified = await verifications.summary()
  return lags.map((lag) => {
    const { region, lagMs, slot } = lag
    const stream = streams.find((each) => each.region === region)
    const repaired = verified.find((each) => each.region === region)?.rowsRepaired ?? 0
    const sample: ReplicationSample = {
      ...{ atMs, region, lagMs },
      pendingBytes: slot.pendingBytes,
      applyFailures: stream?.applyErrors ?? 0,
      rowsRepaired: repaired,
    }
    return { sample, lag, isReceiving: stream?.isRunning }
  })
}

/** A sample of each peer. */
export async function takeSamples(
  services: Parameters<typeof readPeers>[0] & { readonly clock: Clock },
): Promise<readonly ReplicationSample[]> {
  const peers = await readPeers(services, services.clock.nowMs())
  return peers.map(({ sample }) => sample)
}
