// What must be true of every table of a family that travels. Read from the migrations, which are
// plain SQL with the family in a comment above each table.

export interface Table {
  readonly name: string
  readonly where: string
  readonly family: string | undefined
  readonly body: string
  readonly primaryKey: readonly string[]
}

const FAMILIES = ['directory', 'regional', 'runtime', 'account']

/** How the primary key of a travelling table begins. */
const KEY_BEGINS: Readonly<Record<string, readonly string[]>> = {
  directory: ['user_pool_id'],
  runtime: ['user_pool_id', 'origin_region'],
  account: ['origin_region'],
}

export function tablesIn(path: string, text: string): readonly Table[] {
  const created = /^create table (if not exists )?(\w+) \((.*?)^\)/gms
  return [...text.matchAll(created)].map((match) => {
    const above = text.slice(0, match.index).replace(/\n$/, '').split('\n')
    const body = (match[3] ?? '').replace(/--.*$/gm, '')
    return {
      name: match[2] ?? '',
      where: `${path}:${text.slice(0, match.index).split('\n').length}`,
      family: familyAbove(above),
      body,
      primaryKey: primaryKeyOf(body),
    }
  })
}

/** The family of the comment that touches the table. */
function familyAbove(lines: readonly string[]): string | undefined {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? ''
    if (!line.startsWith('--')) return undefined
    const family = /^-- family: (\w+)/.exec(line)?.[1]
    if (family !== undefined) return family
  }
  return undefined
}

function primaryKeyOf(body: string): readonly string[] {
  const several = /^\s*primary key \(([^)]*)\)/m.exec(body)?.[1]
  if (several !== undefined) return several.split(',').map((column) => column.trim())
  const one = /^\s*(\w+) .*\bprimary key\b/m.exec(body)?.[1]
  return one === undefined ? [] : [one]
}

/** Complaints about the tables of all migrations together. */
export function complaintsAboutTables(
  tables: readonly Table[],
  migrations: string,
): readonly string[] {
  return tables.flatMap((table) => {
    const { name, family, primaryKey, where } = table
    if (family === undefined || !FAMILIES.includes(family)) {
      return [`${where} ${name} names no family: write "-- family: …" above it`]
    }
    if (primaryKey.length === 0) return [`${where} ${name} has no primary key`]
    const begins = KEY_BEGINS[family]
    if (begins === undefined) return []
    return complaintsAboutTravelling(table, begins, migrations)
  })
}

function complaintsAboutTravelling(table: Table, begins: readonly string[], migrations: string) {
  const { name, where, body, family, primaryKey } = table
  const complaints: string[] = []
  if (begins.some((column, index) => primaryKey[index] !== column)) {
    complaints.push(`the key of a ${family} table begins with ${begins.join(', ')}`)
  }
  if (/\b(?:small|big)?serial\b|\bgenerated\b.*\bas identity\b|\bnextval\b/i.test(body)) {
    complaints.push('a sequence does not travel: use a random ID')
  }
  if (!/^\s*replica_regions text\[\] not null/m.test(body)) {
    complaints.push('a table that travels has replica_regions text[] not null')
  }
  // The pool's own table is adopted as `pool`, because its row names the Regions of all others.
  const adopted = new RegExp(`call twinpool_adopt\\(\\s*'${name}',\\s*'(\\w+)'`).exec(
    migrations,
  )?.[1]
  if (adopted !== family && !(name === 'user_pools' && adopted === 'pool')) {
    complaints.push(`no "call twinpool_adopt('${name}', '${family}', …)"`)
  }
  return complaints.map((complaint) => `${where} ${name}: ${complaint}`)
}
