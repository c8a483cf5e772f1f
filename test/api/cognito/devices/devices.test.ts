// Devices: announced by a sign-in, confirmed, remembered, and then signing in by a proof of their
// own in place of a second factor.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminForgetDeviceCommand,
  AdminGetDeviceCommand,
  AdminListDevicesCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminUpdateDeviceStatusCommand,
  ConfirmDeviceCommand,
  type CreateUserPoolCommandInput,
  ForgetDeviceCommand,
  GetDeviceCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ListDevicesCommand,
  SetUserPoolMfaConfigCommand,
  UpdateDeviceStatusCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js'
import { required } from '#base/assert.js'
import { decodeJwt } from '#domain/token/jwt.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { begin, confirm, keptOf, proveDevice, signInAnew } from './people.js'

const ABSENT = { name: 'ResourceNotFoundException', message: 'Device does not exist.' }
const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const ALWAYS = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }
const OPT_IN = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }

interface Place {
  readonly poolId: string
  readonly app: TestClient
}

describe('devices', () => {
  let api: TestApi
  let always: Place
  let optIn: Place
  before(async () => {
    api = await startTestApi()
    always = await makePlace(ALWAYS)
    optIn = await makePlace(OPT_IN)
  })
  after(() => api.stop())

  async function makePlace(
    DeviceConfiguration: CreateUserPoolCommandInput['DeviceConfiguration'],
  ): Promise<Place> {
    const poolId = await api.makePool({ DeviceConfiguration })
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: 'OPTIONAL',
        SmsMfaConfiguration: {
          SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
        },
      }),
    )
    return { poolId, app: await api.makeClient(poolId) }
  }

  /** A user who signs in with codes by SMS on devices that are not remembered. */
  async function makeTexter({ poolId }: Place, name: string): Promise<void> {
    await api.makeUser(poolId, name, { phone_number: '+12065550100' })
  }
  const preferSms = ({ poolId }: Place, Username: string) =>
    api.cognito.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: poolId,
        Username,
        SMSMfaSettings: { Enabled: true, PreferredMfa: true },
      }),
    )
  const attributesOf = (device: {
    readonly DeviceAttributes?:
      | { Name?: string | undefined; Value?: string | undefined }[]
      | undefined
  }) => Object.fromEntries((device.DeviceAttributes ?? []).map(({ Name, Value }) => [Name, Value]))

  test('a remembered device proves itself in place of a second factor', async () => {
    await makeTexter(always, 'ann')
    const { access, device } = await signInAnew(api, always.app, 'ann')
    assert.match(device.deviceKey, /^us-west-2_[0-9a-f-]{36}$/)
    assert.match(device.groupKey, /^-[A-Za-z0-9]{8}$/)
    assert.equal(decodeJwt(access)?.payload['device_key'], device.deviceKey)
    const { UserConfirmationNecessary } = await confirm(api, access, device)
    assert.equal(UserConfirmationNecessary, false)
    await assert.rejects(confirm(api, access, device), {
      name: 'DeviceKeyExistsException',
      message: 'Device already exists.',
    })
    await preferSms(always, 'ann')
    assert.equal((await begin(api, always.app, 'ann')).ChallengeName, 'SMS_MFA')
    const challenge = await begin(api, always.app, 'ann', device.deviceKey)
    assert.equal(challenge.ChallengeName, 'DEVICE_SRP_AUTH')
    const proof = { session: challenge.Session, device }
    const { respond, parameters } = await proveDevice(api, always.app, 'ann', proof)
    assert.equal(parameters['DEVICE_KEY'], device.deviceKey)
    assert.equal(parameters['USERNAME'], 'ann')
    const kept = keptOf((await respond()).AuthenticationResult)
    assert.equal(kept.device, undefined)
    assert.equal(decodeJwt(kept.access)?.payload['device_key'], device.deviceKey)
    // One session is one proof, and one choice of A.
    await assert.rejects(respond(), {
      message: 'Invalid session for the user, session can only be used once.',
    })
    await assert.rejects(proveDevice(api, always.app, 'ann', proof), {
      message: 'Invalid session for the user, session can only be used once.',
    })
  })

  test('a device must know its own password, and be the user’s', async () => {
    await makeTexter(always, 'bob')
    await makeTexter(always, 'eve')
    const { access, device } = await signInAnew(api, always.app, 'bob')
    await confirm(api, access, device)
    const other = await signInAnew(api, always.app, 'eve')
    await confirm(api, other.access, other.device)
    const sessionOf = async (name: string, key: string) =>
      (await begin(api, always.app, name, key)).Session
    const wrong = { ...device, password: 'not the password' }
    const guess = await proveDevice(api, always.app, 'bob', {
      session: await sessionOf('bob', device.deviceKey),
      device: wrong,
    })
    await assert.rejects(guess.respond(), INCORRECT)
    // Another user's device is none of this user's, at the beginning or in the middle.
    await assert.rejects(begin(api, always.app, 'bob', other.device.deviceKey), ABSENT)
    await assert.rejects(
      proveDevice(api, always.app, 'bob', {
        session: await sessionOf('bob', device.deviceKey),
        device: other.device,
      }),
      ABSENT,
    )
    await assert.rejects(confirm(api, access, other.device), {
      name: 'InvalidParameterException',
      message: 'Invalid device key given.',
    })
    const get = (AccessToken: string, DeviceKey: string) =>
      api.cognito.send(new GetDeviceCommand({ AccessToken, DeviceKey }))
    await assert.rejects(get(access, other.device.deviceKey), ABSENT)
    assert.ok((await get(access, device.deviceKey)).Device)
  })

  test('a device is confirmed with a verifier, by the user’s own token', async () => {
    await api.makeUser(always.poolId, 'ida')
    const { access, device } = await signInAnew(api, always.app, 'ida')
    const call = (AccessToken: string, config?: { PasswordVerifier?: string; Salt?: string }) =>
      api.cognito.send(
        new ConfirmDeviceCommand({
          AccessToken,
          DeviceKey: device.deviceKey,
          DeviceSecretVerifierConfig: config,
        }),
      )
    const invalid = {
      name: 'InvalidParameterException',
      message: 'Invalid device secret verifier config given.',
    }
    const long = Buffer.alloc(4096, 1).toString('base64')
    for (const config of [
      undefined,
      {},
      { Salt: 'AAAA' },
      { Salt: 'AAAA', PasswordVerifier: long },
    ]) {
      await assert.rejects(call(access, config), invalid)
    }
    const config = { Salt: 'AAAA', PasswordVerifier: 'AAAA' }
    await assert.rejects(call('x', config), { name: 'NotAuthorizedException' })
    await call(access, config)
  })

  test('where users are asked, a device is remembered when they say so', async () => {
    await makeTexter(optIn, 'cat')
    const { access, device } = await signInAnew(api, optIn.app, 'cat')
    const { UserConfirmationNecessary } = await confirm(api, access, device)
    assert.equal(UserConfirmationNecessary, true)
    await preferSms(optIn, 'cat')
    const { deviceKey: DeviceKey } = device
    assert.equal((await begin(api, optIn.app, 'cat', DeviceKey)).ChallengeName, 'SMS_MFA')
    const update = (DeviceRememberedStatus: 'remembered' | 'not_remembered') =>
      api.cognito.send(
        new UpdateDeviceStatusCommand({ AccessToken: access, DeviceKey, DeviceRememberedStatus }),
      )
    await update('remembered')
    assert.equal((await begin(api, optIn.app, 'cat', DeviceKey)).ChallengeName, 'DEVICE_SRP_AUTH')
    const { Device } = await api.cognito.send(
      new GetDeviceCommand({ AccessToken: access, DeviceKey }),
    )
    assert.deepEqual(attributesOf(required(Device, 'device')), {
      device_status: 'valid',
      device_name: 'phone',
      last_ip_used: '127.0.0.1',
      'dev:device_remembered_status': 'remembered',
    })
    await update('not_remembered')
    assert.equal((await begin(api, optIn.app, 'cat', DeviceKey)).ChallengeName, 'SMS_MFA')
  })

  test('devices are listed by page, and forgotten', async () => {
    const { poolId, app } = always
    await api.makeUser(poolId, 'dan')
    const keys: string[] = []
    let access = ''
    for (let devices = 0; devices < 3; devices += 1) {
      const kept = await signInAnew(api, app, 'dan')
      access = kept.access
      await confirm(api, access, kept.device)
      keys.push(kept.device.deviceKey)
    }
    const named = { UserPoolId: poolId, Username: 'dan' }
    const first = await api.cognito.send(new ListDevicesCommand({ AccessToken: access, Limit: 2 }))
    const second = await api.cognito.send(
      new ListDevicesCommand({ AccessToken: access, PaginationToken: first.PaginationToken }),
    )
    const listed = [...(first.Devices ?? []), ...(second.Devices ?? [])]
    assert.deepEqual(listed.map(({ DeviceKey }) => DeviceKey).sort(), keys.sort())
    const all = await api.cognito.send(new AdminListDevicesCommand(named))
    assert.equal(all.Devices?.length, 3)
    const [one = '', two = ''] = keys
    const { Device } = await api.cognito.send(
      new AdminGetDeviceCommand({ ...named, DeviceKey: one }),
    )
    assert.equal(Device?.DeviceKey, one)
    await api.cognito.send(
      new AdminUpdateDeviceStatusCommand({
        ...named,
        DeviceKey: one,
        DeviceRememberedStatus: 'not_remembered',
      }),
    )
    await api.cognito.send(new AdminForgetDeviceCommand({ ...named, DeviceKey: one }))
    await api.cognito.send(new ForgetDeviceCommand({ AccessToken: access, DeviceKey: two }))
    for (const DeviceKey of [one, two]) {
      await assert.rejects(
        api.cognito.send(new AdminGetDeviceCommand({ ...named, DeviceKey })),
        ABSENT,
      )
      await assert.rejects(
        api.cognito.send(new ForgetDeviceCommand({ AccessToken: access, DeviceKey })),
        ABSENT,
      )
      await assert.rejects(
        api.cognito.send(new AdminForgetDeviceCommand({ ...named, DeviceKey })),
        ABSENT,
      )
      await assert.rejects(begin(api, app, 'dan', DeviceKey), ABSENT)
    }
    await assert.rejects(
      api.cognito.send(new AdminListDevicesCommand({ ...named, Username: 'nobody' })),
      ABSENT,
    )
    await assert.rejects(
      api.cognito.send(
        new AdminForgetDeviceCommand({ ...named, Username: 'nobody', DeviceKey: one }),
      ),
      { name: 'UserNotFoundException' },
    )
  })

  test('tokens of a tracked device are renewed by that device', async () => {
    const { poolId, app } = always
    await api.makeUser(poolId, 'eli')
    const { refresh, device } = await signInAnew(api, app, 'eli')
    const invalid = { name: 'NotAuthorizedException', message: 'Invalid Refresh Token' }
    const renew = (DEVICE_KEY?: string) =>
      api.cognito.send(
        new InitiateAuthCommand({
          ClientId: app.clientId,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: {
            REFRESH_TOKEN: refresh,
            ...(DEVICE_KEY !== undefined && { DEVICE_KEY }),
          },
        }),
      )
    const renewByToken = (DeviceKey?: string) =>
      api.cognito.send(
        new GetTokensFromRefreshTokenCommand({
          ClientId: app.clientId,
          RefreshToken: refresh,
          DeviceKey,
        }),
      )
    const other = 'us-west-2_00000000-0000-4000-8000-000000000000'
    for (const call of [renew, renewByToken]) {
      await assert.rejects(call(), invalid)
      await assert.rejects(call(other), invalid)
      const { AuthenticationResult } = await call(device.deviceKey)
      const token = required(AuthenticationResult?.AccessToken, 'token')
      assert.equal(decodeJwt(token)?.payload['device_key'], device.deviceKey)
    }
  })

  test('a pool that tracks no devices announces none and has none', async () => {
    const poolId = await api.makePool()
    const app = await api.makeClient(poolId)
    await api.makeUser(poolId, 'fay')
    const { AuthenticationResult } = await begin(api, app, 'fay', 'us-west-2_no-device')
    assert.equal(AuthenticationResult?.NewDeviceMetadata, undefined)
    const access = required(AuthenticationResult?.AccessToken, 'token')
    assert.equal(decodeJwt(access)?.payload['device_key'], undefined)
    const untracked = {
      name: 'InvalidUserPoolConfigurationException',
      message: 'The user pool does not track devices.',
    }
    const deviceKey = 'us-west-2_00000000-0000-4000-8000-000000000000'
    const device = { deviceKey, groupKey: '-x', password: 'x' }
    await assert.rejects(confirm(api, access, device), untracked)
    await assert.rejects(
      api.cognito.send(new ListDevicesCommand({ AccessToken: access })),
      untracked,
    )
  })

  test('amazon-cognito-identity-js confirms a device and signs in with it', async () => {
    const { poolId, app } = always
    await makeTexter(always, 'gus')
    const stored = new Map<string, string>()
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
      clear: () => stored.clear(),
    }
    const pool = new CognitoUserPool({
      UserPoolId: poolId,
      ClientId: app.clientId,
      endpoint: api.endpoint,
      Storage: storage,
    })
    const authenticate = () =>
      new Promise<CognitoUserSession>((resolve, reject) => {
        const user = new CognitoUser({ Username: 'gus', Pool: pool, Storage: storage })
        user.authenticateUser(new AuthenticationDetails({ Username: 'gus', Password: PASSWORD }), {
          onSuccess: resolve,
          onFailure: reject,
          mfaRequired: () => reject(new Error('a second factor is asked for')),
        })
      })
    await authenticate()
    await preferSms(always, 'gus')
    const session = await authenticate()
    const { DeviceKey } = { DeviceKey: session.getAccessToken().payload['device_key'] as string }
    const { Device } = await api.cognito.send(
      new AdminGetDeviceCommand({ UserPoolId: poolId, Username: 'gus', DeviceKey }),
    )
    assert.equal(
      attributesOf(required(Device, 'device'))['dev:device_remembered_status'],
      'remembered',
    )
    // It keeps the device's password under the device's own name.
    assert.ok([...stored.keys()].some((key) => key.endsWith('.deviceKey')))
    assert.ok([...stored.keys()].some((key) => key.endsWith('.randomPasswordKey')))
    await api.cognito.send(
      new AdminForgetDeviceCommand({ UserPoolId: poolId, Username: 'gus', DeviceKey }),
    )
    // A device that is forgotten is dropped, and the sign-in begins again without it.
    await assert.rejects(authenticate(), { message: 'a second factor is asked for' })
  })
})
