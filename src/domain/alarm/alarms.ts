// What is wrong with a Region now, as its own database tells: one table of alarms, each a rule over
// facts. Pure, so that every node of a Region finds the same. What must stay true: an alarm is the
// alert `Twinpool<name>` of deploy/prometheus/alerts.yaml at the moment in which it is asked for,
// with the same severity and the same threshold, which a test compares. Alerts also wait for what
// passes by itself, and know metrics that are in no database.
import type { AlarmFacts, NodeFacts } from './facts.js'
import { bytesText, durationText } from './quantities.js'
import { riseOf, sinceAbove } from './samples.js'

/** How urgent an alarm is. */
export type AlarmSeverity = 'WARNING' | 'CRITICAL'

interface Finding {
  /** A Region, or a user pool. */
  readonly subject: string
  readonly text: string
  /** Undefined: nothing in the database says since when. */
  readonly sinceMs?: number | undefined
}

interface AlarmRule {
  readonly severity: AlarmSeverity
  /** What the alarm compares with, in the unit of the metric of its alert. */
  readonly above?: number
  /** For a number that only grows: over how long its rise counts. */
  readonly windowSeconds?: number
  find(facts: AlarmFacts, rule: { readonly above: number; readonly windowMs: number }): Finding[]
}

/** An alarm that is on. */
export interface Alarm extends Finding {
  readonly name: string
  readonly severity: AlarmSeverity
}

/** Every alarm, by its name. */
export const ALARMS: Readonly<Record<string, AlarmRule>> = {
  StreamStopped: {
    severity: 'CRITICAL',
    find: ({ peers }) =>
      peers.flatMap(({ region, isReceiving, isSending, lagMs }) => {
        const age = lagMs === undefined ? '' : `; what is here of it is ${durationText(lagMs)} old`
        const receive = `Rows of ${region} do not stream to here${age}.`
        const send = `Rows of this Region do not stream to ${region}.`
        return [
          ...(isReceiving === true ? [] : [{ subject: region, text: receive }]),
          ...(isSending ? [] : [{ subject: region, text: send }]),
        ]
      }),
  },
  LagHigh: {
    severity: 'WARNING',
    above: 10,
    find: ({ peers }, { above }) =>
      peers.flatMap(({ region, lagMs = 0, sendLagMs = 0, samples }) => {
        const sinceMs = sinceAbove(samples, (sample) => sample.lagMs, above * 1000)
        const receive = `Rows of ${region} are here ${durationText(lagMs)} late.`
        const send = `Rows of this Region are at ${region} ${durationText(sendLagMs)} late.`
        return [
          ...(lagMs > above * 1000 ? [{ subject: region, text: receive, sinceMs }] : []),
          ...(sendLagMs > above * 1000 ? [{ subject: region, text: send }] : []),
        ]
      }),
  },
  RecoveryPointOld: {
    severity: 'CRITICAL',
    above: 60,
    find: ({ peers }, { above }) =>
      peers.flatMap(({ region, lagMs = 0, samples }) => {
        if (lagMs <= above * 1000) return []
        const sinceMs = sinceAbove(samples, (sample) => sample.lagMs, above * 1000)
        const lost = durationText(lagMs)
        const text = `If ${region} were lost now, ${lost} of its writes would be, too.`
        return [{ subject: region, text, sinceMs }]
      }),
  },
  SlotGrows: {
    severity: 'WARNING',
    above: 2e9,
    find: ({ peers }, { above }) =>
      peers.flatMap(({ region, pendingBytes, samples }) => {
        if (pendingBytes <= above) return []
        const sinceMs = sinceAbove(samples, (sample) => sample.pendingBytes, above)
        const text = `The database keeps ${bytesText(pendingBytes)} of log for ${region}.`
        return [{ subject: region, text, sinceMs }]
      }),
  },
  SlotLost: {
    severity: 'CRITICAL',
    find: ({ peers }) =>
      peers.flatMap(({ region, isSlotLost }) =>
        isSlotLost
          ? [
              {
                subject: region,
                text: `The slot of ${region} was given up; its copy is made anew.`,
              },
            ]
          : [],
      ),
  },
  CopyUnfinished: {
    severity: 'WARNING',
    find: ({ peers }) =>
      peers.flatMap(({ region, copy: { isFinished, rebuildReason, rebuiltAtMs } }) => {
        if (isFinished) return []
        const why = rebuildReason === undefined ? '' : `, since ${rebuildReason}`
        const text = `The copy of the rows of ${region} is being made${why}.`
        return [{ subject: region, text, sinceMs: rebuiltAtMs }]
      }),
  },
  ApplyFails: {
    severity: 'WARNING',
    above: 5,
    windowSeconds: 600,
    find: ({ peers, nowMs }, { above, windowMs }) =>
      peers.flatMap((peer) => {
        const { rise, sinceMs } = riseOf(peer, 'applyFailures', { nowMs, windowMs })
        if (rise <= above) return []
        const text = `Rows of ${peer.region} could not be applied here ${rise} times.`
        return [{ subject: peer.region, text, sinceMs }]
      }),
  },
  RowsDiffered: {
    severity: 'CRITICAL',
    above: 0,
    windowSeconds: 3600,
    find: ({ peers, nowMs }, { above, windowMs }) =>
      peers.flatMap((peer) => {
        const { rise, sinceMs } = riseOf(peer, 'rowsRepaired', { nowMs, windowMs })
        if (rise <= above) return []
        const text = `Rows at ${peer.region} were not what this Region has; ${rise} were repaired.`
        return [{ subject: peer.region, text, sinceMs }]
      }),
  },
  ClocksDiffer: {
    severity: 'WARNING',
    above: 5,
    find: ({ peers }, { above }) =>
      peers.flatMap(({ region, clockSkewMs = 0 }) => {
        if (Math.abs(clockSkewMs) <= above * 1000) return []
        const direction = clockSkewMs > 0 ? 'ahead' : 'behind'
        const offset = durationText(Math.abs(clockSkewMs))
        const text = `The clock of ${region} is ${offset} ${direction}.`
        return [{ subject: region, text }]
      }),
  },
  KeyRefused: {
    severity: 'CRITICAL',
    above: 0,
    find: ({ refusedKeys }) =>
      refusedKeys.map(({ poolId, action, refusal, sinceMs }) => {
        const text = `The key of ${poolId} refuses the service: ${action} (${refusal}).`
        return { subject: poolId, text, sinceMs }
      }),
  },
  NoLeader: {
    severity: 'CRITICAL',
    find: ({ region, nodes }) =>
      nodes.some(({ isLeader }) => isLeader)
        ? []
        : [{ subject: region, text: 'No node leads, so replicas and jobs stand still.' }],
  },
  VersionsDiffer: {
    severity: 'WARNING',
    above: 1,
    find: ({ region, nodes }, { above }) => {
      const versions = [...new Set(nodes.map(({ version }) => version))].sort()
      if (versions.length <= above) return []
      const sinceMs = Math.max(...versions.map((version) => firstStart(nodes, version)))
      const text = `Nodes of different versions serve: ${versions.join(', ')}.`
      return [{ subject: region, text, sinceMs }]
    },
  },
}

/** When the first of the processes of a version began that still run. */
function firstStart(nodes: readonly NodeFacts[], version: string): number {
  const own = nodes.filter((node) => node.version === version)
  return Math.min(...own.map(({ startedAtMs }) => startedAtMs))
}

/** The alarms that are on, the critical ones first. */
export function alarmsOf(facts: AlarmFacts): readonly Alarm[] {
  const alarms = Object.entries(ALARMS).flatMap(([name, { severity, ...rule }]) => {
    const { above = 0, windowSeconds = 0 } = rule
    const found = rule.find(facts, { above, windowMs: windowSeconds * 1000 })
    return found.map((finding) => ({ name, severity, ...finding }))
  })
  const isCritical = ({ severity }: Alarm) => severity === 'CRITICAL'
  return [...alarms.filter(isCritical), ...alarms.filter((alarm) => !isCritical(alarm))]
}
