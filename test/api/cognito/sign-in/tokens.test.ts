// Tokens: what they carry, how long they live, how they are renewed and what ends them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminAddUserToGroupCommand,
  AdminUserGlobalSignOutCommand,
  CreateGroupCommand,
  type CreateUserPoolClientCommandInput,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  claimsOf,
  failure,
  invalid,
  notAuthorized,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const INVALID = notAuthorized('Invalid Refresh Token')
const REVOKED = notAuthorized('Refresh Token has been revoked')
function rotation(RetryGracePeriodSeconds: number): Partial<CreateUserPoolClientCommandInput> {
  return {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
  }
}

describe('tokens', () => {
  let api: TestApi
  let UserPoolId: string
  let app: TestClient
  let sub: string

  before(async () => {
    api = await startTestApi()
    UserPoolId = await api.makePool()
    app = await api.makeClient(UserPoolId)
    sub = await api.makeUser(UserPoolId, 'alice', {
      email: 'alice@example.com',
      email_verified: 'true',
      address: 'Here 1',
    })
  })
  after(() => api.stop())

  const renew = async (client: TestClient, token: string) => {
    const { AuthenticationResult } = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: client.clientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: token },
      }),
    )
    return AuthenticationResult ?? {}
  }
  const rotate = async (client: TestClient, RefreshToken: string, ClientSecret?: string) => {
    const { AuthenticationResult } = await api.cognito.send(
      new GetTokensFromRefreshTokenCommand({
        ClientId: client.clientId,
        RefreshToken,
        ClientSecret,
      }),
    )
    return AuthenticationResult ?? {}
  }
  const revoke = (client: TestClient, Token: string, ClientSecret?: string) =>
    api.cognito.send(new RevokeTokenCommand({ ClientId: client.clientId, Token, ClientSecret }))
  const me = (AccessToken: string) => api.cognito.send(new GetUserCommand({ AccessToken }))
  const atLater = <T>(aheadMs: number, run: () => Promise<T>) => api.atLater(aheadMs, run)

  test('every claim of the ID and the access token', async () => {
    const { id, access } = await api.signIn(app, 'alice')
    const idClaims = claimsOf(id)
    const accessClaims = claimsOf(access)
    const { auth_time: authTime, origin_jti: originJti, event_id: eventId } = idClaims
    assert.ok(Math.abs(Number(authTime) - Date.now() / 1000) < 10)
    assert.match(String(originJti), UUID)
    assert.match(String(eventId), UUID)
    assert.notEqual(idClaims['jti'], accessClaims['jti'])
    for (const claims of [idClaims, accessClaims]) assert.match(String(claims['jti']), UUID)
    const common = {
      sub,
      iss: `${api.endpoint}/${UserPoolId}`,
      origin_jti: originJti,
      event_id: eventId,
      auth_time: authTime,
      iat: authTime,
      exp: Number(authTime) + 3600,
    }
    assert.deepEqual(idClaims, {
      ...common,
      aud: app.clientId,
      token_use: 'id',
      'cognito:username': 'alice',
      email: 'alice@example.com',
      email_verified: true,
      address: { formatted: 'Here 1' },
      jti: idClaims['jti'],
    })
    assert.deepEqual(accessClaims, {
      ...common,
      client_id: app.clientId,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      username: 'alice',
      jti: accessClaims['jti'],
    })
    const header = JSON.parse(Buffer.from(id.split('.')[0] ?? '', 'base64url').toString()) as {
      kid: string
    }
    assert.deepEqual(header, { kid: header.kid, alg: 'RS256' })
  })

  test('groups in order of precedence, and their roles', async () => {
    await api.makeUser(UserPoolId, 'gina')
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`
    const groups = [
      { GroupName: 'last', Precedence: 9, RoleArn: role('last') },
      { GroupName: 'none', RoleArn: role('none') },
      { GroupName: 'first', Precedence: 0 },
      { GroupName: 'second', Precedence: 1, RoleArn: role('second') },
    ]
    for (const group of groups) {
      await api.cognito.send(new CreateGroupCommand({ UserPoolId, ...group }))
      await api.cognito.send(
        new AdminAddUserToGroupCommand({
          UserPoolId,
          Username: 'gina',
          GroupName: group.GroupName,
        }),
      )
    }
    const { id, access } = await api.signIn(app, 'gina')
    const names = ['first', 'second', 'last', 'none']
    assert.deepEqual(claimsOf(access)['cognito:groups'], names)
    assert.equal(claimsOf(access)['cognito:roles'], undefined)
    const claims = claimsOf(id)
    assert.deepEqual(claims['cognito:groups'], names)
    assert.deepEqual(claims['cognito:roles'], [role('second'), role('last'), role('none')])
    assert.equal(claims['cognito:preferred_role'], role('second'))
  })

  test('lifetimes in each unit, and what the client may read', async () => {
    const units = [
      ['seconds', 1, 600],
      ['minutes', 60, 10],
      ['hours', 3600, 2],
      ['days', 86_400, 1],
    ] as const
    for (const [unit, seconds, count] of units) {
      const client = await api.makeClient(UserPoolId, {
        AccessTokenValidity: count,
        IdTokenValidity: count,
        TokenValidityUnits: { AccessToken: unit, IdToken: unit },
        ReadAttributes: ['email'],
      })
      const { id, access } = await api.signIn(client, 'alice')
      for (const token of [id, access]) {
        const { exp, iat } = claimsOf(token)
        assert.equal(Number(exp) - Number(iat), count * seconds, unit)
      }
      assert.equal(claimsOf(id)['email'], 'alice@example.com')
      assert.equal(claimsOf(id)['address'], undefined)
    }
    const { access } = await api.signIn(app, 'alice')
    const expired = notAuthorized('Access Token has expired')
    await atLater(3_601_000, () => assert.rejects(me(access), expired))
  })

  test('a refresh token renews the session and stays', async () => {
    const first = await api.signIn(app, 'alice')
    const { AccessToken = '', IdToken = '', ...rest } = await renew(app, first.refresh)
    assert.deepEqual(rest, { ExpiresIn: 3600, TokenType: 'Bearer' })
    for (const name of ['origin_jti', 'auth_time', 'sub']) {
      assert.equal(claimsOf(AccessToken)[name], claimsOf(first.access)[name], name)
    }
    assert.notEqual(claimsOf(AccessToken)['jti'], claimsOf(first.access)['jti'])
    assert.equal(claimsOf(IdToken)['token_use'], 'id')
    await renew(app, first.refresh)
    const { RefreshToken } = await rotate(app, first.refresh)
    assert.equal(RefreshToken, undefined)
    await atLater(31 * 86_400_000, () =>
      assert.rejects(renew(app, first.refresh), notAuthorized('Refresh Token has expired')),
    )
  })

  test('a refresh token is its client’s and its pool’s', async () => {
    const { refresh, access, id } = await api.signIn(app, 'alice')
    const second = await api.makeClient(UserPoolId)
    const foreign = await api.makeClient(await api.makePool())
    for (const client of [second, foreign]) {
      await assert.rejects(renew(client, refresh), INVALID)
      await assert.rejects(rotate(client, refresh), INVALID)
    }
    const tampered = `${refresh.slice(0, -2)}${refresh.endsWith('AA') ? 'BB' : 'AA'}`
    for (const token of [access, id, tampered, 'x.y.z', 'none']) {
      await assert.rejects(renew(app, token), INVALID, token)
    }
  })

  test('a sign-out ends every session, and new ones begin after it', async () => {
    const [one, two] = [await api.signIn(app, 'alice'), await api.signIn(app, 'alice')]
    await api.cognito.send(new GlobalSignOutCommand({ AccessToken: one.access }))
    const revoked = notAuthorized('Access Token has been revoked')
    for (const { access, refresh } of [one, two]) {
      await assert.rejects(me(access), revoked)
      await assert.rejects(renew(app, refresh), REVOKED)
      await assert.rejects(rotate(app, refresh), REVOKED)
    }
    const out = new GlobalSignOutCommand({ AccessToken: one.access })
    await assert.rejects(api.cognito.send(out), revoked)
    const three = await api.signIn(app, 'alice')
    await me(three.access)
    await api.cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: 'alice' }))
    await assert.rejects(me(three.access), revoked)
    await assert.rejects(renew(app, three.refresh), REVOKED)
    const nobody = new AdminUserGlobalSignOutCommand({ UserPoolId, Username: 'nobody' })
    await assert.rejects(
      api.cognito.send(nobody),
      failure('UserNotFoundException', 'User does not exist.'),
    )
  })

  test('a revoked refresh token takes its access tokens along', async () => {
    const [one, two] = [await api.signIn(app, 'alice'), await api.signIn(app, 'alice')]
    const { AccessToken = '' } = await renew(app, one.refresh)
    await revoke(app, one.refresh)
    const revoked = notAuthorized('Access Token has been revoked')
    for (const token of [one.access, AccessToken]) await assert.rejects(me(token), revoked)
    await assert.rejects(renew(app, one.refresh), REVOKED)
    await me(two.access)
    await renew(app, two.refresh)
    // RFC 7009: the purpose is reached already.
    await revoke(app, one.refresh)
    await revoke(app, 'not-a-token')
    await assert.rejects(
      revoke(app, two.access),
      failure('UnsupportedTokenTypeException', 'Unsupported token type'),
    )
    const other = await api.makeClient(UserPoolId)
    await revoke(other, two.refresh)
    await renew(app, two.refresh)
  })

  test('a client proves itself to revoke and to renew', async () => {
    const client = await api.makeClient(UserPoolId, { GenerateSecret: true })
    const { refresh } = await api.signIn(client, 'alice')
    const unauthorized = failure('UnauthorizedException', 'Invalid client')
    await assert.rejects(revoke(client, refresh), unauthorized)
    await assert.rejects(revoke(client, refresh, 'wrong_secret_wrong_secret'), unauthorized)
    const refused = notAuthorized(`Invalid client secret for client ${client.clientId}`)
    await assert.rejects(rotate(client, refresh), refused)
    await assert.rejects(rotate(client, refresh, 'wrong_secret_wrong_secret'), refused)
    assert.ok((await rotate(client, refresh, client.secret)).AccessToken)
    await revoke(client, refresh, client.secret)
    await assert.rejects(rotate(client, refresh, client.secret), REVOKED)
    const plain = await api.makeClient(UserPoolId, { EnableTokenRevocation: false })
    const tokens = await api.signIn(plain, 'alice')
    assert.equal(claimsOf(tokens.access)['origin_jti'], undefined)
    await assert.rejects(
      revoke(plain, tokens.refresh),
      failure('UnsupportedOperationException', 'Token revocation is not enabled for this client.'),
    )
  })

  test('rotation hands out a successor and remembers the use', async () => {
    const client = await api.makeClient(UserPoolId, rotation(10))
    const { refresh, access } = await api.signIn(client, 'alice')
    await assert.rejects(
      renew(client, refresh),
      invalid('Refresh Token flow not enabled for this client'),
    )
    const { RefreshToken: next = '', AccessToken = '' } = await rotate(client, refresh)
    assert.notEqual(next, refresh)
    assert.equal(claimsOf(AccessToken)['origin_jti'], claimsOf(access)['origin_jti'])
    // A client that lost the response may ask again for a moment.
    await rotate(client, refresh)
    const { RefreshToken: third = '' } = await rotate(client, next)
    const reused = failure('RefreshTokenReuseException', 'Refresh token has already been used.')
    await atLater(11_000, async () => {
      await assert.rejects(rotate(client, refresh), reused)
      // And that is the end of the session, its newest token included.
      await assert.rejects(rotate(client, next), REVOKED)
      await assert.rejects(rotate(client, third), REVOKED)
    })
    await assert.rejects(me(AccessToken), notAuthorized('Access Token has been revoked'))
  })

  test('without a grace period a token is good for one use', async () => {
    const client = await api.makeClient(UserPoolId, rotation(0))
    const { refresh } = await api.signIn(client, 'alice')
    assert.ok((await rotate(client, refresh)).RefreshToken)
    await assert.rejects(rotate(client, refresh), failure('RefreshTokenReuseException'))
  })

  test('of many uses at once one is good', async () => {
    const client = await api.makeClient(UserPoolId, rotation(0))
    const { refresh } = await api.signIn(client, 'alice')
    const uses = await Promise.allSettled(Array.from({ length: 8 }, () => rotate(client, refresh)))
    assert.equal(uses.filter(({ status }) => status === 'fulfilled').length, 1)
  })
})
