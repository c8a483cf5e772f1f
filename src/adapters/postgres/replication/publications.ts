// One publication for each target Region, over all travelling tables, filtered by row. A row is
// published by its owner only: the first Region of a directory row, the origin of a runtime row.
// So a Region that holds a copy never publishes it, and no row has two sources. (array_position
// instead of a subscript, because row filters allow no subscripts.)
import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { nameOf, quoteName, quoteText, type TableShape, type TravellingTable } from './tables.js'

export function publicationName(target: string): string {
  return nameOf('to', target)
}

export function ownedBy(table: TravellingTable, region: string): string {
  return table.family === 'directory'
    ? `array_position(replica_regions, ${quoteText(region)}) = 1`
    : `origin_region = ${quoteText(region)}`
}

function definition(shapes: readonly TableShape[], me: string, target: string): string {
  return shapes
    .map(
      (shape) =>
        `table ${quoteName(shape.name)} where (${ownedBy(shape, me)} ` +
        `and ${quoteText(target)} = any(replica_regions))`,
    )
    .join(', ')
}

/** Makes the publication for `target` if it is not what this version says it must be. */
export async function ensurePublication(
  sql: Sql,
  options: { shapes: readonly TableShape[]; me: string; target: string },
): Promise<'kept' | 'created' | 'altered'> {
  const name = publicationName(options.target)
  const tables = definition(options.shapes, options.me, options.target)
  const mark = createHash('sha256').update(tables).digest('hex')
  return sql.begin(async (tx) => {
    // Nodes of a Region may start together.
    await tx`select pg_advisory_xact_lock(hashtextextended(${`twinpool ${name}`}, 0))`
    const [found] = await tx<{ mark: string | null }[]>`
      select obj_description(oid, 'pg_publication') as mark
        from pg_publication where pubname = ${name}`
    if (found?.mark === mark) return 'kept'
    await tx.unsafe(
      found === undefined
        ? `create publication ${name} for ${tables} with (publish = 'insert, update, delete')`
        : `alter publication ${name} set ${tables}`,
    )
    await tx.unsafe(`comment on publication ${name} is ${quoteText(mark)}`)
    return found === undefined ? 'created' : 'altered'
  })
}
