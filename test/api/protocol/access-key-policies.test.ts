// What the policies of access keys let their holders do, through the real face.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type CallOptions,
  type Faces,
  REGION,
  send,
  signed,
  startFaces,
} from '#test/support/faces.js'

let server: Faces
before(async () => {
  server = await startFaces()
})
after(() => server.close())

const creation = (Statement: readonly object[]) => ({
  service: 'twinpool',
  target: 'TwinpoolService.CreateAccessKey',
  body: JSON.stringify({ PolicyDocument: JSON.stringify({ Statement }) }),
})
const call = async (options: CallOptions) => send(server.port, await signed(server.port, options))

/** The credentials of a new access key. */
async function keyWith(...statements: readonly object[]) {
  const { json } = await call(creation(statements))
  const key = json['AccessKey'] as { AccessKeyId: string; SecretAccessKey: string }
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey }
}

test('what is denied by the ARN in the primary Region is denied at a secondary', async () => {
  const inEast = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abcdefghi'
  const action = 'cognito-idp:*'
  const outcomes = async (...statements: readonly object[]) => {
    const key = await keyWith(...statements)
    const target = 'AWSCognitoIdentityProviderService.ListUsers'
    const list = async (UserPoolId: string) =>
      (await call({ ...key, target, body: JSON.stringify({ UserPoolId }) })).json['__type']
    return [await list('us-east-1_abcdefghi'), await list('us-east-1_others')]
  }
  const all = { Effect: 'Allow', Action: action, Resource: '*' }
  const [denied, absent] = ['AccessDeniedException', 'ResourceNotFoundException']
  const deny = { Effect: 'Deny', Action: action, Resource: inEast }
  assert.deepEqual(await outcomes(all), [absent, absent])
  assert.deepEqual(await outcomes(all, deny), [denied, absent])
  const allButOne = { Effect: 'Allow', Action: action, NotResource: inEast }
  assert.deepEqual(await outcomes(allButOne), [denied, absent])
  // An Allow is for the Region that serves, as with AWS.
  const only = { Effect: 'Allow', Action: action, Resource: inEast }
  assert.deepEqual(await outcomes(only), [denied, denied])
})

test('a policy may depend on what the request has', async () => {
  const all = { Action: ['cognito-idp:*', 'twinpool:*'], Resource: '*' }
  const outcomes = async (...statements: readonly object[]) => {
    const key = await keyWith(...statements)
    const target = 'TwinpoolService.ListPools'
    const responses = [
      await call(key),
      await call({ ...key, service: 'twinpool', target, body: '{}' }),
    ]
    return responses.map(({ json }) => json['__type'] ?? 'ok')
  }
  const allowIf = (Condition: object) => ({ ...all, Effect: 'Allow', Condition })
  const denyIf = (Condition: object) => ({ ...all, Effect: 'Deny', Condition })
  const here = { StringEquals: { 'aws:SourceIp': '127.0.0.1', 'aws:RequestedRegion': REGION } }
  const elsewhere = { StringEquals: { 'aws:SourceIp': '127.0.0.1', 'aws:RequestedRegion': 'eu' } }
  // The server has no operations of the user pools API; what is allowed is found out to be absent.
  const allowed = ['NotImplementedException', 'ok']
  const denied = ['AccessDeniedException', 'AccessDeniedException']
  assert.deepEqual(await outcomes(allowIf(here)), allowed)
  assert.deepEqual(await outcomes(allowIf(elsewhere)), denied)
  assert.deepEqual(await outcomes({ ...all, Effect: 'Allow' }, denyIf(here)), denied)
  assert.deepEqual(await outcomes({ ...all, Effect: 'Allow' }, denyIf(elsewhere)), allowed)

  // A key that is never there, and one that could not be judged.
  const via = { StringEquals: { 'kms:ViaService': 'x' } }
  assert.deepEqual(await outcomes(allowIf(via)), denied)
  const byTag = denyIf({ StringEquals: { 'aws:ResourceTag/env': 'x' } })
  const { status, json } = await call(creation([byTag]))
  assert.equal(status, 400)
  assert.deepEqual(json, {
    __type: 'InvalidParameterException',
    message: 'The condition key aws:ResourceTag/env is not supported.',
  })
})
