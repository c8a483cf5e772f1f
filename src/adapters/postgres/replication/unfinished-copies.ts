// Which copies are unfinished, for callers that did not find something. A client that asks for
// names that do not exist must not make the database work for each, so the list is kept a moment.
import type { Clock } from '#base/clock.js'
import type { Copies } from '#ports/copies.js'
import type { Database } from '../connection/database.js'

/** A copy that is finished stays so, but for a rebuild; one that is not is about to be. */
const FINISHED_KEPT_MS = 200
const UNFINISHED_KEPT_MS = 20

export function createCopies({ database, clock }: { database: Database; clock: Clock }): Copies {
  let kept: { readonly regions: Promise<readonly string[]>; readonly untilMs: number } | undefined
  const read = async () => {
    const rows = await database.query(
      (sql) => sql<{ region: string }[]>`select twinpool_unfinished_copies() as region`,
    )
    return rows.map(({ region }) => region)
  }
  return {
    unfinished() {
      const nowMs = clock.nowMs()
      if (kept === undefined || kept.untilMs <= nowMs) {
        const regions = read()
        kept = { regions, untilMs: nowMs + FINISHED_KEPT_MS }
        regions.then(
          ({ length }) => {
            if (length > 0) kept = { regions, untilMs: nowMs + UNFINISHED_KEPT_MS }
          },
          () => {
            kept = undefined
          },
        )
      }
      return kept.regions
    },
  }
}
