import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureResponse } from './failure.js'

test('at the API a failure has the form of the AWS JSON protocol', () => {
  const { status, headers, body } = failureResponse('too-large', '/?x=/oauth2/')
  assert.equal(status, 413)
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1')
  assert.equal(headers['x-amzn-errortype'], 'RequestEntityTooLargeException')
  const expected = { __type: 'RequestEntityTooLargeException', message: 'Request is too large.' }
  assert.deepEqual(JSON.parse(body), expected)
})

test('at the OAuth endpoints it has the members of RFC 6749', () => {
  for (const url of ['/oauth2/authorize?client_id=a', '/domain/shop/oauth2/token']) {
    const { status, headers, body } = failureResponse('not-found', url)
    assert.equal(status, 404)
    assert.match(String(headers['content-type']), /^application\/json/)
    assert.deepEqual(JSON.parse(body), {
      error: 'invalid_request',
      error_description: 'Not found',
    })
  }
})

test('elsewhere it is plain JSON', () => {
  const { headers, body } = failureResponse('not-found', '/pool/.well-known/nothing')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['x-amzn-errortype'], undefined)
  assert.deepEqual(JSON.parse(body), { message: 'Not found' })
})

test('a rejected caller is told when to retry', () => {
  for (const url of ['/', '/oauth2/token', '/health']) {
    for (const failure of ['too-many', 'no-region'] as const) {
      const { status, headers } = failureResponse(failure, url)
      assert.deepEqual([status, headers['retry-after']], [503, '1'])
    }
  }
  assert.equal(failureResponse('failed', '/').headers['retry-after'], undefined)
})
