// Entries of the audit of every Region, loaded page by page, as one list.
import { useCallback, useEffect, useMemo, useState } from 'react'
import { csvText } from '#base/csv.js'
import { mergedEntries } from '#domain/audit/merged.js'
import type { Call, CallError } from '../../api/client.js'
import { useSession } from '../../api/session.js'
import { asCallError } from '../../api/use-calls.js'

/** An entry of `TwinpoolService.ListAuditEntries`. */
export interface AuditEntry {
  readonly RegionName: string
  readonly Sequence: number
  readonly Hash: string
  readonly Entry: Readonly<Record<string, unknown>>
}

/** An entry as the page shows and filters it. */
export interface ActivityRow {
  readonly id: string
  readonly at: string
  readonly caller: string
  readonly operation: string
  readonly event: string
  /** The error code, "ok", or "began" where the end is another entry or none. */
  readonly result: string
  readonly subject: string
  readonly region: string
  readonly sourceIp: string
  readonly requestId: string
  readonly entry: AuditEntry
}

interface RegionState {
  readonly region: string
  readonly entries: readonly ActivityRow[]
  readonly isEnd: boolean
  readonly error: CallError | undefined
}

const PAGE = 200

export interface Activity {
  readonly rows: readonly ActivityRow[]
  readonly regions: readonly RegionState[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  readonly loadMore: () => Promise<void>
  readonly reload: () => Promise<void>
}

export function useActivity(): Activity {
  const { session, call } = useSession()
  const [state, setState] = useState<{ regions: readonly RegionState[]; isLoading: boolean }>({
    regions: [],
    isLoading: true,
  })
  const load = useCallback(
    async (from: readonly RegionState[], which: readonly RegionState[]) => {
      setState({ regions: from, isLoading: true })
      const next = await Promise.all(
        from.map((each) =>
          which.includes(each) ? nextPage((what) => call(each.region, what), each) : each,
        ),
      )
      setState({ regions: next, isLoading: false })
    },
    [call],
  )
  const reload = useCallback(() => {
    const empty = session.regions.map(({ name }) => startOf(name))
    return load(empty, empty)
  }, [session, load])
  useEffect(() => void reload(), [reload])

  const { regions, isLoading } = state
  const rows = useMemo(() => mergedEntries(regions, ({ at }) => at), [regions])
  const open = regions.filter(({ isEnd }) => !isEnd)
  return {
    rows,
    regions,
    isLoading,
    hasMore: open.length > 0,
    loadMore: () => load(regions, behind(open)),
    reload,
  }
}

function startOf(region: string): RegionState {
  return { region, entries: [], isEnd: false, error: undefined }
}

/** The Regions that the list waits for: those whose oldest entry is the newest. */
function behind(open: readonly RegionState[]): readonly RegionState[] {
  const oldest = ({ entries }: RegionState) => entries.at(-1)?.at ?? '~'
  const border = open.map(oldest).reduce((newest, at) => (at > newest ? at : newest), '')
  return open.filter((each) => oldest(each) === border)
}

async function nextPage(
  call: (what: Call) => Promise<Readonly<Record<string, unknown>>>,
  state: RegionState,
): Promise<RegionState> {
  const last = state.entries.at(-1)?.entry.Sequence
  const input = { MaxResults: PAGE, ...(last !== undefined && { Before: String(last) }) }
  try {
    const output = await call({ service: 'twinpool', operation: 'ListAuditEntries', input })
    const found = (output['Entries'] as readonly AuditEntry[] | undefined) ?? []
    const entries = [...state.entries, ...found.map(rowOf)]
    return { ...state, entries, isEnd: found.length < PAGE, error: undefined }
  } catch (error) {
    // The list goes on without it, and says so.
    return { ...state, isEnd: true, error: asCallError(error) }
  }
}

function rowOf(entry: AuditEntry): ActivityRow {
  const text = (name: string) => String(entry.Entry[name] ?? '')
  return {
    id: `${entry.RegionName} ${entry.Sequence}`,
    at: text('at'),
    caller: text('caller'),
    operation: text('operation'),
    event: text('event'),
    result: text('outcome') || 'began',
    subject: text('poolId') || text('keyId'),
    region: entry.RegionName,
    sourceIp: text('sourceIp'),
    requestId: text('requestId'),
    entry,
  }
}

/** As `twinpool audit export` prints them. */
export function jsonLinesOf(rows: readonly ActivityRow[]): string {
  return rows.map(({ entry }) => `${JSON.stringify(entry)}\n`).join('')
}

const COLUMNS = [
  'at',
  'region',
  'caller',
  'operation',
  'event',
  'result',
  'subject',
  'sourceIp',
  'requestId',
] as const

export function csvOf(rows: readonly ActivityRow[]): string {
  const lines = rows.map((row) => [...COLUMNS.map((name) => row[name]), row.entry.Sequence])
  return csvText([[...COLUMNS, 'sequence'], ...lines])
}
