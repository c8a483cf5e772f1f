// Each step of a sign-in belongs to the Region that the sign-in began in: the other one refuses it,
// whatever comes with it, and the sign-in goes on where it began as if nothing had happened.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminSetUserMFAPreferenceCommand,
  CompleteWebAuthnRegistrationCommand,
  SetUserPoolMfaConfigCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import type { DeviceKeys } from '#test/api/cognito/devices/people.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  EAST,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { totpCode } from '#test/support/totp.js'
import { triggerModules } from '#test/support/trigger-module.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { configureEast, customConfig, customFunctions } from './custom-functions.js'
import { admin, byPassword, bySrp, client, type Side, type Step } from './matrix-flows.js'
import { confirmDevice, deviceKeyOf, type Walker, walk } from './matrix-walk.js'
import {
  addAppUser,
  begin,
  createMfaPool,
  type ReplicatedPlace,
  SMS,
  sentCode,
} from './replicated.js'

const REFUSED = { name: 'NotAuthorizedException', message: /^Invalid session for the user\./ }

describe('steps at the other Region', () => {
  const modules = triggerModules()
  const authenticator = new SoftwareAuthenticator({ origin: 'https://auth.example.com' })
  const secrets = new Map<string, string>()
  let nodes: TwoNodes
  let place: ReplicatedPlace
  let device: DeviceKeys

  before(async () => {
    nodes = await startTwoNodes({ functions: (region) => customFunctions(modules, region) })
    place = await createMfaPool(nodes, {
      LambdaConfig: customConfig(WEST),
      DeviceConfiguration: {
        ChallengeRequiredOnNewDevice: false,
        DeviceOnlyRememberedOnUserPrompt: false,
      },
      Policies: {
        SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] },
      },
    })
    const west = cognitoOf(nodes, WEST)
    await addUser(nodes, place.userPoolId, 'owner', { phone_number: '+15555550100' })
    const { AuthenticationResult: result } = await begin(nodes, WEST, place, 'owner')
    const access = required(result?.AccessToken, 'access token')
    device = await confirmDevice(west, access, required(result?.NewDeviceMetadata, 'device'))
    await west.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: place.userPoolId,
        Username: 'owner',
        SMSMfaSettings: { Enabled: true },
      }),
    )
    for (const region of [WEST, EAST]) {
      secrets.set(region, await addAppUser(nodes, place, `app-of-${region}`))
    }
    await addUser(nodes, place.userPoolId, 'chooser')
    await enrol('chooser')
    await activateReplica(nodes, place.userPoolId)
    await configureEast(nodes, place.userPoolId)
  })
  after(async () => {
    await nodes.close()
    modules.remove()
  })

  async function enrol(username: string): Promise<void> {
    const west = cognitoOf(nodes, WEST)
    await west.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: place.userPoolId,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        SmsMfaConfiguration: { SmsConfiguration: SMS },
        WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com' },
      }),
    )
    const { accessToken: AccessToken } = await signIn(nodes, WEST, place, username)
    const { CredentialCreationOptions: options } = await west.send(
      new StartWebAuthnRegistrationCommand({ AccessToken }),
    )
    const Credential = authenticator.create(options) as never
    await west.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }))
  }

  /** A side that sends each response to the other Region first. */
  function detouring(side: Side, region: string): Side {
    const elsewhere = cognitoOf(nodes, region === WEST ? EAST : WEST)
    return {
      begin: side.begin,
      async respond(attempt, name, given, responses) {
        const there = side.respond({ ...attempt, cognito: elsewhere }, name, given, responses)
        await assert.rejects(there, REFUSED, name)
        return side.respond(attempt, name, given, responses)
      },
    }
  }

  function walkerAt(
    region: string,
    username: string,
    more: Partial<Walker> & { readonly side: Side },
  ): Walker {
    const { cognito } = region === WEST ? nodes.west : nodes.east
    const code = async () => (await sentCode(nodes, region, place, username)).Code
    const side = detouring(more.side, region)
    return { cognito, place, username, answer: region, sentCode: code, ...more, side }
  }

  for (const region of [WEST, EAST]) {
    for (const [name, side] of Object.entries({ client, admin })) {
      const run = (
        username: string,
        more: Partial<Walker>,
        start: (walker: Walker) => Promise<Step>,
      ) => {
        const walker = walkerAt(region, username, { ...more, side })
        return walk(walker, start(walker))
      }
      test(`${region}, ${name}: SRP, a code, a riddle and a device`, async () => {
        const end = await run('owner', { device }, (walker) =>
          bySrp(walker.side, walker, {
            flow: 'CUSTOM_AUTH',
            more: { CHALLENGE_NAME: 'SRP_A', ...deviceKeyOf(walker) },
          }),
        )
        assert.equal(end, 'SMS_MFA, CUSTOM_CHALLENGE, DEVICE_SRP_AUTH, tokens')
      })

      for (const choice of ['EMAIL_OTP', 'WEB_AUTHN']) {
        test(`${region}, ${name}: a choice, and ${choice}`, async () => {
          const end = await run('chooser', { choice, authenticator }, (walker) =>
            walker.side.begin(walker, 'USER_AUTH', { USERNAME: 'chooser' }),
          )
          assert.match(end, new RegExp(`^SELECT_CHALLENGE, ${choice}, tokens`))
        })
      }
    }

    test(`${region}: a code of an app`, async () => {
      const username = `app-of-${region}`
      const appCode = () => totpCode(required(secrets.get(region), 'secret'))
      const walker = walkerAt(region, username, { side: client, appCode })
      const end = await walk(walker, byPassword(walker.side, 'USER_PASSWORD_AUTH', walker))
      assert.match(end, /^SOFTWARE_TOKEN_MFA, tokens/)
    })
  }
})
