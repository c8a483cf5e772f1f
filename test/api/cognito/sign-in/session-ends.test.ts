// What ends a session: by clocks that differ, for as long as its access tokens live, and for all of
// its branches when a rotating refresh token is used twice.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { removeExpired } from '#adapters/postgres/regional/expired-rows.js'
import { required } from '#base/assert.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import {
  PASSWORD,
  REGION,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const REVOKED = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' }
const REFRESH_REVOKED = {
  name: 'NotAuthorizedException',
  message: 'Refresh Token has been revoked',
}

interface Tokens {
  readonly access: string
  readonly refresh: string
}

describe('ends of sessions', () => {
  let api: TestApi
  let poolId: string
  let storage: TestStorage
  before(async () => {
    api = await startTestApi()
    poolId = await api.makePool()
    storage = await openStorage({ region: REGION, url: api.config.database.url })
  })
  after(async () => {
    await storage.close()
    await api.stop()
  })

  const getUser = (access: string, cognito = api.cognito) =>
    cognito.send(new GetUserCommand({ AccessToken: access }))
  const refresh = (app: TestClient, token: string) =>
    api.cognito.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: app.clientId, RefreshToken: token }),
    )

  test('a revoked access token stays so when its refresh token is over', async () => {
    const app = await api.makeClient(poolId, {
      AccessTokenValidity: 1,
      RefreshTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'hours', RefreshToken: 'minutes' },
    })
    await api.makeUser(poolId, 'rita')
    const MINUTE = 60_000
    const first = await api.signIn(app, 'rita')
    const renewed = await api.atLater(59 * MINUTE, async () => {
      const { AuthenticationResult } = await refresh(app, first.refresh)
      const access = required(AuthenticationResult?.AccessToken, 'access token')
      assert.equal((await getUser(access)).Username, 'rita')
      const revoke = { ClientId: app.clientId, Token: first.refresh }
      await api.cognito.send(new RevokeTokenCommand(revoke))
      await assert.rejects(getUser(access), REVOKED)
      return access
    })
    for (const minutes of [61, 118]) {
      await api.atLater(minutes * MINUTE, async () => {
        await removeExpired(storage.database, { nowMs: Date.now() + minutes * MINUTE })
        await assert.rejects(getUser(renewed), REVOKED)
      })
    }
    // The row goes when no token can be left, and not before the longest lifetime of one.
    await removeExpired(storage.database, { nowMs: Date.now() + 25 * 60 * MINUTE - 30_000 })
    const pool = required(await storage.repositories.pools.find(poolId), 'pool')
    const { origin_jti: session } = JSON.parse(
      Buffer.from(first.access.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as { origin_jti: string }
    assert.equal(await storage.repositories.revocations.has(pool, session), true)
    await removeExpired(storage.database, { nowMs: Date.now() + 26 * 60 * MINUTE })
    assert.equal(await storage.repositories.revocations.has(pool, session), false)
  })

  for (const offsetMs of [30_000, -30_000]) {
    describe(`a node whose clock is off by ${offsetMs / 1000} s`, () => {
      let skewed: CognitoIdentityProviderClient
      before(async () => {
        skewed = (await api.addNode({ testOnly: { clockOffsetMs: offsetMs } })).cognito
      })

      async function signInAt(
        cognito: CognitoIdentityProviderClient,
        app: TestClient,
        user: string,
      ) {
        const { AuthenticationResult: result } = await cognito.send(
          new InitiateAuthCommand({
            ClientId: app.clientId,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: user, PASSWORD },
          }),
        )
        const access = required(result?.AccessToken, 'access token')
        return { access, refresh: required(result?.RefreshToken, 'refresh token') }
      }

      async function isOver(app: TestClient, { access, refresh: token }: Tokens): Promise<void> {
        for (const cognito of [api.cognito, skewed]) {
          await assert.rejects(getUser(access, cognito), REVOKED)
        }
        await assert.rejects(refresh(app, token), REFRESH_REVOKED)
      }

      for (const revocation of [true, false]) {
        test(`sign-outs end sessions of either clock, token revocation ${revocation}`, async () => {
          const app = await api.makeClient(poolId, { EnableTokenRevocation: revocation })
          const user = `${offsetMs}-${revocation}`
          await api.makeUser(poolId, user)
          const { cognito } = api
          const named = { UserPoolId: poolId, Username: user }
          const ends: readonly ((
            by: CognitoIdentityProviderClient,
            access: string,
          ) => Promise<unknown>)[] = [
            (by, access) => by.send(new GlobalSignOutCommand({ AccessToken: access })),
            (by) => by.send(new AdminUserGlobalSignOutCommand(named)),
            async (by) => {
              await by.send(new AdminDisableUserCommand(named))
              await by.send(new AdminEnableUserCommand(named))
            },
          ]
          for (const end of ends) {
            for (const [at, by] of [
              [skewed, cognito],
              [cognito, skewed],
            ] as const) {
              const tokens = await signInAt(at, app, user)
              await getUser(tokens.access, by)
              await end(by, tokens.access)
              await isOver(app, tokens)
              // And the next session begins and goes on, by either clock.
              const next = [await signInAt(at, app, user), await signInAt(by, app, user)]
              for (const { access } of next) assert.equal((await getUser(access)).Username, user)
            }
          }
        })
      }
    })
  }

  describe('rotating refresh tokens', () => {
    const rotating = (graceSeconds: number) =>
      api.makeClient(poolId, {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: graceSeconds },
      })
    const rotate = async (app: TestClient, token: string): Promise<Tokens> => {
      const { AuthenticationResult: result } = await refresh(app, token)
      const access = required(result?.AccessToken, 'access token')
      return { access, refresh: required(result?.RefreshToken, 'refresh token') }
    }

    test('the reuse of one ends its session, all branches of it', async () => {
      const app = await rotating(0)
      await api.makeUser(poolId, 'theo')
      const first = await api.signIn(app, 'theo')
      const other = await api.signIn(app, 'theo')
      const second = await rotate(app, first.refresh)
      assert.equal((await getUser(second.access)).Username, 'theo')
      await assert.rejects(rotate(app, first.refresh), {
        name: 'RefreshTokenReuseException',
        message: 'Refresh token has already been used.',
      })
      await assert.rejects(rotate(app, second.refresh), REFRESH_REVOKED)
      for (const { access } of [first, second]) await assert.rejects(getUser(access), REVOKED)
      // Another session of the same user is another family.
      assert.equal((await getUser((await rotate(app, other.refresh)).access)).Username, 'theo')
    })

    test('a retry inside of the grace period is none', async () => {
      const app = await rotating(60)
      await api.makeUser(poolId, 'toni')
      const first = await api.signIn(app, 'toni')
      const branches = [await rotate(app, first.refresh), await rotate(app, first.refresh)]
      for (const { access } of branches) assert.equal((await getUser(access)).Username, 'toni')
      for (const branch of branches) await rotate(app, branch.refresh)
      await api.atLater(61_000, () =>
        assert.rejects(rotate(app, first.refresh), { name: 'RefreshTokenReuseException' }),
      )
      for (const { access } of branches) await assert.rejects(getUser(access), REVOKED)
    })
  })
})
