// Checks a real PostgreSQL server that `--database-url` gives to a Region, before a node meets it:
// what is missing is one sentence here and a riddle later. No sentence may show the password.
import postgres from 'postgres'
import { EmbeddedPostgresError } from './embedded-error.js'

const VERSION_MIN = 160_000
const CONNECT_SECONDS = 5

/** Fails unless the server answers, is new enough and can replicate. */
export async function requireServer(region: string, url: string): Promise<void> {
  const where = describe(region, url)
  const sql = postgres(url, {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => undefined,
  })
  let version: number
  let level: string
  try {
    const [row] = await sql`
      select current_setting('server_version_num')::int as version,
             current_setting('wal_level') as level`
    version = Number(row?.['version'])
    level = String(row?.['level'])
  } catch (cause) {
    const why = cause instanceof Error && cause.message !== '' ? cause.message : 'no answer'
    throw new EmbeddedPostgresError(`The database of ${where} does not answer: ${why}.`, { cause })
  } finally {
    await sql.end({ timeout: 1 })
  }
  if (version < VERSION_MIN) {
    throw new EmbeddedPostgresError(`The database of ${where} is older than PostgreSQL 16.`)
  }
  if (level !== 'logical') {
    throw new EmbeddedPostgresError(
      `The database of ${where} has wal_level ${level}; replication needs wal_level logical.`,
    )
  }
}

/** The Region and the server, never the password. */
function describe(region: string, url: string): string {
  return `${region} (${new URL(url).host})`
}
