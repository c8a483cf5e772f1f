// Who uses which endpoint, and what a Region says of a month: as those who run the service ask it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  CreateResourceServerCommand,
  CreateUserPoolDomainCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { dayOf, monthOf } from '#domain/usage/month.js'
import { send } from '#test/support/faces.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { REGION, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { startTestEdge } from '#test/support/test-edge.js'
import { waitFor } from '#test/support/wait.js'

type Row = Readonly<Record<string, unknown>>

describe('usage, as it is told', () => {
  let api: TestApi
  let poolId: string
  let client: TestClient
  let machine: TestClient
  let host: string

  before(async () => {
    api = await startTestApi()
    host = new URL(api.endpoint).host
    poolId = await api.makePool({ PoolName: 'metered' })
    client = await api.makeClient(poolId)
    await api.cognito.send(
      new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: 'metered' }),
    )
    await api.cognito.send(
      new CreateResourceServerCommand({
        ...{ UserPoolId: poolId, Identifier: 'orders', Name: 'Orders' },
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
      }),
    )
    machine = await api.makeClient(poolId, {
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
    })
  })
  after(() => api.stop())

  const call = (operation: string, input: Row, credentials = ROOT_ACCESS_KEY) =>
    callAny([{ region: REGION, endpoint: api.endpoint, credentials }], operation, input)

  async function usageOf(month = monthOf(Date.now())) {
    const { Pools, ...rest } = await call('GetUsage', { Month: month })
    const pools = Pools as readonly Row[]
    return {
      ...rest,
      pool: required(
        pools.find((one) => one['UserPoolId'] === poolId),
        'pool',
      ),
    }
  }

  const machineToken = (secret = machine.secret ?? '') =>
    fetch(`${api.endpoint}/domain/metered/oauth2/token`, {
      method: 'POST',
      headers: { 'user-agent': 'robot/2.7.1' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: machine.clientId,
        client_secret: secret,
      }),
    })

  const document = (path: string) =>
    fetch(`${api.endpoint}${path}`, { headers: { 'user-agent': 'verifier/1.0' } })

  /** Uses of the pool without moments, once `calls` are in one of this kind. */
  async function usesWhen(kind: string, calls: number, at = host): Promise<readonly Row[]> {
    return waitFor(
      async () => {
        const { Uses } = await call('ListEndpointUses', { UserPoolId: poolId })
        const uses = Uses as readonly Row[]
        const found = uses.some(
          (use) => use['Kind'] === kind && use['Calls'] === calls && use['Host'] === at,
        )
        return found && uses
      },
      { what: `${calls} calls of ${kind}` },
    )
  }

  test('requests count by app client, kind, form of the issuer, host and SDK', async () => {
    const user = await api.makeUser(poolId, 'ada')
    assert.ok(user)
    await api.signIn(client, 'ada')
    await api.signIn(client, 'ada')
    assert.equal((await machineToken()).status, 200)
    await document(`/${poolId}/.well-known/jwks.json`)
    await document(`/${poolId}/.well-known/openid-configuration`)
    await api.cognito.send(
      new UpdateUserPoolCommand({ UserPoolId: poolId, IssuerConfiguration: { Type: 'UPDATED' } }),
    )
    const updated = `/issuer/${REGION}/${poolId}/.well-known/jwks.json`
    for (let n = 0; n < 3; n += 1) assert.equal((await document(updated)).status, 200)
    // What belongs to no pool is nobody's use.
    assert.equal((await document('/us-west-2_nobody/.well-known/jwks.json')).status, 404)

    const uses = await usesWhen('JWKS', 3)
    const common = { UserPoolId: poolId, Day: dayOf(Date.now()), Host: host }
    const of = (kind: string, more: Row) =>
      uses.find(
        (use) =>
          use['Kind'] === kind &&
          Object.entries(more).every(([name, value]) => use[name] === value),
      )
    const without = ({ LastSeen, ...use }: Row = {}) => {
      assert.ok(Math.abs(Number(LastSeen) - Date.now() / 1000) < 120, 'it was seen just now')
      return use
    }
    const verifier = { ...common, UserAgent: 'verifier/1.0' }
    assert.deepEqual(without(of('JWKS', { IssuerForm: 'UPDATED' })), {
      ...{ ...verifier, Kind: 'JWKS', IssuerForm: 'UPDATED', Calls: 3 },
    })
    assert.deepEqual(without(of('JWKS', { IssuerForm: 'ORIGINAL' })), {
      ...{ ...verifier, Kind: 'JWKS', IssuerForm: 'ORIGINAL', Calls: 1 },
    })
    assert.deepEqual(without(of('DISCOVERY', {})), {
      ...{ ...verifier, Kind: 'DISCOVERY', IssuerForm: 'ORIGINAL', Calls: 1 },
    })
    assert.deepEqual(without(of('TOKEN', {})), {
      ...{ ...common, ClientId: machine.clientId, UserAgent: 'robot/2.7' },
      ...{ Kind: 'TOKEN', IssuerForm: 'NONE', Calls: 1 },
    })
    const signIns = without(of('API', { ClientId: client.clientId }))
    assert.equal(signIns['Calls'], 2)
    assert.match(String(signIns['UserAgent']), /^aws-sdk-js\/3\.\d+$/)
    assert.ok(of('API', { ClientId: undefined }), 'calls of administrators have no app client')
  })

  test('what comes through the edge counts under the host that its caller named', async () => {
    const edge = await startTestEdge([{ name: REGION, endpoint: api.endpoint }])
    try {
      const updated = `/issuer/${REGION}/${poolId}/.well-known/jwks.json`
      const request = { method: 'GET', path: updated, headers: { host: 'login.example.com' } }
      assert.equal((await send(edge.port, request)).status, 200)
      await usesWhen('JWKS', 1, 'login.example.com')
    } finally {
      await edge.stop()
    }
  })

  test('a list of uses comes in pages', async () => {
    const { Uses } = await call('ListEndpointUses', { Days: 1 })
    const paged: unknown[] = []
    for (let token: unknown; ; ) {
      const input = { Days: 1, MaxResults: 2, ...(token !== undefined && { NextToken: token }) }
      const page = await call('ListEndpointUses', input)
      paged.push(...(page['Uses'] as readonly unknown[]))
      token = page['NextToken']
      if (token === undefined) break
    }
    assert.ok(paged.length >= 5)
    assert.deepEqual(paged, Uses)
    const tokenOf = (...position: readonly string[]) =>
      Buffer.from(JSON.stringify(position)).toString('base64url')
    const noDay = tokenOf('2026-02-30', 'us-west-2_other', '', 'API', 'NONE', 'host', 'agent')
    for (const NextToken of ['x', tokenOf('2026-11-27'), noDay]) {
      await assert.rejects(call('ListEndpointUses', { NextToken }), /not one of this list/)
    }
    const { Uses: none } = await call('ListEndpointUses', { UserPoolId: 'us-west-2_other' })
    assert.deepEqual(none, [])
  })

  test('a month has users and tokens of machines and, without a replica, no price', async () => {
    const refused = await machineToken('wrong')
    assert.notEqual(refused.status, 200)
    assert.equal((await machineToken()).status, 200)
    const told = await waitFor(
      async () => {
        const usage = await usageOf()
        const [tokens] = usage.pool['MachineClients'] as readonly Row[]
        return tokens?.['Tokens'] === 2 && usage
      },
      { what: 'two tokens' },
    )
    const { pool, ...rest } = told
    assert.deepEqual(rest, {
      ...{ RegionName: REGION, Month: monthOf(Date.now()), Currency: 'USD' },
      Prices: {
        ...{ EssentialsActiveUser: 0.0045, PlusActiveUser: 0.006 },
        ...{ MachineToken: 0.00225, MachineTokenPercent: 30 },
      },
    })
    assert.deepEqual(pool, {
      ...{ UserPoolId: poolId, Name: 'metered', Tier: 'ESSENTIALS', MonthlyActiveUsers: 1 },
      MonthlyActiveUsersByTier: { LITE: 0, ESSENTIALS: 1, PLUS: 0 },
      MachineClients: [{ ClientId: machine.clientId, Tokens: 2 }],
      ...{ Replicas: [], Charges: [], Total: 0 },
    })
    const { pool: later } = await usageOf('2099-01')
    assert.deepEqual([later['MonthlyActiveUsers'], later['MachineClients']], [0, []])
  })

  test('a month that is none is refused', async () => {
    for (const Month of ['2026-13', '2026', '2026-1']) {
      await assert.rejects(call('GetUsage', { Month }), /Month must be a month such as 2026-11/)
    }
    await assert.rejects(call('GetUsage', {}), /Month is missing/)
    await assert.rejects(call('GetUsage', { Month: '2026-11-01' }), /not be longer than 7/)
  })

  test('only a policy that allows it lets a key see usage', async () => {
    const keyWith = async (Action: readonly string[]) => {
      const Policy = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }
      const PolicyDocument = JSON.stringify(Policy)
      const { AccessKey } = await call('CreateAccessKey', { PolicyDocument })
      const { AccessKeyId, SecretAccessKey } = AccessKey as Readonly<Record<string, string>>
      return { accessKeyId: AccessKeyId ?? '', secretAccessKey: SecretAccessKey ?? '' }
    }
    const reader = await keyWith(['twinpool:GetUsage'])
    assert.ok(await call('GetUsage', { Month: '2026-11' }, reader))
    await assert.rejects(call('ListEndpointUses', {}, reader), /AccessDeniedException/)
    const other = await keyWith(['cognito-idp:*', 'twinpool:ListEndpointUses'])
    assert.ok(await call('ListEndpointUses', {}, other))
    await assert.rejects(call('GetUsage', { Month: '2026-11' }, other), /AccessDeniedException/)
  })

  test('each process tells what it has seen, whatever others have written', async () => {
    const sub = await api.makeUser(poolId, 'late')
    const sql = api.openSql()
    const isActive = async () =>
      (await sql`select from monthly_active_users where sub = ${sub}`).length === 1
    await waitFor(isActive, { what: 'the creation' })
    await sql`delete from monthly_active_users where sub = ${sub}`
    const node = await api.addNode({ drainTimeoutMs: 500 })
    await node.cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: 'late' }))
    await waitFor(isActive, { what: 'the node that has not seen the user' })
  })
})
