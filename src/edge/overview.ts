// What the start page shows, gathered from the Regions that respond. The primary's word counts for
// what it decides (status, progress of copying), the secondary's for what only it can know (how far
// it is), and whichever is left speaks for both when the other is down.

import {
  type JsonObject,
  numberMember,
  objectsMember,
  textMember,
  textsMember,
} from '#base/json.js'
import type { ReplicaReport } from '#ports/replication.js'
import type { RegionState } from './health-check.js'
import type { CallRegion, EdgeParts } from './region-calls.js'

/** What a Region says of a replica, as far as the page shows it. */
export type ReplicaView = Omit<ReplicaReport, 'poolId' | 'repairedRows'>

export interface PoolView {
  readonly id: string
  readonly name: string
  readonly primaryRegion: string
  readonly regions: readonly string[]
  readonly tier: string
  readonly issuerType: string
  /** The issuer itself, if the Region that responded says it. */
  readonly issuer: string | undefined
  readonly hasOwnKey: boolean
  readonly domains: readonly string[]
  readonly replicas: readonly ReplicaView[]
}

export interface MessageView {
  readonly region: string
  readonly poolId: string
  readonly username: string
  readonly medium: string
  readonly destination: string
  readonly reason: string
  readonly code: string | undefined
  readonly createdAtMs: number
}

export interface Overview {
  readonly regions: readonly RegionState[]
  readonly pools: readonly PoolView[]
  readonly messages: readonly MessageView[]
  readonly nowMs: number
}

const POOLS_SHOWN = 100
const MESSAGES_SHOWN = 20
const KEPT_MS = 500

/** What one Region responded. */
interface RegionReport {
  readonly region: string
  readonly pools: readonly JsonObject[]
  readonly replicas: readonly JsonObject[]
  readonly messages: readonly JsonObject[]
}

/** Makes the function that gathers; what was gathered half a second ago will do. */
export function createOverview({ health, call, clock }: EdgeParts): () => Promise<Overview> {
  let kept: { readonly overview: Promise<Overview>; readonly untilMs: number } | undefined

  async function gather(): Promise<Overview> {
    const regions = health.states()
    const responses = await Promise.all(
      regions.filter((region) => region.isAlive).map((region) => ask(call, region)),
    )
    return {
      regions,
      pools: poolsOf(responses),
      messages: responses
        .flatMap((response) => response.messages.map(toMessage))
        .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
        .slice(0, MESSAGES_SHOWN),
      nowMs: clock.nowMs(),
    }
  }

  return () => {
    if (kept === undefined || kept.untilMs <= clock.nowMs()) {
      kept = { overview: gather(), untilMs: clock.nowMs() + KEPT_MS }
    }
    return kept.overview
  }
}

async function ask(call: CallRegion, region: RegionState): Promise<RegionReport> {
  const [pools, replicas, messages] = await Promise.all([
    call(region, 'ListPools', { MaxResults: POOLS_SHOWN }),
    call(region, 'ListReplicas', {}),
    call(region, 'ListOutboxMessages', { MaxResults: MESSAGES_SHOWN }),
  ])
  return {
    region: region.name,
    pools: objectsMember(pools, 'Pools'),
    replicas: objectsMember(replicas, 'Replicas'),
    messages: objectsMember(messages, 'Messages'),
  }
}

function poolsOf(responses: readonly RegionReport[]): readonly PoolView[] {
  const byId = new Map<string, JsonObject>()
  for (const pool of responses.flatMap((response) => response.pools)) {
    const id = textMember(pool, 'Id') ?? ''
    if (!byId.has(id) || textMember(pool, 'Role') === 'PRIMARY') byId.set(id, pool)
  }
  return [...byId.values()]
    .map((pool) => toPool(pool, responses))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function toPool(pool: JsonObject, responses: readonly RegionReport[]): PoolView {
  const id = textMember(pool, 'Id') ?? ''
  const primaryRegion = textMember(pool, 'PrimaryRegion') ?? ''
  const reports = responses.flatMap(({ region, replicas }) =>
    replicas
      .filter((replica) => textMember(replica, 'UserPoolId') === id)
      .map((replica) => ({ replica, isOfPrimary: region === primaryRegion })),
  )
  const names = new Set(reports.map(({ replica }) => textMember(replica, 'RegionName') ?? ''))
  names.delete(primaryRegion)
  return {
    id,
    name: textMember(pool, 'Name') ?? '',
    primaryRegion,
    regions: textsMember(pool, 'RegionNames'),
    tier: textMember(pool, 'UserPoolTier') ?? '',
    issuerType: textMember(pool, 'IssuerType') ?? '',
    issuer: textMember(pool, 'Issuer'),
    hasOwnKey: textMember(pool, 'KmsKeyArn') !== undefined,
    domains: textsMember(pool, 'Domains'),
    replicas: [...names].sort().map((region) => {
      const about = reports.filter(({ replica }) => textMember(replica, 'RegionName') === region)
      return toReplica(region, about)
    }),
  }
}

function toReplica(
  region: string,
  about: readonly { readonly replica: JsonObject; readonly isOfPrimary: boolean }[],
): ReplicaView {
  const primaryFirst = about
    .toSorted((a, b) => Number(b.isOfPrimary) - Number(a.isOfPrimary))
    .map(({ replica }) => replica)
  const secondaryFirst = primaryFirst.toReversed()
  const text = (name: string) =>
    primaryFirst.map((replica) => textMember(replica, name)).find((value) => value !== undefined)
  const number = (from: readonly JsonObject[], name: string) =>
    from.map((replica) => numberMember(replica, name)).find((value) => value !== undefined)
  // Lag has two measures. The recovery point has one, and without it nothing is said.
  const secondary = about.filter(({ isOfPrimary }) => !isOfPrimary).map(({ replica }) => replica)
  const recoveryPoint = number(secondary, 'RecoveryPoint')
  const verifiedAt = number(primaryFirst, 'VerifiedAt')
  return {
    region,
    status: text('Status') ?? 'UNKNOWN',
    step: text('Step'),
    reason: text('Reason'),
    rowsDone: number(primaryFirst, 'RowsDone'),
    rowsTotal: number(primaryFirst, 'RowsTotal'),
    lagMs: number(secondaryFirst, 'LagMilliseconds'),
    recoveryPointMs: recoveryPoint === undefined ? undefined : recoveryPoint * 1000,
    verifiedAtMs: verifiedAt === undefined ? undefined : verifiedAt * 1000,
  }
}

function toMessage(message: JsonObject): MessageView {
  return {
    region: textMember(message, 'RegionName') ?? '',
    poolId: textMember(message, 'UserPoolId') ?? '',
    username: textMember(message, 'Username') ?? '',
    medium: textMember(message, 'Medium') ?? '',
    destination: textMember(message, 'Destination') ?? '',
    reason: textMember(message, 'Reason') ?? '',
    code: textMember(message, 'Code'),
    createdAtMs: (numberMember(message, 'CreatedAt') ?? 0) * 1000,
  }
}
