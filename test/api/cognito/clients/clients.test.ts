import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AddUserPoolClientSecretCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolClientSecretCommand,
  DescribeUserPoolClientCommand,
  ListUserPoolClientSecretsCommand,
  ListUserPoolClientsCommand,
  TagResourceCommand,
  UpdateUserPoolClientCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import postgres from 'postgres'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

describe('app clients', () => {
  let api: TestApi
  let pool: UserPoolType
  let other: UserPoolType

  before(async () => {
    api = await startTestApi()
    const make = async (PoolName: string) =>
      required((await api.cognito.send(new CreateUserPoolCommand({ PoolName }))).UserPool, 'pool')
    pool = await make('clients')
    other = await make('other')
  })
  after(() => api.stop())

  async function create(input: Partial<CreateUserPoolClientCommandInput> = {}) {
    const command = new CreateUserPoolClientCommand({
      UserPoolId: pool.Id,
      ClientName: 'web',
      ...input,
    })
    return required((await api.cognito.send(command)).UserPoolClient, 'client')
  }

  const find = async (ClientId: string | undefined, UserPoolId = pool.Id) => {
    const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId })
    return required((await api.cognito.send(command)).UserPoolClient, 'client')
  }

  const refuses = (call: Promise<unknown>, name: string, message = /./) =>
    assert.rejects(call, (error: Error) => {
      assert.equal(error.name, name)
      assert.match(error.message, message)
      return true
    })

  test('a client of defaults', async () => {
    const client = await create()
    const { ClientId, CreationDate, LastModifiedDate, ...rest } = client
    assert.match(required(ClientId, 'ClientId'), /^[a-z0-9]{26}$/)
    assert.equal(CreationDate?.getTime(), LastModifiedDate?.getTime())
    assert.deepEqual(rest, {
      UserPoolId: pool.Id,
      ClientName: 'web',
      RefreshTokenValidity: 30,
      TokenValidityUnits: {},
      AllowedOAuthFlowsUserPoolClient: false,
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
      ClientType: 'REGULAR',
    })
    assert.deepEqual(await find(ClientId), client)
    await refuses(find(ClientId, other.Id), 'ResourceNotFoundException')
  })

  test('a secret is generated or brought along, not both', async () => {
    const generated = await create({ GenerateSecret: true })
    assert.match(required(generated.ClientSecret, 'secret'), /^[a-z0-9]{52}$/)
    assert.equal((await find(generated.ClientId)).ClientSecret, generated.ClientSecret)
    const own = 'abcdefghijklmnopqrstuvwx'
    assert.equal((await create({ ClientSecret: own })).ClientSecret, own)
    const both = create({ GenerateSecret: true, ClientSecret: own })
    await refuses(both, 'InvalidParameterException')
  })

  test('a tag of the pool chooses the ID of a client', async () => {
    const tags = { 'twinpool:client-id:chosen': 'mychosenclient' }
    await api.cognito.send(new TagResourceCommand({ ResourceArn: pool.Arn, Tags: tags }))
    assert.equal((await create({ ClientName: 'chosen' })).ClientId, 'mychosenclient')
    const again = create({ ClientName: 'chosen' })
    await refuses(again, 'InvalidParameterException', /already exists/)
    assert.notEqual((await create({ ClientName: 'web' })).ClientId, 'mychosenclient')
  })

  test('of those who choose one ID at once, one gets it and the others an error', async () => {
    const tags = { 'twinpool:client-id:raced': 'myracedclient' }
    for (const { Arn } of [pool, other]) {
      await api.cognito.send(new TagResourceCommand({ ResourceArn: Arn, Tags: tags }))
    }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        create({
          UserPoolId: n % 2 === 0 ? pool.Id : other.Id,
          ClientName: 'raced',
          GenerateSecret: true,
        }),
      ),
    )
    const made = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    assert.equal(made.length, 1)
    for (const each of outcomes) {
      if (each.status === 'fulfilled') continue
      assert.equal(each.reason.name, 'InvalidParameterException')
      assert.equal(each.reason.message, 'Client ID myracedclient already exists.')
    }
    const [winner] = made
    assert.equal(
      (await find('myracedclient', winner?.UserPoolId)).ClientSecret,
      winner?.ClientSecret,
    )
    const loser = winner?.UserPoolId === pool.Id ? other.Id : pool.Id
    await refuses(find('myracedclient', loser), 'ResourceNotFoundException')
    const { UserPoolId, ClientId } = required(winner, 'winner')
    // Either pool may have it, and later tests count the clients of both.
    await api.cognito.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
  })

  test('settings that cannot be are refused', async () => {
    const mixed = create({ ExplicitAuthFlows: ['USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'] })
    await refuses(mixed, 'InvalidParameterException')
    await refuses(create({ AccessTokenValidity: 25 }), 'InvalidParameterException', /validity/)
    const rotation = create({
      RefreshTokenRotation: { Feature: 'ENABLED' },
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    })
    await refuses(rotation, 'InvalidParameterException')
    await refuses(create({ ReadAttributes: ['custom:none'] }), 'InvalidParameterException')
    await refuses(create({ SupportedIdentityProviders: ['Google'] }), 'InvalidParameterException')
    const oauth = (AllowedOAuthFlows: CreateUserPoolClientCommandInput['AllowedOAuthFlows']) => ({
      AllowedOAuthFlows,
      AllowedOAuthScopes: ['nowhere/read'],
      AllowedOAuthFlowsUserPoolClient: true,
      GenerateSecret: true,
    })
    await refuses(create(oauth(['client_credentials'])), 'ScopeDoesNotExistException')
    await refuses(create(oauth(['client_credentials', 'code'])), 'InvalidOAuthFlowException')
    const secretless = create({ ...oauth(['client_credentials']), GenerateSecret: false })
    await refuses(secretless, 'InvalidOAuthFlowException')
  })

  test('a machine client may have the scopes of its own pool', async () => {
    await api.cognito.send(
      new CreateResourceServerCommand({
        UserPoolId: pool.Id,
        Identifier: 'https://api.example',
        Name: 'api',
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads' }],
      }),
    )
    const machine = {
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials' as const],
      AllowedOAuthScopes: ['https://api.example/read'],
      AllowedOAuthFlowsUserPoolClient: true,
    }
    const client = await create(machine)
    assert.deepEqual(client.AllowedOAuthScopes, ['https://api.example/read'])
    await refuses(create({ ...machine, UserPoolId: other.Id }), 'ScopeDoesNotExistException')
  })

  test('an update sets omitted settings to their defaults and keeps secret and name', async () => {
    const client = await create({
      ClientName: 'named',
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 10,
      TokenValidityUnits: { AccessToken: 'minutes' },
    })
    const update = { UserPoolId: pool.Id, ClientId: client.ClientId, RefreshTokenValidity: 5 }
    await api.cognito.send(new UpdateUserPoolClientCommand(update))
    const { LastModifiedDate, ...updated } = await find(client.ClientId)
    assert(required(LastModifiedDate, 'date') >= required(client.LastModifiedDate, 'date'))
    assert.deepEqual(updated, {
      UserPoolId: pool.Id,
      ClientName: 'named',
      ClientId: client.ClientId,
      ClientSecret: client.ClientSecret,
      CreationDate: client.CreationDate,
      RefreshTokenValidity: 5,
      TokenValidityUnits: {},
      AllowedOAuthFlowsUserPoolClient: false,
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
      ClientType: 'REGULAR',
    })
    const elsewhere = { ...update, UserPoolId: other.Id }
    const call = api.cognito.send(new UpdateUserPoolClientCommand(elsewhere))
    await refuses(call, 'ResourceNotFoundException')
  })

  test('clients are deleted in their own pool', async () => {
    const { ClientId } = await create({ GenerateSecret: true })
    const remove = (UserPoolId: string | undefined) =>
      api.cognito.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
    await refuses(remove(other.Id), 'ResourceNotFoundException')
    await remove(pool.Id)
    await refuses(find(ClientId), 'ResourceNotFoundException')
    await refuses(remove(pool.Id), 'ResourceNotFoundException')
  })

  test('clients are listed page by page, those of the pool only', async () => {
    const listed: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await api.cognito.send(
        new ListUserPoolClientsCommand({ UserPoolId: pool.Id, MaxResults: 2, NextToken }),
      )
      for (const client of page.UserPoolClients ?? []) {
        assert.deepEqual(Object.keys(client).sort(), ['ClientId', 'ClientName', 'UserPoolId'])
        listed.push(client.ClientId)
      }
      const stolen = page.NextToken
      if (stolen !== undefined) {
        const command = { UserPoolId: other.Id, MaxResults: 2, NextToken: stolen }
        const call = api.cognito.send(new ListUserPoolClientsCommand(command))
        await refuses(call, 'InvalidParameterException')
      }
      NextToken = stolen
    } while (NextToken !== undefined)
    assert(listed.length > 2)
    assert.equal(new Set(listed).size, listed.length)
    const none = await api.cognito.send(new ListUserPoolClientsCommand({ UserPoolId: other.Id }))
    assert.deepEqual(none.UserPoolClients, [])
  })

  test('secrets are rotated: two at most, one at least', async () => {
    const client = await create({ GenerateSecret: true })
    const at = { UserPoolId: pool.Id, ClientId: client.ClientId }
    const add = (ClientSecret?: string) =>
      api.cognito.send(new AddUserPoolClientSecretCommand({ ...at, ClientSecret }))
    const list = async () =>
      (await api.cognito.send(new ListUserPoolClientSecretsCommand(at))).ClientSecrets ?? []
    const remove = (ClientSecretId: string | undefined) =>
      api.cognito.send(new DeleteUserPoolClientSecretCommand({ ...at, ClientSecretId }))

    const [first] = await list()
    assert.match(required(first?.ClientSecretId, 'ID'), new RegExp(`^${client.ClientId}--\\d+$`))
    assert.equal(first?.ClientSecretValue, undefined)
    await refuses(remove(first?.ClientSecretId), 'InvalidParameterException', /last secret/)
    await refuses(add(client.ClientSecret), 'InvalidParameterException')

    const { ClientSecretDescriptor: second } = await add()
    assert.match(required(second?.ClientSecretValue, 'value'), /^[a-z0-9]{52}$/)
    await refuses(add(), 'LimitExceededException')
    assert.deepEqual(
      (await list()).map(({ ClientSecretId }) => ClientSecretId),
      [first?.ClientSecretId, second?.ClientSecretId],
    )
    await remove(first?.ClientSecretId)
    await refuses(remove(first?.ClientSecretId), 'ResourceNotFoundException')
    assert.equal((await find(client.ClientId)).ClientSecret, second?.ClientSecretValue)

    const { ClientSecretDescriptor: own } = await add('abcdefghijklmnopqrstuvwx')
    assert.equal(own?.ClientSecretValue, undefined)
    const open = await create()
    const call = new AddUserPoolClientSecretCommand({ ...at, ClientId: open.ClientId })
    await refuses(api.cognito.send(call), 'InvalidParameterException', /without a secret/)
  })
  test('calls at one moment neither take the last secret nor add a third', async () => {
    const client = await create({ GenerateSecret: true })
    const at = { UserPoolId: pool.Id, ClientId: client.ClientId }
    const list = async () =>
      (await api.cognito.send(new ListUserPoolClientSecretsCommand(at))).ClientSecrets ?? []
    const add = () => api.cognito.send(new AddUserPoolClientSecretCommand(at))
    const remove = (ClientSecretId: string | undefined) =>
      api.cognito.send(new DeleteUserPoolClientSecretCommand({ ...at, ClientSecretId }))
    for (let round = 0; round < 8; round += 1) {
      const added = await Promise.allSettled([add(), add(), add()])
      assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 1)
      for (const each of added) {
        if (each.status === 'rejected') assert.equal(each.reason.name, 'LimitExceededException')
      }
      const both = await list()
      assert.equal(both.length, 2)
      const removed = await Promise.allSettled(
        both.map(({ ClientSecretId }) => remove(ClientSecretId)),
      )
      assert.equal(removed.filter(({ status }) => status === 'fulfilled').length, 1)
      for (const each of removed) {
        if (each.status === 'fulfilled') continue
        assert.equal(each.reason.name, 'InvalidParameterException')
        assert.match(each.reason.message, /last secret/)
      }
      assert.equal((await list()).length, 1)
    }
  })

  test('no secret outlives its client', async () => {
    const { ClientId } = await create({ GenerateSecret: true })
    const at = { UserPoolId: pool.Id, ClientId }
    const [first] =
      (await api.cognito.send(new ListUserPoolClientSecretsCommand(at))).ClientSecrets ?? []
    await Promise.allSettled([
      api.cognito.send(new AddUserPoolClientSecretCommand(at)),
      api.cognito.send(new DeleteUserPoolClientCommand(at)),
      api.cognito.send(new AddUserPoolClientSecretCommand(at)),
    ])
    const add = api.cognito.send(new AddUserPoolClientSecretCommand(at))
    await refuses(add, 'ResourceNotFoundException')
    const { ClientSecretId } = required(first, 'secret')
    const remove = new DeleteUserPoolClientSecretCommand({ ...at, ClientSecretId })
    await refuses(api.cognito.send(remove), 'ResourceNotFoundException', /client/)
    const sql = postgres(api.config.database.url, { max: 1 })
    const rows = await sql`select from client_secrets where client_id = ${ClientId ?? ''}`
    await sql.end()
    assert.equal(rows.length, 0)
  })
})
