// How this Region's database and this process reach a peer's database. One URL serves both: the
// subscription gets it as libpq's key words, the process opens it with the driver. A password may
// stand in a passfile, so that it does not stand in the catalog. Links between Regions die without
// a word, so every wait here is bounded: keepalives and timeouts of the connection for what stops
// below, a deadline for what is held open without a response.
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import postgres, { type Sql } from 'postgres'
import type { Clock } from '#base/clock.js'
import { DependencyError } from '#base/dependency-error.js'
import { linkedSignal } from '#base/linked-signal.js'

const CONNECT_TIMEOUT_SECONDS = 5

interface Address {
  readonly host: string
  readonly port: string
  readonly user: string
  readonly password: string
  readonly database: string
  readonly parameters: ReadonlyMap<string, string>
}

function parse(url: string): Address {
  const parsed = new URL(url)
  const parameters = new Map(parsed.searchParams)
  return {
    host: parameters.get('host') ?? decodeURIComponent(parsed.hostname.replace(/^\[|\]$/g, '')),
    port: parsed.port === '' ? (parameters.get('port') ?? '5432') : parsed.port,
    user: decodeURIComponent(parsed.username) || 'postgres',
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)) || 'postgres',
    parameters,
  }
}

/** The connection string that a subscription keeps. */
export function subscriptionConninfo(url: string): string {
  const address = parse(url)
  const words = new Map<string, string>([
    ['host', address.host],
    ['port', address.port],
    ['user', address.user],
    ['dbname', address.database],
    ['connect_timeout', String(CONNECT_TIMEOUT_SECONDS)],
    ['keepalives', '1'],
    ['keepalives_idle', '2'],
    ['keepalives_interval', '1'],
    ['keepalives_count', '3'],
    ['tcp_user_timeout', '5000'],
    // The sending side must notice a dead link too; else the slot stays taken for a minute.
    // Transactions larger than this are streamed while they run, so that batches of marking which
    // overlap are applied in parallel; those of requests are smaller.
    ['options', '-c wal_sender_timeout=5s -c logical_decoding_work_mem=1MB'],
  ])
  if (address.password !== '') words.set('password', address.password)
  for (const [name, value] of address.parameters) {
    if (name !== 'host' && name !== 'port') words.set(name, value)
  }
  return [...words].map(([name, value]) => `${name}=${quoteWord(value)}`).join(' ')
}

function quoteWord(value: string): string {
  return /^[\w./:-]+$/.test(value)
    ? value
    : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** Runs `work` with a connection to the peer's database, for at most `timeoutMs`. */
export async function withPeerDatabase<T>(
  options: { url: string; clock: Clock; timeoutMs: number; signal: AbortSignal },
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const address = parse(options.url)
  const sql = postgres({
    host: address.host,
    port: Number(address.port),
    user: address.user,
    password: address.password || passwordFromFile(address),
    database: address.database,
    ssl: tlsOf(address),
    max: 1,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    // A failed connection must fail the query now; the reconciler is the one who waits.
    backoff: false,
    // The driver asks for array types by itself, and no code would catch what goes wrong there.
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: 'twinpool-link' },
  })
  const giveUp = linkedSignal(options.signal)
  const deadline = options.clock.wait(options.timeoutMs, giveUp.signal).then(() => {
    throw new DependencyError(`no answer from the database at ${address.host}:${address.port}`, {
      isRetryable: true,
    })
  })
  deadline.catch(() => undefined)
  try {
    return await Promise.race([work(sql), deadline])
  } finally {
    giveUp.release()
    giveUp.abort()
    await sql.end({ timeout: 0 }).catch(() => undefined)
  }
}

/**
 * What sslmode and its certificates mean to libpq (PostgreSQL, 32.19.1 and table 32.1): a root that
 * is named is verified against, by `require` too, and `verify-full` alone asks for the name.
 */
function tlsOf({ host, parameters }: Address): false | 'prefer' | ConnectionOptions {
  const root = parameters.get('sslrootcert')
  const mode = parameters.get('sslmode') ?? (root === 'system' ? 'verify-full' : 'disable')
  if (mode === 'disable') return false
  if (mode === 'prefer' || mode === 'allow') return 'prefer'
  const file = (name: string) => {
    const path = parameters.get(name)
    return path === undefined ? undefined : readFileSync(path)
  }
  const ca = root === 'system' ? undefined : file('sslrootcert')
  return {
    // Without it, Node.js would look for `localhost` in the certificate of an IP address.
    host,
    rejectUnauthorized: mode.startsWith('verify') || root !== undefined,
    ...(ca && { ca }),
    cert: file('sslcert'),
    key: file('sslkey'),
    ...(mode !== 'verify-full' && root !== 'system' && { checkServerIdentity: () => undefined }),
  }
}

/** The first matching line of the passfile: host:port:database:user:password, `*` matches all. */
function passwordFromFile(address: Address): string {
  const file = address.parameters.get('passfile')
  if (file === undefined) return ''
  const wanted = [address.host, address.port, address.database, address.user]
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('#')) continue
    const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map((match) =>
      (match[1] ?? '').replace(/\\(.)/g, '$1'),
    )
    if (wanted.every((value, index) => fields[index] === '*' || fields[index] === value)) {
      return fields[4] ?? ''
    }
  }
  return ''
}
