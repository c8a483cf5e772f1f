// The runbooks' SQL, word by word: every statement in their blocks and in their text is run in the
// situation that it is for, and does what the text says. Commands for a shell: test/cli.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import postgres from 'postgres'
import { required } from '#base/assert.js'
import { EAST, type RegionPair, type Side, startPair, WEST } from '#test/support/region-pair.js'
import {
  addUsers,
  assertEqualSides,
  beginReplica,
  countUsers,
  makePool,
  waitForPhase,
  waitUntilFinished,
} from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const FOLDER = 'docs/runbooks'
const POOL = 'us-west-2_Runbook01'

let pair: RegionPair

before(async () => {
  pair = await startPair({ batchRows: 100 })
  for (const side of [pair.west, pair.east]) side.lead()
  await makePool(pair.west, POOL)
  await addUsers(pair.west, POOL, { from: 1, count: 50 })
  await beginReplica(pair.west, POOL, EAST)
  await waitForPhase(pair.east, { poolId: POOL, region: EAST, phase: 'READY' })
  await bothFinished()
})

after(() => pair?.close())

async function bothFinished(): Promise<void> {
  await waitUntilFinished(pair.west, EAST)
  await waitUntilFinished(pair.east, WEST)
}

/** The statements of a runbook's SQL: its blocks, and what its shell blocks give to psql. */
function statementsOf(runbook: string): readonly string[] {
  const text = readFileSync(join(FOLDER, runbook), 'utf8')
  const blocks = [...text.matchAll(/^ *```sql\n(.*?)^ *```/gms)].map((match) => match[1] ?? '')
  const given = [...text.matchAll(/psql [^"]*-c "([^"]*)"/g)].map((match) => match[1] ?? '')
  // What must not be done has dots in it, and is no statement.
  const prose = [...text.matchAll(/`((?:alter|drop|select) [^`…]+)`/g)].map(([, code = '']) => code)
  return [...blocks, ...given, ...prose].flatMap((block) =>
    // A block with a body of its own is one statement here.
    (block.includes('$$') ? [block] : block.replace(/--.*$/gm, '').split(';'))
      .map((statement) => statement.replace(/\s+/g, ' ').trim())
      .filter((statement) => statement !== ''),
  )
}

/** The one statement of a runbook that begins so. */
function statement(runbook: string, start: string): string {
  const found = statementsOf(runbook).filter((each) => each.startsWith(start))
  assert.equal(found.length, 1, `${start} stands once in ${runbook}`)
  return required(found[0], start)
}

/** As a person does, in psql: no Region is set, and each statement stands alone. */
async function run(side: Side, text: string): Promise<readonly Record<string, unknown>[]> {
  const sql = postgres(side.cluster.urlOf('postgres'), { max: 1, onnotice: () => undefined })
  try {
    return await sql.unsafe(text)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const rebuilds = async (side: Side) => (await side.replication.peers())[0]?.rebuilds ?? 0

test('every statement of the runbooks is run by one of these tests', () => {
  const known = [
    'select user_pool_id, kind',
    'select pid, application_name',
    'select s.subname',
    'select slot_name, active',
    'alter subscription from_us_west_2 disable',
    'alter subscription from_us_west_2 set (slot_name = none)',
    'drop subscription from_us_west_2',
    'select pg_drop_replication_slot',
    'checkpoint',
    'begin; set local twinpool.maintenance',
    'select pg_terminate_backend(<pid>)',
    'alter system set max_slot_wal_keep_size',
    'select pg_reload_conf()',
    'drop publication to_us_east_1',
  ]
  const runbooks = readdirSync(FOLDER).filter((name) => name.endsWith('.md'))
  const statements = runbooks.flatMap(statementsOf)
  assert.ok(statements.length >= known.length, `${statements.length} statements`)
  const strangers = statements.filter((each) => !known.some((start) => each.startsWith(start)))
  assert.deepEqual(strangers, [])
})

test('what to look at shows what the runbooks show', async () => {
  const jobs = await run(pair.west, statement('stuck-replica.md', 'select user_pool_id, kind'))
  assert.deepEqual(
    jobs.map(({ kind, subject, state }) => [kind, subject, state]),
    [['replica-create', EAST, 'done']],
  )
  // A stream that a busy machine kept silent too long breaks, and comes back.
  const shown = async () => {
    const slots = await run(pair.west, statement('slot-disk.md', 'select slot_name, active'))
    assert.deepEqual(
      slots.map((row) => [row['slot_name'], row['active'], row['wal_status']]),
      [['twinpool_us_east_1', true, 'reserved']],
    )
    const streams = await run(pair.east, statement('stuck-replica.md', 'select s.subname'))
    assert.deepEqual(
      streams.map((row) => [row['subname'], row['subenabled'], row['running']]),
      [['from_us_west_2', true, true]],
    )
    return true
  }
  await waitFor(shown, { what: 'the stream to run' })
  const visitor = postgres(pair.west.cluster.urlOf('postgres'), { max: 1 })
  try {
    const held = await visitor.reserve()
    await held`begin`
    const [own] = await held<{ pid: number }[]>`select pg_backend_pid() as pid from users limit 1`
    const query = statement('stuck-replica.md', 'select pid, application_name')
    assert.equal((await run(pair.west, query)).length, 0, 'nothing is a minute old')
    const pid = required(own, 'a user').pid
    // The Region's own transactions are idle for a moment, too.
    const isIdle = async () => {
      const rows = await run(pair.west, query.replace("interval '1 minute'", "interval '0'"))
      return rows.some((row) => row['state'] === 'idle in transaction' && row['pid'] === pid)
    }
    assert.ok(await isIdle())
    const end = statement('stuck-replica.md', 'select pg_terminate_backend(<pid>)')
    await run(pair.west, end.replace('<pid>', String(pid)))
    await waitFor(async () => !(await isIdle()), { what: 'the end of the transaction' })
  } finally {
    await visitor.end({ timeout: 1 })
  }
})

test('a slot gets a larger budget', async () => {
  await run(pair.west, statement('slot-disk.md', 'alter system set max_slot_wal_keep_size'))
  await run(pair.west, statement('slot-disk.md', 'select pg_reload_conf()'))
  const budget = async () => (await run(pair.west, 'show max_slot_wal_keep_size'))[0]
  await waitFor(async () => (await budget())?.['max_slot_wal_keep_size'] === '64GB', {
    what: 'the new budget',
  })
})

test('a slot and a publication of a Region that is gone are dropped', async () => {
  await pair.east.rest()
  await pair.west.reconfigure([WEST])
  pair.west.wire.cut()
  await waitFor(async () => await run(pair.west, statement('slot-disk.md', 'select pg_drop')), {
    what: 'the slot to be quiet',
  })
  await run(pair.west, statement('slot-disk.md', 'drop publication to_us_east_1'))
  pair.west.wire.heal()
  await pair.west.reconfigure([WEST, EAST])
  for (const side of [pair.west, pair.east]) side.lead()
  await bothFinished()
  await assertEqualSides(pair.west, pair.east, POOL)
})

test('a copy is made anew after its subscription was dropped', async () => {
  const before = await rebuilds(pair.east)
  for (const start of [
    'alter subscription from_us_west_2 disable',
    'alter subscription from_us_west_2 set',
    'drop subscription',
  ]) {
    await waitFor(() => isRunOrOvertaken(statement('stuck-replica.md', start)), { what: start })
  }
  await waitFor(async () => (await rebuilds(pair.east)) > before, { what: 'the rebuild' })
  await bothFinished()
  await assertEqualSides(pair.west, pair.east, POOL)
})

/** Runs a statement about the subscription; false if it has to be run again. */
async function isRunOrOvertaken(text: string): Promise<boolean> {
  try {
    await run(pair.east, text)
    return true
  } catch (error) {
    // The reconciler may be quicker, and have enabled it again or be making it anew.
    if (/enabled subscription|subscription ".*" does not exist/.test(String(error))) return true
    // Or be as quick.
    if (/tuple concurrently/.test(String(error))) return false
    throw error
  }
}

test('a slot of a Region that is away is given up, and the Region is sent everything', async () => {
  const before = await rebuilds(pair.east)
  await pair.east.rest()
  pair.west.wire.cut()
  await waitFor(async () => !(await pair.west.replication.slot(EAST)).isActive, { what: 'quiet' })
  await addUsers(pair.west, POOL, { from: 100, count: 50 })
  await run(pair.west, statement('slot-disk.md', 'select pg_drop_replication_slot'))
  await run(pair.west, statement('slot-disk.md', 'checkpoint'))
  pair.west.wire.heal()
  pair.east.lead()
  await waitFor(async () => (await rebuilds(pair.east)) === before + 1, { what: 'the rebuild' })
  await bothFinished()
  await assertEqualSides(pair.west, pair.east, POOL)
})

test('a pool that was kept is removed from the Region that kept it, and no other', async () => {
  const kept = 'us-west-2_First'
  await makePool(pair.west, kept)
  await addUsers(pair.west, kept, { from: 1, count: 5 })
  await beginReplica(pair.west, kept, EAST)
  await waitForPhase(pair.east, { poolId: kept, region: EAST, phase: 'READY' })
  await pair.west.rest()
  await run(pair.east, statement('region-loss.md', 'begin; set local twinpool.maintenance'))
  assert.equal(await countUsers(pair.east, kept), 0)
  const pools = await pair.east.sql<{ id: string }[]>`select user_pool_id as id from user_pools`
  assert.deepEqual(
    pools.map(({ id }) => id),
    [POOL],
  )
})
