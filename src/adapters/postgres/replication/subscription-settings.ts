// The settings of a subscription besides its connection: which publication it reads, through which
// slot, and how. A hand may have changed them; then it carries other rows, or none, and nothing
// else says so.
import type { Sql } from 'postgres'
import { publicationName } from './publications.js'
import { quoteText } from './tables.js'

/** How every subscription of ours applies. */
export const SUBSCRIPTION_OPTIONS = 'origin = none, streaming = parallel, binary = true'

/** Puts back what a hand changed. The comparison of the Regions finds what was missed meanwhile. */
export async function restoreSettings(
  sql: Sql,
  subscription: { readonly name: string; readonly slot: string; readonly me: string },
): Promise<'kept' | 'restored'> {
  const { name, slot, me } = subscription
  const publication = publicationName(me)
  const [found] = await sql<{ is_kept: boolean }[]>`
    select subpublications = array[${publication}] and subslotname = ${slot}
       and suborigin = 'none' and substream = 'p' and subbinary and not subdisableonerr as is_kept
      from pg_subscription where subname = ${name}
       and subdbid = (select oid from pg_database where datname = current_database())`
  if (found === undefined || found.is_kept) return 'kept'
  await sql.unsafe(
    `alter subscription ${name} set publication ${publication} with (refresh = false)`,
  )
  await sql.unsafe(
    `alter subscription ${name} set (slot_name = ${quoteText(slot)}, disable_on_error = false,
       ${SUBSCRIPTION_OPTIONS})`,
  )
  return 'restored'
}

/** Drops a subscription, disabled before, and leaves its slot at the other end alone. */
export async function dropWithoutSlot(sql: Sql, name: string): Promise<void> {
  await sql.unsafe(`alter subscription ${name} set (slot_name = none)`)
  await sql.unsafe(`drop subscription ${name}`)
}
