// Whatever is sent, the response is a client's error and never a 500: the face, the decoding and
// the checks stand before anything that could break.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Faces, send, signed, startFaces } from '#test/support/faces.js'
import { testSeed } from '#test/support/seed.js'

let server: Faces
before(async () => {
  server = await startFaces({ bodyBytesMax: 20_000, requestTimeoutMs: 1000 })
})
after(() => server.close())

const TARGET = 'AWSCognitoIdentityProviderService'
const RUNS = { seed: testSeed(), numRuns: 150 }

/** Public operations: their bodies are read without a signature. */
const OPERATIONS = ['InitiateAuth', 'SignUp', 'ConfirmSignUp', 'GetUser', 'RespondToAuthChallenge']

async function post(target: string, body: string | Uint8Array) {
  const response = await send(server.port, {
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body,
  })
  assert.ok(response.status >= 400 && response.status < 500, `${response.status} ${response.text}`)
  assert.equal(typeof response.json['__type'], 'string')
  assert.equal(response.headers['x-amzn-errortype'], response.json['__type'])
  assert.match(String(response.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/)
  assert.equal(response.headers['content-type'], 'application/x-amz-json-1.1')
  return response
}

test('bytes that are no JSON', async () => {
  const bodies = ['{', '[1', '{"a":}', '\u0000', 'null,', '"', '{"ClientId":"a"', 'NaN']
  for (const body of [...bodies, Buffer.from([0xff, 0xfe, 0x00]), Buffer.from('﻿{}')]) {
    const response = await post(`${TARGET}.InitiateAuth`, body)
    assert.equal(response.json['__type'], 'SerializationException')
  }
})

test('JSON that is no object', async () => {
  for (const body of ['null', '1', '"text"', '[]', 'true', '[{"ClientId":"a"}]']) {
    await post(`${TARGET}.InitiateAuth`, body)
  }
})

test('an empty body is an empty request', async () => {
  const response = await post(`${TARGET}.InitiateAuth`, '')
  assert.equal(response.json['__type'], 'InvalidParameterException')
})

test('random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...OPERATIONS),
      fc.uint8Array({ maxLength: 400 }),
      async (name, body) => void (await post(`${TARGET}.${name}`, body)),
    ),
    RUNS,
  )
})

test('random JSON, with the names that are expected', async () => {
  const value = fc.jsonValue({ maxDepth: 3 })
  const member = fc.constantFrom(
    'ClientId',
    'AuthFlow',
    'AuthParameters',
    'Username',
    'Password',
    'UserAttributes',
    'ClientMetadata',
    'AccessToken',
    'Session',
    '__proto__',
    'constructor',
    'toString',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...OPERATIONS),
      fc.array(fc.tuple(member, value), { maxLength: 6 }),
      async (name, members) => {
        const parts = members.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`)
        await post(`${TARGET}.${name}`, `{${parts.join(',')}}`)
      },
    ),
    RUNS,
  )
})

test('signed calls with random JSON', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('CreateUserPool', 'ListUsers', 'AdminCreateUser', 'TagResource'),
      fc.jsonValue({ maxDepth: 3 }),
      async (name, value) => {
        const body = JSON.stringify(value)
        const response = await send(
          server.port,
          await signed(server.port, { target: `${TARGET}.${name}`, body }),
        )
        assert.ok(
          response.status >= 400 && response.status < 500,
          `${name} ${body}: ${response.text}`,
        )
      },
    ),
    { ...RUNS, numRuns: 100 },
  )
})

test('nesting that would exhaust a naive reader', async () => {
  await post(`${TARGET}.InitiateAuth`, `{"AuthParameters":${'['.repeat(9000)}`)
  const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`
  await post(`${TARGET}.InitiateAuth`, `{"ClientMetadata":${deep}}`)
})

test('targets that name nothing', async () => {
  const targets = [
    '',
    'x',
    '.',
    'A.',
    '.B',
    `${TARGET}.`,
    `${TARGET}.NoSuchOperation`,
    `${TARGET}.__proto__`,
    `${TARGET}.constructor`,
    `${TARGET}.initiateauth`,
    '__proto__.InitiateAuth',
    'constructor.InitiateAuth',
    'OtherService.InitiateAuth',
    'TwinpoolService.__proto__',
    `${TARGET}.InitiateAuth.InitiateAuth`,
  ]
  for (const target of targets) {
    const response = await post(target, '{}')
    assert.equal(response.status, 400, target)
    assert.equal(response.json['__type'], 'UnknownOperationException', target)
  }
  const none = await send(server.port, { body: '{}' })
  assert.equal(none.status, 400)
  assert.equal(none.json['__type'], 'UnknownOperationException')
  const twice = await send(server.port, {
    headers: { 'x-amz-target': [`${TARGET}.InitiateAuth`, `${TARGET}.SignUp`] },
    body: '{}',
  })
  assert.equal(twice.json['__type'], 'UnknownOperationException')
})

test('any content type is read, and a malformed one is no failure of ours', async () => {
  for (const type of [
    'text/plain',
    'application/json',
    'application/x-amz-json-1.0',
    'x',
    ';;',
    '',
  ]) {
    const response = await send(server.port, {
      headers: { 'x-amz-target': `${TARGET}.InitiateAuth`, 'content-type': type },
      body: '{}',
    })
    assert.equal(response.status, 400, `${type}: ${response.text}`)
    assert.equal(typeof response.json['__type'], 'string')
  }
})

test('a body over the limit', async () => {
  const headers = { 'x-amz-target': `${TARGET}.InitiateAuth` }
  const response = await send(server.port, { headers, body: 'x'.repeat(20_001) })
  assert.equal(response.status, 413)
  assert.equal(response.json['__type'], 'RequestEntityTooLargeException')
  assert.equal(response.headers['access-control-allow-origin'], '*')
})

test('a path, a method or a URL that is none', async () => {
  for (const path of ['/nothing', '/%', '/%zz', '/..%2f', `/${'a'.repeat(2000)}`, '/?%zz=1']) {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      const response = await send(server.port, { method, path })
      assert.ok(
        response.status >= 400 && response.status < 500,
        `${method} ${path}: ${response.status}`,
      )
    }
  }
})

/** What comes back for bytes on a connection, until the server ends it. */
function sendBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      text += part
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

test('what is not HTTP, headers over the limit, and a request that never ends', async () => {
  assert.match(await sendBytes('NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /)
  const long = `POST / HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`
  assert.match(await sendBytes(long), /^HTTP\/1\.1 431 /)
  const slow = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{'
  assert.match(await sendBytes(slow), /^HTTP\/1\.1 4\d\d |^$/)
})

test('nothing above was logged as a failure of ours', () => {
  assert.deepEqual(
    server.logs.filter((line) => line.level === 'error'),
    [],
  )
})
