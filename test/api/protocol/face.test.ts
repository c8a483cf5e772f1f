// What the AWS JSON face adds to a response: headers, CORS, and which service a target means.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Faces, send, signed, startFaces } from '#test/support/faces.js'

let server: Faces
before(async () => {
  server = await startFaces()
})
after(() => server.close())

test('an error carries its type, its message and the request ID', async () => {
  const response = await send(server.port, {
    headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
    body: '{"ClientId":"1example23456789","AuthFlow":"USER_PASSWORD_AUTH"}',
  })
  assert.equal(response.status, 400)
  assert.equal(response.json['__type'], 'ResourceNotFoundException')
  assert.equal(response.headers['x-amzn-errortype'], 'ResourceNotFoundException')
  assert.equal(response.headers['x-amzn-errormessage'], response.json['message'])
  assert.equal(response.headers['content-type'], 'application/x-amz-json-1.1')
  assert.match(String(response.headers['x-amzn-requestid']), /^[0-9a-f]{8}-/)
  assert.equal(response.headers['access-control-allow-origin'], '*')
  assert.equal(
    response.headers['access-control-expose-headers'],
    'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date',
  )
})

test('two requests have two IDs, whatever the caller calls them', async () => {
  const wire = { headers: { 'x-amz-target': 'x.y', 'request-id': 'mine', 'x-request-id': 'mine' } }
  const [a, b] = [await send(server.port, wire), await send(server.port, wire)]
  assert.notEqual(a.headers['x-amzn-requestid'], b.headers['x-amzn-requestid'])
  assert.notEqual(a.headers['x-amzn-requestid'], 'mine')
})

test('a preflight lets pages of any origin send what they ask to send', async () => {
  const response = await send(server.port, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-amz-target,x-amz-user-agent',
    },
  })
  assert.equal(response.status, 200)
  assert.equal(response.headers['access-control-allow-origin'], '*')
  assert.equal(
    response.headers['access-control-allow-headers'],
    'content-type,x-amz-target,x-amz-user-agent',
  )
  assert.equal(response.headers['access-control-allow-methods'], 'POST')
  assert.equal(response.headers['access-control-max-age'], '172800')
  // Calls carry no cookies, so no page may be allowed to send any.
  assert.equal(response.headers['access-control-allow-credentials'], undefined)
})

test('what takes a token or a session takes either, and checks a token that is there', async () => {
  for (const operation of ['AssociateSoftwareToken', 'VerifySoftwareToken']) {
    const call = async (input: object) => {
      const target = `AWSCognitoIdentityProviderService.${operation}`
      const body = JSON.stringify({ ...input, UserCode: '123456' })
      return (await send(server.port, { headers: { 'x-amz-target': target }, body })).json
    }
    const Session = 'a'.repeat(40)
    const refused = { __type: 'NotAuthorizedException', message: 'Invalid Access Token' }
    assert.deepEqual(await call({}), refused)
    assert.deepEqual(await call({ AccessToken: 'x' }), refused)
    assert.deepEqual(await call({ AccessToken: 'x', Session }), refused)
    assert.deepEqual(await call({ Session }), {
      __type: 'NotAuthorizedException',
      message: 'Invalid session for the user.',
    })
  }
})

test('each service has its own face and its own signature', async () => {
  const kms = { service: 'kms', target: 'TrentService.ListKeys', body: '{}' }
  const response = await send(server.port, await signed(server.port, kms))
  assert.equal(response.status, 200)
  assert.equal(response.text, '{"Keys":[]}')
  const recorded = server.kmsRequests.at(-1)
  assert.equal(recorded?.operation, 'ListKeys')
  assert.deepEqual(Buffer.from(recorded?.body ?? []).toString(), '{}')
  const admin = { service: 'twinpool', target: 'TwinpoolService.DescribeRegion', body: '{}' }
  const region = await send(server.port, await signed(server.port, admin))
  assert.equal(region.json['RegionName'], 'us-west-2')
  const crossed = await send(server.port, await signed(server.port, { ...admin, service: 'kms' }))
  assert.equal(crossed.json['__type'], 'InvalidSignatureException')
})

test('input of our own operations is checked with a clear message', async () => {
  const call = async (operation: string, body: string) =>
    send(
      server.port,
      await signed(server.port, {
        service: 'twinpool',
        target: `TwinpoolService.${operation}`,
        body,
      }),
    )
  const cases: readonly [string, string, string, RegExp][] = [
    ['CreateAccessKey', '{}', 'InvalidParameterException', /^PolicyDocument is missing\.$/],
    ['CreateAccessKey', '{"PolicyDocument":7}', 'InvalidParameterException', /must be a text/],
    ['CreateAccessKey', '{"PolicyDocument":"{"}', 'InvalidParameterException', /not valid JSON/],
    ['CreateAccessKey', '{"PolicyDocument":"{}"}', 'InvalidParameterException', /no Statement/],
    ['DeleteAccessKey', '{"AccessKeyId":"a b"}', 'InvalidParameterException', /not the ID/],
    ['ListOutboxMessages', '{"MaxResults":0}', 'InvalidParameterException', /from 1 to 1000/],
    ['ListPools', '{"MaxResults":"9"}', 'InvalidParameterException', /whole number/],
    ['ListPools', '[]', 'SerializationException', /not an object/],
    ['ListPools', '{', 'SerializationException', /not valid JSON/],
  ]
  for (const [operation, body, code, message] of cases) {
    const response = await call(operation, body)
    assert.equal(response.status, 400)
    assert.equal(response.json['__type'], code, response.text)
    assert.match(String(response.json['message']), message)
  }
})

test('closing lets a call in flight end', async () => {
  const other = await startFaces()
  const call = { service: 'kms', target: 'TrentService.ListKeys' }
  const wire = await signed(other.port, call)
  const [response] = await Promise.all([
    send(other.port, wire),
    new Promise((resolve) => setImmediate(resolve)).then(() => other.close()),
  ]).catch(() => [undefined])
  // Either it was taken and got a response, or it came too late and was never begun.
  if (response !== undefined) assert.equal(response.status, 200)
  await assert.rejects(send(other.port, wire), /ECONNREFUSED/)
})
