// The errors of the SDK, against the table of those that the API knows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
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
