// A pool that one process deletes and creates again under its ID, while another process of the same
// database has the keys of the first one in memory.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

const POOL = 'us-west-2_Again1234'
let one: TestApi
let two: CognitoIdentityProviderClient

before(async () => {
  one = await startTestApi()
  two = (await one.addNode()).cognito
})
after(() => one.stop())

const create = (name: string) =>
  one.cognito.send(
    new CreateUserPoolCommand({
      PoolName: name,
      UserPoolTags: { 'twinpool:user-pool-id': POOL },
    }),
  )
const addUser = (cognito: CognitoIdentityProviderClient, name: string) =>
  cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: POOL,
      Username: name,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }],
    }),
  )
const namesAt = async (cognito: CognitoIdentityProviderClient) => {
  const { Users = [] } = await cognito.send(new ListUsersCommand({ UserPoolId: POOL }))
  return Users.map(({ Username }) => Username).sort()
}

test('users made through the other process are sealed under the keys of the new pool', async () => {
  for (const round of [1, 2]) {
    await create(`round ${round}`)
    await waitFor(
      async () => {
        const found = await two.send(new DescribeUserPoolCommand({ UserPoolId: POOL }))
        return found.UserPool?.Name === `round ${round}`
      },
      { what: 'the other process to know the pool' },
    )
    await addUser(two, 'ada')
    await addUser(one.cognito, 'ben')
    for (const cognito of [one.cognito, two]) {
      assert.deepEqual(await namesAt(cognito), ['ada', 'ben'])
      const named = { UserPoolId: POOL, Username: 'ada' }
      assert.equal((await cognito.send(new AdminGetUserCommand(named))).Username, 'ada')
      await assert.rejects(addUser(cognito, 'ben'), { name: 'UsernameExistsException' })
    }
    await one.cognito.send(new DeleteUserPoolCommand({ UserPoolId: POOL }))
  }
})
