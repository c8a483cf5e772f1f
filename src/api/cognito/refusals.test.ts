import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiError } from '#api/protocol/errors.js'
import { type Refused, refused } from '#domain/refusal.js'
import { refusalError, requireNoRefusal, unwrap } from './refusals.js'

const shown = ({ code, message }: ApiError) => `${code}: ${message}`

test('a refusal is one error, with the detail where the message has a place for it', () => {
  assert.equal(
    shown(refusalError(refused('user-absent'))),
    'UserNotFoundException: User does not exist.',
  )
  assert.equal(
    shown(refusalError(refused('not-confirmable', 'CONFIRMED'))),
    'NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED',
  )
  assert.equal(
    shown(refusalError(refused('alias-exists'))),
    'AliasExistsException: An account with the email already exists.',
  )
  assert.equal(
    shown(refusalError(refused('alias-exists', 'phone_number'))),
    'AliasExistsException: An account with the given phone_number already exists.',
  )
})

test('an operation may have another code for a reason, and for no other reason', () => {
  const others = { 'too-many-codes': 'TooManyRequestsException' } as const
  const message = 'Attempt limit exceeded, please try after some time.'
  assert.equal(
    shown(refusalError(refused('too-many-codes'), others)),
    `TooManyRequestsException: ${message}`,
  )
  assert.equal(
    shown(refusalError(refused('code-failures'), others)),
    `LimitExceededException: ${message}`,
  )
})

test('an outcome is returned and a refusal thrown', () => {
  const outcome = (isRefused: boolean): { readonly kind: 'done'; readonly at: number } | Refused =>
    isRefused ? refused('user-disabled') : { kind: 'done', at: 7 }
  assert.equal(unwrap(outcome(false)).at, 7)
  const disabled = { code: 'NotAuthorizedException', message: 'User is disabled.' }
  assert.throws(() => unwrap(outcome(true)), disabled)
  requireNoRefusal(undefined)
  assert.throws(() => requireNoRefusal(refused('user-disabled')), disabled)
})
