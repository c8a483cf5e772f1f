// The database goes away and comes back: calls fail in the right words, soon, and succeed again by
// themselves.
import assert from 'node:assert/strict'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { Connection } from '#adapters/postgres/connection/connection.js'
import { Database } from '#adapters/postgres/connection/database.js'
import { migrate } from '#adapters/postgres/connection/migrate.js'
import { systemClock } from '#adapters/system/clock.js'
import { DependencyError } from '#base/dependency-error.js'
import { startTestCluster, type TestCluster } from '#test/support/cluster.js'
import { openStorage, quietLog, TEST_REGIONS, type TestStorage } from '#test/support/database.js'
import { waitFor } from '#test/support/wait.js'
import { makePool, NOW, newUser, SUB } from './pools.js'

const isPassing = (error: unknown) => error instanceof DependencyError && error.isRetryable

describe('outages', () => {
  let cluster: TestCluster
  let storage: TestStorage
  before(async () => {
    cluster = await startTestCluster()
    const url = cluster.urlOf('postgres')
    await migrate({ url, region: 'us-west-2', regions: TEST_REGIONS, log: quietLog })
    storage = await openStorage({ url, responseTimeoutMs: 3000 })
  })
  after(async () => {
    await storage.close()
    await cluster.destroy()
  })

  test('kill -9 of the server, and its return', async () => {
    const r = storage.repositories
    const pool = await makePool(r, 'survivor')
    await r.users.insert(pool, newUser())
    let isInside = false
    const interrupted = r.unitOfWork.run(async (bound) => {
      await bound.users.update(pool, newUser({ status: 'LOST' }))
      isInside = true
      await waitFor(() => !storage.configChanges.isListening, { what: 'the end of the server' })
      await bound.users.update(pool, newUser({ status: 'LOST', version: 2 }))
    })
    interrupted.catch(() => undefined)
    await waitFor(() => isInside, { what: 'the transaction', intervalMs: 2 })
    await cluster.kill()
    await assert.rejects(interrupted, isPassing)
    await assert.rejects(r.users.findBySub(pool, SUB), isPassing)
    // Not even configuration is read from memory while changes could be missed.
    await waitFor(() => !storage.configChanges.isListening, { what: 'noticing the loss' })
    await assert.rejects(r.pools.find('survivor'), isPassing)
    await Promise.all(
      Array.from({ length: 20 }, () => assert.rejects(r.users.findBySub(pool, SUB), isPassing)),
    )

    await waitFor(() => cluster.start().then(() => true), { what: 'the server to start' })
    const user = await waitFor(() => r.users.findBySub(pool, SUB), { what: 'an answer' })
    assert.deepEqual([user.status, user.version], ['CONFIRMED', 1], 'nothing of the lost write')
    await waitFor(() => storage.configChanges.isListening, { what: 'listening again' })
    await r.pools.update(pool, { name: 'renamed', modifiedAtMs: NOW })
    assert.equal((await r.pools.find('survivor'))?.name, 'renamed')
  })

  test('a cut transaction does not go on, and the next ones are whole', async () => {
    const database = new Database({
      url: cluster.urlOf('postgres'),
      region: 'us-west-2',
      poolSize: 2,
      clock: systemClock,
      log: quietLog,
    })
    await database.query((sql) => sql`create table marks (round int, step text)`)
    const mark = (round: number, step: string, connection: Connection = database) =>
      connection.query((sql) => sql`insert into marks values (${round}, ${step})`)
    const cut = async (pid: number) => {
      await storage.database.query((sql) => sql`select pg_terminate_backend(${pid})`)
      const isGone = async () =>
        (
          await storage.database.query(
            (sql) => sql`select from pg_stat_activity where pid = ${pid}`,
          )
        ).length === 0
      await waitFor(isGone, { what: 'the end of the backend', intervalMs: 2 })
    }
    for (let round = 0; round < 20; round += 1) {
      const doomed = database.atomically(async (connection) => {
        await mark(round, 'doomed', connection)
        const [row] = await connection.query(
          (sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`,
        )
        // In every second round a statement is under way when the connection is cut.
        const sleep = connection.query((sql) => sql`select pg_sleep(${(round % 2) * 30})`)
        sleep.catch(() => undefined)
        if (round % 2 === 0) await sleep
        await cut(row?.pid ?? 0)
        // Each of these could land outside of the transaction, or inside of another one.
        await mark(round, 'doomed', connection).catch(() => undefined)
        if (round % 3 === 0) await mark(round, 'doomed', connection)
      })
      const beside = database.atomically(async (connection) => {
        await mark(round, 'beside', connection)
        await doomed.catch(() => undefined)
        await mark(round, 'beside', connection)
      })
      await assert.rejects(doomed, isPassing)
      await database.atomically(async (connection) => {
        await mark(round, 'whole', connection)
        await mark(round, 'whole', connection)
      })
      await Promise.all([beside, mark(round, 'single')])
    }
    const rows = await database.query(
      (sql) => sql<{ step: string; n: number }[]>`
        select step, count(*)::int as n from marks group by 1 order by 1`,
    )
    assert.deepEqual(
      rows.map((row) => [row.step, row.n]),
      [
        ['beside', 40],
        ['single', 20],
        ['whole', 40],
      ],
    )
    await database.close()
  })

  test('a network that swallows everything: calls end, the next ones connect anew', async () => {
    const { port } = cluster
    const proxy = await openProxy(port)
    const database = new Database({
      url: cluster.urlOf('postgres').replace(String(port), String(proxy.port)),
      region: 'us-west-2',
      poolSize: 2,
      clock: systemClock,
      log: quietLog,
      statementTimeoutMs: 500,
      responseTimeoutMs: 800,
    })
    const ask = () => database.query((sql) => sql<{ n: number }[]>`select 1 as n`)
    assert.equal((await ask())[0]?.n, 1)
    proxy.swallow(true)
    const startedAtMs = systemClock.nowMs()
    await Promise.all(Array.from({ length: 6 }, () => assert.rejects(ask(), isPassing)))
    assert.ok(systemClock.nowMs() - startedAtMs < 6000, 'they ended soon')
    proxy.swallow(false)
    // Connections that were swallowed stay dead; only new ones work.
    await waitFor(async () => (await ask())[0]?.n === 1, {
      what: 'an answer over a new connection',
    })
    const begun = database.atomically((connection) => connection.query((sql) => sql`select 1`))
    assert.equal((await begun).length, 1)
    await database.close()
    await proxy.close()
  })

  test('the server cancels what takes too long, and says so in our words', async () => {
    const database = new Database({
      url: cluster.urlOf('postgres'),
      region: 'us-west-2',
      poolSize: 1,
      clock: systemClock,
      log: quietLog,
      statementTimeoutMs: 100,
    })
    await assert.rejects(
      database.query((sql) => sql`select pg_sleep(10)`),
      (error) => isPassing(error) && /57014/.test(String(error)),
    )
    await assert.rejects(
      database.query((sql) => sql`select * from no_such_table`),
      (error) => error instanceof DependencyError && !error.isRetryable,
    )
    await database.close()
    await assert.rejects(
      database.query((sql) => sql`select 1`),
      isPassing,
    )
  })
})

interface Proxy {
  readonly port: number
  /** From now on connections are accepted and nothing goes through, in either direction. */
  swallow(isOn: boolean): void
  close(): Promise<void>
}

async function openProxy(target: number): Promise<Proxy> {
  let isSwallowing = false
  const sockets = new Set<Socket>()
  const dead = new Set<Socket>()
  const server: Server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
      from.on('data', (chunk: Buffer) => {
        if (isSwallowing) dead.add(near)
        if (!dead.has(near)) to.write(chunk)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    swallow(isOn) {
      isSwallowing = isOn
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
