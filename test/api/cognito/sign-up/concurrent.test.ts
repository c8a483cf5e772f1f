// Confirmations at once, more than there are connections to the database. A transaction that asked
// for a second connection while it holds one would wait for its own kind: with as many transactions
// as connections none could go on, and every other call of the node would wait with them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  ConfirmSignUpCommand,
  DescribeUserPoolCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { watchStatements } from '#test/support/statements.js'
import { attributeList, PASSWORD, startTestApi, type TestApi } from '#test/support/test-api.js'

const POOL_SIZE = 4
const CALLS = 9

describe('confirmations at once', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi({ poolSize: POOL_SIZE })
  })
  after(() => api.stop())

  test('more forced confirmations than connections all succeed', { timeout: 60_000 }, async () => {
    const poolId = await api.makePool({
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
    const { clientId } = await api.makeClient(poolId)
    const { cognito } = api
    const names = Array.from({ length: CALLS }, (_, n) => `user-${n}`)
    for (const Username of names) {
      const UserAttributes = attributeList({ email: 'shared@example.com' })
      await cognito.send(
        new SignUpCommand({ ClientId: clientId, Username, Password: PASSWORD, UserAttributes }),
      )
    }
    const codes = await Promise.all(names.map((name) => api.code(poolId, name)))
    const watch = watchStatements()
    const confirmations = names.map((Username, n) =>
      cognito.send(
        new ConfirmSignUpCommand({
          ClientId: clientId,
          Username,
          ConfirmationCode: codes[n],
          ForceAliasCreation: true,
        }),
      ),
    )
    const unrelated = cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))
    const [outcomes] = await Promise.all([Promise.allSettled(confirmations), unrelated])
    watch.stop()
    assert.ok(watch.statements > CALLS * 5, `saw ${watch.statements} statements`)
    assert.deepEqual(watch.violations, [])
    assert.deepEqual(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])),
      [],
    )
    const users = await Promise.all(
      names.map((Username) =>
        cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username })),
      ),
    )
    const isVerified = users.map(
      ({ UserAttributes }) =>
        UserAttributes?.find(({ Name }) => Name === 'email_verified')?.Value === 'true',
    )
    assert.deepEqual(
      users.map(({ UserStatus }) => UserStatus),
      names.map(() => 'CONFIRMED'),
    )
    assert.equal(isVerified.filter(Boolean).length, 1, 'one of them holds the alias in the end')
  })
})
