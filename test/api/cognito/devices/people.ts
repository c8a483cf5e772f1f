// Pools that track devices, and a client of a device: what apps do after a sign-in.
import { randomBytes } from 'node:crypto'
import {
  type AuthenticationResultType,
  ConfirmDeviceCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { createVerifier } from '#domain/credential/srp.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import { PASSWORD, type TestApi, type TestClient } from '#test/support/test-api.js'

/** What an app keeps of a device. */
export interface DeviceKeys {
  readonly deviceKey: string
  readonly groupKey: string
  readonly password: string
}

export interface SignedInDevice {
  readonly access: string
  readonly refresh: string
  readonly device: DeviceKeys | undefined
}

/** A sign-in by password; `deviceKey` is presented with it. */
export function begin(
  api: TestApi,
  { clientId }: TestClient,
  username: string,
  deviceKey?: string,
) {
  return api.cognito.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: {
        USERNAME: username,
        PASSWORD,
        ...(deviceKey !== undefined && { DEVICE_KEY: deviceKey }),
      },
    }),
  )
}

/** What a sign-in left, and the keys of the device that it announced. */
export function keptOf(result: AuthenticationResultType | undefined): SignedInDevice {
  const { AccessToken, RefreshToken, NewDeviceMetadata } = required(result, 'tokens')
  return {
    access: required(AccessToken, 'access token'),
    refresh: required(RefreshToken, 'refresh token'),
    device: NewDeviceMetadata && {
      deviceKey: required(NewDeviceMetadata.DeviceKey, 'device key'),
      groupKey: required(NewDeviceMetadata.DeviceGroupKey, 'group key'),
      password: randomBytes(40).toString('base64'),
    },
  }
}

/** Signs in as a new device. */
export async function signInAnew(
  api: TestApi,
  app: TestClient,
  username: string,
): Promise<SignedInDevice & { readonly device: DeviceKeys }> {
  const kept = keptOf((await begin(api, app, username)).AuthenticationResult)
  return { ...kept, device: required(kept.device, 'new device') }
}

export function confirm(api: TestApi, access: string, device: DeviceKeys, name = 'phone') {
  const { salt, verifier } = createVerifier({
    poolName: device.groupKey,
    userId: device.deviceKey,
    password: device.password,
    salt: randomBytes(16),
  })
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  return api.cognito.send(
    new ConfirmDeviceCommand({
      AccessToken: access,
      DeviceKey: device.deviceKey,
      DeviceName: name,
      DeviceSecretVerifierConfig: {
        PasswordVerifier: base64(verifier.padStart(768, '0')),
        Salt: base64(salt),
      },
    }),
  )
}

/** The two steps of a device's proof, for the session of DEVICE_SRP_AUTH. */
export async function proveDevice(
  api: TestApi,
  { clientId }: TestClient,
  username: string,
  proof: { readonly session: string | undefined; readonly device: DeviceKeys },
): Promise<{
  readonly respond: () => Promise<RespondToAuthChallengeCommandOutput>
  readonly parameters: Readonly<Record<string, string>>
}> {
  const { session, device } = proof
  const srp = new SrpClient(BigInt(`0x${randomBytes(32).toString('hex')}`))
  const challenge = await api.cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: 'DEVICE_SRP_AUTH',
      Session: session,
      ChallengeResponses: {
        USERNAME: username,
        DEVICE_KEY: device.deviceKey,
        SRP_A: srp.publicA,
      },
    }),
  )
  const parameters = challenge.ChallengeParameters ?? {}
  const timestamp = timestampOf(new Date())
  const signature = srp.sign({
    poolId: device.groupKey,
    userId: device.deviceKey,
    password: device.password,
    salt: parameters['SALT'] ?? '',
    publicB: parameters['SRP_B'] ?? '',
    secretBlock: parameters['SECRET_BLOCK'] ?? '',
    timestamp,
  })
  const respond = () =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: 'DEVICE_PASSWORD_VERIFIER',
        Session: challenge.Session,
        ChallengeResponses: {
          USERNAME: username,
          DEVICE_KEY: device.deviceKey,
          PASSWORD_CLAIM_SECRET_BLOCK: parameters['SECRET_BLOCK'] ?? '',
          PASSWORD_CLAIM_SIGNATURE: signature,
          TIMESTAMP: timestamp,
        },
      }),
    )
  return { respond, parameters }
}
