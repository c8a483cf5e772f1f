// Usage as several Regions tell it. Each knows its own figures and those of others that have
// arrived, and no figure of a month ever falls. So of two that differ, the greater is the later.

/** Of the tellings of each subject the one that has most of it; `sizesOf` the weightiest first. */
export function fullestOf<Telling>(
  tellings: readonly Telling[],
  {
    idOf,
    sizesOf,
  }: {
    readonly idOf: (telling: Telling) => string
    readonly sizesOf: (telling: Telling) => readonly number[]
  },
): readonly Telling[] {
  const best = new Map<string, Telling>()
  for (const telling of tellings) {
    const other = best.get(idOf(telling))
    if (other === undefined || isGreater(sizesOf(telling), sizesOf(other))) {
      best.set(idOf(telling), telling)
    }
  }
  return [...best.values()]
}

function isGreater(sizes: readonly number[], others: readonly number[]): boolean {
  const at = sizes.findIndex((size, index) => size !== others[index])
  return at >= 0 && (sizes[at] ?? 0) > (others[at] ?? 0)
}
