// Refresh tokens of the version before grants, as that version sealed them: under fixed keys, and
// good for ten years. They must open, refresh, rotate and be revoked for as long as they live.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { contextOf } from '#app/crypto/pool-keys.js'
import { required } from '#base/assert.js'
import { composeKms, composeLink } from '#node/compose.js'
import { composeFlows } from '#node/flows.js'
import { openStorage } from '#node/storage.js'
import { asPrimary } from '#ports/capability.js'
import { ACCOUNT_ID, runtimeOf } from '#test/support/node-config.js'
import { claimsOf, notAuthorized, startTestApi, type TestApi } from '#test/support/test-api.js'
import { EARLIER, EARLIER_USER } from './earlier-refresh-tokens.js'

describe('refresh tokens of the version before grants', () => {
  let api: TestApi
  /** A node that has never had another token key of the pool. */
  let cognito: CognitoIdentityProviderClient
  before(async () => {
    api = await startTestApi()
    await plantPool(api)
    cognito = (await api.addNode()).cognito
  })
  after(() => api.stop())

  const renew = (token: string, ClientId: string = EARLIER.clientId) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: token },
      }),
    )
  const rotate = (RefreshToken: string) =>
    cognito.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: EARLIER.rotatingClientId, RefreshToken }),
    )

  test('one refreshes, with the session, the time and the scope of its sign-in', async () => {
    const { AuthenticationResult: result } = await renew(EARLIER.issued.token)
    const access = claimsOf(required(result?.AccessToken, 'access token'))
    const id = claimsOf(required(result?.IdToken, 'ID token'))
    for (const claims of [access, id]) {
      assert.equal(claims['sub'], EARLIER_USER.sub)
      assert.equal(claims['origin_jti'], EARLIER.issued.originJti)
      assert.equal(claims['auth_time'], EARLIER.issued.authTime)
      for (const name of ['acr', 'amr', 'nonce', 'device_key']) assert.ok(!(name in claims), name)
    }
    assert.equal(access['scope'], 'aws.cognito.signin.user.admin')
    const get = new GetUserCommand({ AccessToken: result?.AccessToken })
    assert.equal((await cognito.send(get)).Username, EARLIER_USER.username)
  })

  test('one is its client’s and its pool’s, and cannot be changed', async () => {
    const { token } = EARLIER.issued
    const refused = notAuthorized('Invalid Refresh Token')
    await assert.rejects(renew(EARLIER.rotated.token), refused)
    const at = token.lastIndexOf('.') - 9
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    await assert.rejects(renew(changed), refused)
    const elsewhere = await api.makeClient(await api.makePool())
    await assert.rejects(renew(token, elsewhere.clientId), refused)
  })

  test('one that rotation handed out rotates on, once', async () => {
    const { AuthenticationResult: result } = await rotate(EARLIER.rotated.token)
    const next = required(result?.RefreshToken, 'refresh token')
    const { AuthenticationResult: last } = await rotate(next)
    const access = claimsOf(required(last?.AccessToken, 'access token'))
    assert.equal(access['origin_jti'], EARLIER.rotated.originJti)
    assert.equal(access['auth_time'], EARLIER.rotated.authTime)
    await assert.rejects(rotate(EARLIER.rotated.token), { name: 'RefreshTokenReuseException' })
    await assert.rejects(
      rotate(required(last?.RefreshToken, 'refresh token')),
      notAuthorized('Refresh Token has been revoked'),
    )
  })

  test('one can be revoked', async () => {
    const { token } = EARLIER.issued
    const revoke = new RevokeTokenCommand({ ClientId: EARLIER.clientId, Token: token })
    await cognito.send(revoke)
    await assert.rejects(renew(token), notAuthorized('Refresh Token has been revoked'))
  })
})

/** Makes the pool, clients and user that the tokens are of, with the key they are sealed under. */
async function plantPool(api: TestApi): Promise<void> {
  const { config } = api
  const UserPoolTags = {
    'twinpool:user-pool-id': EARLIER.poolId,
    'twinpool:client-id:plain': EARLIER.clientId,
    'twinpool:client-id:rotating': EARLIER.rotatingClientId,
  }
  await api.makePool({ UserPoolTags })
  const RefreshTokenValidity = 3650
  await api.makeClient(EARLIER.poolId, { ClientName: 'plain', RefreshTokenValidity })
  await api.makeClient(EARLIER.poolId, {
    ClientName: 'rotating',
    RefreshTokenValidity,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
  })
  const runtime = runtimeOf(config)
  const storage = openStorage(config, runtime)
  try {
    const pool = required(await storage.pools.read(EARLIER.poolId), 'pool')
    const primary = required(asPrimary(pool), 'primary')
    const { link } = composeLink(config, runtime)
    const { keyService } = composeKms(config, runtime, { storage, link })
    const rows = await storage.dataKeys.list(pool)
    const row = required(
      rows.find(({ purpose }) => purpose === 'token'),
      'token key',
    )
    const wrapped = await keyService.wrap(
      { type: 'AWS_OWNED_KEY' },
      Buffer.from(EARLIER.tokenKey, 'hex'),
      contextOf(ACCOUNT_ID, pool, row),
    )
    await storage.dataKeys.rewrap(primary, [{ ...row, wrapped }])
    const { users } = composeFlows(config, runtime, { storage, keyService })
    await users.insert(primary, EARLIER_USER, undefined)
  } finally {
    await storage.close()
  }
}
