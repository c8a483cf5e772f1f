import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceTypeOf, tokenSessionId } from './user-session.js'

test('IDs of sessions: of one form, and one for each', () => {
  const ids = Array.from({ length: 200 }, (_, at) => tokenSessionId(`session ${at}`))
  for (const id of ids) assert.match(id, /^tkn[a-z0-9]{25}$/)
  assert.equal(new Set(ids).size, 200)
  assert.equal(tokenSessionId('session 0'), ids[0])
})

test('what user agents tell', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'
  assert.equal(deviceTypeOf(chrome), 'Chrome on Windows')
  assert.equal(deviceTypeOf(`${chrome} Edg/140.0`), 'Edge on Windows')
  assert.equal(deviceTypeOf('aws-sdk-js/3.1 os/linux#6.1'), 'aws-sdk-js on Linux')
  assert.equal(deviceTypeOf('curl/8'), 'curl')
  assert.equal(deviceTypeOf('?'), 'unknown')
  assert.equal(deviceTypeOf(undefined), 'unknown')
})
