// No secret in any log: every operation called as it should be and with the database refusing every
// write, at the level that logs most. What was secret in the inputs and outputs of all calls is
// then looked for in all that was logged.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino, stdSerializers } from 'pino'
import type { Logger } from '#base/log.js'
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
/** Lines, without what makes each another one. */
const lines = new Set<string>()
const secrets = new Map<string, string>()

before(async () => {
  stage = await startStage({ log: memoryLog() })
  pool = await stage.makePool()
  rig = noting(await wireRig(stage))
})
after(() => stage.stop())

/** As the service writes its log, into memory. */
function memoryLog(): Logger {
  const serializers = { error: stdSerializers.err, cause: stdSerializers.err }
  const write = (line: string) => {
    lines.add(line.replace(/"(?:time|requestId|durationMs)":(?:"[^"]*"|\d+),?/g, ''))
  }
  const sink = pino({ level: 'debug', serializers }, { write })
  const to = (level: keyof Logger) => (message: string, fields?: object) =>
    sink[level]({ ...fields }, message)
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }
}

/** A rig that remembers what was secret in its calls. */
function noting(inner: Rig): Rig {
  const call: Rig['call'] = async (operation, input, fault) => {
    note(input, operation)
    const ending = await inner.call(operation, input, fault)
    note(ending.output, operation)
    return ending
  }
  const ok: Rig['ok'] = async (operation, input) => {
    note(input, operation)
    const output = await inner.ok(operation, input)
    note(output, operation)
    return output
  }
  return { ...inner, call, ok }
}

const SECRET = /password|token$|secret|session$|code$|signature|credential|response/i
const NO_SECRET = /Id$|^ChallengeName$|^NextToken$|^ChallengeResponses$/

function note(value: unknown, at: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    const isSecret = SECRET.test(key) && !NO_SECRET.test(key)
    if (typeof part === 'string' && isSecret && part.length >= 6) secrets.set(part, `${at}.${key}`)
    note(part, `${at}.${key}`)
  }
}

/** Where the log has a secret, as a word of its own. */
function leaks(text: string): readonly string[] {
  return [...secrets]
    .filter(([secret]) => {
      const at = text.indexOf(secret)
      if (at < 0) return false
      const around = text.slice(at - 1, at) + text.slice(at + secret.length, at + secret.length + 1)
      return !/\w/.test(around)
    })
    .map(([secret, at]) => `${at}: ${text.slice(text.indexOf(secret) - 200).slice(0, 300)}`)
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
  const logged = [...lines].join('')
  assert.ok(secrets.size > 200, `${secrets.size} secrets`)
  assert.ok(logged.split('planted').length > 50, 'failures were logged')
  assert.ok(logged.includes('"operation":"RespondToAuthChallenge"'))
  assert.deepEqual(leaks(logged), [])
})

test('planted: a secret in a log is found', () => {
  const [[secret]] = [...secrets] as [[string, string]]
  assert.equal(leaks(`{"error":"for ${secret}"}`).length, 1)
  assert.equal(leaks('{"error":"for nobody"}').length, 0)
})
