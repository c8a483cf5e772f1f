import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestContextOf } from './request-context.js'

const request = {
  requestId: 'request-1',
  operation: 'InitiateAuth',
  method: 'POST',
  url: '/',
  headers: { 'user-agent': 'app/1.0' },
  body: new Uint8Array(),
  sourceIp: '192.0.2.7',
}
const bare = {
  requestId: 'request-1',
  eventId: 'event-1',
  operation: 'InitiateAuth',
  sourceIp: '192.0.2.7',
  userAgent: 'app/1.0',
  clientMetadata: {},
  userContextData: undefined,
}

test('a call without context has that of its request', () => {
  assert.deepEqual(requestContextOf(request, {}, 'event-1'), bare)
  const silent = { ...request, headers: {} }
  assert.equal(requestContextOf(silent, {}, 'event-1').userAgent, undefined)
  const repeated = { ...request, headers: { 'user-agent': ['a', 'b'] } }
  assert.equal(requestContextOf(repeated, {}, 'event-1').userAgent, undefined)
})

test('what a client says of the device, and its metadata', () => {
  const input = {
    ClientMetadata: { campaign: 'spring' },
    UserContextData: { IpAddress: '203.0.113.9', EncodedData: 'abc' },
  }
  assert.deepEqual(requestContextOf(request, input, 'event-1'), {
    ...bare,
    clientMetadata: { campaign: 'spring' },
    userContextData: {
      ipAddress: '203.0.113.9',
      encodedData: 'abc',
      serverName: undefined,
      serverPath: undefined,
      httpHeaders: [],
    },
  })
})

test('what a server says of its own caller', () => {
  const ContextData = {
    IpAddress: '203.0.113.9',
    ServerName: 'shop.example',
    ServerPath: '/login',
    HttpHeaders: [{ headerName: 'accept-language', headerValue: 'de' }, {}],
  }
  assert.deepEqual(requestContextOf(request, { ContextData }, 'event-1').userContextData, {
    ipAddress: '203.0.113.9',
    encodedData: undefined,
    serverName: 'shop.example',
    serverPath: '/login',
    httpHeaders: [
      { name: 'accept-language', value: 'de' },
      { name: '', value: '' },
    ],
  })
})
