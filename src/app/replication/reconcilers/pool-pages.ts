// Pools that a query pages through, for work that a reconciler does for each of them.

const POOLS_PAGE = 100

/** Ids of pools after `afterId`, in order. A page that is not full is the last. */
export type PoolPage = (options: {
  readonly afterId: string
  readonly limit: number
}) => Promise<readonly string[]>

/** The pages of a query, until there are no more or the signal says to stop. */
export async function* poolPages(
  page: PoolPage,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  let afterId: string | undefined = ''
  while (afterId !== undefined && !signal.aborted) {
    const poolIds: readonly string[] = await page({ afterId, limit: POOLS_PAGE })
    yield poolIds
    afterId = poolIds.length < POOLS_PAGE ? undefined : poolIds.at(-1)
  }
}
