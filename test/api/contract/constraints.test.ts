// Each constraint of each member of each operation, broken one at a time: the service's words, and
// nothing done.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inLanes } from '#test/support/wire-call.js'
import { changesBetween, type Snapshot } from '../../anomaly/snapshot.js'
import { IMPLEMENTED, inputOf, type PoolStage, type Stage, startStage } from './stage.js'
import { violationsOf } from './violations.js'

let stage: Stage
let pool: PoolStage
let first: Snapshot
let seen = 0
before(async () => {
  stage = await startStage()
  pool = await stage.makePool()
  first = await stage.snapshot()
})
after(() => stage.stop())

for (const one of IMPLEMENTED) {
  const { name } = one.operation
  test(`${name}: each constraint of each member`, async () => {
    const wrong: object[] = []
    await inLanes(violationsOf(one.schema, inputOf(one, pool)), async ({ at, input, message }) => {
      const answer = await stage.call(name, input)
      seen += 1
      const isRight =
        answer.status === 400 &&
        answer.code === 'InvalidParameterException' &&
        answer.message === message
      if (!isRight) wrong.push({ at, expected: message, ...answer })
    })
    assert.deepEqual(wrong, [])
  })
}

test('none of it wrote anything', async () => {
  assert.ok(seen > 15 * IMPLEMENTED.length, `${seen} calls`)
  assert.deepEqual(changesBetween(first, await stage.snapshot()), [])
})

test('planted: a schema has the violations that are in it', () => {
  const name = { min: 2, max: 3 }
  const text = { kind: 'string' } as const
  const inner = {
    kind: 'struct' as const,
    name: 'Inner',
    members: [
      { name: 'Deep', messageName: 'deep', shape: text, required: true, constraint: undefined },
    ],
  }
  const outer = {
    kind: 'struct' as const,
    name: 'Outer',
    members: [
      {
        name: 'Name',
        messageName: 'name',
        shape: text,
        required: false,
        constraint: { length: name },
      },
      {
        name: 'Parts',
        messageName: 'parts',
        shape: { kind: 'list' as const, item: inner },
        required: false,
        constraint: undefined,
      },
    ],
  }
  const schema = { name: 'Planted', input: outer, output: inner, errors: [] }
  const found = violationsOf(schema, {}).map(({ at, input }) => [at, input])
  assert.deepEqual(found, [
    ['name', { Name: 'a' }],
    ['name', { Name: 'aaaa' }],
    ['name', { Name: '\u{1F600}'.repeat(4) }],
    ['parts.1.member.deep', { Parts: [{ Deep: undefined }] }],
  ])
})
