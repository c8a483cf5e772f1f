// Calls of the console: the same operations, permissions, errors and audit as signed calls have,
// and what a call must bring along.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { required } from '#base/assert.js'
import { ConsoleBrowser } from '#test/support/console-browser.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'
import { wireCall } from '#test/support/wire-call.js'

const POOLS = 'AWSCognitoIdentityProviderService'

describe('calls of the console', () => {
  let api: TestApi
  let root: ConsoleBrowser
  let poolId: string
  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool()
    root = await signedIn(ROOT_ACCESS_KEY)
  })
  after(() => api.stop())

  async function signedIn(credential: object): Promise<ConsoleBrowser> {
    const browser = new ConsoleBrowser(api.endpoint)
    assert.equal((await browser.signIn(credential)).status, 200)
    return browser
  }

  async function keyWith(Action: readonly string[], more: object = {}) {
    const Statement = [{ Effect: 'Allow', Action, Resource: '*', ...more }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const { json } = await root.call(REGION, 'CreateAccessKey', { PolicyDocument })
    const { AccessKeyId, SecretAccessKey } = json['AccessKey'] as Record<string, string>
    return {
      accessKeyId: required(AccessKeyId, 'the ID'),
      secretAccessKey: required(SecretAccessKey, 'the secret'),
    }
  }

  test('reach all three services, and return what signed calls return', async () => {
    const described = await root.call(REGION, `${POOLS}.DescribeUserPool`, { UserPoolId: poolId })
    assert.equal(described.status, 200)
    const signed = await wireCall({ endpoint: api.endpoint, region: REGION }, 'DescribeUserPool', {
      UserPoolId: poolId,
    })
    assert.deepEqual(described.json, signed.output)
    assert.equal(described.headers.get('content-type'), 'application/x-amz-json-1.1')
    assert.equal(described.headers.get('access-control-allow-origin'), null)
    assert.equal((await root.call(REGION, 'TrentService.ListKeys')).status, 200)
    const region = await root.call(REGION, 'DescribeRegion')
    assert.equal(region.json['RegionName'], REGION)
  })

  test('have the errors of signed calls', async () => {
    const input = { UserPoolId: poolId, GroupName: '' }
    const { status, json, headers } = await root.call(REGION, `${POOLS}.CreateGroup`, input)
    const options = { endpoint: api.endpoint, region: REGION }
    const signed = await wireCall(options, 'CreateGroup', input)
    assert.deepEqual([status, json], [400, signed.output])
    assert.equal(headers.get('x-amzn-errortype'), 'InvalidParameterException')
    for (const target of ['Other.ListPools', 'TwinpoolService.Nothing', '']) {
      const unknown = await root.call(REGION, 'x.y', {}, { 'x-amz-target': target })
      assert.deepEqual([unknown.status, unknown.json['__type']], [400, 'UnknownOperationException'])
    }
  })

  test('need a session, its CSRF token, and no other', async () => {
    const create = { UserPoolId: poolId, GroupName: 'never' }
    const operation = `${POOLS}.CreateGroup`
    const nobody = new ConsoleBrowser(api.endpoint)
    const unsigned = await nobody.call(REGION, operation, create)
    const missing = 'MissingAuthenticationTokenException'
    assert.deepEqual([unsigned.status, unsigned.json['__type']], [401, missing])
    // Also where the operation itself is for everybody: the console's face is not.
    const open = await nobody.call(REGION, `${POOLS}.InitiateAuth`, { ClientId: 'x' })
    assert.deepEqual([open.status, open.json['__type']], [401, missing])
    const other = await signedIn(ROOT_ACCESS_KEY)
    for (const token of ['', 'wrong', root.csrfToken.slice(1), other.csrfToken]) {
      const headers = { 'x-twinpool-csrf': token }
      const { status, json } = await root.call(REGION, operation, create, headers)
      assert.deepEqual([status, json['__type']], [403, 'InvalidCsrfTokenException'], token)
    }
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'x-twinpool-forwarded': 'AAAA' },
    ] as Record<string, string>[]) {
      const { status, json } = await root.call(REGION, operation, create, headers)
      assert.deepEqual([status, json['__type']], [403, 'InvalidCsrfTokenException'])
    }
    const list = await root.call(REGION, `${POOLS}.ListGroups`, { UserPoolId: poolId })
    assert.deepEqual(list.json['Groups'], [])
  })

  test('may do what the policy of the key allows, and nothing else', async () => {
    const key = await keyWith(['cognito-idp:Describe*', 'cognito-idp:List*', 'twinpool:List*'])
    const reader = await signedIn(key)
    const read = await reader.call(REGION, `${POOLS}.DescribeUserPool`, { UserPoolId: poolId })
    assert.equal(read.status, 200)
    assert.equal((await reader.call(REGION, 'ListPools')).status, 200)
    const change = { UserPoolId: poolId, GroupName: 'admins' }
    const { status, json } = await reader.call(REGION, `${POOLS}.CreateGroup`, change)
    assert.equal(status, 400)
    const arn = `arn:aws:iam::${ACCOUNT_ID}:user/${key.accessKeyId}`
    assert.deepEqual(json, {
      __type: 'AccessDeniedException',
      message:
        `User: ${arn} is not authorized to perform: cognito-idp:CreateGroup on resource: ` +
        `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${poolId} ` +
        'because no identity-based policy allows the cognito-idp:CreateGroup action',
    })
    assert.equal((await reader.call(REGION, 'DescribeRegion')).json['__type'], json['__type'])
  })

  test('see the address of the browser in conditions', async () => {
    const away = { Condition: { StringEquals: { 'aws:SourceIp': '192.0.2.7' } } }
    const here = { Condition: { StringEquals: { 'aws:SourceIp': '127.0.0.1' } } }
    const denied = await signedIn(await keyWith(['twinpool:ListPools'], away))
    assert.equal((await denied.call(REGION, 'ListPools')).json['__type'], 'AccessDeniedException')
    const allowed = await signedIn(await keyWith(['twinpool:ListPools'], here))
    assert.equal((await allowed.call(REGION, 'ListPools')).status, 200)
  })

  test('are recorded in the audit under the access key, and so is the sign-in', async () => {
    const key = await keyWith(['cognito-idp:CreateGroup'])
    const browser = await signedIn(key)
    await browser.call(REGION, `${POOLS}.CreateGroup`, { UserPoolId: poolId, GroupName: 'audited' })
    await browser.call(REGION, `${POOLS}.DeleteGroup`, { UserPoolId: poolId, GroupName: 'audited' })
    const { json } = await root.call(REGION, 'ListAuditEntries', { MaxResults: 100 })
    const entries = (json['Entries'] as { Entry: Record<string, unknown> }[])
      .map(({ Entry }) => Entry)
      .filter(({ caller }) => caller === key.accessKeyId)
      .reverse()
    assert.deepEqual(
      entries.map(({ service, event, operation, outcome }) => [service, event, operation, outcome]),
      [
        ['console', 'ended', 'SignIn', 'ok'],
        ['cognito-idp', 'began', 'CreateGroup', undefined],
        ['cognito-idp', 'ended', 'CreateGroup', 'ok'],
        ['cognito-idp', 'refused', 'DeleteGroup', 'AccessDeniedException'],
      ],
    )
    assert.ok(entries.every(({ sourceIp }) => sourceIp === '127.0.0.1'))
    const whole = await root.call(REGION, 'VerifyAuditTrail')
    assert.equal(whole.json['Break'], undefined)
  })

  test('for a Region that there is not are refused', async () => {
    for (const region of ['eu-west-1', 'x', '..%2f..', '%2e%2e']) {
      const { status } = await root.call(region, 'ListPools')
      assert.equal(status, 404, region)
    }
  })
})
