// An operation gives the errors that its contract declares, and the common ones. What a handler
// fails with is read from its file, before a caller gets an internal error instead.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, isDeclared } from '#api/protocol/errors.js'
import { cognitoOperation } from '#contract/cognito.js'
import type { CognitoOperationName } from '#contract/types.js'
import { operationFiles } from '../../scripts/operation-files.js'
import { textOf } from '../../scripts/tree.js'

/** Codes that a source names in calls of `fail`. */
function codesIn(text: string): readonly ErrorCode[] {
  return [...text.matchAll(/\bfail\(\s*'(\w+Exception)'/g)].map((match) => match[1] as ErrorCode)
}

function undeclared(name: string, text: string): readonly ErrorCode[] {
  const { errors } = cognitoOperation(name as CognitoOperationName)
  return codesIn(text).filter((code) => !isDeclared(code, errors))
}

test('operations fail with declared errors only', () => {
  let codes = 0
  for (const { name, path } of operationFiles()) {
    const text = textOf(path)
    codes += codesIn(text).length
    assert.deepEqual(undeclared(name, text), [], path)
  }
  assert.ok(codes > 30, `${codes} codes were read`)
})

test('planted: an error that the operation does not declare', () => {
  const text =
    "ctx.fail(\n  'UsernameExistsException', 'x')\nctx.fail('InvalidParameterException', 'x')"
  assert.deepEqual(undeclared('DeleteGroup', text), ['UsernameExistsException'])
  assert.deepEqual(undeclared('SignUp', text), [])
})
