// Pools whose threat protection does something, and users who have signed in there before.
import {
  SetRiskConfigurationCommand,
  type SetRiskConfigurationCommandInput,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { failure, notAuthorized, type TestApi, type TestClient } from '#test/support/test-api.js'
import { type Mode, makeProtectedPool, SAFARI, signInFrom, waitForEvents } from './protected.js'

export const BLOCKED = notAuthorized('Unable to login because of security reasons.')
export const WRONG = notAuthorized('Incorrect username or password.')
export const KNOWN = failure(
  'InvalidPasswordException',
  'Provided password cannot be used for security reasons.',
)
/** Neither the address nor the device of `signInFrom`. */
export const AWAY = { ip: '203.0.113.9', userAgent: SAFARI }
const SMS = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'external' }

export type Configuration = Omit<SetRiskConfigurationCommandInput, 'UserPoolId' | 'ClientId'>
type Action = 'NO_ACTION' | 'MFA_IF_CONFIGURED' | 'MFA_REQUIRED' | 'BLOCK'

/** What is done at level Medium: a new device at a new address. */
export const takeover = (EventAction: Action): Configuration => ({
  AccountTakeoverRiskConfiguration: {
    Actions: { MediumAction: { EventAction, Notify: false } },
  },
})

export const compromised = (
  EventAction: 'BLOCK' | 'NO_ACTION',
  EventFilter?: 'SIGN_IN'[],
): Configuration => ({
  CompromisedCredentialsRiskConfiguration: { EventFilter, Actions: { EventAction } },
})

export function riskPlaces(api: TestApi) {
  let made = 0
  const configure = (UserPoolId: string, configuration: Configuration, ClientId?: string) =>
    api.cognito.send(new SetRiskConfigurationCommand({ UserPoolId, ClientId, ...configuration }))

  /** A pool with MFA by SMS for those who want it, and an app client. */
  async function makePlace(configuration: Configuration, mode: Mode = 'ENFORCED') {
    const poolId = await makeProtectedPool(api, mode, { AutoVerifiedAttributes: ['email'] })
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: 'OPTIONAL',
        SmsMfaConfiguration: { SmsConfiguration: SMS },
      }),
    )
    await configure(poolId, configuration)
    return api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
  }

  async function makeUser({ poolId }: TestClient, attributes: Record<string, string> = {}) {
    made += 1
    const username = `user${made}`
    const email = `${username}@example.com`
    await api.makeUser(poolId, username, { email, email_verified: 'true', ...attributes })
    return username
  }

  /** A user who has signed in before, at home. */
  async function makeKnown(app: TestClient, attributes: Record<string, string> = {}) {
    const username = await makeUser(app, attributes)
    await signInFrom(api.cognito, app, { username })
    await waitForEvents(api.cognito, { poolId: app.poolId, username }, 1)
    return username
  }

  const newest = async (app: TestClient, username: string, count = 2) =>
    required(
      (await waitForEvents(api.cognito, { poolId: app.poolId, username }, count))[0],
      'an event',
    )

  return { configure, makePlace, makeUser, makeKnown, newest }
}
