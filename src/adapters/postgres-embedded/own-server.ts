// Checks a real PostgreSQL server that `--database-url` gives to a Region, before a node meets it:
// what is missing is one sentence here and a riddle later. No sentence may show the password.
import postgres from 'postgres'
import { EmbeddedPostgresError } from './error.js'

const VERSION_MIN = 160_000
const CONNECT_SECONDS = 5

/** Fails unless the server responds, is new enough and can replicate. */
export async function requireServer(
  region: string,
  url: string,
  { hasPeers }: { readonly hasPeers: boolean },
): Promise<void> {
  const where = describe(region, url)
  const sql = postgres(url, {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => undefined,
  })
  let version: number
  let level: string
  const missing: string[] = []
  try {
    const [row] = await sql`
      select current_setting('server_version_num')::int as version,
             current_setting('wal_level') as level,
             rolsuper or rolreplication as "mayReplicate",
             -- The role is of PostgreSQL 16, and an older server is refused below.
             rolsuper or exists (
               select from pg_roles p
                where p.rolname = 'pg_create_subscription'
                  and pg_has_role(r.oid, p.oid, 'usage')) as "maySubscribe"
        from pg_roles r where rolname = current_user`
    version = Number(row?.['version'])
    level = String(row?.['level'])
    if (row?.['mayReplicate'] !== true) missing.push('alter role ROLE replication')
    if (row?.['maySubscribe'] !== true) missing.push('grant pg_create_subscription to ROLE')
  } catch (cause) {
    const why = cause instanceof Error && cause.message !== '' ? cause.message : 'no response'
    // Errors of the server have an SQLSTATE; then it did respond.
    const isRefusal =
      cause instanceof Error && 'code' in cause && /^[0-9A-Z]{5}$/.test(String(cause.code))
    const verb = isRefusal ? 'refuses the connection' : 'does not answer'
    throw new EmbeddedPostgresError(`The database of ${where} ${verb}: ${why}.`, { cause })
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
  if (hasPeers && missing.length > 0) {
    const role = decodeURIComponent(new URL(url).username) || 'ROLE'
    const statements = missing.map((statement) => statement.replace('ROLE', `"${role}"`))
    throw new EmbeddedPostgresError(
      `The role of the database of ${where} may not replicate; a superuser has to say: ` +
        `${statements.join('; ')}.`,
    )
  }
}

/** The Region and the server, never the password. */
function describe(region: string, url: string): string {
  return `${region} (${new URL(url).host})`
}
