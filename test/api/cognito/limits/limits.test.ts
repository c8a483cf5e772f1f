// Rates of requests: what is provisioned, and what happens beyond it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  CreateResourceServerCommand,
  CreateUserPoolDomainCommand,
  GetProvisionedLimitCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
  UpdateProvisionedLimitCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'

const definition = (Category: string) => ({
  LimitClass: 'API_CATEGORY' as const,
  Attributes: { Category },
})

describe('provisioned limits', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  const find = (category: string) =>
    api.cognito.send(new GetProvisionedLimitCommand({ LimitDefinition: definition(category) }))
  const update = (category: string, RequestedLimitValue: number) =>
    api.cognito.send(
      new UpdateProvisionedLimitCommand({
        LimitDefinition: definition(category),
        RequestedLimitValue,
      }),
    )

  test('are the defaults, and then what was asked for', async () => {
    const LimitDefinition = definition('UserCreation')
    const { Limit } = await find('UserCreation')
    assert.deepEqual(Limit, { LimitDefinition, ProvisionedLimitValue: 50, FreeLimitValue: 50 })
    const raised = { LimitDefinition, ProvisionedLimitValue: 500, FreeLimitValue: 50 }
    assert.deepEqual((await update('UserCreation', 500)).Limit, raised)
    assert.deepEqual((await find('UserCreation')).Limit, raised)
    await update('UserCreation', 50)
    assert.equal((await find('UserCreation')).Limit?.ProvisionedLimitValue, 50)
    assert.equal((await find('LimitManagement')).Limit?.FreeLimitValue, 1)
  })

  test('are between the default and the maximum, and of adjustable categories', async () => {
    await assert.rejects(update('UserCreation', 49), {
      name: 'InvalidParameterException',
      message: 'RequestedLimitValue must not be less than the default limit of 50.',
    })
    await assert.rejects(update('UserCreation', 501), {
      name: 'ServiceQuotaExceededException',
      message: 'RequestedLimitValue must not be more than the maximum of this account, 500.',
    })
    await assert.rejects(update('UserUpdate', 30), {
      name: 'InvalidParameterException',
      message: 'The limit of UserUpdate is not adjustable.',
    })
    assert.equal((await find('UserCreation')).Limit?.ProvisionedLimitValue, 50)
  })

  test('belong to a category that there is', async () => {
    const absent = { name: 'ResourceNotFoundException' }
    await assert.rejects(find('UserDeletion'), absent)
    await assert.rejects(find('toString'), absent)
    await assert.rejects(update('UserDeletion', 50), absent)
    const LimitDefinition = { LimitClass: 'API_CATEGORY' as const, Attributes: {} }
    await assert.rejects(api.cognito.send(new GetProvisionedLimitCommand({ LimitDefinition })), {
      name: 'InvalidParameterException',
      message: 'LimitDefinition must have Category as its only attribute.',
    })
  })
})

describe('a Region that enforces rates', () => {
  let api: TestApi
  let client: TestClient
  let Username: string
  before(async () => {
    api = await startTestApi({ rates: { enforced: true } })
    const UserPoolId = await api.makePool({ PoolName: 'busy' })
    client = await api.makeClient(UserPoolId)
    Username = 'ada'
    await api.makeUser(UserPoolId, Username)
  })
  after(() => api.stop())

  /**
   * Calls as often as said, all at once: how many got through, of how many that might in the
   * seconds that it took, and what the others read.
   */
  async function race(calls: number, rate: number, call: (n: number) => Promise<unknown>) {
    const begunAt = Math.floor(Date.now() / 1000)
    const outcomes = await Promise.allSettled(Array.from({ length: calls }, (_, n) => call(n)))
    const seconds = Math.floor(Date.now() / 1000) - begunAt + 1
    const passed = outcomes.filter(({ status }) => status === 'fulfilled').length
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [`${outcome.reason.name}: ${outcome.reason.message}`] : [],
    )
    return { passed, mostPassed: rate * seconds, refused: new Set(refused) }
  }
  const REFUSED = new Set(['TooManyRequestsException: Too many requests'])
  const PoolId = () => client.poolId

  test('refuses what is beyond the rate of one user, and no other user', async () => {
    const get = () => api.cognito.send(new AdminGetUserCommand({ UserPoolId: PoolId(), Username }))
    const { passed, mostPassed, refused } = await race(60, 10, get)
    assert.deepEqual(refused, REFUSED)
    assert.ok(passed >= 10 && passed <= mostPassed, `${passed} of ${mostPassed}`)
    await api.makeUser(PoolId(), 'bob')
    await api.cognito.send(new AdminGetUserCommand({ UserPoolId: PoolId(), Username: 'bob' }))
  })

  test('refuses what is beyond the rate of a category, of names without a user, too', async () => {
    const signIn = (n: number) =>
      api.cognito
        .send(
          new InitiateAuthCommand({
            AuthFlow: 'USER_PASSWORD_AUTH',
            ClientId: client.clientId,
            AuthParameters: { USERNAME: `nobody-${n}`, PASSWORD },
          }),
        )
        .catch((error: Error) => {
          // Whoever got through was told that there is no such user.
          if (error.name !== 'UserNotFoundException') throw error
        })
    const { passed, mostPassed, refused } = await race(400, 120, signIn)
    assert.ok(passed >= 120 && passed <= mostPassed, `${passed} of ${mostPassed}`)
    if (passed < 400) assert.deepEqual(refused, REFUSED)
  })

  test('refuses more than five of one operation for a pool', async () => {
    const list = (UserPoolId: string) => api.cognito.send(new ListGroupsCommand({ UserPoolId }))
    const { passed, mostPassed, refused } = await race(40, 5, () => list(PoolId()))
    assert.deepEqual(refused, REFUSED)
    assert.ok(passed >= 5 && passed <= mostPassed, `${passed} of ${mostPassed}`)
  })

  test('refuses machines that ask too often, by status 429', async () => {
    const domain = 'busy-machines'
    const UserPoolId = PoolId()
    await api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: domain }))
    const scope = { ScopeName: 'read', ScopeDescription: 'Reads' }
    await api.cognito.send(
      new CreateResourceServerCommand({
        UserPoolId,
        Identifier: 'orders',
        Name: 'orders',
        Scopes: [scope],
      }),
    )
    const machine = await api.makeClient(UserPoolId, {
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
    })
    const basic = Buffer.from(`${machine.clientId}:${machine.secret}`).toString('base64')
    const ask = async () => {
      const response = await fetch(`${api.endpoint}/domain/${domain}/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${basic}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      })
      return { status: response.status, body: await response.text() }
    }
    const responses = await api.atOnce(() => Promise.all(Array.from({ length: 400 }, ask)))
    const refused = responses.filter(({ status }) => status === 429)
    assert.equal(
      responses.length,
      refused.length + responses.filter((r) => r.status === 200).length,
    )
    assert.ok(refused.length > 0)
    const body = '{"error":"slow_down","error_description":"Too many requests"}'
    assert.deepEqual(new Set(refused.map((response) => response.body)), new Set([body]))
  })
})
