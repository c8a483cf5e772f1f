// Quotas of how many there are of something, also when many are created at once.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteGroupCommand,
  DeleteUserPoolCommand,
  ListGroupsCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { failure, startTestApi, type TestApi } from '#test/support/test-api.js'

const QUOTAS = { clients: 3, resourceServers: 4, groups: 5 }
const AT_ONCE = 12

/** How many calls got through; the others must have ended with this error. */
async function successes(calls: readonly Promise<unknown>[], error: object): Promise<number> {
  let succeeded = 0
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === 'fulfilled') succeeded += 1
    else await assert.rejects(Promise.reject(outcome.reason), error)
  }
  return succeeded
}

const atOnce = (call: (name: string) => Promise<unknown>) =>
  Array.from({ length: AT_ONCE }, (_, at) => call(`n${at}`))

const exceeded = (message: string) => failure('LimitExceededException', message)

describe('quotas of a pool', () => {
  let api: TestApi
  let UserPoolId: string
  before(async () => {
    api = await startTestApi({ quotas: QUOTAS })
    UserPoolId = await api.makePool()
  })
  after(() => api.stop())

  test('app clients', async () => {
    const create = (ClientName: string) =>
      api.cognito.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName }))
    const error = exceeded('A user pool has at most 3 app clients.')
    assert.equal(await successes(atOnce(create), error), QUOTAS.clients)
    // Another pool has its own.
    const other = { UserPoolId: await api.makePool(), ClientName: 'first' }
    await api.cognito.send(new CreateUserPoolClientCommand(other))
  })

  test('resource servers', async () => {
    const create = (Identifier: string) =>
      api.cognito.send(new CreateResourceServerCommand({ UserPoolId, Identifier, Name: 'API' }))
    const error = exceeded('A user pool has at most 4 resource servers.')
    assert.equal(await successes(atOnce(create), error), QUOTAS.resourceServers)
  })

  test('groups, with room again after a deletion', async () => {
    const create = (GroupName: string) =>
      api.cognito.send(new CreateGroupCommand({ UserPoolId, GroupName }))
    const error = exceeded('A user pool has at most 5 groups.')
    assert.equal(await successes(atOnce(create), error), QUOTAS.groups)
    const { Groups } = await api.cognito.send(new ListGroupsCommand({ UserPoolId }))
    assert.equal(Groups?.length, QUOTAS.groups)
    const GroupName = Groups?.[0]?.GroupName
    await api.cognito.send(new DeleteGroupCommand({ UserPoolId, GroupName }))
    await create('after')
    await assert.rejects(create('one-more'), error)
  })
})

describe('groups of a user', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  test('are 100 at most', async () => {
    const UserPoolId = await api.makePool()
    await api.makeUser(UserPoolId, 'alice')
    await api.makeUser(UserPoolId, 'bob')
    const names = Array.from({ length: 104 }, (_, at) => `g${at}`)
    for (const GroupName of names) {
      await api.cognito.send(new CreateGroupCommand({ UserPoolId, GroupName }))
    }
    const add = (GroupName: string, Username = 'alice') =>
      api.cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }))
    const error = failure('InvalidParameterException', 'A user can be in 100 groups at most.')
    const calls = names.map((name) => add(name))
    assert.equal(await successes(calls, error), 100)
    const { Groups } = await api.cognito.send(
      new AdminListGroupsForUserCommand({ UserPoolId, Username: 'alice', Limit: 60 }),
    )
    const [member] = Groups ?? []
    assert.ok(member?.GroupName)
    // Who is in a group already can be added again, and others have nothing to do with it.
    await add(member.GroupName)
    await add('g103', 'bob')
    const GroupName = member.GroupName
    const Username = 'alice'
    await api.cognito.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName }))
    await add(GroupName)
  })
})

describe('user pools of a Region', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi({ quotas: { userPools: 4 } })
  })
  after(() => api.stop())

  test('are as many as the quota says', async () => {
    const create = (PoolName: string) => api.cognito.send(new CreateUserPoolCommand({ PoolName }))
    const error = exceeded('An account has at most 4 user pools in a Region.')
    assert.equal(await successes(atOnce(create), error), 4)
    const { UserPools } = await api.cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }))
    assert.equal(UserPools?.length, 4)
    const UserPoolId = UserPools?.[0]?.Id
    await api.cognito.send(new DeleteUserPoolCommand({ UserPoolId }))
    await create('after')
    await assert.rejects(create('one-more'), error)
  })
})
