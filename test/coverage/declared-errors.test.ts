// What our operations may answer, against what the SDK's callers are told to expect.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { implementedOperations } from '#api/cognito/registry.js'
import { errorTable } from '#api/protocol/errors.js'
import { cognitoOperation } from '#contract/cognito.js'

const isCommon = (code: string) =>
  Object.entries(errorTable).some(([known, kind]) => known === code && kind.audience === 'common')

test('an operation declares only errors that the SDK declares for it', () => {
  const operations = Object.values(implementedOperations)
  assert.ok(operations.length >= 60, `saw ${operations.length} operations`)
  const strangers = operations.flatMap(({ name, errors }) => {
    const expected = cognitoOperation(name).errors
    assert.ok(expected.length >= 3, `${name} has ${expected.length} errors`)
    const declared: readonly string[] = errors
    return declared
      .filter((code) => !isCommon(code) && !expected.includes(code))
      .map((code) => `${name}: ${code}`)
  })
  assert.deepEqual(strangers, [])
})
