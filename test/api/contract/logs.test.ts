// No secret in any log: every operation called as it should be and with the database refusing every
// write, at the level that logs most. What was secret in the inputs and outputs of all calls is
// then looked for in all that was logged.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LogSecrets } from '#test/support/log-secrets.js'
import { inLanes } from '#test/support/wire-call.js'
import { CASES } from '../../anomaly/cases.js'
import type { Rig } from '../../anomaly/rig.js'
import { ERROR_CASES } from './error-cases.js'
import { goodInput } from './inputs.js'
import { IMPLEMENTED, type PoolStage, type Stage, startStage } from './stage.js'
import { wireRig } from './wire-rig.js'

let stage: Stage
let pool: PoolStage
let rig: Rig
const found = new LogSecrets()

before(async () => {
  stage = await startStage({ log: found.log })
  pool = await stage.makePool()
  rig = noting(await wireRig(stage))
})
after(() => stage.stop())

/** A rig that remembers what was secret in its calls. */
function noting(inner: Rig): Rig {
  const call: Rig['call'] = async (operation, input, fault) => {
    found.note(input, operation)
    const ending = await inner.call(operation, input, fault)
    found.note(ending.output, operation)
    return ending
  }
  const ok: Rig['ok'] = async (operation, input) => {
    found.note(input, operation)
    const output = await inner.ok(operation, input)
    found.note(output, operation)
    return output
  }
  return { ...inner, call, ok }
}

const PLANTED = `
  create function planted() returns trigger language plpgsql as $$
    begin raise exception 'planted'; end $$;
  do $$ declare t text; begin
    for t in select tablename from pg_tables where schemaname = current_schema() loop
      execute format('create trigger planted before insert or update or delete on %I
        for each row execute function planted()', t);
      execute format('alter table %I enable always trigger planted', t);
    end loop; end $$`

test('operations that fail as the service fails, and then succeed', async () => {
  const prepared: [string, () => Promise<object>][] = []
  for (const one of IMPLEMENTED) {
    const { name } = one.operation
    const found = CASES[name] ?? 'reads'
    // One Region alone has no replicas, and they have no secrets.
    if (/Replica$/.test(name)) continue
    if (found === 'reads') prepared.push([name, () => goodInput(rig, one, pool)])
    else for (const { prepare } of found) prepared.push([name, () => prepare(rig)])
  }
  for (const [pair, { prepare }] of Object.entries(ERROR_CASES)) {
    prepared.push([pair.split(' ')[0] ?? '', () => prepare(rig)])
  }
  const calls: [string, object][] = []
  await inLanes(prepared, async ([name, prepare]) => void calls.push([name, await prepare()]), 4)
  const sql = stage.api.openSql()
  const callAll = () => inLanes(calls, async ([name, input]) => void (await rig.call(name, input)))
  await sql.unsafe(PLANTED)
  await callAll()
  await sql.unsafe('drop function planted cascade')
  await callAll()
  const { logged, secrets } = found
  assert.ok(secrets.length > 200, `${secrets.length} secrets`)
  assert.ok(logged.split('planted').length > 50, 'failures were logged')
  assert.ok(logged.includes('"operation":"RespondToAuthChallenge"'))
  assert.deepEqual(found.leaks(), [])
})

test('planted: a secret in a log is found', () => {
  const [secret] = found.secrets
  assert.equal(found.leaks(`{"error":"for ${secret}"}`).length, 1)
  assert.equal(found.leaks('{"error":"for nobody"}').length, 0)
})
