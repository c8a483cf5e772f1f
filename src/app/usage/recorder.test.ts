import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type { ActiveUser, EndpointUse, TokenCount, UsageRows } from '#ports/usage.js'
import { UsageRecorder } from './recorder.js'

const NOVEMBER_ENDS = Date.UTC(2026, 11)
const POOL = { id: 'us-west-2_a', tier: 'ESSENTIALS' } as const
const HEADERS = { host: 'localhost:4501', 'user-agent': 'aws-sdk-js/3.883.0 ua/2.1' }
const JWKS = { poolId: POOL.id, clientId: undefined, kind: 'JWKS', issuerForm: 'ORIGINAL' } as const

/** A database that keeps what is written, unless it is away; and a clock that only a test moves. */
function stage(limits: ConstructorParameters<typeof UsageRecorder>[0]['limits'] = {}) {
  let nowMs = NOVEMBER_ENDS - 10_000
  const waits = new Set<() => void>()
  const written: { users: ActiveUser[]; tokens: TokenCount[]; uses: EndpointUse[] }[] = []
  const dropped: Record<string, number> = {}
  const database = { isAway: false, writes: 0 }
  const write = async (change: Partial<(typeof written)[number]>) => {
    database.writes += 1
    if (database.isAway) throw new Error('away')
    written.push({ users: [], tokens: [], uses: [], ...change })
  }
  const rows: UsageRows = {
    addActiveUsers: (users) => write({ users: [...users] }),
    raiseTokenCounts: (_, tokens) => write({ tokens: [...tokens] }),
    raiseEndpointUses: (_, uses) => write({ uses: [...uses] }),
    extendReplicaPeriods: async () => undefined,
  }
  const metrics: Metrics = {
    ...noMetrics,
    count(name, labels, by = 1) {
      if (name !== 'twinpool_usage_dropped_total') return
      const { kind } = labels as { readonly kind: string }
      dropped[kind] = (dropped[kind] ?? 0) + by
    },
  }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const random = {
    uuid: () => '11111111-1111-4111-8111-111111111111',
    bytes: () => Buffer.of(),
    text: () => '',
  }
  const clock = {
    nowMs: () => nowMs,
    wait: (_ms: number, signal?: AbortSignal) =>
      new Promise<boolean>((resolve) => {
        if (signal === undefined || signal.aborted) return resolve(false)
        waits.add(() => resolve(true))
        signal.addEventListener('abort', () => resolve(false))
      }),
  }
  const recorder = new UsageRecorder({ rows, clock, random, log, metrics, limits })
  return {
    recorder,
    written,
    dropped,
    database,
    move(ms: number) {
      nowMs += ms
    },
    /** Lets every wait end, until what is written then has come to rest. */
    async turn() {
      for (const end of [...waits]) end()
      waits.clear()
      await new Promise(setImmediate)
    },
    subs: () => written.flatMap(({ users }) => users.map(({ sub }) => sub)),
  }
}

describe('UsageRecorder', () => {
  it('writes a user once in a month, however often the user signs in', async () => {
    const { recorder, turn, subs, database } = stage()
    for (let n = 0; n < 3; n += 1) recorder.active(POOL, 'ada')
    recorder.active(POOL, 'bob')
    await turn()
    assert.deepEqual(subs(), ['ada', 'bob'])
    recorder.active(POOL, 'ada')
    await turn()
    await recorder.close()
    assert.equal(database.writes, 1)
  })

  it('begins anew with the month, in UTC', async () => {
    const { recorder, written, turn, move } = stage()
    move(9999)
    recorder.active(POOL, 'ada')
    await turn()
    move(1)
    recorder.active(POOL, 'ada')
    recorder.machineToken(POOL.id, 'app')
    await recorder.close()
    const months = written.flatMap(({ users }) => users.map(({ month }) => month))
    assert.deepEqual(months, ['2026-11', '2026-12'])
    assert.deepEqual(written.at(-1)?.tokens, [
      { poolId: POOL.id, clientId: 'app', month: '2026-12', tokens: 1 },
    ])
  })

  it('writes a user again when the pool has a higher tier, and not with a lower one', async () => {
    const { recorder, written, turn } = stage()
    const tiers = ['ESSENTIALS', 'LITE', 'PLUS', 'ESSENTIALS'] as const
    for (const tier of tiers) {
      recorder.active({ ...POOL, tier }, 'ada')
      await turn()
    }
    await recorder.close()
    const seen = written.flatMap(({ users }) => users.map(({ tier }) => tier))
    assert.deepEqual(seen, ['ESSENTIALS', 'PLUS'])
  })

  it('counts tokens and requests from the beginning of the process on', async () => {
    const { recorder, written, turn } = stage()
    recorder.machineToken(POOL.id, 'app')
    recorder.machineToken(POOL.id, 'app')
    await turn()
    recorder.machineToken(POOL.id, 'app')
    recorder.call({ ...JWKS, headers: HEADERS })
    await recorder.close()
    const tokens = written.flatMap((one) => one.tokens.map((count) => count.tokens))
    assert.deepEqual(tokens, [2, 3])
    const uses = written.flatMap((one) => one.uses)
    const { lastSeenMs, ...use } = uses[0] ?? { lastSeenMs: 0 }
    assert.deepEqual(use, {
      ...{ ...JWKS, clientId: '', day: '2026-11-30', host: 'localhost:4501' },
      ...{ userAgent: 'aws-sdk-js/3.883', calls: 1 },
    })
    assert.equal(lastSeenMs, NOVEMBER_ENDS - 10_000)
  })

  it('loses nothing while the database is away, and writes it when it is back', async () => {
    const { recorder, written, turn, database, subs } = stage()
    database.isAway = true
    recorder.active(POOL, 'ada')
    recorder.machineToken(POOL.id, 'app')
    for (let tries = 0; tries < 3; tries += 1) await turn()
    recorder.active(POOL, 'ada')
    recorder.active(POOL, 'bob')
    recorder.machineToken(POOL.id, 'app')
    database.isAway = false
    await turn()
    await recorder.close()
    assert.deepEqual(subs().sort(), ['ada', 'bob'])
    assert.equal(written.flatMap((one) => one.tokens).at(-1)?.tokens, 2)
  })

  it('holds so much and no more, and counts what it drops', async () => {
    const { recorder, turn, dropped, database, subs } = stage({
      ...{ activeWaitingMax: 2, tokenRowsMax: 1, endpointRowsMax: 1 },
    })
    database.isAway = true
    for (const sub of ['ada', 'bob', 'eve', 'ada']) recorder.active(POOL, sub)
    for (const client of ['one', 'one', 'two']) recorder.machineToken(POOL.id, client)
    for (const poolId of ['a', 'b']) recorder.call({ ...JWKS, poolId, headers: HEADERS })
    database.isAway = false
    await turn()
    await recorder.close()
    assert.deepEqual(subs(), ['ada', 'bob'])
    assert.deepEqual(dropped, { 'active-user': 1, 'machine-token': 1, 'endpoint-use': 1 })
  })

  it('remembers so many of those that are written, and writes a forgotten one again', async () => {
    const { recorder, turn, subs } = stage({ activeWrittenMax: 2 })
    for (const sub of ['ada', 'bob', 'eve']) {
      recorder.active(POOL, sub)
      await turn()
    }
    recorder.active(POOL, 'eve')
    recorder.active(POOL, 'ada')
    await recorder.close()
    assert.deepEqual(subs(), ['ada', 'bob', 'eve', 'ada'])
  })

  it('keeps so many words of callers in a day, and calls the rest other', async () => {
    const { recorder, written, move } = stage({ hostsMax: 1, userAgentsMax: 1 })
    const from = (host: string, sdk: string) =>
      recorder.call({ ...JWKS, headers: { host, 'user-agent': sdk } })
    from('one', 'sdk/1')
    from('two', 'sdk/2')
    from('three', 'sdk/3')
    move(10_000)
    from('two', 'sdk/2')
    await recorder.close()
    const seen = written.flatMap(({ uses }) =>
      uses.map(({ day, host, userAgent, calls }) => `${day} ${host} ${userAgent} ${calls}`),
    )
    assert.deepEqual(seen, [
      '2026-11-30 one sdk/1 1',
      '2026-11-30 other other 2',
      '2026-12-01 two sdk/2 1',
    ])
  })

  it('gives up at its end when the database does not come back', async () => {
    const { recorder, database, subs } = stage()
    database.isAway = true
    recorder.active(POOL, 'ada')
    await recorder.close()
    assert.equal(database.writes, 3)
    assert.deepEqual(subs(), [])
  })
})
