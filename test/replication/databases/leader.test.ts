// One leader for each database, and another one when it is gone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import postgres, { type Sql } from 'postgres'
import { runAsLeader } from '#adapters/postgres/replication/leader.js'
import { systemClock } from '#adapters/system/clock.js'
import { openStorage, quietLog, type TestStorage } from '#test/support/database.js'
import { waitFor } from '#test/support/wait.js'

let storage: TestStorage
let sql: Sql

before(async () => {
  storage = await openStorage()
  sql = postgres(storage.url, { max: 1, onnotice: () => undefined })
})

after(async () => {
  await sql.end()
  await storage.close()
})

/** Who leads now, and everybody who has begun to. */
interface Reign {
  readonly leading: string[]
  readonly begun: string[]
}

function candidate(name: string, { leading, begun }: Reign, onJob: () => void = () => undefined) {
  const stop = new AbortController()
  const done = runAsLeader({
    url: storage.url,
    clock: systemClock,
    log: quietLog,
    signal: stop.signal,
    onJob,
    onCopy: () => undefined,
    async run(signal) {
      leading.push(name)
      begun.push(name)
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve(), { once: true })
      })
      leading.splice(leading.indexOf(name), 1)
    },
  })
  return {
    async stop() {
      stop.abort()
      await done
    },
  }
}

test('there is one leader, its end makes another, and so does a lost connection', async () => {
  const reign: Reign = { leading: [], begun: [] }
  const { leading, begun } = reign
  const candidates = new Map(['a', 'b', 'c'].map((name) => [name, candidate(name, reign)]))
  const leaderAfter = (leaders: number) =>
    waitFor(() => (begun.length > leaders && leading.length === 1 ? leading[0] : undefined), {
      what: 'a leader',
    })
  const first = await leaderAfter(0)
  await candidates.get(first)?.stop()
  const second = await leaderAfter(1)
  assert.notEqual(second, first)
  let most = 0
  const watching = { on: true }
  const watch = (async () => {
    while (watching.on) {
      most = Math.max(most, leading.length)
      await systemClock.wait(5)
    }
  })()
  // Who leads has lost the lock with its connection, and must have stopped before another leads.
  await sql`
    select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and granted and pid <> pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())`
  await leaderAfter(2)
  watching.on = false
  await watch
  assert.equal(most, 1)
  for (const each of candidates.values()) await each.stop()
  assert.deepEqual(leading, [])
})

test('the leader hears of jobs when their transaction commits, and not before', async () => {
  let rings = 0
  const leader = candidate('a', { leading: [], begun: [] }, () => {
    rings += 1
  })
  // Hearing begins with a ring, for what was missed.
  await waitFor(() => rings > 0, { what: 'the ear' })
  const atFirst = rings
  const jobs = storage.repositories.jobs
  const job = { poolId: 'pool', kind: 'kind', targetRegion: 'us-east-1', step: 'a', input: {} }
  const failing = storage.repositories.unitOfWork.run(async (bound) => {
    assert.equal(await bound.jobs.insert(job), 'inserted')
    throw new TypeError('planted')
  })
  await assert.rejects(failing, /planted/)
  assert.deepEqual(await jobs.live(), [])
  assert.equal(await jobs.insert(job), 'inserted')
  assert.equal(await jobs.insert(job), 'exists', 'one live job for a target Region')
  await waitFor(() => rings > atFirst, { what: 'the ring' })
  assert.equal(rings, atFirst + 1)
  const [live] = await jobs.live()
  assert.ok(live)
  assert.equal(await jobs.save(live, { state: 'done' }), 'saved')
  assert.equal(await jobs.save(live, { step: 'b' }), 'gone')
  assert.equal((await jobs.latest('pool', 'kind', 'us-east-1'))?.state, 'done')
  assert.equal(await jobs.insert(job), 'inserted', 'and another one after its end')
  await leader.stop()
})
