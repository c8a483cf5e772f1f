// Configuration in memory, because every call needs its pool and client and they hardly ever
// change. An entry is the promise of its load, so concurrent misses share one load, and forgetting
// an entry also detaches a load that is under way: what it read may be old, and no caller will find
// it. Entries go when a notice says that their pool changed, when this process wrote, and all at
// once when listening begins again. Without a listener nothing is taken from memory.
//
// A hit costs one lookup. Names that do not exist are kept apart, so that they push out none that
// does, and go all at once when any pool changes: a stranger who asks for one again and again
// costs the database nothing.
import type { Pool } from '#ports/capability.js'
import type { Domain, FoundClient } from '#ports/directory.js'
import type { AccessKey } from '#ports/runtime.js'
import type { Connection } from '../connection/connection.js'
import type { Database } from '../connection/database.js'
import type { ConfigChangeListener } from './config-change-listener.js'
import {
  loadAccessKey,
  loadClient,
  loadDomain,
  loadPool,
  loadPoolLists,
  type PoolLists,
} from './pool-queries.js'

export interface PoolCacheOptions {
  readonly database: Database
  readonly configChanges: ConfigChangeListener
  readonly poolsMax?: number
  readonly clientsMax?: number
  readonly domainsMax?: number
  readonly accessKeysMax?: number
}

const POOLS_MAX = 5_000
const CLIENTS_MAX = 20_000
const DOMAINS_MAX = 5_000
const ACCESS_KEYS_MAX = 5_000
/** Names that do not exist, of each kind. */
const ABSENT_MAX = 10_000

export class PoolCache {
  readonly #unsubscribe: readonly (() => void)[]
  readonly #pools: InvalidatingCache<Pool>
  readonly #lists: InvalidatingCache<PoolLists>
  readonly #clients: InvalidatingCache<FoundClient>
  readonly #domains: InvalidatingCache<Domain>
  readonly #accessKeys: InvalidatingCache<AccessKey>

  constructor(options: PoolCacheOptions) {
    const { database, configChanges } = options
    const isListening = () => configChanges.isListening
    const shelf = <T>(
      max: number,
      load: (key: string) => Promise<T | undefined>,
      poolOf: (key: string, value: T) => string,
    ) => new InvalidatingCache<T>({ max, load, poolOf, isListening })
    const poolsMax = options.poolsMax ?? POOLS_MAX
    const itself = (key: string) => key
    this.#pools = shelf(poolsMax, (id) => loadPool(database, id), itself)
    this.#lists = shelf(poolsMax, (id) => loadPoolLists(database, id), itself)
    this.#clients = shelf(
      options.clientsMax ?? CLIENTS_MAX,
      (clientId) => loadClient(database, { clientId }),
      (_, client) => client.poolId,
    )
    this.#domains = shelf(
      options.domainsMax ?? DOMAINS_MAX,
      (name) => loadDomain(database, name),
      (_, domain) => domain.poolId,
    )
    this.#accessKeys = shelf(
      options.accessKeysMax ?? ACCESS_KEYS_MAX,
      (id) => loadAccessKey(database, id),
      itself,
    )
    this.#unsubscribe = [
      configChanges.onPoolChange((poolId) => this.#forgetPool(poolId)),
      configChanges.onAccountChange(() => this.#accessKeys.clear()),
      configChanges.onReconnect(() => this.clear()),
    ]
  }

  pool(poolId: string): Promise<Pool | undefined> {
    return this.#pools.get(poolId)
  }

  /** Empty lists for a pool that is not here. */
  async lists(poolId: string): Promise<PoolLists> {
    return (await this.#lists.get(poolId)) ?? { dataKeys: [], signingKeys: [], resourceServers: [] }
  }

  client(clientId: string): Promise<FoundClient | undefined> {
    return this.#clients.get(clientId)
  }

  domain(name: string): Promise<Domain | undefined> {
    return this.#domains.get(name)
  }

  accessKey(accessKeyId: string): Promise<AccessKey | undefined> {
    return this.#accessKeys.get(accessKeyId)
  }

  /** A write of this process changed the pool; others learn it by the database's notice. */
  poolChanged(poolId: string, connection: Connection): void {
    connection.afterEnd(() => this.#forgetPool(poolId))
  }

  accountChanged(): void {
    this.#accessKeys.clear()
  }

  clear(): void {
    for (const shelf of this.#shelves()) shelf.clear()
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.clear()
  }

  #forgetPool(poolId: string): void {
    this.#pools.forget(poolId)
    this.#lists.forget(poolId)
    this.#clients.forget(poolId)
    this.#domains.forget(poolId)
  }

  #shelves(): readonly { clear(): void }[] {
    return [this.#pools, this.#lists, this.#clients, this.#domains, this.#accessKeys]
  }
}

interface Entry<T> {
  readonly promise: Promise<T | undefined>
  /** The pool it goes with; unknown while it loads. */
  poolId: string | undefined
  /** Whether it was asked for since eviction last passed by. */
  isUsed: boolean
}

interface InvalidatingCacheOptions<T> {
  readonly max: number
  readonly load: (key: string) => Promise<T | undefined>
  readonly poolOf: (key: string, value: T) => string
  readonly isListening: () => boolean
}

/** Bounded entries by key, which can be forgotten by pool. */
class InvalidatingCache<T> {
  readonly #options: InvalidatingCacheOptions<T>
  readonly #entries = new Map<string, Entry<T>>()
  readonly #keysByPool = new Map<string, Set<string>>()
  readonly #loading = new Set<string>()
  readonly #absent = new Set<string>()

  constructor(options: InvalidatingCacheOptions<T>) {
    this.#options = options
  }

  get(key: string): Promise<T | undefined> {
    if (!this.#options.isListening()) return this.#options.load(key)
    if (this.#absent.has(key)) return Promise.resolve(undefined)
    const entry = this.#entries.get(key)
    if (entry === undefined) return this.#add(key)
    entry.isUsed = true
    return entry.promise
  }

  forget(poolId: string): void {
    this.#absent.clear()
    for (const key of this.#keysByPool.get(poolId) ?? []) this.#entries.delete(key)
    this.#keysByPool.delete(poolId)
    // Whose pool is not known yet may be of this one.
    for (const key of this.#loading) this.#entries.delete(key)
    this.#loading.clear()
  }

  clear(): void {
    this.#absent.clear()
    this.#entries.clear()
    this.#keysByPool.clear()
    this.#loading.clear()
  }

  #add(key: string): Promise<T | undefined> {
    const promise = this.#options.load(key)
    const entry: Entry<T> = { promise, poolId: undefined, isUsed: false }
    this.#entries.set(key, entry)
    this.#loading.add(key)
    promise.then(
      (value) => this.#settle(key, entry, value),
      () => this.#drop(key, entry),
    )
    return promise
  }

  #settle(key: string, entry: Entry<T>, value: T | undefined): void {
    // Forgotten meanwhile: another load may have taken the place already.
    if (this.#entries.get(key) !== entry) return
    if (value === undefined) {
      this.#drop(key, entry)
      this.#rememberAbsent(key)
      return
    }
    this.#loading.delete(key)
    entry.poolId = this.#options.poolOf(key, value)
    const keys = this.#keysByPool.get(entry.poolId)
    if (keys === undefined) this.#keysByPool.set(entry.poolId, new Set([key]))
    else keys.add(key)
    this.#evict()
  }

  /** A load that brought nothing. */
  #drop(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) !== entry) return
    this.#loading.delete(key)
    this.#entries.delete(key)
  }

  /** The one that was found absent first makes room. */
  #rememberAbsent(key: string): void {
    const [oldest] = this.#absent
    if (this.#absent.size >= ABSENT_MAX && oldest !== undefined) this.#absent.delete(oldest)
    this.#absent.add(key)
  }

  /** Removes the oldest that were not asked for lately; each used one gets a second round. */
  #evict(): void {
    while (this.#entries.size > this.#options.max) {
      const [oldest] = this.#entries
      if (oldest === undefined) return
      const [key, entry] = oldest
      this.#entries.delete(key)
      if (entry.isUsed || entry.poolId === undefined) {
        entry.isUsed = false
        this.#entries.set(key, entry)
        // Only loads are left beyond the bound, and each of them comes by here when it is done.
        if (this.#loading.size >= this.#entries.size) return
        continue
      }
      const keys = this.#keysByPool.get(entry.poolId)
      keys?.delete(key)
      if (keys?.size === 0) this.#keysByPool.delete(entry.poolId)
    }
  }
}
