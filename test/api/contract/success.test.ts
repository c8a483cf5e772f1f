// Each operation, called as it should be: it succeeds, and what it returns is what its contract
// says. The inputs are those of test/anomaly; an operation that only reads is called about a pool
// that has everything.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { required } from '#base/assert.js'
import { CASES } from '../../anomaly/cases.js'
import type { Rig } from '../../anomaly/rig.js'
import { complaintsAbout } from './conformity.js'
import { ELSEWHERE } from './evidence.js'
import { READS } from './reads.js'
import {
  IMPLEMENTED,
  type Implemented,
  inputOf,
  type PoolStage,
  type Stage,
  startStage,
} from './stage.js'
import { wireRig } from './wire-rig.js'

let stage: Stage
let pool: PoolStage
let rig: Rig
before(async () => {
  stage = await startStage()
  pool = await stage.makePool()
  rig = await wireRig(stage)
})
after(() => stage.stop())

async function outcomeOf(one: Implemented, input: object): Promise<void> {
  const { name } = one.operation
  const output = await rig.ok(name, input)
  assert.deepEqual(complaintsAbout(one.schema.output, output), [])
}

for (const one of IMPLEMENTED) {
  const { name } = one.operation
  if (name in ELSEWHERE) continue
  const found = required(CASES[name], `a case of ${name}`)
  if (found === 'reads') {
    test(`${name} reads`, async () =>
      outcomeOf(one, (await READS[name]?.(rig)) ?? inputOf(one, pool)))
    continue
  }
  const good = found.filter(({ ends }) => ends === undefined)
  for (const { what, prepare } of good) {
    test(`${name}${what === undefined ? '' : `: ${what}`}`, async () =>
      outcomeOf(one, await prepare(rig)))
  }
  test(`${name} has a case that succeeds`, () => assert.ok(good.length > 0))
}

test('what succeeds elsewhere exists', () => {
  const names: readonly string[] = IMPLEMENTED.map(({ operation }) => operation.name)
  assert.deepEqual(
    Object.keys(ELSEWHERE).filter((name) => !names.includes(name)),
    [],
  )
})

test('planted: outputs that break their contract', () => {
  const { schema } = required(
    IMPLEMENTED.find(({ operation }) => operation.name === 'GetUser'),
    'GetUser',
  )
  const good = { Username: 'a', UserAttributes: [{ Name: 'a', Value: 'b' }] }
  assert.deepEqual(complaintsAbout(schema.output, good), [])
  const planted = { UserAttributes: [{ Name: 'a', More: 1 }], Secret: 'x' }
  assert.deepEqual(complaintsAbout(schema.output, planted), [
    '.Username is missing',
    '.UserAttributes.0.More is no member',
    '.Secret is no member',
  ])
  assert.deepEqual(complaintsAbout(schema.output, { ...good, MFAOptions: 'none' }), [
    '.MFAOptions: Expected list or null',
  ])
})
