// Errors that operations declare, each with its exact message. `evidence.ts` says where the others
// are seen.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TriggerError } from '#ports/triggers.js'
import { RecordingTriggers } from '#test/support/recording-triggers.js'
import { newName } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'
import { CALLING } from './calling.js'
import { ERROR_CASES } from './error-cases.js'
import { callsFunctions, takesName } from './evidence.js'
import { goodInput } from './inputs.js'
import { IMPLEMENTED, type PoolStage, type Stage, startStage } from './stage.js'
import { wireRig } from './wire-rig.js'

let stage: Stage
let pool: PoolStage
let rig: Rig
const functions = new RecordingTriggers()
before(async () => {
  stage = await startStage({ triggers: functions.triggers })
  pool = await stage.makePool()
  rig = await wireRig(stage)
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

describe('errors of one operation', () => {
  for (const [pair, { message, prepare }] of Object.entries(ERROR_CASES)) {
    const [name = '', code = ''] = pair.split(' ')
    test(pair, async () => assertFails(name, await prepare(rig), { code, message }))
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
