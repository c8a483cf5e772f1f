import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateResourceServerCommand,
  DeleteResourceServerCommand,
  DescribeResourceServerCommand,
  ListResourceServersCommand,
  UpdateResourceServerCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

describe('resource servers', () => {
  let api: TestApi
  let UserPoolId: string
  let otherId: string
  before(async () => {
    api = await startTestApi()
    UserPoolId = await api.makePool({ PoolName: 'servers' })
    otherId = await api.makePool({ PoolName: 'other' })
  })
  after(() => api.stop())

  const read = { ScopeName: 'read', ScopeDescription: 'Reads' }
  const write = { ScopeName: 'write', ScopeDescription: 'Writes' }
  const create = (Identifier: string, Scopes = [read]) =>
    api.cognito.send(
      new CreateResourceServerCommand({ UserPoolId, Identifier, Name: 'api', Scopes }),
    )
  const find = (Identifier: string, poolId = UserPoolId) =>
    api.cognito.send(new DescribeResourceServerCommand({ UserPoolId: poolId, Identifier }))

  test('create, describe, update, delete', async () => {
    const expected = { UserPoolId, Identifier: 'orders', Name: 'api', Scopes: [read] }
    assert.deepEqual((await create('orders')).ResourceServer, expected)
    assert.deepEqual((await find('orders')).ResourceServer, expected)
    await assert.rejects(create('orders'), { name: 'InvalidParameterException' })
    await assert.rejects(find('orders', otherId), { name: 'ResourceNotFoundException' })
    const change = { UserPoolId, Identifier: 'orders', Name: 'new', Scopes: [read, write] }
    const updated = await api.cognito.send(new UpdateResourceServerCommand(change))
    assert.deepEqual(updated.ResourceServer, change)
    assert.deepEqual((await find('orders')).ResourceServer, change)
    const remove = new DeleteResourceServerCommand({ UserPoolId, Identifier: 'orders' })
    await api.cognito.send(remove)
    await assert.rejects(find('orders'), { name: 'ResourceNotFoundException' })
    await assert.rejects(api.cognito.send(remove), { name: 'ResourceNotFoundException' })
    const absent = api.cognito.send(new UpdateResourceServerCommand(change))
    await assert.rejects(absent, { name: 'ResourceNotFoundException' })
  })

  test('a scope is named once', async () => {
    await assert.rejects(create('twice', [read, read]), { name: 'InvalidParameterException' })
  })

  test('they are listed page by page', async () => {
    for (const name of ['list-a', 'list-b', 'list-c']) await create(name)
    const list = (NextToken?: string, poolId = UserPoolId) =>
      api.cognito.send(
        new ListResourceServersCommand({ UserPoolId: poolId, MaxResults: 2, NextToken }),
      )
    const first = await list()
    const second = await list(first.NextToken)
    const all = [...(first.ResourceServers ?? []), ...(second.ResourceServers ?? [])]
    assert.deepEqual(
      all.map(({ Identifier }) => Identifier),
      ['list-a', 'list-b', 'list-c'],
    )
    assert.equal(second.NextToken, undefined)
    const stolen = list(first.NextToken, otherId)
    await assert.rejects(stolen, { name: 'InvalidParameterException' })
    assert.deepEqual((await list(undefined, otherId)).ResourceServers, [])
  })
})
