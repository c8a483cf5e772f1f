// Signatures: made by the SDK's own signer, and then spoiled one thing at a time.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type Faces,
  presigned,
  send,
  signed,
  startFaces,
  type WireResponse,
} from '#test/support/faces.js'

let server: Faces
before(async () => {
  server = await startFaces()
})
after(() => server.close())

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS ' +
  'Secret Access Key and signing method. Consult the service documentation for details.'

function assertRefused(response: WireResponse, code: string, message: string | RegExp): void {
  assert.equal(response.status, 400, response.text)
  assert.equal(response.json['__type'], code)
  assert.equal(response.headers['x-amzn-errortype'], code)
  if (typeof message === 'string') assert.equal(response.json['message'], message)
  else assert.match(String(response.json['message']), message)
}

/** ListUserPools is recognised and has no handler in this server, so this is how it is let in. */
function assertAccepted(response: WireResponse): void {
  assert.equal(response.json['__type'], 'NotImplementedException', response.text)
}

test('a request that the SDK signed is accepted', async () => {
  assertAccepted(await send(server.port, await signed(server.port)))
})

test('what a proxy may add or change without meaning is accepted', async () => {
  const wire = await signed(server.port)
  const headers: Record<string, string | string[]> = { ...wire.headers }
  headers['X-AMZN-TRACE-ID'] = 'Root=1'
  headers['accept'] = ['text/plain', 'application/json']
  headers['Content-Type'] = '  application/x-amz-json-1.1 '
  delete headers['content-type']
  assertAccepted(await send(server.port, { ...wire, headers }))
})

test('values with runs of spaces are folded before they are signed', async () => {
  const wire = await signed(server.port, { headers: { 'x-note': 'a   b' } })
  assertAccepted(await send(server.port, wire))
})

test('nobody signed', async () => {
  const headers = { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools' }
  const response = await send(server.port, { headers, body: '{"MaxResults":1}' })
  assertRefused(response, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
  const other = await send(server.port, { headers: { ...headers, authorization: 'Bearer x' } })
  assertRefused(other, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('a wrong secret, an unknown key and a session token', async () => {
  const wrong = await signed(server.port, { secretAccessKey: 'guessed' })
  assertRefused(await send(server.port, wrong), 'InvalidSignatureException', MISMATCH)
  const invalid = 'The security token included in the request is invalid.'
  const unknown = await signed(server.port, { accessKeyId: 'AKIANOBODYNOBODY1234' })
  assertRefused(await send(server.port, unknown), 'UnrecognizedClientException', invalid)
  const odd = await signed(server.port, { accessKeyId: "'; drop table x" })
  assertRefused(await send(server.port, odd), 'UnrecognizedClientException', invalid)
  const token = await signed(server.port, { sessionToken: 'of somebody else' })
  assertRefused(await send(server.port, token), 'UnrecognizedClientException', invalid)
})

test('the clock may differ by five minutes and no more', async () => {
  const minute = 60_000
  for (const offset of [-4.9 * minute, 4.9 * minute]) {
    assertAccepted(
      await send(server.port, await signed(server.port, { signedAtMs: Date.now() + offset })),
    )
  }
  const early = await signed(server.port, { signedAtMs: Date.now() - 5.2 * minute })
  assertRefused(
    await send(server.port, early),
    'InvalidSignatureException',
    /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
  )
  const late = await signed(server.port, { signedAtMs: Date.now() + 5.2 * minute })
  assertRefused(
    await send(server.port, late),
    'InvalidSignatureException',
    /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(.+ \+ 5 min\.\)$/,
  )
})

test('a signature for another Region, service or day', async () => {
  const region = await signed(server.port, { region: 'us-east-1' })
  assertRefused(
    await send(server.port, region),
    'InvalidSignatureException',
    'Credential should be scoped to a valid region. ',
  )
  const service = await signed(server.port, { service: 'kms' })
  assertRefused(
    await send(server.port, service),
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'cognito-idp'. ",
  )
  const wire = await signed(server.port)
  const day = String(wire.headers['authorization']).replace(/\/\d{8}\//, '/20200101/')
  assertRefused(
    await send(server.port, { ...wire, headers: { ...wire.headers, authorization: day } }),
    'InvalidSignatureException',
    /^Date in Credential scope does not match/,
  )
  const end = String(wire.headers['authorization']).replace('aws4_request', 'aws5_request')
  assertRefused(
    await send(server.port, { ...wire, headers: { ...wire.headers, authorization: end } }),
    'InvalidSignatureException',
    /valid terminator: 'aws4_request'/,
  )
})

test('anything that was changed on the way', async () => {
  const wire = await signed(server.port)
  const changed = [
    { ...wire, body: '{"MaxResults":2}' },
    { ...wire, path: '/?x=1' },
    {
      ...wire,
      headers: {
        ...wire.headers,
        'x-amz-target': 'AWSCognitoIdentityProviderService.CreateUserPool',
      },
    },
    { ...wire, headers: { ...wire.headers, host: 'another.example.com' } },
    { ...wire, headers: { ...wire.headers, 'content-type': 'text/plain' } },
  ]
  for (const one of changed) {
    assertRefused(await send(server.port, one), 'InvalidSignatureException', MISMATCH)
  }
})

test('the stated body hash must be the hash of the body', async () => {
  for (const stated of ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', '0'.repeat(64)]) {
    const wire = await signed(server.port, { headers: { 'x-amz-content-sha256': stated } })
    assertRefused(await send(server.port, wire), 'InvalidSignatureException', MISMATCH)
  }
})

test('headers that decide what the request means must be covered', async () => {
  const wire = await signed(server.port)
  const strip = (name: string) =>
    String(wire.headers['authorization']).replace(/SignedHeaders=([^,]+)/, (_all, list: string) => {
      const kept = list.split(';').filter((one) => one !== name)
      return `SignedHeaders=${kept.join(';')}`
    })
  for (const [name, message] of [
    ['host', /'Host' must be a 'SignedHeader'/],
    ['x-amz-target', /'x-amz-target' was sent and must be a 'SignedHeader'/],
    ['x-amz-date', /'x-amz-date' was sent and must be a 'SignedHeader'/],
  ] as const) {
    const authorization = strip(name)
    assert.notEqual(authorization, wire.headers['authorization'])
    const response = await send(server.port, {
      ...wire,
      headers: { ...wire.headers, authorization },
    })
    assert.equal(response.status, 400)
    assert.match(String(response.json['message']), message)
  }
})

test('a malformed Authorization header', async () => {
  const wire = await signed(server.port)
  const whole = String(wire.headers['authorization'])
  const cases: readonly [string, RegExp][] = [
    ['AWS4-HMAC-SHA256', /requires 'Credential' parameter\..*'Signature'.*'SignedHeaders'/],
    [whole.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-MD5'), /Unsupported AWS 'algorithm'/],
    [whole.replace(/Signature=\w+/, 'Signature='), /requires 'Signature' parameter/],
    [whole.replace(/Credential=\S+?,/, 'Credential=a/b/c,'), /exactly 5 slash-delimited/],
    [`${whole}, Signature=00`, /cannot be read/],
    [whole.replace('SignedHeaders=', 'SignedHeaders=host;'), /names a header twice/],
  ]
  for (const [authorization, message] of cases) {
    const response = await send(server.port, {
      ...wire,
      headers: { ...wire.headers, authorization },
    })
    assertRefused(response, 'IncompleteSignatureException', message)
  }
  const { 'x-amz-date': _date, ...dateless } = wire.headers
  assertRefused(
    await send(server.port, { ...wire, headers: dateless }),
    'IncompleteSignatureException',
    /either a 'X-Amz-Date' or a 'Date' header/,
  )
})

test('a header that was sent twice is not chosen from', async () => {
  const wire = await signed(server.port)
  const date = String(wire.headers['x-amz-date'])
  const headers = { ...wire.headers, 'x-amz-date': [date, '20200101T000000Z'] }
  assertRefused(
    await send(server.port, { ...wire, headers }),
    'IncompleteSignatureException',
    "The header 'x-amz-date' was sent more than once.",
  )
})

test('a presigned request is accepted until it expires', async () => {
  assertAccepted(await send(server.port, await presigned(server.port)))
  const minutesAgo = { signedAtMs: Date.now() - 20 * 60_000 }
  assertAccepted(
    await send(
      server.port,
      await presigned(server.port, { ...minutesAgo, expiresInSeconds: 3600 }),
    ),
  )
  assertRefused(
    await send(server.port, await presigned(server.port, { ...minutesAgo, expiresInSeconds: 60 })),
    'InvalidSignatureException',
    /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z$/,
  )
  assertRefused(
    await send(server.port, await presigned(server.port, { signedAtMs: Date.now() + 20 * 60_000 })),
    'InvalidSignatureException',
    /^Signature not yet current/,
  )
})

test('a presigned request that was changed', async () => {
  const wire = await presigned(server.port)
  const longer = wire.path.replace('X-Amz-Expires=60', 'X-Amz-Expires=604800')
  assert.notEqual(longer, wire.path)
  const other = wire.path.replace('ListUserPools', 'CreateUserPool')
  assert.notEqual(other, wire.path)
  for (const one of [
    { ...wire, path: longer },
    { ...wire, path: other },
    { ...wire, body: '{"MaxResults":9}' },
    { ...wire, path: `${wire.path}&extra=1` },
  ]) {
    assertRefused(await send(server.port, one), 'InvalidSignatureException', MISMATCH)
  }
  const forever = wire.path.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801')
  assertRefused(
    await send(server.port, { ...wire, path: forever }),
    'InvalidSignatureException',
    /not over a week/,
  )
  const bare = wire.path.replace(/X-Amz-Credential=[^&]+&?/, '')
  assertRefused(
    await send(server.port, { ...wire, path: bare }),
    'IncompleteSignatureException',
    /must include 'X-Amz-Credential'/,
  )
})

test('the two forms do not mix', async () => {
  const inQuery = await presigned(server.port)
  const inHeader = await signed(server.port)
  const response = await send(server.port, {
    ...inQuery,
    headers: { ...inQuery.headers, authorization: String(inHeader.headers['authorization']) },
  })
  assertRefused(response, 'IncompleteSignatureException', /not both/)
})

test('an access key does what its policy allows, until it is deleted', async () => {
  const admin = async (operation: string, input: unknown) => {
    const options = { service: 'twinpool', target: `TwinpoolService.${operation}` }
    return send(server.port, await signed(server.port, { ...options, body: JSON.stringify(input) }))
  }
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'cognito-idp:List*', Resource: '*' },
      { Effect: 'Deny', Action: 'cognito-idp:ListUsers', Resource: '*' },
    ],
  }
  const created = await admin('CreateAccessKey', { PolicyDocument: JSON.stringify(policy) })
  assert.equal(created.status, 200, created.text)
  const key = created.json['AccessKey'] as { AccessKeyId: string; SecretAccessKey: string }
  assert.match(key.AccessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.match(key.SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)

  const credentials = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey }
  assertAccepted(await send(server.port, await signed(server.port, credentials)))
  const denied = await send(
    server.port,
    await signed(server.port, {
      ...credentials,
      target: 'AWSCognitoIdentityProviderService.ListUsers',
      body: '{"UserPoolId":"us-west-2_abcdefghi"}',
    }),
  )
  assertRefused(denied, 'AccessDeniedException', /ListUsers on resource: .* with an explicit deny/)
  const notAllowed = await send(
    server.port,
    await signed(server.port, {
      ...credentials,
      service: 'twinpool',
      target: 'TwinpoolService.ListAccessKeys',
      body: '{}',
    }),
  )
  assertRefused(notAllowed, 'AccessDeniedException', /twinpool:ListAccessKeys action$/)

  const listed = await admin('ListAccessKeys', {})
  assert.ok(listed.text.includes(key.AccessKeyId))
  assert.ok(!listed.text.includes(key.SecretAccessKey))
  assert.equal((await admin('DeleteAccessKey', { AccessKeyId: key.AccessKeyId })).status, 200)
  const gone = await send(server.port, await signed(server.port, credentials))
  assertRefused(gone, 'UnrecognizedClientException', /security token/)
  const again = await admin('DeleteAccessKey', { AccessKeyId: key.AccessKeyId })
  assertRefused(again, 'ResourceNotFoundException', /does not exist/)
})

test('no log line holds a secret or a signature', async () => {
  await send(server.port, await signed(server.port))
  const text = JSON.stringify(server.logs)
  assert.ok(server.logs.length > 0)
  assert.ok(!text.includes('root-secret'))
  assert.ok(!/Signature=/.test(text))
})
