import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListUsersInGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

describe('groups', () => {
  let api: TestApi
  let UserPoolId: string
  let otherId: string
  before(async () => {
    api = await startTestApi()
    UserPoolId = await api.makePool({ PoolName: 'groups' })
    otherId = await api.makePool({ PoolName: 'other' })
  })
  after(() => api.stop())

  const absent = { name: 'ResourceNotFoundException' }
  const create = (GroupName: string, more: object = {}) =>
    api.cognito.send(new CreateGroupCommand({ UserPoolId, GroupName, ...more }))
  const find = (GroupName: string, poolId = UserPoolId) =>
    api.cognito.send(new GetGroupCommand({ UserPoolId: poolId, GroupName }))
  const makeUser = async (Username: string) => {
    await api.cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }),
    )
    return { UserPoolId, Username }
  }

  test('create, get, update, delete', async () => {
    const { Group } = await create('admins', { Description: 'All', Precedence: 0 })
    const { CreationDate, LastModifiedDate, ...rest } = required(Group, 'group')
    assert.equal(CreationDate?.getTime(), LastModifiedDate?.getTime())
    assert.deepEqual(rest, { GroupName: 'admins', UserPoolId, Description: 'All', Precedence: 0 })
    assert.deepEqual((await find('admins')).Group, Group)
    await assert.rejects(create('admins'), { name: 'GroupExistsException' })
    await assert.rejects(find('admins', otherId), absent)
    const RoleArn = 'arn:aws:iam::123456789012:role/admins'
    const change = new UpdateGroupCommand({ UserPoolId, GroupName: 'admins', RoleArn })
    assert.equal((await api.cognito.send(change)).Group?.RoleArn, RoleArn)
    assert.equal((await find('admins')).Group?.Description, 'All')
    const remove = new DeleteGroupCommand({ UserPoolId, GroupName: 'admins' })
    await api.cognito.send(remove)
    await assert.rejects(find('admins'), absent)
    await assert.rejects(api.cognito.send(remove), absent)
    await assert.rejects(api.cognito.send(change), absent)
  })

  test('groups are listed page by page, those of the pool only', async () => {
    for (const name of ['list-a', 'list-b', 'list-c']) await create(name)
    const list = (NextToken?: string, poolId = UserPoolId) =>
      api.cognito.send(new ListGroupsCommand({ UserPoolId: poolId, Limit: 2, NextToken }))
    const names: (string | undefined)[] = []
    let token: string | undefined
    do {
      const page = await list(token)
      names.push(...(page.Groups ?? []).map(({ GroupName }) => GroupName))
      token = page.NextToken
      if (token !== undefined) {
        await assert.rejects(list(token, otherId), { name: 'InvalidParameterException' })
      }
    } while (token !== undefined)
    assert.deepEqual(names, ['list-a', 'list-b', 'list-c'])
    assert.deepEqual((await list(undefined, otherId)).Groups, [])
  })

  test('users come and go', async () => {
    await create('crew')
    const ann = await makeUser('ann')
    await makeUser('bob')
    const crew = { UserPoolId, GroupName: 'crew' }
    const add = (Username: string, GroupName = 'crew') =>
      api.cognito.send(new AdminAddUserToGroupCommand({ ...crew, GroupName, Username }))
    await add('ann')
    await add('ann')
    await add('bob')
    await assert.rejects(add('nobody'), { name: 'UserNotFoundException' })
    await assert.rejects(add('ann', 'no-group'), absent)

    const of = await api.cognito.send(new AdminListGroupsForUserCommand(ann))
    assert.deepEqual(
      of.Groups?.map(({ GroupName }) => GroupName),
      ['crew'],
    )
    const users: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const command = new ListUsersInGroupCommand({ ...crew, Limit: 1, NextToken })
      const page = await api.cognito.send(command)
      for (const user of page.Users ?? []) {
        users.push(user.Username)
        assert.equal(user.Attributes?.[0]?.Name, 'sub')
        assert.equal(user.Enabled, true)
        assert.equal(user.UserStatus, 'FORCE_CHANGE_PASSWORD')
        assert(user.UserCreateDate instanceof Date && user.UserLastModifiedDate instanceof Date)
      }
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    assert.deepEqual(users.sort(), ['ann', 'bob'])

    const leave = new AdminRemoveUserFromGroupCommand({ ...crew, Username: 'ann' })
    await api.cognito.send(leave)
    await api.cognito.send(leave)
    const left = await api.cognito.send(new AdminListGroupsForUserCommand(ann))
    assert.deepEqual(left.Groups, [])
    const elsewhere = new ListUsersInGroupCommand({ ...crew, UserPoolId: otherId })
    await assert.rejects(api.cognito.send(elsewhere), absent)
    const unknown = new AdminListGroupsForUserCommand({ UserPoolId, Username: 'nobody' })
    await assert.rejects(api.cognito.send(unknown), { name: 'UserNotFoundException' })
  })
})
