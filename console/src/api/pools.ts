// User pools as the Regions together know them. The primary's word counts while it responds; what
// is left speaks for the pool when it does not, and then changes of the directory are paused.
import { useMemo, useRef } from 'react'
import type { Tier } from '#domain/pool/tier.js'
import {
  isNothingTold,
  type Loaded,
  type RegionAnswer,
  silentIn,
  useRowsOfRegions,
} from './use-calls.js'

/** A row of `TwinpoolService.ListPools`. */
export interface PoolRow {
  readonly Id: string
  readonly Name: string
  readonly PrimaryRegion: string
  readonly RegionNames: readonly string[]
  readonly Role: 'PRIMARY' | 'SECONDARY'
  readonly Status: string
  readonly UserPoolTier: Tier
  readonly IssuerType: 'ORIGINAL' | 'UPDATED'
  /** The one that new tokens name. */
  readonly Issuer?: string
  readonly Issuers?: Readonly<Record<'ORIGINAL' | 'UPDATED', string>>
  readonly KmsKeyArn?: string
  readonly Domains: readonly string[]
  readonly CreationDate: number
}

export interface PoolView extends PoolRow {
  /** The Regions that responded, with what each said. */
  readonly seenIn: readonly { readonly region: string; readonly row: PoolRow }[]
  /** Regions of the pool that did not respond. */
  readonly silentIn: readonly string[]
  readonly isPrimaryUp: boolean
  /** Where to read: the primary, or a Region that is left. */
  readonly readRegion: string
  /** Why the directory cannot be changed now; undefined when it can. */
  readonly paused: string | undefined
}

export interface Pools {
  readonly pools: readonly PoolView[]
  /** Regions that did not respond. */
  readonly silent: readonly string[]
  /** Regions that did not say which pools they have: those, and those that refused to. */
  readonly untold: readonly string[]
  readonly answers: readonly RegionAnswer<readonly PoolRow[]>[]
}

const EVERY_MS = 5000

/** All pools, again every few seconds. */
export function usePools(): Loaded<Pools> {
  const what = { service: 'twinpool', operation: 'ListPools', input: {} } as const
  const loaded = useRowsOfRegions<PoolRow>(what, 'Pools', { everyMs: EVERY_MS })
  const { data: answers } = loaded
  const data = useMemo(() => (answers === undefined ? undefined : poolsOf(answers)), [answers])
  return { ...loaded, data, error: loaded.error ?? refusalIn(answers) }
}

/** One pool; `null` when no Region that told its pools has it, and undefined while none did. */
export function usePool(
  poolId: string,
): Loaded<PoolView | null> & Pick<Pools, 'silent' | 'untold'> {
  const loaded = usePools()
  const { data } = loaded
  const pool = data?.pools.find(({ Id }) => Id === poolId)
  const last = useRef<PoolView>(undefined)
  if (pool !== undefined) last.current = pool
  const known = last.current?.Id === poolId ? last.current : undefined
  const isUntold = data === undefined || isNothingTold(data.answers)
  return {
    ...loaded,
    // What was begun on a page stays there while no Region responds for a moment.
    data: pool ?? (isUntold ? known && unheardOf(known) : null),
    silent: data?.silent ?? [],
    untold: data?.untold ?? [],
  }
}

export function poolsOf(answers: readonly RegionAnswer<readonly PoolRow[]>[]): Pools {
  const byId = new Map<string, { region: string; row: PoolRow }[]>()
  for (const { region, output } of answers) {
    for (const row of output ?? []) {
      byId.set(row.Id, [...(byId.get(row.Id) ?? []), { region, row }])
    }
  }
  const silent = silentIn(answers)
  const pools = [...byId.values()].flatMap((seenIn) => viewOf(seenIn, silent) ?? [])
  return {
    pools: pools.toSorted((a, b) => a.Name.localeCompare(b.Name) || a.Id.localeCompare(b.Id)),
    silent,
    untold: answers.flatMap(({ region, output }) => (output === undefined ? [region] : [])),
    answers,
  }
}

function viewOf(
  seenIn: readonly { region: string; row: PoolRow }[],
  silent: readonly string[],
): PoolView | undefined {
  const best = seenIn.find(({ row }) => row.Role === 'PRIMARY') ?? seenIn[0]
  if (best === undefined) return undefined
  const primary = best.row.PrimaryRegion
  // One that refuses to say which pools it has responds: it says so of each call, too.
  const isPrimaryUp = !silent.includes(primary)
  return {
    ...best.row,
    seenIn,
    silentIn: best.row.RegionNames.filter((region) => silent.includes(region)),
    isPrimaryUp,
    readRegion: best.region,
    paused: isPrimaryUp ? undefined : pausedBecause(primary, seenIn),
  }
}

function pausedBecause(primary: string, seenIn: readonly { row: PoolRow }[]): string {
  const isServed = seenIn.some(({ row }) => row.Status === 'ACTIVE')
  const meanwhile = isServed ? 'Sign-ins go on; changes wait for it.' : 'Changes wait for it.'
  return `The primary Region ${primary} does not respond. ${meanwhile}`
}

/** A pool of which no Region says anything now. */
function unheardOf(pool: PoolView): PoolView {
  const paused = 'No Region responds.'
  return { ...pool, seenIn: [], silentIn: pool.RegionNames, isPrimaryUp: false, paused }
}

/** An error that a Region gave on purpose: without the permission there is nothing to show. */
function refusalIn(answers: readonly RegionAnswer<unknown>[] | undefined) {
  if (answers === undefined || answers.some(({ output }) => output !== undefined)) return undefined
  return answers[0]?.error
}
