// Users who were imported at the primary, on an ACTIVE secondary: they are there and sign in, those
// with a password hash, too, which a secondary cannot replace.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AdminGetUserCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { HASHED_PASSWORD, PASSWORD_HASHES } from '#test/support/password-hashes.js'
import {
  activateReplica,
  createPool,
  EAST,
  type ReplicatedPool,
} from '#test/support/replicated-pool.js'
import { notAuthorized } from '#test/support/test-api.js'
import { type RegionNode, startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import {
  createJob,
  csv,
  describeJob,
  endOf,
  IMPORT_HEADER,
  importFile,
  importRow,
  outcomeOf,
  startJob,
  upload,
} from '#test/support/user-imports.js'
import { waitFor } from '#test/support/wait.js'

const HEADER = [...IMPORT_HEADER, 'password_hash']
const INCORRECT = notAuthorized('Incorrect username or password.')

let stack: TwoNodes
before(async () => {
  stack = await startTwoNodes()
})
after(() => stack.close())

function signIn({ cognito }: RegionNode, pool: ReplicatedPool, username: string, password: string) {
  return cognito.send(
    new InitiateAuthCommand({
      ClientId: pool.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  )
}

test('imported users sign in at the secondary, by hashes that stay there', async () => {
  const pool = await createPool(stack, { settings: { AutoVerifiedAttributes: ['email'] } })
  await activateReplica(stack, pool.userPoolId)
  const { west, east } = stack
  const UserPoolId = pool.userPoolId
  const ada = importRow('ada', { password_hash: PASSWORD_HASHES.BCRYPT[0] })
  const job = await importFile(west, UserPoolId, csv([ada, importRow('bob')], HEADER), 'BCRYPT')
  assert.deepEqual(outcomeOf(job).users, [2, 0, 0])
  const known = async (Username: string) => {
    const { UserStatus } = await east.cognito.send(
      new AdminGetUserCommand({ UserPoolId, Username }),
    )
    return UserStatus
  }
  await waitFor(async () => (await known('bob')) === 'RESET_REQUIRED', { what: `bob in ${EAST}` })
  assert.equal(await known('ada'), 'CONFIRMED')
  const { Users } = await east.cognito.send(new ListUsersCommand({ UserPoolId }))
  assert.deepEqual(Users?.map(({ Username }) => Username).sort(), ['ada', 'bob'])
  await assert.rejects(createJob(east, UserPoolId), { name: 'OperationNotEnabledException' })
  // Again and again: nothing is replaced here.
  for (let times = 0; times < 2; times += 1) {
    const { AuthenticationResult } = await signIn(east, pool, 'ada', HASHED_PASSWORD)
    assert.ok(AuthenticationResult?.AccessToken)
    await assert.rejects(signIn(east, pool, 'ada', 'Wrong-horse-1'), INCORRECT)
  }
  await signIn(west, pool, 'ada', HASHED_PASSWORD)
  // What the primary wrote instead arrives, and the same password is right before and after.
  const { UserLastModifiedDate: at } = await west.cognito.send(
    new AdminGetUserCommand({ UserPoolId, Username: 'ada' }),
  )
  await waitFor(
    async () => {
      await signIn(east, pool, 'ada', HASHED_PASSWORD)
      const user = new AdminGetUserCommand({ UserPoolId, Username: 'ada' })
      const { UserLastModifiedDate } = await east.cognito.send(user)
      return UserLastModifiedDate?.getTime() === at?.getTime()
    },
    { what: `the verifier in ${EAST}` },
  )
  await signIn(east, pool, 'ada', HASHED_PASSWORD)
})

test('an import goes on after its Region was stopped, and all of it arrives', async () => {
  const pool = await createPool(stack, { settings: { AutoVerifiedAttributes: ['email'] } })
  await activateReplica(stack, pool.userPoolId)
  const { west, east } = stack
  const { userPoolId: UserPoolId } = pool
  const ROWS = 10_000
  const rows = Array.from({ length: ROWS }, (_, at) => importRow(`user-${at}`))
  const job = await createJob(west, UserPoolId)
  assert.equal((await upload(job, csv(rows))).status, 200)
  await startJob(west, job)
  const some = await waitFor(
    async () => (await describeJob(west, job)).ImportedUsers || undefined,
    { what: 'the first users', intervalMs: 5 },
  )
  assert.ok(some < ROWS)
  await west.stop()
  await west.start()
  assert.deepEqual(outcomeOf(await endOf(west, job)).users, [ROWS, 0, 0])
  const countIn = async ({ cognito }: RegionNode) => {
    const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }))
    return UserPool?.EstimatedNumberOfUsers
  }
  assert.equal(await countIn(west), ROWS)
  await waitFor(async () => (await countIn(east)) === ROWS, { what: `all users in ${EAST}` })
  const last = new AdminGetUserCommand({ UserPoolId, Username: `user-${ROWS - 1}` })
  assert.equal((await east.cognito.send(last)).UserStatus, 'RESET_REQUIRED')
})
