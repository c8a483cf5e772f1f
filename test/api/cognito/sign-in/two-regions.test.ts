// What Regions know of each other's sign-ins: sessions and their limit, counters of passkeys,
// devices, and what each Region counts for itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  CompleteWebAuthnRegistrationCommand,
  ConfirmDeviceCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  ForgetDeviceCommand,
  GetClientTokenCommand,
  GetDeviceCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ListUserSessionsCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  RevokeUserSessionCommand,
  SetUserPoolMfaConfigCommand,
  SetUserPoolSessionConfigurationCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { confirmDevice } from '#test/api/cognito/mfa/matrix-walk.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { type MailServer, startMailServer } from '#test/support/mail-server.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  getUser,
  PASSWORD,
  type ReplicatedPool,
  signIn,
  type Tokens,
  WEST,
} from '#test/support/replicated-pool.js'
import { claimsOf, failure, notAuthorized } from '#test/support/test-api.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

const NOT_ENABLED = failure('OperationNotEnabledException')
const ABSENT = failure('ResourceNotFoundException', 'Device does not exist.')
/** InitiateAuth declares no LimitExceededException. */
const USED_UP = failure(
  'TooManyRequestsException',
  'Exceeded daily email limit for the operation or the account. If a higher limit is required, ' +
    'please configure your user pool to use your own Amazon SES configuration for sending email.',
)
const CLIENT = {
  ExplicitAuthFlows: [
    'ALLOW_USER_PASSWORD_AUTH' as const,
    'ALLOW_USER_AUTH' as const,
    'ALLOW_REFRESH_TOKEN_AUTH' as const,
  ],
}

describe('sign-ins of two Regions', () => {
  let mail: MailServer
  let nodes: TwoNodes
  before(async () => {
    mail = await startMailServer()
    const smtpUrl = `smtp://127.0.0.1:${mail.port}`
    nodes = await startTwoNodes({
      messages: () => ({ email: 'smtp', smtpUrl, defaultSenderPerDayMax: 2 }),
    })
  })
  after(async () => {
    await nodes.close()
    await mail.stop()
  })

  const isRevoked = (region: string, tokens: Pick<Tokens, 'accessToken'>) =>
    getUser(nodes, region, tokens).then(
      () => false,
      (error: Error) => error.message === 'Access Token has been revoked',
    )
  const untilRevoked = (region: string, tokens: Pick<Tokens, 'accessToken'>) =>
    waitFor(() => isRevoked(region, tokens), { what: `the end of a session at ${region}` })

  describe('sessions', () => {
    let pool: ReplicatedPool
    before(async () => {
      pool = await createPool(nodes, { client: CLIENT })
      await cognitoOf(nodes, WEST).send(
        new SetUserPoolSessionConfigurationCommand({
          UserPoolId: pool.userPoolId,
          UserSessionTracking: 'ENABLED',
          TokenSession: { MaxPerUser: 2 },
        }),
      )
      for (const name of ['ada', 'bob', 'cyd', 'dan']) await addUser(nodes, pool.userPoolId, name)
      await activateReplica(nodes, pool.userPoolId)
    })

    const listed = async (Username: string) => {
      const { userPoolId: UserPoolId } = pool
      const list = new AdminListUserSessionsCommand({ UserPoolId, Username })
      return (await cognitoOf(nodes, WEST).send(list)).Sessions ?? []
    }
    const untilListed = (username: string, count: number) =>
      waitFor(async () => (await listed(username)).length === count, {
        what: `${count} sessions of ${username}`,
      })

    for (const [username, there, here] of [
      ['ada', WEST, EAST],
      ['bob', EAST, WEST],
    ] as const) {
      test(`beyond the limit a sign-in at ${here} ends one of ${there}`, async () => {
        const oldest = await signIn(nodes, there, pool, username)
        const older = await signIn(nodes, there, pool, username)
        await untilListed(username, 2)
        // The other Region has heard of both once it has heard of one that began behind them.
        await waitFor(
          async () => {
            await signIn(nodes, here, pool, username)
            return isRevoked(here, older)
          },
          { what: `${here} to know of the sessions of ${there}` },
        )
        await untilRevoked(there, oldest)
        await untilRevoked(there, older)
        await untilListed(username, 2)
      })
    }

    test('one session that is revoked ends in both, and no other does', async () => {
      const [west, east] = [
        await signIn(nodes, WEST, pool, 'cyd'),
        await signIn(nodes, EAST, pool, 'cyd'),
      ]
      await untilListed('cyd', 2)
      const list = new ListUserSessionsCommand({ AccessToken: west.accessToken })
      const { Sessions = [] } = await cognitoOf(nodes, WEST).send(list)
      const other = Sessions.find(({ IsCurrentSession }) => IsCurrentSession !== true)
      const revoke = new RevokeUserSessionCommand({
        AccessToken: west.accessToken,
        SessionId: required(other?.SessionId, 'the session of the east'),
        RevokeAssociatedSessions: 'LINKED',
      })
      for (const refused of [list, revoke]) {
        await assert.rejects(cognitoOf(nodes, EAST).send(refused as typeof list), NOT_ENABLED)
      }
      await cognitoOf(nodes, WEST).send(revoke)
      await untilRevoked(EAST, east)
      const renewed = new GetTokensFromRefreshTokenCommand({
        ClientId: pool.clientId,
        RefreshToken: east.refreshToken,
      })
      for (const region of [WEST, EAST]) {
        const revoked = notAuthorized('Refresh Token has been revoked')
        await assert.rejects(cognitoOf(nodes, region).send(renewed), revoked, region)
        await getUser(nodes, region, west)
      }
      assert.equal((await listed('cyd')).length, 1)
    })

    test('an administrator revokes one, and a secondary the tokens of its own', async () => {
      const first = await signIn(nodes, WEST, pool, 'dan')
      const [session] = await listed('dan')
      const { userPoolId: UserPoolId } = pool
      const adminRevoke = new AdminRevokeUserSessionCommand({
        UserPoolId,
        Username: 'dan',
        SessionId: required(session?.SessionId, 'session'),
        RevokeAssociatedSessions: 'LINKED',
      })
      await assert.rejects(cognitoOf(nodes, EAST).send(adminRevoke), NOT_ENABLED)
      await cognitoOf(nodes, WEST).send(adminRevoke)
      await untilRevoked(EAST, first)
      const second = await signIn(nodes, EAST, pool, 'dan')
      await untilListed('dan', 1)
      await cognitoOf(nodes, EAST).send(
        new RevokeTokenCommand({ ClientId: pool.clientId, Token: second.refreshToken }),
      )
      await untilRevoked(WEST, second)
      assert.deepEqual(await listed('dan'), [])
    })
  })

  test('GetClientToken is the primary’s', async () => {
    const { userPoolId: UserPoolId } = await createPool(nodes)
    const Scopes = [{ ScopeName: 'read', ScopeDescription: 'read' }]
    const server = { UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes }
    const west = cognitoOf(nodes, WEST)
    await west.send(new CreateResourceServerCommand(server))
    const { UserPoolClient: machine } = await west.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'machine',
        GenerateSecret: true,
        ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
        AllowedOAuthScopes: ['orders/read'],
      }),
    )
    await activateReplica(nodes, UserPoolId)
    const { ClientId, ClientSecret: Secret } = required(machine, 'machine')
    const ask = new GetClientTokenCommand({ ClientId, Secret })
    const { ClientAuthenticationResult: result } = await west.send(ask)
    assert.equal(claimsOf(result?.AccessToken ?? '')['scope'], 'orders/read')
    await assert.rejects(cognitoOf(nodes, EAST).send(ask), NOT_ENABLED)
  })

  test('a counter of a passkey that one Region has seen is stale in the other', async () => {
    const pool = await createPool(nodes, {
      client: CLIENT,
      settings: {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      },
    })
    const west = cognitoOf(nodes, WEST)
    await west.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: pool.userPoolId,
        MfaConfiguration: 'OFF',
        WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com' },
      }),
    )
    await addUser(nodes, pool.userPoolId, 'eve')
    const { accessToken: AccessToken } = await signIn(nodes, WEST, pool, 'eve')
    const { CredentialCreationOptions: options } = await west.send(
      new StartWebAuthnRegistrationCommand({ AccessToken }),
    )
    const authenticator = new SoftwareAuthenticator({ origin: 'https://auth.example.com' })
    const Credential = authenticator.create(options) as never
    await west.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }))
    await activateReplica(nodes, pool.userPoolId)
    const by = async (region: string, counter: number): Promise<string> => {
      const cognito = cognitoOf(nodes, region)
      const USERNAME = 'eve'
      const begun = await cognito.send(
        new InitiateAuthCommand({
          ClientId: pool.clientId,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
        }),
      )
      authenticator.counter = counter
      const given = begun.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
      const { AuthenticationResult } = await cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: pool.clientId,
          ChallengeName: 'WEB_AUTHN',
          Session: begun.Session,
          ChallengeResponses: { USERNAME, CREDENTIAL: authenticator.get(given) },
        }),
      )
      return required(AuthenticationResult?.AccessToken, 'access token')
    }
    const STALE = notAuthorized('Incorrect username or password.')
    let counter = 10
    for (const [from, to] of [
      [WEST, EAST],
      [EAST, WEST],
    ] as const) {
      const accessToken = await by(from, counter)
      // What is said of the session behind it comes behind it.
      const { clientId: ClientId } = pool
      const { refreshToken: Token } = await signIn(nodes, from, pool, 'eve')
      await cognitoOf(nodes, from).send(new RevokeTokenCommand({ ClientId, Token }))
      const renewed = new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: Token })
      const isKnown = () =>
        cognitoOf(nodes, to)
          .send(renewed)
          .then(
            () => false,
            (error: Error) => error.message === 'Refresh Token has been revoked',
          )
      await waitFor(isKnown, { what: `${to} to have heard of ${from}` })
      for (const stale of [counter, counter - 1]) await assert.rejects(by(to, stale), STALE)
      assert.ok(await by(to, counter + 1))
      await getUser(nodes, to, { accessToken })
      counter += 10
    }
  })

  describe('devices', () => {
    let pool: ReplicatedPool
    before(async () => {
      pool = await createPool(nodes, {
        client: CLIENT,
        settings: {
          DeviceConfiguration: {
            ChallengeRequiredOnNewDevice: true,
            DeviceOnlyRememberedOnUserPrompt: false,
          },
        },
      })
      await addUser(nodes, pool.userPoolId, 'fay')
      await activateReplica(nodes, pool.userPoolId)
    })

    const begin = (region: string, more: Record<string, string> = {}) =>
      cognitoOf(nodes, region).send(
        new InitiateAuthCommand({
          ClientId: pool.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'fay', PASSWORD, ...more },
        }),
      )

    test('a secondary announces none, and its session is renewed in both', async () => {
      const { AuthenticationResult: result } = await begin(EAST)
      assert.equal(result?.NewDeviceMetadata, undefined)
      const accessToken = required(result?.AccessToken, 'access token')
      assert.equal(claimsOf(accessToken)['device_key'], undefined)
      const AccessToken = accessToken
      const DeviceKey = 'us-east-1_00000000-0000-4000-8000-000000000000'
      const confirm = new ConfirmDeviceCommand({ AccessToken, DeviceKey })
      await assert.rejects(cognitoOf(nodes, EAST).send(confirm), NOT_ENABLED)
      for (const region of [EAST, WEST]) {
        const { AuthenticationResult: renewed } = await cognitoOf(nodes, region).send(
          new GetTokensFromRefreshTokenCommand({
            ClientId: pool.clientId,
            RefreshToken: result?.RefreshToken,
          }),
        )
        assert.ok(renewed?.AccessToken, region)
      }
    })

    test('one that is confirmed, renewed and forgotten at the primary is so in both', async () => {
      const { AuthenticationResult: result } = await begin(WEST)
      const accessToken = required(result?.AccessToken, 'access token')
      const announced = required(result?.NewDeviceMetadata, 'device')
      const west = cognitoOf(nodes, WEST)
      const { deviceKey: DeviceKey } = await confirmDevice(west, accessToken, announced)
      const nameOf = async (region: string) => {
        try {
          return (await begin(region, { DEVICE_KEY: DeviceKey })).ChallengeName
        } catch (error) {
          return (error as Error).message
        }
      }
      const until = (expected: string) =>
        waitFor(async () => (await nameOf(EAST)) === expected, { what: `${expected} at ${EAST}` })
      await until('DEVICE_SRP_AUTH')
      const AccessToken = accessToken
      const read = new GetDeviceCommand({ AccessToken, DeviceKey })
      assert.equal((await cognitoOf(nodes, EAST).send(read)).Device?.DeviceKey, DeviceKey)
      const renew = (region: string, more: { readonly DeviceKey?: string }) =>
        cognitoOf(nodes, region).send(
          new GetTokensFromRefreshTokenCommand({
            ClientId: pool.clientId,
            RefreshToken: result?.RefreshToken,
            ...more,
          }),
        )
      for (const region of [WEST, EAST]) {
        await assert.rejects(renew(region, {}), notAuthorized('Invalid Refresh Token'))
        const { AuthenticationResult: renewed } = await renew(region, { DeviceKey })
        assert.equal(claimsOf(renewed?.AccessToken ?? '')['device_key'], DeviceKey)
      }
      const forget = new ForgetDeviceCommand({ AccessToken, DeviceKey })
      await assert.rejects(cognitoOf(nodes, EAST).send(forget), NOT_ENABLED)
      await west.send(forget)
      assert.equal(await nameOf(WEST), 'Device does not exist.')
      await until('Device does not exist.')
      await assert.rejects(cognitoOf(nodes, EAST).send(read), ABSENT)
    })
  })

  test('each Region has a daily quota of its own for the service’s sender', async () => {
    const pool = await createPool(nodes, {
      client: CLIENT,
      settings: {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      },
    })
    await addUser(nodes, pool.userPoolId, 'gus')
    await activateReplica(nodes, pool.userPoolId)
    const send = (region: string) =>
      cognitoOf(nodes, region).send(
        new InitiateAuthCommand({
          ClientId: pool.clientId,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: 'gus', PREFERRED_CHALLENGE: 'EMAIL_OTP' },
        }),
      )
    for (const region of [WEST, EAST]) {
      for (let sent = 0; sent < 2; sent += 1) {
        assert.equal((await send(region)).ChallengeName, 'EMAIL_OTP', region)
      }
      await assert.rejects(send(region), USED_UP, region)
    }
  })
})
