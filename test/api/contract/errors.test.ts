// Errors that operations declare, each with its exact message. `evidence.ts` says where the others
// are seen.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TriggerError } from '#ports/triggers.js'
import { RecordingTriggers } from '#test/support/recording-triggers.js'
import { newName } from '../../anomaly/people.js'
import { riddle } from '../../anomaly/riddle.js'
import type { Rig } from '../../anomaly/rig.js'
import { CALLING } from './calling.js'
import type { ErrorCase } from './error-case.js'
import { ERROR_CASES } from './error-cases.js'
import { SENDS_MAX } from './error-cases-accounts.js'
import { callsFunctions, takesName } from './evidence.js'
import { goodInput } from './inputs.js'
import { IMPLEMENTED, type PoolStage, type Stage, startStage } from './stage.js'
import { wireRig } from './wire-rig.js'

let stage: Stage
let pool: PoolStage
let rig: Rig
let sql: ReturnType<Stage['api']['openSql']>
const functions = new RecordingTriggers()
before(async () => {
  const limits = { codesPerHourMax: SENDS_MAX }
  stage = await startStage({ triggers: functions.triggers, limits })
  pool = await stage.makePool()
  rig = await wireRig(stage)
  sql = stage.api.openSql()
})
after(() => stage.stop())

async function assertFails(
  name: string,
  input: object,
  expected: { readonly code: string; readonly message: string },
): Promise<void> {
  const { errorCode, output } = await rig.call(name, input)
  assert.deepEqual({ code: errorCode, message: output['message'] }, expected)
}

/** Runs while every update of the table, if one is given, comes too late. */
async function losing(table: string | undefined, work: () => Promise<void>): Promise<void> {
  if (table === undefined) return work()
  await sql.unsafe(`
    create function lose() returns trigger language plpgsql as 'begin return null; end';
    create trigger lose before update on ${table} for each row execute function lose()`)
  try {
    await work()
  } finally {
    await sql.unsafe('drop function lose() cascade')
  }
}

/** The input with what the functions of a custom sign-in say meanwhile: they are gone behind it. */
async function prepared(prepare: ErrorCase['prepare']) {
  functions.instead = riddle
  try {
    return (await prepare(rig)) as Readonly<Record<string, unknown>>
  } finally {
    functions.instead = {}
  }
}

describe('errors of one operation', () => {
  for (const [pair, { message: text, prepare, losesOn }] of Object.entries(ERROR_CASES)) {
    const [name = '', code = ''] = pair.split(' ')
    test(pair, async () => {
      const input = await prepared(prepare)
      const message = text.replace(/\{(\w+)\}/g, (_, member: string) => String(input[member]))
      await losing(losesOn, () => assertFails(name, input, { code, message }))
    })
  }
})

describe('a name that nobody has', () => {
  for (const one of IMPLEMENTED) {
    if (one.operation.auth !== 'iam' || !takesName(one)) continue
    if (!one.schema.errors.includes('UserNotFoundException')) continue
    test(one.operation.name, async () =>
      assertFails(
        one.operation.name,
        { ...(await goodInput(rig, one, pool)), Username: newName() },
        { code: 'UserNotFoundException', message: 'User does not exist.' },
      ),
    )
  }
})

describe('functions of the customer that fail', () => {
  const failures = [
    ['refused', 'UserLambdaValidationException', 'PreSignUp failed with error planted.'],
    ['invalid-response', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    [
      'not-invoked',
      'UnexpectedLambdaException',
      'PreSignUp invocation failed due to error planted.',
    ],
  ] as const

  for (const one of IMPLEMENTED) {
    const { name } = one.operation
    if (!callsFunctions(one)) continue
    for (const [failure, code, message] of failures) {
      test(`${name} ${code}`, async () => {
        const input = (await CALLING[name]?.(rig)) ?? (await goodInput(rig, one, pool))
        const fail = () => {
          throw new TriggerError('PreSignUp', failure, 'planted')
        }
        // Whichever point the operation comes to.
        functions.instead = new Proxy({}, { get: () => fail })
        try {
          await assertFails(name, input, { code, message })
        } finally {
          functions.instead = {}
        }
      })
    }
  }
})
