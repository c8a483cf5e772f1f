// The errors that operations declare, against those that the service's documentation declares.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { implementedOperations } from '#api/cognito/registry.js'
import { errorTable } from '#api/protocol/errors.js'

const sdkErrors = Object.keys(sdk).filter((name) => /^[A-Z]\w*Exception$/.test(name))

test('every error of the SDK that an operation may declare has a row in the table', () => {
  assert.ok(sdkErrors.length >= 40, `saw ${sdkErrors.length} errors`)
  const unknown = Object.entries(errorTable)
    .filter(([, kind]) => kind.audience === 'operation')
    .map(([code]) => code)
    .filter((code) => !sdkErrors.includes(code))
  assert.deepEqual(unknown, [])
})

test('what operations declare is in the table, once, and not common already', () => {
  const operations = Object.values(implementedOperations)
  assert.ok(operations.length >= 30)
  for (const { name, errors } of operations) {
    const declared: readonly string[] = errors
    assert.equal(new Set(declared).size, declared.length, `${name} declares an error twice`)
    for (const code of declared) {
      const kind = Object.entries(errorTable).find(([known]) => known === code)?.[1]
      assert.equal(kind?.audience, 'operation', `${name} declares ${code}`)
    }
  }
})
