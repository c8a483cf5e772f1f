// One publication for each target Region, over all travelling tables, filtered by row. A row is
// published by its owner only: the first Region of a directory row, the origin of a runtime row.
// So a Region that holds a copy never publishes it, and no row has two sources. (array_position
// instead of a subscript, because row filters allow no subscripts.)
import { createHash } from 'node:crypto'
import type { Sql, TransactionSql } from 'postgres'
import { nameOf, quoteName, quoteText, type TableShape, type TravellingTable } from './tables.js'

export function publicationName(targetRegion: string): string {
  return nameOf('to', targetRegion)
}

export function ownedBy(table: TravellingTable, region: string): string {
  return table.family === 'directory'
    ? `array_position(replica_regions, ${quoteText(region)}) = 1`
    : `origin_region = ${quoteText(region)}`
}

function definition(shapes: readonly TableShape[], me: string, targetRegion: string): string {
  return shapes
    .map(
      (shape) =>
        `table ${quoteName(shape.name)} where (${ownedBy(shape, me)} ` +
        `and ${quoteText(targetRegion)} = any(replica_regions))`,
    )
    .join(', ')
}

/**
 * Makes the publication for `targetRegion` if it is not what this version says it must be. Its
 * comment says what it was made from and what the catalog showed then: what a hand changed is seen.
 */
export async function ensurePublication(
  sql: Sql,
  options: { shapes: readonly TableShape[]; me: string; targetRegion: string },
): Promise<'kept' | 'created' | 'altered' | 'repaired'> {
  const name = publicationName(options.targetRegion)
  const tables = definition(options.shapes, options.me, options.targetRegion)
  const wanted = hashOf(tables)
  return sql.begin(async (tx) => {
    // Nodes of a Region may start together.
    await tx`select pg_advisory_xact_lock(hashtextextended(${`twinpool ${name}`}, 0))`
    const [found] = await tx<{ mark: string | null; for_all: boolean }[]>`
      select obj_description(oid, 'pg_publication') as mark, puballtables as for_all
        from pg_publication where pubname = ${name}`
    if (found !== undefined && found.mark === `${wanted} ${await catalogHash(tx, name)}`) {
      return 'kept'
    }
    // A publication of all tables cannot be made one of some.
    if (found?.for_all === true) await tx.unsafe(`drop publication ${name}`)
    if (found === undefined || found.for_all) {
      await tx.unsafe(`create publication ${name} for ${tables} with (${OPTIONS})`)
    } else {
      await tx.unsafe(`alter publication ${name} set ${tables}`)
      await tx.unsafe(`alter publication ${name} set (${OPTIONS})`)
    }
    const mark = `${wanted} ${await catalogHash(tx, name)}`
    await tx.unsafe(`comment on publication ${name} is ${quoteText(mark)}`)
    if (found === undefined) return 'created'
    return found.mark?.startsWith(`${wanted} `) === true ? 'repaired' : 'altered'
  })
}

/**
 * Whether a publication that a slot reads by is gone. What was written meanwhile cannot be decoded
 * by that slot, even if the publication is made again: at that place of the log there is none, and
 * PostgreSQL ends every attempt with an error. So the slot has to go, and the copy is made anew.
 */
export async function wasDropped(
  sql: Sql,
  names: { readonly publication: string; readonly slot: string },
): Promise<boolean> {
  const found = await sql`
    select from pg_replication_slots
     where slot_name = ${names.slot} and database = current_database()
       and not exists (select from pg_publication where pubname = ${names.publication})`
  return found.length > 0
}

const OPTIONS = "publish = 'insert, update, delete', publish_via_partition_root = false"

/** Of everything that decides what the publication carries. */
async function catalogHash(tx: TransactionSql, name: string): Promise<string> {
  const [row] = await tx<{ state: string }[]>`
    select jsonb_build_array(
        p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot,
        (select jsonb_agg(jsonb_build_array(c.relname, pg_get_expr(r.prqual, r.prrelid), r.prattrs)
                order by c.relname collate "C")
           from pg_publication_rel r join pg_class c on c.oid = r.prrelid
          where r.prpubid = p.oid),
        (select count(*) from pg_publication_namespace n where n.pnpubid = p.oid))::text as state
      from pg_publication p where p.pubname = ${name}`
  return hashOf(row?.state ?? '')
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
