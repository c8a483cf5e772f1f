// What the replication pages know of a pool, from the Regions that respond, again and again: every
// second while a replica is on its way, so that its progress is seen, and more slowly otherwise.
import { useRef } from 'react'
import {
  nextStep,
  type SetupStep,
  type SetupStepId,
  setupSteps,
} from '#domain/replica/setup-steps.js'
import { type PoolView, usePool } from '../../api/pools.js'
import { isNothingTold, type RegionAnswer, useCall, useEachRegion } from '../../api/use-calls.js'
import type { useAsk } from '../../parts/ask.js'

export type ReplicaStatus = 'CREATING' | 'ACTIVE' | 'INACTIVE' | 'DELETING'

/** A row of `TwinpoolService.ListReplicas`. Times are epoch seconds. */
export interface ReplicaRow {
  readonly UserPoolId: string
  readonly RegionName: string
  readonly Status: ReplicaStatus
  readonly Step?: string
  readonly Reason?: string
  readonly RowsDone?: number
  readonly RowsTotal?: number
  readonly LagMilliseconds?: number
  /** Only the Region of the replica knows it. */
  readonly RecoveryPoint?: number
  readonly VerifiedAt?: number
  readonly RepairedRows?: number
}

/** A row of `TwinpoolService.ListEligibleRegions`. */
export interface EligibleRegion {
  readonly RegionName: string
  readonly Title: string
  readonly Eligible: boolean
  readonly Reason?: string
}

/** What a Region that responds says of the replica. */
export interface ReplicaReport {
  readonly seenFrom: string
  readonly row: ReplicaRow
}

export interface Replica {
  readonly region: string
  readonly status: ReplicaStatus
  /** The primary's report comes first, where it responds. */
  readonly reports: readonly ReplicaReport[]
  /** The report of the replica's own Region, where it responds: only it knows how far it is. */
  readonly own: ReplicaReport | undefined
}

export type Ask = ReturnType<typeof useAsk>['ask']

/** A pool on its way to another Region. */
export interface Replication {
  readonly pool: PoolView
  readonly eligible: readonly EligibleRegion[] | undefined
  readonly replica: Replica | undefined
  readonly steps: readonly SetupStep[]
  readonly next: SetupStepId | undefined
  /** Opens the dialog of a change. It outlives the state that it was opened in. */
  readonly ask: Ask
  /** Asks everything again, at once. */
  readonly reload: () => Promise<void>
}

const EVERY_MS = 5000
const ON_ITS_WAY_MS = 1000

interface Answers {
  readonly Replicas: readonly ReplicaRow[]
}

/** The pool and its replication; `data` is null when no Region that responded has the pool. */
export function useReplication(poolId: string, ask: Ask) {
  const pool = usePool(poolId)
  const { data: view } = pool
  const replicas = useReplicas(poolId, view?.PrimaryRegion)
  const eligible = useCall<{ readonly Regions: readonly EligibleRegion[] } | undefined>(
    view?.isPrimaryUp ? view.PrimaryRegion : undefined,
    { service: 'twinpool', operation: 'ListEligibleRegions', input: { UserPoolId: poolId } },
    { everyMs: EVERY_MS },
  )
  const reload = async () => {
    await Promise.all([pool.reload(), replicas.reload(), eligible.reload()])
  }
  // Without them a key seems to be nowhere else. Once there, the page stays while they are asked.
  const wasKnown = useRef(false)
  const isSettled = wasKnown.current || !eligible.isLoading || eligible.data !== undefined
  const isKnown = view !== null && view !== undefined && replicas.isKnown && isSettled
  if (isKnown) wasKnown.current = true
  const data = isKnown
    ? replicationOf(view, {
        replica: replicas.replica,
        eligible: eligible.data?.Regions,
        reload,
        ask,
      })
    : view === null
      ? null
      : undefined
  return {
    data,
    silent: pool.silent,
    untold: pool.untold,
    error: pool.error ?? replicas.error ?? eligible.error,
    reload,
  }
}

function replicationOf(
  pool: PoolView,
  known: Pick<Replication, 'replica' | 'eligible' | 'reload' | 'ask'>,
): Replication {
  const { replica, eligible } = known
  const steps = setupSteps({
    primaryRegion: pool.PrimaryRegion,
    isPrimaryUp: pool.isPrimaryUp,
    tier: pool.UserPoolTier,
    issuerType: pool.IssuerType,
    kmsKeyArn: pool.KmsKeyArn,
    eligibleRegions: eligible?.filter((region) => region.Eligible).map((one) => one.RegionName),
    replica,
  })
  return { pool, ...known, steps, next: nextStep(steps) }
}

/** The pool's replica as each Region that responds reports it. */
function useReplicas(poolId: string, primaryRegion: string | undefined) {
  const slow = useEachRegion<Answers>(LIST, { everyMs: EVERY_MS })
  const isOnItsWay = isMoving(slow.data, poolId)
  const fast = useEachRegion<Answers>(LIST, {
    everyMs: isOnItsWay ? ON_ITS_WAY_MS : undefined,
    regions: isOnItsWay && primaryRegion !== undefined ? [primaryRegion] : [],
  })
  const answers = isOnItsWay ? newerOf(slow.data, fast.data) : slow.data
  // That no Region responds for a moment does not mean that there is no replica.
  const last = useRef<Replica>(undefined)
  if (answers !== undefined && !isNothingTold(answers)) {
    last.current =
      primaryRegion === undefined ? undefined : replicaIn(answers, poolId, primaryRegion)
  }
  return {
    replica: last.current,
    isKnown: slow.data !== undefined,
    error: slow.data?.every(({ error }) => error !== undefined) ? slow.data[0]?.error : undefined,
    reload: async () => {
      await Promise.all([slow.reload(), fast.reload()])
    },
  }
}

const LIST = { service: 'twinpool', operation: 'ListReplicas', input: {} } as const

type Each = readonly RegionAnswer<Answers>[]

function isMoving(answers: Each | undefined, poolId: string): boolean {
  return (answers ?? []).some(({ output }) =>
    output?.Replicas.some(
      ({ UserPoolId, Status }) =>
        UserPoolId === poolId && (Status === 'CREATING' || Status === 'DELETING'),
    ),
  )
}

function newerOf(slow: Each = [], fast: Each = []): Each {
  return slow.map((answer) => {
    const newer = fast.find(
      ({ region, output }) => region === answer.region && output !== undefined,
    )
    return newer ?? answer
  })
}

function replicaIn(answers: Each, poolId: string, primaryRegion: string): Replica | undefined {
  const reports = answers
    .flatMap(({ region, output }) =>
      (output?.Replicas ?? [])
        .filter((row) => row.UserPoolId === poolId && row.RegionName !== primaryRegion)
        .map((row): ReplicaReport => ({ seenFrom: region, row })),
    )
    .toSorted((a, b) => Number(b.seenFrom === primaryRegion) - Number(a.seenFrom === primaryRegion))
  const [best] = reports
  if (best === undefined) return undefined
  const { RegionName: region, Status: status } = best.row
  return { region, status, reports, own: reports.find(({ seenFrom }) => seenFrom === region) }
}
