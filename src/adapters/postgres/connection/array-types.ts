// Arrays of the types that our tables have, known beforehand. The driver would ask each new
// connection for them, and when that connection dies, its question fails where no code can catch
// it.
import type { Sql } from 'postgres'

/** Type and its array type, by OID (pg_type.dat). */
const ARRAY_TYPES: readonly (readonly [element: number, array: number])[] = [
  [16, 1000],
  [17, 1001],
  [19, 1003],
  [20, 1016],
  [21, 1005],
  [23, 1007],
  [25, 1009],
  [26, 1028],
  [701, 1022],
  [1043, 1015],
  [1184, 1185],
  [2205, 2210],
  [2950, 2951],
]

type Parse = ((text: string) => unknown) & { array?: boolean }

interface DriverOptions {
  readonly parsers: Record<number, Parse | undefined>
  readonly serializers: Record<number, ((value: unknown) => unknown) | undefined>
  readonly shared: { readonly typeArrayMap: Record<number, number> }
}

/** Teaches the driver the array types; its connections need `fetch_types: false`. */
export function knowArrayTypes(sql: Sql): void {
  const options = sql.options as unknown as DriverOptions
  for (const [element, array] of ARRAY_TYPES) {
    const parse: Parse = (text) =>
      elementsOf(text).map((item) =>
        item === null ? null : (options.parsers[element]?.(item) ?? item),
      )
    parse.array = true
    options.parsers[array] = parse
    options.serializers[array] = (value) =>
      Array.isArray(value) ? literalOf(value, options.serializers[element]) : value
    options.shared.typeArrayMap[element] = array
  }
}

function literalOf(
  items: readonly unknown[],
  serialize: ((value: unknown) => unknown) | undefined,
): string {
  const texts = items.map((item) => {
    if (item === null || item === undefined) return 'null'
    const text = String(serialize?.(item) ?? item)
    return `"${text.replace(/[\\"]/g, '\\$&')}"`
  })
  return `{${texts.join(',')}}`
}

/** The elements of a one-dimensional array literal, such as `{a,"b, c",NULL}`. */
function elementsOf(text: string): (string | null)[] {
  const items: (string | null)[] = []
  const form = /"((?:[^"\\]|\\.)*)"|([^,{}]+)/gs
  for (const [, quoted, plain] of text.matchAll(form)) {
    if (quoted !== undefined) items.push(quoted.replace(/\\(.)/gs, '$1'))
    else items.push(plain === 'NULL' ? null : (plain ?? ''))
  }
  return items
}
