// Brings a database to the schema of this program, and to its Region. Each file of `migrations/` is
// applied once, in the order of the names, in a transaction with the row that says so. One process
// at a time does this, under an advisory lock, so that every node may try at its start.
//
// A database that knows migrations which this program does not is refused: an older node must not
// write rows whose meaning it cannot know. So is a file that changed after it was applied, and a
// database that another Region wrote: its rows would become this Region's by mistake.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import postgres, { type Sql } from 'postgres'
import type { Logger } from '#base/log.js'
import type { ServiceKeyCanary } from '#ports/keys.js'
import { connectionOptions } from './database.js'
import { translateError } from './errors.js'

/** The database does not fit this program; a person has to decide. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

export interface MigrateOptions {
  readonly url: string
  readonly region: string
  /** All Regions of the deployment, this one included, in their order. */
  readonly regions: readonly string[]
  readonly log: Logger
  /** Proves that the service key is the one of this database; see `service-key-canary.ts`. */
  readonly canary?: ServiceKeyCanary
  /** Where the files are; the package's own by default. */
  readonly directory?: string
}

export interface MigrationOutcome {
  /** Names of the files that were applied now. */
  readonly applied: readonly string[]
}

interface MigrationFile {
  readonly name: string
  readonly text: string
  readonly checksum: string
}

const PACKAGE_MIGRATIONS = fileURLToPath(new URL('../../../../../migrations/', import.meta.url))
// Any number will do as long as it stays the same: it is the name of the lock.
const LOCK = 7_428_119_004

/** Applies what is missing and says which Region this is. Safe to repeat and to run at once. */
export async function migrate(options: MigrateOptions): Promise<MigrationOutcome> {
  const files = await readFiles(options.directory ?? PACKAGE_MIGRATIONS)
  const shared = connectionOptions({
    region: options.region,
    applicationName: 'twinpool-migrate',
    statementTimeoutMs: 0,
  })
  const sql = postgres(options.url, {
    ...shared,
    // Building an index, or waiting for another node that does, may take long.
    connection: { ...shared.connection, lock_timeout: 0, idle_in_transaction_session_timeout: 0 },
    max: 1,
  })
  try {
    await sql`select pg_advisory_lock(${LOCK})`
    const applied = await applyMissing(sql, { files, log: options.log })
    await establishRegion(sql, options)
    if (options.canary !== undefined) await requireServiceKey(sql, options.canary, options.region)
    return { applied }
  } catch (error) {
    throw translateError(error)
  } finally {
    // The lock ends with the session.
    await sql.end({ timeout: 1 })
  }
}

async function readFiles(directory: string): Promise<readonly MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(`${directory}/${name}`, 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function applyMissing(
  sql: Sql,
  { files, log }: { files: readonly MigrationFile[]; log: Logger },
): Promise<readonly string[]> {
  const recorded = await readRecorded(sql)
  const known = new Set(files.map((file) => file.name))
  const unknown = [...recorded.keys()].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new MigrationError(
      `The database is newer than this program: it has ${unknown.join(', ')}. ` +
        'Start a version that has these migrations.',
    )
  }
  for (const file of files) {
    const checksum = recorded.get(file.name)
    if (checksum !== undefined && checksum !== file.checksum) {
      throw new MigrationError(
        `${file.name} was changed after it was applied to this database. Restore the file, and ` +
          'put the change into a new one.',
      )
    }
  }
  const missing = files.filter((file) => !recorded.has(file.name))
  for (const file of missing) {
    await sql.begin(async (tx) => {
      await tx.unsafe(file.text).simple()
      await tx`insert into schema_migrations (name, checksum)
        values (${file.name}, ${file.checksum})`
    })
    log.info('migration applied', { name: file.name })
  }
  return missing.map((file) => file.name)
}

/** Checksums by name. The first file makes the table. */
async function readRecorded(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const [table] = await sql<{ name: string | null }[]>`
    select to_regclass('schema_migrations')::text as name`
  if (table?.name == null) return new Map()
  const rows = await sql<{ name: string; checksum: string }[]>`
    select name, checksum from schema_migrations`
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

/** Makes the canary of a new database, or fails when this process's key does not open it. */
async function requireServiceKey(
  sql: Sql,
  canary: ServiceKeyCanary,
  region: string,
): Promise<void> {
  await sql`insert into service_key_canary (canary_sealed) values (${canary.make()})
    on conflict do nothing`
  const [row] = await sql<{ canary_sealed: Uint8Array }[]>`
    select canary_sealed from service_key_canary`
  if (row === undefined || canary.opens(row.canary_sealed)) return
  throw new MigrationError(
    `The database of ${region} is sealed under another service key than this node's; set ` +
      'serviceKeyFile (TWINPOOL_SERVICE_KEY_FILE) to the key of the other nodes.',
  )
}

async function establishRegion(
  sql: Sql,
  { region, regions }: { region: string; regions: readonly string[] },
): Promise<void> {
  await sql`insert into this_region (region) values (${region}) on conflict do nothing`
  const [row] = await sql<{ region: string }[]>`select region from this_region`
  if (row?.region !== region) {
    throw new MigrationError(
      `The database belongs to the Region ${row?.region}, and this node is configured for ` +
        `${region}. Give each Region a database of its own.`,
    )
  }
  await sql.begin(async (tx) => {
    await tx`delete from deployment_regions where not region = any(${tx.array([...regions])})`
    for (const [position, name] of regions.entries()) {
      await tx`
        insert into deployment_regions (region, position) values (${name}, ${position})
        on conflict (region) do update set position = excluded.position
          where deployment_regions.position is distinct from excluded.position`
    }
  })
}
