// Sessions of users: what a pool that tracks them remembers, and how one is ended.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  AdminUserGlobalSignOutCommand,
  CreateUserPoolCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GetUserPoolClientSessionConfigurationCommand,
  GetUserPoolSessionConfigurationCommand,
  InitiateAuthCommand,
  ListUserSessionsCommand,
  RevokeTokenCommand,
  RevokeUserSessionCommand,
  SetUserPoolClientSessionConfigurationCommand,
  SetUserPoolSessionConfigurationCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UserSessionTrackingType,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { begin, makeMfaPool, respond, setUpApp } from '#test/api/cognito/mfa/people.js'
import {
  claimsOf,
  failure,
  PASSWORD,
  secretHash,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'

const REVOKED = failure('NotAuthorizedException', 'Access Token has been revoked')
const ABSENT = failure('ResourceNotFoundException', 'Session not found.')

describe('sessions of users', () => {
  let api: TestApi
  let app: TestClient
  let second: TestClient

  before(async () => {
    api = await startTestApi()
    const poolId = await api.makePool()
    await track(poolId, 3)
    app = await api.makeClient(poolId)
    second = await api.makeClient(poolId, { EnableTokenRevocation: false })
  })
  after(() => api.stop())

  function track(
    UserPoolId: string,
    MaxPerUser = 20,
    UserSessionTracking: UserSessionTrackingType = 'ENABLED',
  ) {
    const TokenSession = { MaxPerUser }
    const input = { UserPoolId, UserSessionTracking, TokenSession }
    return api.cognito.send(new SetUserPoolSessionConfigurationCommand(input))
  }

  const own = async (AccessToken: string) =>
    required(
      (await api.cognito.send(new ListUserSessionsCommand({ AccessToken }))).Sessions,
      'sessions',
    )
  const of = async (Username: string, UserPoolId = app.poolId) =>
    required(
      (await api.cognito.send(new AdminListUserSessionsCommand({ UserPoolId, Username }))).Sessions,
      'sessions',
    )
  const isCurrent = ({ IsCurrentSession }: { readonly IsCurrentSession?: boolean | undefined }) =>
    IsCurrentSession === true
  const getUser = (AccessToken: string) => api.cognito.send(new GetUserCommand({ AccessToken }))
  const renew = ({ clientId: ClientId }: TestClient, RefreshToken: string) =>
    api.cognito.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }))
  const revoke = (AccessToken: string, SessionId: string) =>
    api.cognito.send(new RevokeUserSessionCommand({ AccessToken, SessionId }))
  const adminRevoke = (Username: string, SessionId: string) =>
    api.cognito.send(
      new AdminRevokeUserSessionCommand({ UserPoolId: app.poolId, Username, SessionId }),
    )

  async function idOf(accessToken: string): Promise<string> {
    return required((await own(accessToken)).find(isCurrent)?.SessionId, 'session ID')
  }

  test('a session is listed by its user and by administrators', async () => {
    await api.makeUser(app.poolId, 'ada')
    const first = await api.signIn(app, 'ada')
    const [session, ...others] = await own(first.access)
    assert.deepEqual(others, [])
    const { SessionId, CreateDate, LastActiveDate, DeviceType, ...rest } = required(session, 'one')
    assert.match(required(SessionId, 'ID'), /^tkn[a-z0-9]{25}$/)
    assert.ok(CreateDate && LastActiveDate && LastActiveDate >= CreateDate)
    assert.match(required(DeviceType, 'device'), /^aws-sdk-js/)
    assert.deepEqual(rest, {
      SessionType: 'TOKEN',
      ClientId: app.clientId,
      LastIPAddress: '127.0.0.1',
      IsCurrentSession: true,
    })
    const next = await api.signIn(second, 'ada')
    assert.deepEqual(
      (await own(next.access)).map(({ ClientId, IsCurrentSession }) => [
        ClientId,
        IsCurrentSession,
      ]),
      [
        [second.clientId, true],
        [app.clientId, false],
      ],
    )
    assert.deepEqual(
      (await of('ada')).map((one) => [one.SessionId, one.IsCurrentSession]),
      (await own(next.access)).map((one) => [one.SessionId, false]),
    )
  })

  test('only an app that proves itself says from where its users come', async () => {
    const Username = 'ann'
    await api.makeUser(app.poolId, Username)
    const propagating = { EnablePropagateAdditionalUserContextData: true }
    const proven = await api.makeClient(app.poolId, { GenerateSecret: true, ...propagating })
    const silent = await api.makeClient(app.poolId, { GenerateSecret: true })
    const addressBy = async (client: TestClient) => {
      const SECRET_HASH = secretHash(client, Username)
      await api.cognito.send(
        new InitiateAuthCommand({
          ClientId: client.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: Username, PASSWORD, ...(SECRET_HASH && { SECRET_HASH }) },
          UserContextData: { IpAddress: '203.0.113.9' },
        }),
      )
      return (await of(Username))[0]?.LastIPAddress
    }
    assert.equal(await addressBy(app), '127.0.0.1')
    assert.equal(await addressBy(silent), '127.0.0.1')
    assert.equal(await addressBy(proven), '203.0.113.9')
  })

  test('a refresh is activity, and its session comes first', async () => {
    await api.makeUser(app.poolId, 'bob')
    const first = await api.signIn(app, 'bob')
    const next = await api.signIn(app, 'bob')
    const [last, before] = await own(first.access)
    assert.ok(last && before && isCurrent(before))
    await renew(app, first.refresh)
    const [renewed, other] = await own(first.access)
    assert.ok(renewed && other && isCurrent(renewed))
    assert.deepEqual(renewed.CreateDate, before.CreateDate)
    assert.ok(Number(renewed.LastActiveDate) > Number(before.LastActiveDate))
    assert.equal(other.SessionId, await idOf(next.access))
  })

  test('beyond the limit the least recently used session ends', async () => {
    await api.makeUser(app.poolId, 'cyd')
    const [a, b, c] = [
      await api.signIn(app, 'cyd'),
      await api.signIn(second, 'cyd'),
      await api.signIn(app, 'cyd'),
    ]
    await renew(app, a.refresh)
    const d = await api.signIn(app, 'cyd')
    await assert.rejects(getUser(b.access), REVOKED)
    await assert.rejects(
      renew(second, b.refresh),
      failure('NotAuthorizedException', 'Refresh Token has been revoked'),
    )
    for (const { access: accessToken } of [a, c, d]) await getUser(accessToken)
    assert.equal((await own(d.access)).length, 3)

    // A lower limit ends nothing before the next sign-in.
    await track(app.poolId, 1)
    assert.equal((await own(d.access)).length, 3)
    const e = await api.signIn(app, 'cyd')
    assert.deepEqual((await own(e.access)).map(isCurrent), [true])
    for (const { access: accessToken } of [a, c, d])
      await assert.rejects(getUser(accessToken), REVOKED)
    await track(app.poolId, 3)
  })

  test('a sign-in that fails in the end is no session, and ends none', async () => {
    const place = await makeMfaPool(api, 'OPTIONAL')
    await track(place.poolId, 1)
    await api.makeUser(place.poolId, 'mia')
    const secret = await setUpApp(api, (await api.signIn(place.app, 'mia')).access)
    const code = totpCode(secret)
    const sign = async () => {
      const { ChallengeName: name, Session: session } = await begin(api, place.app, 'mia')
      const responses = { USERNAME: 'mia', SOFTWARE_TOKEN_MFA_CODE: code }
      const { AuthenticationResult } = await respond(api, place.app, { name, session, responses })
      return required(AuthenticationResult?.AccessToken, 'access token')
    }
    const access = await sign()
    const before = await of('mia', place.poolId)
    const used = 'Your software token has already been used once.'
    await assert.rejects(sign(), failure('ExpiredCodeException', used))
    await getUser(access)
    assert.deepEqual(await of('mia', place.poolId), before)
  })

  test('a user ends another session, never the own one or that of another user', async () => {
    await api.makeUser(app.poolId, 'dan')
    await api.makeUser(app.poolId, 'eve')
    const mine = await api.signIn(app, 'dan')
    const lost = await api.signIn(second, 'dan')
    const eve = await api.signIn(app, 'eve')
    const lostId = await idOf(lost.access)
    await assert.rejects(revoke(eve.access, lostId), ABSENT)
    await assert.rejects(revoke(mine.access, await idOf(eve.access)), ABSENT)
    await assert.rejects(
      revoke(mine.access, await idOf(mine.access)),
      failure('InvalidParameterException', 'The current session cannot be revoked.'),
    )
    await getUser(lost.access)
    await revoke(mine.access, lostId)
    await assert.rejects(getUser(lost.access), REVOKED)
    await assert.rejects(
      renew(second, lost.refresh),
      failure('NotAuthorizedException', 'Refresh Token has been revoked'),
    )
    assert.deepEqual((await own(mine.access)).map(isCurrent), [true])
    await getUser(eve.access)
    await assert.rejects(revoke(mine.access, lostId), ABSENT)
    await assert.rejects(revoke(lost.access, lostId), REVOKED)
  })

  test('an administrator ends a session of the named user only', async () => {
    await api.makeUser(app.poolId, 'fay')
    await api.makeUser(app.poolId, 'gus')
    const { access: accessToken } = await api.signIn(app, 'fay')
    const id = await idOf(accessToken)
    await assert.rejects(adminRevoke('gus', id), ABSENT)
    await assert.rejects(
      adminRevoke('nobody', id),
      failure('UserNotFoundException', 'User does not exist.'),
    )
    await getUser(accessToken)
    await adminRevoke('fay', id)
    await assert.rejects(getUser(accessToken), REVOKED)
    await assert.rejects(adminRevoke('fay', id), ABSENT)
  })

  test('sessions that ended otherwise are not listed', async () => {
    await api.makeUser(app.poolId, 'hal')
    const { refresh: refreshToken } = await api.signIn(app, 'hal')
    const other = await api.signIn(app, 'hal')
    assert.equal((await of('hal')).length, 2)
    await api.cognito.send(new RevokeTokenCommand({ ClientId: app.clientId, Token: refreshToken }))
    assert.deepEqual((await own(other.access)).map(isCurrent), [true])
    const admin = { UserPoolId: app.poolId, Username: 'hal' }
    await api.cognito.send(new AdminUserGlobalSignOutCommand(admin))
    assert.deepEqual(await of('hal'), [])
  })

  test('a list is one page', async () => {
    const Username = 'ada'
    const input = { UserPoolId: app.poolId, Username, NextToken: 'x' }
    await assert.rejects(
      api.cognito.send(new AdminListUserSessionsCommand(input)),
      failure('InvalidParameterException', 'Invalid next token.'),
    )
  })

  test('without tracking nothing is remembered and tokens are as ever', async () => {
    const poolId = await api.makePool()
    const client = await api.makeClient(poolId, { EnableTokenRevocation: false })
    await api.makeUser(poolId, 'ida')
    const untracked = await api.signIn(client, 'ida')
    assert.equal(claimsOf(untracked.access)['origin_jti'], undefined)
    await track(poolId)
    // Not of a session that began before.
    await renew(client, untracked.refresh)
    assert.deepEqual(await of('ida', poolId), [])
    const tracked = await api.signIn(client, 'ida')
    assert.notEqual(claimsOf(tracked.access)['origin_jti'], undefined)
    const id = await idOf(tracked.access)
    await track(poolId, 20, 'DISABLED')
    assert.deepEqual(await of('ida', poolId), [])
    await assert.rejects(revoke(tracked.access, id), ABSENT)
    await getUser(tracked.access)
  })

  test('the configuration of a pool', async () => {
    const UserPoolId = await api.makePool()
    const get = () => api.cognito.send(new GetUserPoolSessionConfigurationCommand({ UserPoolId }))
    const configuration = async () => {
      const { $metadata: _, ...rest } = await get()
      return rest
    }
    const off = { UserPoolId, UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } }
    assert.deepEqual(await configuration(), off)
    const { $metadata: _, ...set } = await track(UserPoolId, 7)
    const on = { UserPoolId, UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 7 } }
    assert.deepEqual(set, on)
    // UpdateUserPool resets most of what it omits, and these not.
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId }))
    assert.deepEqual(await configuration(), on)
    for (const max of [0, 101]) await assert.rejects(track(UserPoolId, max))
  })

  test('the tier LITE has none', async () => {
    const create = new CreateUserPoolCommand({ PoolName: 'lite', UserPoolTier: 'LITE' })
    const { UserPool } = await api.cognito.send(create)
    await assert.rejects(
      track(required(UserPool?.Id, 'pool')),
      failure(
        'FeatureUnavailableInTierException',
        'User session tracking is not available in the LITE tier. ' +
          'Change the tier to ESSENTIALS or higher.',
      ),
    )
  })

  test('the configuration of an app client', async () => {
    const UserPoolId = await api.makePool()
    const { clientId: ClientId } = await api.makeClient(UserPoolId)
    const get = async () => {
      const input = { UserPoolId, ClientId }
      const command = new GetUserPoolClientSessionConfigurationCommand(input)
      return (await api.cognito.send(command)).SSOSession?.MaxValidityMinutes
    }
    const set = (MaxValidityMinutes: number) =>
      api.cognito.send(
        new SetUserPoolClientSessionConfigurationCommand({
          UserPoolId,
          ClientId,
          SSOSession: { MaxValidityMinutes },
        }),
      )
    assert.equal(await get(), 60)
    await assert.rejects(
      set(5),
      failure(
        'InvalidParameterException',
        'User session tracking is not enabled for the user pool.',
      ),
    )
    await track(UserPoolId)
    await set(0)
    assert.equal(await get(), 0)
    await api.cognito.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId }))
    assert.equal(await get(), 0)
    // It sleeps while tracking is off.
    await track(UserPoolId, 20, 'DISABLED')
    assert.equal(await get(), 0)
  })
})
