import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError, type ErrorCode } from '#api/protocol/errors.js'
import type { ApiRequest } from '#api/protocol/request.js'
import type { Services } from './context.js'
import { createUserPoolsDispatch } from './service.js'

/** What a call of CreateGroup gets whose handler throws `code`, and what is logged as an error. */
async function outcomeOf(code: ErrorCode) {
  const logged: string[] = []
  const ignore = () => undefined
  const log = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (text: string) => logged.push(text),
  }
  const services = { clock: { nowMs: () => 0 }, random: { uuid: () => '' }, log }
  const run = () => {
    throw new ApiError(code, 'thrown')
  }
  const operation = { name: 'CreateGroup', auth: 'public', region: 'account', run } as const
  const dispatch = createUserPoolsDispatch({
    services: services as unknown as Services,
    operations: { CreateGroup: operation },
    authenticate: () => assert.fail('not signed'),
    concurrentCallsMax: 1,
  })
  const body = Buffer.from('{"UserPoolId":"us-west-2_Pool","GroupName":"staff"}')
  const request = { operation: 'CreateGroup', body, headers: [], sourceIp: '::1', requestId: 'r' }
  const { status, error } = await dispatch(request as unknown as ApiRequest)
  return { status, error, logged }
}

test('an error that the contract declares, or any call may give, leaves as it is', async () => {
  for (const code of ['GroupExistsException', 'NotAuthorizedException'] as const) {
    const error = { code, message: 'thrown' }
    assert.deepEqual(await outcomeOf(code), { status: 400, error, logged: [] })
  }
})

test('any other leaves as an internal error, and is logged', async () => {
  const error = { code: 'InternalErrorException', message: 'Internal server error' }
  const logged = ['undeclared error', 'call failed']
  assert.deepEqual(await outcomeOf('ExpiredCodeException'), { status: 500, error, logged })
})

test('a message that fails is the caller’s error, also where none is declared', async () => {
  const error = { code: 'InvalidParameterException', message: 'thrown' } as const
  const expected = { status: 400, error, logged: [] }
  assert.deepEqual(await outcomeOf('CodeDeliveryFailureException'), expected)
})
