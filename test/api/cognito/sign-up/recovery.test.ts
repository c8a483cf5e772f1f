// To whom and whereto a forgotten password's code goes: the pool's AccountRecoverySetting.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type AccountRecoverySettingType,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  ForgotPasswordCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  claimsOf,
  notAuthorized,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const ADDRESSES = { email: 'ada@example.com', phone_number: '+12065550111' }
const PROVEN = { ...ADDRESSES, email_verified: 'true', phone_number_verified: 'true' }

describe('account recovery', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  async function makeApp(setting?: AccountRecoverySettingType): Promise<TestClient> {
    const poolId = await api.makePool(setting && { AccountRecoverySetting: setting })
    return api.makeClient(poolId)
  }
  const forgot = async ({ clientId }: TestClient, Username: string) =>
    (await api.cognito.send(new ForgotPasswordCommand({ ClientId: clientId, Username })))
      .CodeDeliveryDetails?.AttributeName

  test('a pool that says nothing recovers by e-mail first, then by phone', async () => {
    const app = await makeApp()
    await api.makeUser(app.poolId, 'both', PROVEN)
    await api.makeUser(app.poolId, 'phone', { ...PROVEN, email_verified: 'false' })
    assert.equal(await forgot(app, 'both'), 'email')
    assert.equal(await forgot(app, 'phone'), 'phone_number')
  })

  test('an empty setting keeps the older order, and priorities count', async () => {
    const legacy = await makeApp({})
    await api.makeUser(legacy.poolId, 'both', PROVEN)
    assert.equal(await forgot(legacy, 'both'), 'phone_number')
    const reversed = await makeApp({
      RecoveryMechanisms: [
        { Priority: 2, Name: 'verified_email' },
        { Priority: 1, Name: 'verified_phone_number' },
      ],
    })
    await api.makeUser(reversed.poolId, 'both', PROVEN)
    assert.equal(await forgot(reversed, 'both'), 'phone_number')
  })

  test('an address that was marked verified as "True" is verified', async () => {
    const app = await makeApp()
    await api.makeUser(app.poolId, 'ada', { ...ADDRESSES, email_verified: 'True' })
    assert.equal(await forgot(app, 'ada'), 'email')
    assert.equal(claimsOf((await api.signIn(app, 'ada')).id)['email_verified'], true)
    await api.makeUser(app.poolId, 'eve', { ...ADDRESSES, email_verified: 'False' })
    await assert.rejects(forgot(app, 'eve'), { name: 'InvalidParameterException' })
  })

  test('where only an administrator resets passwords, no user gets a code', async () => {
    const app = await makeApp({ RecoveryMechanisms: [{ Priority: 1, Name: 'admin_only' }] })
    await api.makeUser(app.poolId, 'ada', PROVEN)
    const contact = notAuthorized('Contact administrator to reset password.')
    await assert.rejects(forgot(app, 'ada'), contact)
    await assert.rejects(forgot(app, 'nobody'), contact)
    assert.deepEqual(await api.messages(app.poolId, 'ada'), [])
  })

  test('mechanisms that contradict each other are refused', async () => {
    const mail = { Priority: 1, Name: 'verified_email' } as const
    const phone = { Priority: 1, Name: 'verified_phone_number' } as const
    const admin = { Priority: 2, Name: 'admin_only' } as const
    const start = 'Invalid account recovery setting parameter. '
    for (const [mechanisms, rest] of [
      [
        [mail, admin],
        'Account Recovery Setting cannot use admin_only setting with any other recovery ' +
          'mechanisms.',
      ],
      [[mail, { ...mail, Priority: 2 }], 'A recovery mechanism is given twice.'],
      [[mail, phone], 'Two mechanisms have the same priority.'],
    ] as const) {
      const AccountRecoverySetting = { RecoveryMechanisms: [...mechanisms] }
      const refusal = { name: 'InvalidParameterException', message: start + rest }
      await assert.rejects(api.makePool({ AccountRecoverySetting }), refusal)
      const { poolId: UserPoolId } = await makeApp()
      const update = new UpdateUserPoolCommand({ UserPoolId, AccountRecoverySetting })
      await assert.rejects(api.cognito.send(update), refusal)
    }
  })

  test('the password of a disabled user is not reset', async () => {
    const { poolId: UserPoolId } = await makeApp()
    await api.makeUser(UserPoolId, 'ada', PROVEN)
    const user = { UserPoolId, Username: 'ada' }
    await api.cognito.send(new AdminDisableUserCommand(user))
    const reset = api.cognito.send(new AdminResetUserPasswordCommand(user))
    await assert.rejects(reset, notAuthorized('User is disabled.'))
    const { UserStatus } = await api.cognito.send(new AdminGetUserCommand(user))
    assert.equal(UserStatus, 'CONFIRMED')
    assert.deepEqual(await api.messages(UserPoolId, 'ada'), [])
  })
})
