// The access key that the configuration gives the edge: it does what an edge needs, nothing else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { userPoolsOperations } from '#api/cognito/service.js'
import { EDGE_OPERATIONS } from '#domain/iam/edge-policy.js'
import { EDGE, type Faces, send, signed, startFaces } from '#test/support/faces.js'

const INPUTS: Readonly<Record<string, object>> = { ResolveDomain: { Domain: 'people' } }
const REFUSED = ['CreateAccessKey', 'DeleteAccessKey', 'DescribeRegion', 'ListAccessKeys']

let server: Faces
before(async () => {
  server = await startFaces()
})
after(() => server.close())

const call = async (options: { service?: string; target: string; body: string }, key = EDGE) =>
  send(server.port, await signed(server.port, { ...options, ...key }))

test('the key of the edge finds domains and reads what the start page shows', async () => {
  for (const operation of EDGE_OPERATIONS) {
    const body = JSON.stringify(INPUTS[operation] ?? {})
    const target = `TwinpoolService.${operation}`
    const response = await call({ service: 'twinpool', target, body })
    assert.equal(response.status, 200, `${operation}: ${response.text}`)
  }
})

test('every other operation is refused, in each API', async () => {
  for (const operation of REFUSED) {
    const target = `TwinpoolService.${operation}`
    const { json } = await call({ service: 'twinpool', target, body: '{}' })
    assert.equal(json['__type'], 'AccessDeniedException', operation)
  }
  let signedOperations = 0
  for (const { name, auth } of Object.values(userPoolsOperations)) {
    if (auth !== 'iam') continue
    const target = `AWSCognitoIdentityProviderService.${name}`
    // Input is checked before permission; what matters is that nothing is done.
    const { status } = await call({ target, body: '{"UserPoolId":"us-west-2_abcdefghi"}' })
    assert.equal(status, 400, name)
    signedOperations += 1
  }
  assert.ok(signedOperations > 60)
  const listing = { target: 'AWSCognitoIdentityProviderService.ListUserPools' }
  const { json } = await call({ ...listing, body: '{"MaxResults":1}' })
  assert.equal(json['__type'], 'AccessDeniedException')
})

test('another secret under the ID of the key is refused', async () => {
  const target = 'TwinpoolService.ListPools'
  const guessed = { ...EDGE, secretAccessKey: 'guessed' }
  const { json } = await call({ service: 'twinpool', target, body: '{}' }, guessed)
  assert.equal(json['__type'], 'InvalidSignatureException')
})
