// Two Regions below their APIs: a PostgreSQL cluster each, a proxy on the wire to each database,
// the real adapters and the real leader's work. Only the region link is short-circuited: calls go
// straight to the peer's receivers, and can be cut.
import postgres, { type Sql } from 'postgres'
import { migrate } from '#adapters/postgres/connection/migrate.js'
import { removeExpired } from '#adapters/postgres/regional/expired-rows.js'
import { removeOrphans } from '#adapters/postgres/regional/orphans.js'
import { openDigests } from '#adapters/postgres/replication/digest.js'
import { openReplication, openReplicationSql } from '#adapters/postgres/replication/replication.js'
import { openRowComparison } from '#adapters/postgres/replication/row-comparison.js'
import { openMarking } from '#adapters/postgres/replication/row-membership.js'
import { openVerifications } from '#adapters/postgres/replication/verifications.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { PoolCipher } from '#app/crypto/pool-cipher.js'
import { SigningCertificateRing } from '#app/federation/signing-certificates.js'
import { registerComparisonHandlers } from '#app/replication/comparison-calls.js'
import { LeaderTasks } from '#app/replication/leader-tasks.js'
import { registerLinkHandlers } from '#app/replication/link.js'
import { rotationReuseReconciler } from '#app/replication/reconcilers/rotation-reuse.js'
import { ReplicaControl } from '#app/replication/replica-control.js'
import { required } from '#base/assert.js'
import type { Logger } from '#base/log.js'
import type { Jobs } from '#ports/jobs.js'
import { type KeyRefusal, KeyRefusedError, type KeyService } from '#ports/keys.js'
import {
  type LinkReceiver,
  type LinkReceivers,
  LinkRefusedError,
  LinkUnreachableError,
  type LinkValue,
  type RegionLink,
} from '#ports/region-link.js'
import type { Digests, Marking, Replication } from '#ports/replication.js'
import type { RowComparison } from '#ports/row-comparison.js'
import type { Verifications } from '#ports/verifications.js'
import { startTestCluster, type TestCluster } from './cluster.js'
import { openStorage, quietLog, type TestStorage } from './database.js'
import { startProxy, type Wire } from './proxy.js'
import { nextRsaKeyPair } from './rsa-key-pairs.js'

export const WEST = 'us-west-2'
export const EAST = 'us-east-1'
const REGIONS = [WEST, EAST]
const SUPERUSER: Account = { user: 'postgres', password: '', database: 'postgres' }
const NEVER_MS = 3_600_000
const ACCOUNT = '123456789012'

/** Short, so that tests of failures are. */
const QUICK: Readonly<Record<string, string>> = {
  wal_retrieve_retry_interval: '100ms',
  wal_receiver_timeout: '1500ms',
  wal_sender_timeout: '1500ms',
  wal_receiver_status_interval: '1s',
}

/** The link of all Regions of a pair. */
export class LocalLink {
  readonly #receivers = new Map<string, Map<string, LinkReceiver>>()
  readonly unreachable = new Set<string>()
  /** Called before each call is delivered; may throw. */
  onCall: (region: string, name: string, body: LinkValue) => void = () => undefined

  /** Receivers of a Region that hears these Regions only, as the real link's configuration does. */
  receiversOf(region: string, regions: readonly string[]): LinkReceivers {
    const own = new Map<string, LinkReceiver>()
    this.#receivers.set(region, own)
    const register = (name: string, receiver: LinkReceiver) =>
      void own.set(name, async (call) => {
        if (!regions.includes(call.fromRegion)) throw new Error('unknown Region')
        return receiver(call)
      })
    return { register }
  }

  of(fromRegion: string): RegionLink {
    return {
      call: async (region, name, body, options) => {
        if (this.unreachable.has(region)) throw new LinkUnreachableError(region)
        this.onCall(region, name, body)
        const receiver = this.#receivers.get(region)?.get(name)
        if (receiver === undefined) throw new LinkUnreachableError(region)
        // As JSON, since that is what crosses the real one.
        const sent = JSON.parse(JSON.stringify(body)) as LinkValue
        try {
          const isSealed = options?.sealed === true
          const response = await receiver({ fromRegion, body: sent, isSealed })
          return JSON.parse(JSON.stringify(response)) as LinkValue
        } catch (error) {
          if (error instanceof LinkRefusedError) throw error
          throw new LinkUnreachableError(region, { cause: error })
        }
      },
    }
  }
}

/** A KMS that opens everything unless it is set to refuse. */
export class LenientKeys implements KeyService {
  refusal: KeyRefusal | undefined

  async generate(): Promise<{ plaintext: Uint8Array; wrapped: Uint8Array }> {
    return { plaintext: new Uint8Array(32), wrapped: new Uint8Array(48) }
  }

  async wrap(_key: unknown, plaintext: Uint8Array): Promise<Uint8Array> {
    return plaintext
  }

  async unwrap(_key: unknown, wrapped: Uint8Array): Promise<Uint8Array> {
    if (this.refusal !== undefined) throw new KeyRefusedError(this.refusal, 'the key')
    return wrapped
  }

  async describe(arn: string) {
    return {
      arn,
      isEnabled: true,
      isSymmetric: true,
      isMultiRegion: true,
      regions: REGIONS,
      state: 'Enabled',
    }
  }
}

export interface Side {
  readonly region: string
  cluster: TestCluster
  readonly wire: Wire
  readonly keys: LenientKeys
  /** A connection that writes as the Region; made anew with the cluster. */
  sql: Sql
  storage: TestStorage
  replication: Replication
  marking: Marking
  digests: Digests
  comparison: RowComparison
  verifications: Verifications
  jobs: Jobs
  control: ReplicaControl
  signingCertificates: SigningCertificateRing
  /** Starts the leader's work. */
  lead(): void
  /** Stops it, as if the process had ended after its current statements. */
  rest(): Promise<void>
  /** Ends and opens again over the same database, with these Regions in the configuration. */
  reconfigure(regions: readonly string[]): Promise<void>
  /** Forgets the cluster and everything in it, and begins with an empty one. */
  wipe(): Promise<void>
  close(): Promise<void>
}

export interface RegionPair {
  readonly west: Side
  readonly east: Side
  readonly link: LocalLink
  close(): Promise<void>
}

/** The role and the database that the Regions use in their clusters. */
export interface Account {
  readonly user: string
  readonly password: string
  readonly database: string
}

export interface PairOptions {
  /** The superuser of the cluster unless a test has made another one by `prepare`. */
  readonly account?: Account
  /** Called for each new cluster. */
  readonly prepare?: (cluster: TestCluster) => Promise<void>
  /** Quiet unless a test looks at the log. */
  readonly log?: Logger
  readonly batchRows?: number
  readonly reconcileMs?: number
  readonly verifyRowsPerSecond?: number
  /** Without it the comparison in the background, which repairs, runs once: tests see what is. */
  readonly verifyRestMs?: number
}

export async function startPair(options: PairOptions = {}): Promise<RegionPair> {
  const link = new LocalLink()
  const clusters = await Promise.all([startQuickCluster(options), startQuickCluster(options)])
  const [one, two] = clusters
  const wires = await Promise.all([startProxy(one.port), startProxy(two.port)])
  const addresses = REGIONS.map((name, index) => ({
    name,
    databaseUrl: urlOf(options, required(wires[index], name).port),
  }))
  const make = (index: 0 | 1) =>
    openSide({
      region: required(REGIONS[index], 'Region'),
      cluster: clusters[index],
      wire: wires[index],
      addresses,
      link,
      options,
    })
  const [west, east] = await Promise.all([make(0), make(1)])
  return {
    west,
    east,
    link,
    async close() {
      await Promise.all([west.close(), east.close()])
      await Promise.all(wires.map((wire) => wire.close()))
    },
  }
}

export function urlOf({ account }: PairOptions, port: number): string {
  const { user, password, database } = account ?? SUPERUSER
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
}

async function startQuickCluster({ prepare }: PairOptions): Promise<TestCluster> {
  const cluster = await startTestCluster()
  const sql = postgres(cluster.urlOf('postgres'), { max: 1, onnotice: () => undefined })
  for (const [name, value] of Object.entries(QUICK)) {
    await sql.unsafe(`alter system set ${name} = '${value}'`)
  }
  await sql`select pg_reload_conf()`
  await sql.end()
  await prepare?.(cluster)
  return cluster
}

interface SideParts {
  readonly region: string
  readonly cluster: TestCluster
  readonly wire: Wire
  readonly addresses: readonly { readonly name: string; readonly databaseUrl: string }[]
  readonly link: LocalLink
  readonly options: PairOptions
}

async function openSide(parts: SideParts): Promise<Side> {
  const keys = new LenientKeys()
  let opened = await openOn(parts, keys, parts.cluster)
  let stop = new AbortController()
  let leading: Promise<void> = Promise.resolve()
  const rest = async () => {
    stop.abort()
    await leading.catch(() => undefined)
  }
  const side: Side = {
    region: parts.region,
    wire: parts.wire,
    keys,
    ...opened.members,
    lead() {
      stop = new AbortController()
      leading = opened.work.run(stop.signal)
      leading.catch(() => undefined)
    },
    rest,
    async reconfigure(regions) {
      await rest()
      await opened.close()
      const addresses = parts.addresses.filter(({ name }) => regions.includes(name))
      opened = await openOn({ ...parts, addresses }, keys, side.cluster)
      Object.assign(side, opened.members)
    },
    async wipe() {
      await rest()
      await opened.close()
      await side.cluster.destroy()
      const cluster = await startQuickCluster(parts.options)
      parts.wire.cut()
      parts.wire.retarget(cluster.port)
      parts.wire.heal()
      opened = await openOn(parts, keys, cluster)
      Object.assign(side, opened.members)
    },
    async close() {
      await rest()
      await opened.close()
      await side.cluster.destroy()
    },
  }
  return side
}

/** The replication of a side's database, as compose opens it. */
async function openReplicating({ region, addresses, options }: SideParts, url: string) {
  const common = { clock: systemClock, random: systemRandom }
  const working = openReplicationSql({ url, region, clock: systemClock })
  const { sql } = working
  const replication = openReplication({ sql, url, region, regions: addresses, ...common })
  await replication.establish()
  const batchRows = options.batchRows ?? 1000
  const marking = openMarking({ sql, region, clock: systemClock, batchRows })
  const comparison = openRowComparison(sql, region)
  const verifications = openVerifications(sql, region)
  return { working, replication, marking, digests: openDigests(sql), comparison, verifications }
}

async function openOn(parts: SideParts, keyService: LenientKeys, cluster: TestCluster) {
  const { region, link, options } = parts
  const log = options.log ?? quietLog
  const url = urlOf(options, cluster.port)
  const regions = parts.addresses.map(({ name }) => name)
  await migrate({ url, region, regions, log: quietLog })
  const storage = await openStorage({ region, url })
  const { repositories } = storage
  const replicating = await openReplicating(parts, url)
  const { working, replication, marking, digests, comparison, verifications } = replicating
  const { jobs, pools, replicas, dataKeys, regionalSettings, unitOfWork } = repositories
  const receivers = link.receiversOf(region, regions)
  registerLinkHandlers(receivers, {
    region,
    clock: systemClock,
    log,
    replication,
    digests,
    keyService,
    pools,
    regionalSettings,
  })
  registerComparisonHandlers(receivers, { region, comparison })
  const signingCertificates = openSigningCertificates(storage)
  const work = new LeaderTasks({
    ...{ region, accountId: ACCOUNT, clock: systemClock, log, link: link.of(region) },
    ...{ replication, marking, digests, comparison, verifications },
    ...{ jobs, pools, replicas, dataKeys, signingCertificates },
    housekeeping: {
      removeExpired: () => removeExpired(storage.database, { nowMs: systemClock.nowMs() }),
      removeOrphans: () => removeOrphans(storage.database, { nowMs: systemClock.nowMs() }),
    },
    heartbeatMs: 100,
    reconcileMs: options.reconcileMs ?? 300,
    verifyRowsPerSecond: options.verifyRowsPerSecond ?? 50_000,
    verifyRestMs: options.verifyRestMs ?? NEVER_MS,
    reconcilers: [rotationReuseReconciler({ ...repositories, log, intervalMs: 100 })],
  })
  const sql = postgres(url, {
    max: 3,
    onnotice: () => undefined,
    connection: { 'twinpool.region': region },
  })
  return {
    work,
    members: {
      cluster,
      sql,
      storage,
      replication,
      marking,
      digests,
      comparison,
      verifications,
      jobs,
      control: new ReplicaControl({ unitOfWork }),
      signingCertificates,
    },
    async close() {
      // Connections to a database that was killed may take all the time they are given.
      await Promise.allSettled([sql.end({ timeout: 1 }), working.close(), storage.close()])
    },
  }
}

/** Certificates whose keys are sealed under a key of this process: the pair's KMS keeps none. */
function openSigningCertificates({ repositories }: TestStorage): SigningCertificateRing {
  const indexKey = systemRandom.bytes(32)
  return new SigningCertificateRing({
    rows: repositories.signingCertificateRows,
    ciphers: {
      cipher: ({ id: poolId }) =>
        new PoolCipher({
          poolId,
          dataKeys: new Map([['00'.repeat(8), indexKey]]),
          indexKey,
          tokenKey: indexKey,
          random: systemRandom,
        }),
    },
    clock: systemClock,
    random: systemRandom,
    makeKeyPair: nextRsaKeyPair,
  })
}
