// Replication of this Region's database: publications for its peers, its own copies of their rows,
// heartbeats and figures. The only SQL about replication is here and in `replication/`. Reviews and
// marking hold connections for long, so they have a small pool of their own and never take one
// from requests. Every method is safe to repeat and to run in two processes at once; the leader
// (see `replication/leader.ts`) makes that rare.
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { RegionIdentity, Replication } from '#ports/replication.js'
import { connectionOptions } from '../connection/database.js'
import { openResilientSql, type ResilientSql } from '../connection/resilient-sql.js'
import { adoptRowsOfPool } from './clearing.js'
import { decommission, findDecommissioned } from './decommissioned-peers.js'
import { beat, hasConfirmed, readLag, readSlot, readStreams } from './lag.js'
import { tablesFor } from './peer-schema.js'
import { readPeers, recordHello } from './peers.js'
import { deleteLocalRows, findConflicts, readClaims } from './pool-claims.js'
import { ensurePublication, publicationName, wasDropped } from './publications.js'
import { ownPoolsIn, poolsSpokenOf } from './resending.js'
import { dropSlot, finishCopy, reconcileSubscription, slotName } from './subscriptions.js'
import { readShapes } from './tables.js'

const CONNECTIONS = 6
// A batch, or the clearing of a whole copy, may take long; nothing may take for ever.
const STATEMENT_TIMEOUT_MS = 300_000
const LOCK_TIMEOUT_MS = 30_000
const DRAIN_MS = 60_000

/** The connections that replication work uses, and nothing else. */
export function openReplicationSql(options: {
  url: string
  region: string
  clock: Clock
}): ResilientSql {
  const common = connectionOptions({
    region: options.region,
    applicationName: 'twinpool-replication',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  })
  const connection = { ...common.connection, lock_timeout: LOCK_TIMEOUT_MS }
  return openResilientSql({
    url: options.url,
    options: { ...common, connection, max: CONNECTIONS },
    clock: options.clock,
    drainMs: DRAIN_MS,
  })
}

export interface ReplicationOptions {
  readonly sql: Sql
  /** Of this Region's own database, for statements that need a connection of their own. */
  readonly url: string
  readonly region: string
  /** All Regions of the deployment, this one included, in their order. */
  readonly regions: readonly { readonly name: string; readonly databaseUrl: string }[]
  readonly clock: Clock
  readonly random: Random
}

export function openReplication(options: ReplicationOptions): Replication {
  const { sql, region: me, clock, random } = options
  const peers = options.regions.filter((each) => each.name !== me)
  const names = peers.map(({ name }) => name)
  const databaseUrlOf = (region: string) =>
    required(peers.find((each) => each.name === region)?.databaseUrl, `address of ${region}`)
  const copyOptions = async (peer: string) => ({
    sql,
    url: options.url,
    me,
    peer,
    databaseUrl: databaseUrlOf(peer),
    shapes: await readShapes(sql),
    clock,
    random,
  })
  return {
    establish: () => establish(options),
    identity: () => readIdentity(sql),
    peers: () => readPeers(sql, names),
    decommissionedPeers: () => findDecommissioned(sql, [me, ...names]),
    decommission: (region, signal) =>
      decommission({ sql, url: options.url, me, clock }, region, signal),
    recordHello: (region, hello) => recordHello(sql, region, hello),
    async requestReseed(region) {
      await sql`
        update peers set seeded_copy_id = null, needs_reseed = true where region = ${region}`
    },
    async recordSeeded(region, copyId) {
      await sql`
        update peers set seeded_copy_id = ${copyId}, needs_reseed = false where region = ${region}`
    },
    publish: () => publishTo(options, names),
    reconcileSubscription: async (peer, signal, because) =>
      reconcileSubscription(await copyOptions(peer), signal, because),
    async serverLife() {
      const [row] = await sql<{ life: string }[]>`select pg_postmaster_start_time()::text as life`
      return required(row, 'start of the server').life
    },
    streams: () => readStreams(sql, names),
    finishCopy: async (peer, copyId, signal) => finishCopy(await copyOptions(peer), copyId, signal),
    ownPoolsIn: (region) => ownPoolsIn(sql, { me, targetRegion: region }),
    poolsSpokenOf: (region) => poolsSpokenOf(sql, { me, targetRegion: region }),
    async adoptRuntimeRows(poolId, region) {
      await sql.begin((tx) => adoptRowsOfPool(tx, { me, peer: region }, poolId))
    },
    deleteLocalRows: (poolId) => deleteLocalRows(sql, me, poolId),
    conflicts: (claim) => findConflicts(sql, claim),
    claims: (poolId) => readClaims(sql, poolId),
    async position() {
      // The insert position: what other sessions have committed without waiting counts too.
      const [row] = await sql<{ lsn: string }[]>`select pg_current_wal_insert_lsn()::text as lsn`
      return required(row, 'log position').lsn
    },
    slot: (region) => readSlot(sql, region),
    hasConfirmed: (region, position) => hasConfirmed(sql, region, position),
    beat: () => beat(sql, me),
    lag: () => readLag(sql, names),
  }
}

async function publishTo(options: ReplicationOptions, targets: readonly string[]) {
  const { sql, region: me, clock } = options
  const shapes = await readShapes(sql)
  const repaired: string[] = []
  for (const targetRegion of targets) {
    const peer = { region: targetRegion, publication: publicationName(targetRegion) }
    const carried = await tablesFor(sql, shapes, peer)
    const name = slotName(targetRegion)
    const isLost = await wasDropped(sql, { publication: peer.publication, slot: name })
    // First: while there is no publication, the peer makes no other slot.
    if (isLost) await dropSlot(sql, { name, clock, signal: new AbortController().signal })
    const outcome = await ensurePublication(sql, { shapes: carried, me, targetRegion })
    if (isLost || outcome === 'repaired') repaired.push(targetRegion)
  }
  return { repaired }
}

/** Makes a row for each peer. Which Region the database is of, `migrate` has written down. */
async function establish({ sql, region, regions }: ReplicationOptions): Promise<void> {
  const peers = regions.map((each) => each.name).filter((name) => name !== region)
  await sql`
    insert into peers (region) select unnest(${peers}::text[]) on conflict (region) do nothing`
}

async function readIdentity(sql: Sql): Promise<RegionIdentity> {
  const [row] = await sql<{ region: string; database_id: string }[]>`
    select region, database_id from this_region`
  const { region, database_id: databaseId } = required(row, 'row of this_region')
  const migrations = await sql<{ name: string }[]>`
    select name from schema_migrations order by name`
  return { region, databaseId, migrations: migrations.map((migration) => migration.name) }
}
