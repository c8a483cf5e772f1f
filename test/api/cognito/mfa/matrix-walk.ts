// Whole sign-ins of the matrix: every challenge is responded to until there are tokens, an error or
// something that the walk has no response for.
import { randomBytes } from 'node:crypto'
import {
  type CognitoIdentityProviderClient,
  ConfirmDeviceCommand,
  type NewDeviceMetadataType,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { createVerifier } from '#domain/credential/srp.js'
import type { DeviceKeys } from '#test/api/cognito/devices/people.js'
import type { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import type { Attempt, Side, Step, Values } from './matrix-flows.js'

/** What responds to challenges besides codes that are sent. */
export interface Walker extends Attempt {
  readonly side: Side
  /** ANSWER to a challenge of the customer's. */
  readonly answer?: string
  /** The device that the user has, and what is told of it in each call. */
  readonly device?: DeviceKeys
  /** Makes the code of an authenticator app. */
  readonly appCode?: () => string
  /** What a choice-based sign-in begins with. */
  readonly choice?: string
  readonly authenticator?: SoftwareAuthenticator
}

/** The challenges on the way, and the end: tokens, an error, or a challenge without a response. */
export async function walk(walker: Walker, begun: Promise<Step>): Promise<string> {
  const names: string[] = []
  try {
    let step: Step | undefined = await begun
    while (step?.ChallengeName !== undefined) {
      names.push(step.ChallengeName)
      step = await respond(walker, step)
    }
    if (step !== undefined) names.push(endOf(step))
  } catch (error) {
    const { name, message } = error as Error
    names.push(`${name}: ${message}`)
  }
  return names.join(', ')
}

function endOf({ AuthenticationResult: result }: Step): string {
  if (result?.AccessToken === undefined) return 'nothing'
  return result.NewDeviceMetadata === undefined ? 'tokens' : 'tokens of a new device'
}

/** The parameter that presents a device. */
export function deviceKeyOf({ device }: Pick<Walker, 'device'>): Values {
  return device === undefined ? {} : { DEVICE_KEY: device.deviceKey }
}

async function respond(walker: Walker, step: Step): Promise<Step | undefined> {
  const { side, username, answer, device, appCode, sentCode, choice } = walker
  const name = required(step.ChallengeName, 'challenge')
  const send = (responses: Values) =>
    side.respond(walker, name, step, {
      USERNAME: step.ChallengeParameters?.['USERNAME'] ?? username,
      ...deviceKeyOf(walker),
      ...responses,
    })
  switch (name) {
    case 'SMS_MFA':
    case 'EMAIL_OTP':
      return send({ [`${name}_CODE`]: await sentCode() })
    case 'SOFTWARE_TOKEN_MFA':
      return appCode && send({ SOFTWARE_TOKEN_MFA_CODE: appCode() })
    case 'CUSTOM_CHALLENGE':
      return answer === undefined ? undefined : send({ ANSWER: answer })
    case 'SELECT_CHALLENGE':
      return choice === undefined ? undefined : send({ ANSWER: choice })
    case 'WEB_AUTHN': {
      const options = step.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
      return walker.authenticator && send({ CREDENTIAL: walker.authenticator.get(options) })
    }
    case 'DEVICE_SRP_AUTH':
      return device && proveDevice(walker, step, device)
    default:
      return undefined
  }
}

/** The two calls of a device's proof. */
async function proveDevice(walker: Walker, step: Step, device: DeviceKeys): Promise<Step> {
  const { side, username } = walker
  const srp = new SrpClient(BigInt(`0x${randomBytes(32).toString('hex')}`))
  const named = { USERNAME: username, DEVICE_KEY: device.deviceKey }
  const asked = await side.respond(walker, 'DEVICE_SRP_AUTH', step, {
    ...named,
    SRP_A: srp.publicA,
  })
  const given = (name: string) => required(asked.ChallengeParameters?.[name], name)
  const timestamp = timestampOf(new Date())
  const claim = {
    poolId: device.groupKey,
    userId: device.deviceKey,
    password: device.password,
    salt: given('SALT'),
    publicB: given('SRP_B'),
    secretBlock: given('SECRET_BLOCK'),
    timestamp,
  }
  return side.respond(walker, 'DEVICE_PASSWORD_VERIFIER', asked, {
    ...named,
    PASSWORD_CLAIM_SECRET_BLOCK: given('SECRET_BLOCK'),
    PASSWORD_CLAIM_SIGNATURE: srp.sign(claim),
    TIMESTAMP: timestamp,
  })
}

/** Confirms the device that a sign-in announced. */
export async function confirmDevice(
  cognito: CognitoIdentityProviderClient,
  AccessToken: string,
  { DeviceKey, DeviceGroupKey }: NewDeviceMetadataType,
): Promise<DeviceKeys> {
  const device = {
    deviceKey: required(DeviceKey, 'device key'),
    groupKey: required(DeviceGroupKey, 'group key'),
    password: randomBytes(40).toString('base64'),
  }
  const { salt, verifier } = createVerifier({
    poolName: device.groupKey,
    userId: device.deviceKey,
    password: device.password,
    salt: randomBytes(16),
  })
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  await cognito.send(
    new ConfirmDeviceCommand({
      AccessToken,
      DeviceKey,
      DeviceSecretVerifierConfig: {
        PasswordVerifier: base64(verifier.padStart(768, '0')),
        Salt: base64(salt),
      },
    }),
  )
  return device
}
