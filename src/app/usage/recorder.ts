// The recorder of usage: one for each run of a process. A call pays for a look into a map; what is
// new is collected and written every second (users and tokens) or every ten (uses of endpoints,
// which change with every call). What a process holds when it is killed is lost, which is that
// second; one that ends writes it first. A database that is away costs memory up to limits, and
// what is beyond them is dropped and counted in a metric.
//
// What must stay true: nothing is counted twice. A user is a row that is there or not; a count
// bears the recorder's ID and only grows, and the ID is never used again.
import type { Clock } from '#base/clock.js'
import { FlushLoop } from '#base/flush-loop.js'
import type { Logger } from '#base/log.js'
import type { Random } from '#base/random.js'
import { hostOf, OTHER, sdkOf } from '#domain/usage/caller.js'
import { namer } from '#domain/usage/month.js'
import type { Pool } from '#ports/capability.js'
import type { Metrics } from '#ports/metrics.js'
import type {
  EndpointCall,
  EndpointUseKey,
  TokenCount,
  UsageNotes,
  UsageRows,
} from '#ports/usage.js'
import { ActiveUsers } from './active-users.js'
import { Counters } from './counters.js'

export interface UsageLimits {
  readonly meterMs: number
  readonly endpointsMs: number
  readonly batchMax: number
  /** Users who are not written yet, and who are remembered to be. */
  readonly activeWaitingMax: number
  readonly activeWrittenMax: number
  readonly tokenRowsMax: number
  readonly endpointRowsMax: number
  /** Of callers' words, in a day. */
  readonly hostsMax: number
  readonly userAgentsMax: number
}

const LIMITS: UsageLimits = {
  meterMs: 1000,
  endpointsMs: 10_000,
  batchMax: 500,
  activeWaitingMax: 100_000,
  activeWrittenMax: 200_000,
  tokenRowsMax: 50_000,
  endpointRowsMax: 50_000,
  hostsMax: 50,
  userAgentsMax: 100,
}

interface UsageRecorderOptions {
  readonly rows: UsageRows
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly metrics: Metrics
  readonly limits?: Partial<UsageLimits>
}

export class UsageRecorder implements UsageNotes {
  readonly #options: UsageRecorderOptions
  readonly #limits: UsageLimits
  readonly #recorderId: string
  readonly #active: ActiveUsers
  readonly #tokens: Counters<Omit<TokenCount, 'tokens'>>
  readonly #uses: Counters<EndpointUseKey>
  readonly #words: Words
  readonly #month = namer('month')
  readonly #day = namer('day')
  readonly #meter: FlushLoop
  readonly #endpoints: FlushLoop

  constructor(options: UsageRecorderOptions) {
    const limits = { ...LIMITS, ...options.limits }
    const { clock, random, log } = options
    this.#options = options
    this.#limits = limits
    this.#recorderId = random.uuid()
    const { activeWaitingMax: waitingMax, activeWrittenMax: writtenMax } = limits
    this.#active = new ActiveUsers({ waitingMax, writtenMax })
    this.#tokens = new Counters(limits.tokenRowsMax)
    this.#uses = new Counters(limits.endpointRowsMax)
    this.#words = new Words(limits)
    const failed = (error: unknown) => log.warn('usage is not written yet', { error })
    this.#meter = new FlushLoop({
      ...{ clock, failed, intervalMs: limits.meterMs },
      flush: () => this.#writeMeter(),
      hasMore: () => this.#active.waiting > 0 || this.#tokens.changed > 0,
    })
    this.#endpoints = new FlushLoop({
      ...{ clock, failed, intervalMs: limits.endpointsMs },
      flush: () => this.#writeUses(),
      hasMore: () => this.#uses.changed > 0,
    })
  }

  active({ id: poolId, tier }: Pick<Pool, 'id' | 'tier'>, sub: string): void {
    const month = this.#month(this.#options.clock.nowMs())
    const outcome = this.#active.note({ poolId, sub, month, tier })
    if (outcome === 'waiting') this.#meter.wake()
    else if (outcome === 'full') this.#dropped('active-user')
  }

  machineToken(poolId: string, clientId: string): void {
    const nowMs = this.#options.clock.nowMs()
    const month = this.#month(nowMs)
    const about = () => ({ poolId, clientId, month })
    const outcome = this.#tokens.add(`${month} ${poolId} ${clientId}`, about, nowMs)
    if (outcome === 'counted') this.#meter.wake()
    else this.#dropped('machine-token')
  }

  call({ poolId, clientId = '', kind, issuerForm, headers }: EndpointCall): void {
    const nowMs = this.#options.clock.nowMs()
    const day = this.#day(nowMs)
    const { host, userAgent } = this.#words.of(day, headers)
    const key = `${day} ${poolId} ${clientId} ${kind} ${issuerForm} ${host} ${userAgent}`
    const about = () => ({ poolId, clientId, day, kind, issuerForm, host, userAgent })
    const outcome = this.#uses.add(key, about, nowMs)
    if (outcome === 'counted') this.#endpoints.wake()
    else this.#dropped('endpoint-use')
  }

  /** Writes what is held. */
  async close(): Promise<void> {
    await Promise.all([this.#meter.close(), this.#endpoints.close()])
  }

  #dropped(kind: 'active-user' | 'machine-token' | 'endpoint-use', by = 1): void {
    this.#options.metrics.count('twinpool_usage_dropped_total', { kind }, by)
  }

  async #writeMeter(): Promise<void> {
    const { rows, clock } = this.#options
    const { batchMax } = this.#limits
    const recorderId = this.#recorderId
    await this.#writeActive()
    const month = this.#month(clock.nowMs())
    await this.#tokens.flush({
      batchMax,
      isOver: (about) => about.month !== month,
      write: (counts) =>
        rows.raiseTokenCounts(
          recorderId,
          counts.map(({ about, count }) => ({ ...about, tokens: count })),
        ),
    })
  }

  async #writeActive(): Promise<void> {
    const { rows } = this.#options
    for (;;) {
      const users = this.#active.take(this.#limits.batchMax)
      if (users.length === 0) return
      try {
        await rows.addActiveUsers(users)
      } catch (error) {
        const dropped = this.#active.giveBack(users)
        if (dropped > 0) this.#dropped('active-user', dropped)
        throw error
      }
      this.#active.remember(users)
    }
  }

  async #writeUses(): Promise<void> {
    const { rows, clock } = this.#options
    const day = this.#day(clock.nowMs())
    await this.#uses.flush({
      batchMax: this.#limits.batchMax,
      isOver: (about) => about.day !== day,
      write: (counts) =>
        rows.raiseEndpointUses(
          this.#recorderId,
          counts.map(({ about, count, lastMs }) => ({
            ...about,
            calls: count,
            lastSeenMs: lastMs,
          })),
        ),
    })
  }
}

/** Callers' words of a day: the first of them, and `other` for the rest. */
class Words {
  readonly #limits: Pick<UsageLimits, 'hostsMax' | 'userAgentsMax'>
  #day = ''
  readonly #hosts = new Set<string>()
  readonly #userAgents = new Set<string>()

  constructor(limits: Pick<UsageLimits, 'hostsMax' | 'userAgentsMax'>) {
    this.#limits = limits
  }

  of(day: string, headers: EndpointCall['headers']) {
    if (day !== this.#day) {
      this.#day = day
      this.#hosts.clear()
      this.#userAgents.clear()
    }
    const { hostsMax, userAgentsMax } = this.#limits
    const sdk = sdkOf(textOf(headers['user-agent']), textOf(headers['x-amz-user-agent']))
    const host = hostOf(textOf(headers['host']), textOf(headers['x-forwarded-host']))
    return {
      host: oneOf(this.#hosts, host, hostsMax),
      userAgent: oneOf(this.#userAgents, sdk, userAgentsMax),
    }
  }
}

function oneOf(known: Set<string>, word: string, max: number): string {
  if (known.has(word)) return word
  if (known.size >= max) return OTHER
  known.add(word)
  return word
}

const textOf = (value: string | readonly string[] | undefined) =>
  typeof value === 'string' ? value : value?.[0]
