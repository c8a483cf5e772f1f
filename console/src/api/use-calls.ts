// What pages load: one call of one Region, or the same call of every Region, again at an interval
// while the page can be seen. What was loaded before stays until something newer is there, so a
// Region that goes away leaves what is known of it in view, with the error beside it.
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Call, CallError, type Members } from './client.js'
import { useSession } from './session.js'

export interface Loaded<Output> {
  readonly data: Output | undefined
  /** Of the last try; the data is then of an earlier one. */
  readonly error: CallError | undefined
  readonly isLoading: boolean
  readonly reload: () => Promise<void>
}

interface LoadOptions {
  /** Milliseconds between loads; absent: loads once. */
  readonly everyMs?: number | undefined
  /** Where it is loaded from: another place has the same, so what is there stays meanwhile. */
  readonly from?: string | undefined
}

/** Loads by a function; `key` says when it is about something else. */
export function useLoaded<Output>(
  key: string,
  load: () => Promise<Output>,
  { everyMs, from }: LoadOptions = {},
): Loaded<Output> {
  const [state, setState] = useState<{
    readonly key: string
    readonly data?: Output | undefined
    readonly error?: CallError | undefined
    readonly isLoading: boolean
  }>({ key, isLoading: true })
  const latest = useRef({ key, load, from })
  latest.current = { key, load, from }
  const running = useRef(0)
  /** Whoever refused would refuse again, and record each time that it did. */
  const isRefused = useRef(false)

  const reload = useCallback(async () => {
    const { key: asked, load: ask, from: askedFrom } = latest.current
    running.current += 1
    setState((before) => ({ ...(before.key === asked ? before : { key: asked }), isLoading: true }))
    const result = await ask().then(
      (data) => ({ data, error: undefined }),
      (error: unknown) => ({ error: asCallError(error) }),
    )
    running.current -= 1
    // The page may be about something else by now, or ask another Region.
    if (latest.current.key !== asked || latest.current.from !== askedFrom) return
    isRefused.current = result.error !== undefined && isRefusal(result.error)
    setState((before) => ({ ...before, key: asked, ...result, isLoading: false }))
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is what a load is about.
  useEffect(() => {
    void reload()
    if (everyMs === undefined) return
    const timer = setInterval(() => {
      // A Region that does not answer for a while is not asked again meanwhile.
      const isDue = document.visibilityState === 'visible' && running.current === 0
      if (isDue && !isRefused.current) void reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [key, from, everyMs, reload])

  const isOfKey = state.key === key
  return {
    data: isOfKey ? state.data : undefined,
    error: isOfKey ? state.error : undefined,
    isLoading: !isOfKey || state.isLoading,
    reload,
  }
}

/** Calls an operation of one Region; nothing while `call` is undefined. */
export function useCall<Output = Members>(
  region: string | undefined,
  call: Call | undefined,
  options: LoadOptions = {},
): Loaded<Output> {
  const { call: send } = useSession()
  const key = JSON.stringify([region, call])
  return useLoaded<Output>(
    key,
    async () => {
      if (region === undefined || call === undefined) return undefined as Output
      return send<Output>(region, call)
    },
    options,
  )
}

/** Calls an operation about a pool in whichever of its Regions is read now. */
export function usePoolCall<Output = Members>(
  pool: { readonly readRegion: string },
  call: Call,
  options: Omit<LoadOptions, 'from'> = {},
): Loaded<Output> {
  const { call: send } = useSession()
  const from = pool.readRegion
  return useLoaded(JSON.stringify(call), () => send<Output>(from, call), {
    ...options,
    from,
  })
}

/** What each Region said; in the order of the Regions. */
export interface RegionAnswer<Output> {
  readonly region: string
  readonly output: Output | undefined
  readonly error: CallError | undefined
}

/** Asks every Region. One that does not respond is an answer with an error. */
export async function eachRegion<Output>(
  regions: readonly string[],
  ask: (region: string) => Promise<Output>,
): Promise<readonly RegionAnswer<Output>[]> {
  return Promise.all(
    regions.map((region) =>
      ask(region).then(
        (output) => ({ region, output, error: undefined }),
        (error: unknown) => ({ region, output: undefined, error: asCallError(error) }),
      ),
    ),
  )
}

/**
 * Asks every Region, again at an interval. A Region that refused on purpose is not asked again: it
 * would refuse again, and record each time that it did. `reload` asks all of them.
 */
export function useAsked<Output>(
  key: string,
  regions: readonly string[],
  ask: (region: string) => Promise<Output>,
  options: LoadOptions,
): Loaded<readonly RegionAnswer<Output>[]> {
  const refused = useRef({ key, errors: new Map<string, CallError>() })
  if (refused.current.key !== key) refused.current = { key, errors: new Map() }
  const { errors } = refused.current
  const loaded = useLoaded(
    key,
    async () => {
      const answers = await eachRegion(regions, async (region) => {
        const error = errors.get(region)
        if (error !== undefined) throw error
        return ask(region)
      })
      for (const { region, error } of answers) {
        if (error !== undefined && isRefusal(error)) errors.set(region, error)
      }
      return answers
    },
    options,
  )
  const reload = () => {
    errors.clear()
    return loaded.reload()
  }
  return { ...loaded, reload }
}

/** Whether every Region was silent or refused, so that an empty list says nothing. */
export function isNothingTold(answers: readonly RegionAnswer<unknown>[]): boolean {
  return answers.every(({ output }) => output === undefined)
}

/** The Regions that did not respond. */
export function silentIn(answers: readonly RegionAnswer<unknown>[] = []): readonly string[] {
  return answers.flatMap(({ region, error }) => (error?.isUnreachable ? [region] : []))
}

function isRefusal({ type }: CallError): boolean {
  return type === 'AccessDeniedException'
}

/** Calls an operation of every Region. */
export function useEachRegion<Output = Members>(
  call: Call,
  options: LoadOptions & { readonly regions?: readonly string[] | undefined } = {},
): Loaded<readonly RegionAnswer<Output>[]> {
  const { session, call: send } = useSession()
  const regions = options.regions ?? session.regions.map(({ name }) => name)
  const key = JSON.stringify([regions, call])
  return useAsked(key, regions, (region) => send<Output>(region, call), options)
}

/** All pages of a list operation of every Region. */
export function useRowsOfRegions<Row>(
  call: Call,
  list: string,
  options: LoadOptions = {},
): Loaded<readonly RegionAnswer<readonly Row[]>[]> {
  const { session, call: send } = useSession()
  const regions = session.regions.map(({ name }) => name)
  const ask = (region: string) => allPages<Row>((each) => send(region, each), call, list)
  return useAsked(JSON.stringify([call, list]), regions, ask, options)
}

/** All pages of a list operation of one Region. */
export async function allPages<Row>(
  send: (call: Call) => Promise<Members>,
  call: Call,
  list: string,
  token = 'NextToken',
  /** The member that takes the token, where it has another name. */
  asked = token,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let next: unknown
  do {
    const input = next === undefined ? call.input : { ...call.input, [asked]: next }
    const output = await send({ ...call, input })
    rows.push(...((output[list] as readonly Row[] | undefined) ?? []))
    next = output[token]
  } while (next !== undefined && next !== null)
  return rows
}

export function asCallError(error: unknown): CallError {
  if (error instanceof CallError) return error
  return new CallError('Error', error instanceof Error ? error.message : String(error), 0)
}
