// Machines that get their tokens from the API, without a domain.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AddUserPoolClientSecretCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  GetClientTokenCommand,
  GetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { watchStatements } from '#test/support/statements.js'
import {
  claimsOf,
  failure,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const SCOPES = ['orders/read', 'orders/write']
const MACHINE = {
  GenerateSecret: true,
  ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
  AllowedOAuthScopes: [...SCOPES, 'openid'],
}

describe('GetClientToken', () => {
  let api: TestApi
  let machine: TestClient
  let other: TestClient

  before(async () => {
    api = await startTestApi()
    machine = await makeMachine()
    other = await makeMachine()
  })
  after(() => api.stop())

  async function makeMachine(): Promise<TestClient> {
    const UserPoolId = await api.makePool()
    const Scopes = ['read', 'write'].map((name) => ({ ScopeName: name, ScopeDescription: name }))
    const server = { UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes }
    await api.cognito.send(new CreateResourceServerCommand(server))
    return api.makeClient(UserPoolId, MACHINE)
  }

  async function ask(client: TestClient, input: { Scopes?: string[]; Secret?: string } = {}) {
    const Secret = required(input.Secret ?? client.secret, 'secret')
    const command = new GetClientTokenCommand({ ClientId: client.clientId, ...input, Secret })
    const { ClientAuthenticationResult: result } = await api.cognito.send(command)
    return required(result, 'result')
  }

  test('a token for all scopes of the client, but none of people', async () => {
    const { AccessToken, ...rest } = await ask(machine)
    assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' })
    const claims = claimsOf(required(AccessToken, 'token'))
    assert.equal(claims['scope'], 'orders/read orders/write')
    assert.deepEqual([claims['sub'], claims['client_id']], [machine.clientId, machine.clientId])
    assert.equal(claims['token_use'], 'access')
    assert.deepEqual([claims['username'], claims['origin_jti']], [undefined, undefined])
  })

  test('a token for those that are asked for', async () => {
    const { AccessToken } = await ask(machine, { Scopes: ['orders/write', 'orders/write'] })
    assert.equal(claimsOf(required(AccessToken, 'token'))['scope'], 'orders/write')
  })

  test('either of two secrets', async () => {
    const added = await api.cognito.send(
      new AddUserPoolClientSecretCommand({
        UserPoolId: other.poolId,
        ClientId: other.clientId,
      }),
    )
    const Secret = required(added.ClientSecretDescriptor?.ClientSecretValue, 'secret')
    await ask(other)
    await ask(other, { Secret })
  })

  test('scopes of others', async () => {
    for (const scope of ['openid', 'orders/delete', 'aws.cognito.signin.user.admin']) {
      await assert.rejects(
        ask(machine, { Scopes: ['orders/read', scope] }),
        failure('InvalidParameterException', 'Invalid scope requested.'),
      )
    }
    const bare = await api.makeClient(machine.poolId, { ...MACHINE, AllowedOAuthScopes: [] })
    await assert.rejects(
      ask(bare),
      failure('InvalidParameterException', 'Invalid scope requested.'),
    )
  })

  test('wrong secrets, and clients without one', async () => {
    const people = await api.makeClient(machine.poolId)
    for (const client of [machine, people]) {
      await assert.rejects(
        ask(client, { Secret: required(other.secret, 'secret') }),
        failure('NotAuthorizedException', `Invalid client secret for client ${client.clientId}`),
      )
    }
    await assert.rejects(
      ask({ ...machine, clientId: 'a'.repeat(26) }),
      failure('ResourceNotFoundException', `User pool client ${'a'.repeat(26)} does not exist.`),
    )
  })

  test('clients of the other flows', async () => {
    const clients = [
      await api.makeClient(machine.poolId, {
        GenerateSecret: true,
        AllowedOAuthScopes: SCOPES,
      }),
      // That of the token endpoint.
      await api.makeClient(machine.poolId, {
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: SCOPES,
      }),
    ]
    for (const client of clients) {
      await assert.rejects(
        ask(client),
        failure('InvalidParameterException', 'CLIENT_TOKEN_AUTH flow not enabled for this client'),
      )
    }
  })

  test('the flow stands alone and needs a secret', async () => {
    const create = (input: object) =>
      api.cognito.send(
        new CreateUserPoolClientCommand({
          UserPoolId: machine.poolId,
          ClientName: 'both',
          ...MACHINE,
          ...input,
        }),
      )
    const both = ['ALLOW_CLIENT_TOKEN_AUTH' as never, 'ALLOW_USER_SRP_AUTH' as never]
    await assert.rejects(
      create({ ExplicitAuthFlows: both }),
      failure(
        'InvalidParameterException',
        'ALLOW_CLIENT_TOKEN_AUTH cannot be used together with other flows.',
      ),
    )
    await assert.rejects(
      create({ GenerateSecret: false }),
      failure('InvalidParameterException', 'ALLOW_CLIENT_TOKEN_AUTH needs a client with a secret.'),
    )
  })

  test('the token of a machine is none of a person', async () => {
    const { AccessToken } = await ask(machine)
    await assert.rejects(
      api.cognito.send(new GetUserCommand({ AccessToken })),
      failure('NotAuthorizedException', 'Invalid Access Token'),
    )
  })

  test('a warm one takes no statement', async () => {
    await ask(machine)
    const watch = watchStatements()
    try {
      await ask(machine)
      // Beats and the like of the node run beside it: the smallest of some counts.
      let fewest = Number.POSITIVE_INFINITY
      for (let round = 0; round < 5; round += 1) {
        const before = watch.statements
        await ask(machine)
        fewest = Math.min(fewest, watch.statements - before)
      }
      assert.equal(fewest, 0)
    } finally {
      watch.stop()
    }
  })
})
