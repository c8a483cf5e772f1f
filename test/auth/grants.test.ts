// What a sign-in granted, through refreshes and rotations: the parts that flows of the login pages
// grant are begun here behind the API, where no operation grants them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { issueTokens, type NewGrant, type TokenSet } from '#app/sessions/issue.js'
import { refreshTokens } from '#app/sessions/refresh.js'
import type { SessionServices } from '#app/sessions/services.js'
import { verifyAccess } from '#app/sessions/verify.js'
import { required } from '#base/assert.js'
import { USER_ADMIN_SCOPE } from '#domain/oauth/scopes.js'
import type { RequestContext } from '#domain/request-context.js'
import { composeKms, composeLink } from '#node/compose.js'
import { composeFlows } from '#node/flows.js'
import { openStorage, type Storage } from '#node/storage.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import { runtimeOf } from '#test/support/node-config.js'
import { claimsOf, startTestApi, type TestApi } from '#test/support/test-api.js'

const GRANT: NewGrant = {
  scopes: ['openid', 'orders/read'],
  amr: ['pwd', 'otp', 'mfa'],
  acr: 'urn:cognito:loa:4',
  nonce: 'n-0S6_WzA2Mj',
  deviceKey: 'us-west-2_019ab2c3-d4e5-7abc-8def-0123456789ab',
  resource: 'https://orders.example',
}

const requestOf = (eventId: string): RequestContext => ({
  requestId: eventId,
  eventId,
  operation: 'InitiateAuth',
  sourceIp: '192.0.2.1',
  userAgent: undefined,
  clientMetadata: {},
  userContextData: undefined,
})

describe('grants', () => {
  let api: TestApi
  let storage: Storage
  let services: SessionServices
  let pool: Pool
  let client: Client
  let sub: string
  before(async () => {
    api = await startTestApi()
    const { config } = api
    const poolId = await api.makePool()
    const { clientId } = await api.makeClient(poolId)
    sub = await api.makeUser(poolId, 'rosa')
    const runtime = runtimeOf(config)
    storage = openStorage(config, runtime)
    const { link } = composeLink(config, runtime)
    const { keyService } = composeKms(config, runtime, { storage, link })
    services = composeFlows(config, runtime, { storage, keyService }).tokens
    pool = required(await storage.pools.read(poolId), 'pool')
    client = required(await storage.clients.find(pool, clientId), 'client').client
  })
  after(async () => {
    await storage.close()
    await api.stop()
  })

  async function begin(grant: NewGrant): Promise<TokenSet> {
    const record = required(await services.users.findAuthRecord(pool, { sub }), 'user')
    const source = 'TokenGeneration_Authentication'
    const session = { pool, client, record, grant, source, request: requestOf('1') } as const
    return (await issueTokens(services, session)).tokens
  }

  async function renew(token: string | undefined, isRotating: boolean): Promise<TokenSet> {
    const rotation = isRotating
      ? ({ feature: 'ENABLED', retryGracePeriodSeconds: 0 } as const)
      : undefined
    const request = {
      pool,
      client,
      token: required(token, 'refresh token'),
      rotation,
      request: requestOf('2'),
    }
    const outcome = await refreshTokens(services, request)
    assert.equal(outcome.kind, 'tokens')
    return (outcome as { readonly tokens: TokenSet }).tokens
  }

  /** The claims that a grant decides about. */
  function granted({ accessToken, idToken }: TokenSet) {
    const pick = (token: string, names: readonly string[]) => {
      const claims = claimsOf(token)
      return Object.fromEntries(names.map((name) => [name, claims[name]]))
    }
    const both = ['origin_jti', 'auth_time', 'event_id', 'acr', 'amr']
    return {
      access: pick(accessToken, [...both, 'scope', 'aud', 'device_key', 'nonce']),
      id: pick(idToken, [...both, 'scope', 'device_key', 'nonce']),
    }
  }

  test('every refresh gives what was granted, and new tokens', async () => {
    const first = await begin(GRANT)
    const expected = granted(first)
    const shared = { acr: GRANT.acr, amr: GRANT.amr }
    assert.deepEqual(
      { ...expected.access, origin_jti: 1, auth_time: 1, event_id: 1 },
      {
        ...shared,
        origin_jti: 1,
        auth_time: 1,
        event_id: 1,
        scope: 'openid orders/read',
        aud: GRANT.resource,
        device_key: GRANT.deviceKey,
        nonce: undefined,
      },
    )
    assert.equal(expected.id['nonce'], GRANT.nonce)
    assert.equal(expected.id['device_key'], undefined)
    let last = first
    for (const isRotating of [false, true, true, false]) {
      const token = last.refreshToken ?? first.refreshToken
      const next = await renew(token, isRotating)
      assert.deepEqual(granted(next), expected)
      for (const name of ['accessToken', 'idToken'] as const) {
        assert.notEqual(claimsOf(next[name])['jti'], claimsOf(last[name])['jti'])
      }
      last = { ...next, refreshToken: next.refreshToken ?? token }
    }
  })

  test('what was not granted does not come with a refresh', async () => {
    const first = await begin({ scopes: ['openid'], amr: ['pwd'] })
    const next = await renew(first.refreshToken, false)
    const access = claimsOf(next.accessToken)
    assert.equal(access['scope'], 'openid')
    for (const name of ['acr', 'amr', 'aud', 'device_key']) assert.ok(!(name in access), name)
    assert.ok(!('nonce' in claimsOf(next.idToken)))
  })

  test('an access token opens what its scope is for', async () => {
    const { accessToken } = await begin(GRANT)
    const verify = async (requiredScope: string) => {
      const request = { pool, client, token: accessToken, requiredScope }
      const outcome = await verifyAccess(services, request)
      return outcome.kind === 'refused' ? outcome.reason : outcome.kind
    }
    assert.equal(await verify('openid'), 'valid')
    assert.equal(await verify('orders/read'), 'valid')
    for (const scope of [USER_ADMIN_SCOPE, 'orders', 'read', '', 'openid orders/read']) {
      assert.equal(await verify(scope), 'access-token-scope', scope)
    }
  })
})
