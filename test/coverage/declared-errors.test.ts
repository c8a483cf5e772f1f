// An operation gives the errors that its contract declares, and the common ones. What a handler
// fails with is read from its file, before a caller gets an internal error instead.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, isDeclared } from '#api/protocol/errors.js'
import { cognitoOperation } from '#contract/cognito.js'
import type { CognitoOperationName } from '#contract/types.js'
import { operationFiles } from '../../scripts/operation-files.js'
import { textOf } from '../../scripts/tree.js'
import { ERROR_CASES } from '../api/contract/error-cases.js'
import { PAIR_REASONS } from '../api/contract/error-reasons.js'
import { evidenceOf, pairOf } from '../api/contract/evidence.js'
import { IMPLEMENTED } from '../api/contract/stage.js'
import { compareWithAllowedGaps } from './gaps.js'

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

test('each declared error is seen with its message, or there is a reason', () => {
  const gaps: string[] = []
  let seen = 0
  for (const one of IMPLEMENTED) {
    for (const error of one.schema.errors) {
      seen += 1
      if (evidenceOf(one, error) === undefined) gaps.push(pairOf(one, error))
    }
  }
  assert.ok(seen > 700, `${seen} errors`)
  // A gap is closed by a case in error-cases.ts or a reason in error-reasons.ts.
  const list = textOf('test/coverage/error-gaps.txt')
  assert.deepEqual(compareWithAllowedGaps(gaps, list), { missing: [], stale: [] })
})

test('cases and reasons are of declared errors', () => {
  const pairs = IMPLEMENTED.flatMap((one) => one.schema.errors.map((error) => pairOf(one, error)))
  const named = [...Object.keys(ERROR_CASES), ...Object.keys(PAIR_REASONS)]
  assert.deepEqual(
    named.filter((pair) => !pairs.includes(pair)),
    [],
  )
})

test('planted: an error that the operation does not declare', () => {
  const text =
    "ctx.fail(\n  'UsernameExistsException', 'x')\nctx.fail('InvalidParameterException', 'x')"
  assert.deepEqual(undeclared('DeleteGroup', text), ['UsernameExistsException'])
  assert.deepEqual(undeclared('SignUp', text), [])
})
