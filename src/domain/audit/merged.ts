// The entries of several Regions as one list, the newest first, while each Region's are loaded page
// by page. An entry may be shown when no Region can still have a newer one that is not loaded, so
// that what was shown once never moves down.

/** What is loaded of a Region's entries, the newest first. */
export interface RegionPages<Entry> {
  readonly entries: readonly Entry[]
  /** Whether nothing older is left to load, or can be. */
  readonly isEnd: boolean
}

/** The entries that have their place, the newest first. */
export function mergedEntries<Entry>(
  regions: readonly RegionPages<Entry>[],
  timeOf: (entry: Entry) => string,
): readonly Entry[] {
  const open = regions.filter(({ isEnd }) => !isEnd)
  if (open.some(({ entries }) => entries.length === 0)) return []
  const border = open
    .flatMap(({ entries }) => entries.slice(-1).map(timeOf))
    .reduce((newest, time) => (time > newest ? time : newest), '')
  return regions
    .flatMap(({ entries }) => entries)
    .filter((entry) => timeOf(entry) >= border)
    .toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0))
}

/** What pairs the entries of a call. */
export interface CallEntry {
  readonly event: string
  readonly requestId: string
}

/** Without the beginnings of calls whose end is there, too: one entry for each call. */
export function withoutEnded<Entry>(
  entries: readonly Entry[],
  callOf: (entry: Entry) => CallEntry,
): readonly Entry[] {
  const calls = entries.map(callOf)
  const ended = new Set(
    calls.flatMap(({ event, requestId }) => (event === 'ended' ? [requestId] : [])),
  )
  return entries.filter((entry) => {
    const { event, requestId } = callOf(entry)
    return event !== 'began' || !ended.has(requestId)
  })
}
