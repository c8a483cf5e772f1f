// The documents of an issuer: where they are served, for which pools, and what they say.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { IssuerUrls } from '#domain/token/issuer.js'
import { healthRoute } from '#http/health.js'
import { Listener } from '#http/listener.js'
import { discoveryRoutes } from '#http/oauth/discovery.js'
import type { IssuerServices } from '#http/oauth/issuer-document.js'
import { jwksRoutes } from '#http/oauth/jwks.js'
import { createPublicUrls } from '#http/oauth/public-urls.js'
import { tokenRoutes } from '#http/oauth/token-route.js'
import type { Pool } from '#ports/capability.js'
import { noUsage } from '#ports/usage.js'
import { send } from '#test/support/faces.js'

const noLog = { debug() {}, info() {}, warn() {}, error() {} }

function pool(id: string, changes: Partial<Pool>): [string, Pool] {
  return [
    id,
    {
      id,
      primaryRegion: 'us-west-2',
      homeRegion: 'us-west-2',
      role: 'SECONDARY',
      status: 'ACTIVE',
      ...changes,
    } as Pool,
  ]
}

/** The pools of a secondary Region, us-east-1. */
const pools = new Map([
  pool('us-west-2_original', { issuerType: 'ORIGINAL' }),
  pool('us-west-2_updated', { issuerType: 'UPDATED' }),
  pool('us-west-2_inactive', { issuerType: 'UPDATED', status: 'INACTIVE' }),
  pool('us-west-2_creating', { issuerType: 'UPDATED', status: 'CREATING' }),
])

const publicJwk = { kty: 'RSA', n: 'modulus', e: 'AQAB', d: 'must never be shown' }
const signingKey = (kid: string, tokenUse: string, jwk: Readonly<Record<string, string>>) => ({
  kid,
  tokenUse,
  publicJwk: jwk,
  privateKeySealed: new Uint8Array(),
  createdAtMs: 0,
})
let server: Listener
let port: number
let isDatabaseUp = true
let unfinished: readonly string[] = []

before(async () => {
  const urls = createPublicUrls({
    issuers: new IssuerUrls({
      original: '{endpoint}/{poolId}',
      updated: 'http://localhost:4500/issuer/{region}/{poolId}',
      endpoints: new Map([
        ['us-west-2', 'http://localhost:4501'],
        ['us-east-1', 'http://localhost:4502'],
      ]),
    }),
    region: 'us-east-1',
    endpoint: 'http://localhost:4502',
    domainTemplate: 'http://localhost:4500/domain/{domain}',
  })
  const services = {
    pools: { find: async (id: string) => pools.get(id) },
    copies: { unfinished: async () => unfinished },
    signingKeys: {
      list: async () => [
        signingKey('kid1', 'access', publicJwk),
        signingKey('kid2', 'id', { ...publicJwk, token_use: 'id' }),
      ],
    },
    domains: {
      list: async ({ id }: Pool) => (id === 'us-west-2_updated' ? [{ domain: 'people' }] : []),
    },
    regionalDomains: { list: async () => [] },
    urls,
    clock: systemClock,
    usage: noUsage,
  } as unknown as IssuerServices
  server = new Listener({
    limits: {
      bodyBytesMax: 10_000,
      headerBytesMax: 16_384,
      requestTimeoutMs: 5000,
      headersTimeoutMs: 5000,
      connectionsMax: 100,
      concurrentRequestsMax: 1000,
    },
    routes: [
      ...jwksRoutes(services),
      ...discoveryRoutes(services),
      ...tokenRoutes(
        async (request) => ({ status: 200, body: JSON.stringify(request) }),
        createPublicUrls({
          issuers: new IssuerUrls({ original: '', updated: '', endpoints: new Map() }),
          region: 'us-east-1',
          endpoint: '',
          domainTemplate: 'https://{domain}.auth.{region}.example.com',
        }),
      ),
      healthRoute({
        region: 'us-east-1',
        clock: systemClock,
        ping: async () => assert.ok(isDatabaseUp),
        keptMs: 0,
      }),
    ],
    clock: systemClock,
    random: systemRandom,
    log: noLog,
  })
  port = await server.listen({ host: '127.0.0.1', port: 0 })
})
after(() => server.close(1000))

const get = (path: string, headers: Record<string, string> = {}) =>
  send(port, { method: 'GET', path, headers })

test('keys have their public parts only, under both issuers', async () => {
  for (const path of ['/us-west-2_updated', '/issuer/us-west-2/us-west-2_updated']) {
    const response = await get(`${path}/.well-known/jwks.json`)
    assert.equal(response.status, 200)
    assert.deepEqual(response.json, {
      keys: ['kid1', 'kid2'].map((kid) => ({
        alg: 'RS256',
        e: 'AQAB',
        kid,
        kty: 'RSA',
        n: 'modulus',
        use: 'sig',
      })),
    })
    assert.equal(response.headers['access-control-allow-origin'], '*')
    assert.match(String(response.headers['cache-control']), /max-age=\d+/)
    assert.equal(response.headers['content-type'], 'application/json')
  }
})

test('an unchanged document is not sent again', async () => {
  const path = '/us-west-2_original/.well-known/jwks.json'
  const etag = String((await get(path)).headers.etag)
  for (const asked of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const response = await get(path, { 'if-none-match': asked })
    assert.equal(response.status, 304)
    assert.equal(response.text, '')
    assert.equal(response.headers.etag, etag)
  }
  assert.equal((await get(path, { 'if-none-match': '"other"' })).status, 200)
})

test('the shared issuer refuses a pool that is not UPDATED, and a wrong Region', async () => {
  const path = '/us-west-2_original/.well-known/jwks.json'
  assert.equal((await get(path)).status, 200)
  assert.equal((await get(`/issuer/us-west-2${path}`)).status, 403)
  const wrong = '/issuer/us-east-1/us-west-2_updated/.well-known/openid-configuration'
  assert.equal((await get(wrong)).status, 404)
})

test('an INACTIVE replica publishes, one that is being made does not', async () => {
  assert.equal((await get('/us-west-2_inactive/.well-known/jwks.json')).status, 200)
  assert.equal(
    (await get('/issuer/us-west-2/us-west-2_inactive/.well-known/jwks.json')).status,
    200,
  )
  const creating = '/us-west-2_creating/.well-known/jwks.json'
  assert.equal((await get(creating)).status, 404)
  unfinished = ['us-west-2']
  const later = await get(creating)
  unfinished = []
  assert.equal(later.status, 503, 'while the copy of its primary Region is not finished')
  assert.equal(later.headers['cache-control'], 'no-store')
  for (const id of ['us-west-2_nobody', 'favicon.ico', '..', '%00', 'a_%27%20or%201']) {
    const response = await get(`/${id}/.well-known/jwks.json`)
    assert.equal(response.status, 404, id)
  }
})

test('discovery names the URL that was asked as issuer', async () => {
  const original = await get('/us-west-2_updated/.well-known/openid-configuration')
  assert.equal(original.json['issuer'], 'http://localhost:4502/us-west-2_updated')
  const shared = await get('/issuer/us-west-2/us-west-2_updated/.well-known/openid-configuration')
  const issuer = 'http://localhost:4500/issuer/us-west-2/us-west-2_updated'
  assert.equal(shared.json['issuer'], issuer)
  assert.equal(shared.json['jwks_uri'], `${issuer}/.well-known/jwks.json`)
  assert.equal(shared.json['token_endpoint'], 'http://localhost:4500/domain/people/oauth2/token')
})

test('discovery has what OpenID Connect requires, and nothing that is not served', async () => {
  const issuer = 'http://localhost:4500/issuer/us-west-2/us-west-2_updated'
  const machines = await get('/issuer/us-west-2/us-west-2_updated/.well-known/openid-configuration')
  assert.deepEqual(machines.json, {
    grant_types_supported: ['client_credentials'],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: [],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: 'http://localhost:4500/domain/people/oauth2/token',
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
  const domainless = await get('/us-west-2_original/.well-known/openid-configuration')
  assert.deepEqual(domainless.json, {
    grant_types_supported: [],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: 'http://localhost:4502/us-west-2_original',
    jwks_uri: 'http://localhost:4502/us-west-2_original/.well-known/jwks.json',
    response_types_supported: [],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
  })
})

test('the token endpoint is found by path and by host', async () => {
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'Basic eDp5',
  }
  const body = 'grant_type=client_credentials'
  const byPath = await send(port, { path: '/domain/people/oauth2/token', headers: form, body })
  const { requestId, headers, ...received } = byPath.json
  assert.equal(requestId, byPath.headers['x-amzn-requestid'])
  assert.equal((headers as Record<string, string>)['authorization'], form.authorization)
  assert.deepEqual(received, {
    sourceIp: '127.0.0.1',
    domain: 'people',
    contentType: form['content-type'],
    authorization: form.authorization,
    body,
  })
  assert.equal(byPath.headers['cache-control'], 'no-store')
  const host = 'staff.auth.us-west-2.example.com'
  const byHost = await send(port, { path: '/oauth2/token', headers: { ...form, host }, body })
  assert.equal(byHost.json['domain'], 'staff')
  const evil = { ...form, host: `${host}.evil.test` }
  assert.equal(
    (await send(port, { path: '/oauth2/token', headers: evil, body })).json['domain'],
    '',
  )
})

test('health follows the database', async () => {
  assert.deepEqual((await get('/health')).json, { status: 'ok', region: 'us-east-1' })
  isDatabaseUp = false
  const response = await get('/health')
  assert.equal(response.status, 503)
  assert.equal(response.json['status'], 'unavailable')
  isDatabaseUp = true
  assert.equal((await get('/health')).status, 200)
})

test('a health check that hangs is a result too', async () => {
  const route = healthRoute({
    region: 'us-east-1',
    clock: systemClock,
    ping: () => new Promise(() => {}),
    timeoutMs: 20,
  })
  const response = await route.handle({} as never)
  assert.equal(response.status, 503)
})
