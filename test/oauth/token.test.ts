// The token endpoint for machines, and what resource servers make of its tokens.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AddUserPoolClientSecretCommand,
  CreateResourceServerCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolDomainCommand,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { JwtVerifier } from 'aws-jwt-verify'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { required } from '#base/assert.js'
import { claimsOf, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'

const SCOPES = ['orders/read', 'orders/write']
const MACHINE: Partial<CreateUserPoolClientCommandInput> = {
  GenerateSecret: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['client_credentials'],
  AllowedOAuthScopes: SCOPES,
}

interface TokenResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

describe('the token endpoint', () => {
  let api: TestApi
  let poolId: string
  let machine: TestClient
  let foreign: TestClient

  before(async () => {
    api = await startTestApi()
    poolId = await machinePool('acme')
    machine = await api.makeClient(poolId, MACHINE)
    foreign = await api.makeClient(await machinePool('rival'), MACHINE)
  })
  after(() => api.stop())

  async function machinePool(Domain: string): Promise<string> {
    const UserPoolId = await api.makePool()
    await api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain }))
    await api.cognito.send(
      new CreateResourceServerCommand({
        UserPoolId,
        Identifier: 'orders',
        Name: 'Orders',
        Scopes: ['read', 'write'].map((name) => ({ ScopeName: name, ScopeDescription: name })),
      }),
    )
    return UserPoolId
  }

  async function ask(
    body: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = {},
    domain = 'acme',
  ): Promise<TokenResponse> {
    const response = await fetch(`${api.endpoint}/domain/${domain}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    }
  }

  const basic = (client: TestClient, secret = client.secret ?? '') => ({
    authorization: `Basic ${Buffer.from(`${client.clientId}:${secret}`).toString('base64')}`,
  })
  const inBody = (client: TestClient, secret = client.secret ?? '') => ({
    client_id: client.clientId,
    client_secret: secret,
  })
  const grant = { grant_type: 'client_credentials' }

  async function refuses(
    asked: Promise<TokenResponse>,
    error: string,
    description?: string,
  ): Promise<void> {
    const { status, headers, body } = await asked
    assert.equal(status, 400)
    assert.equal(headers.get('cache-control'), 'no-store')
    const more = description === undefined ? {} : { error_description: description }
    assert.deepEqual(body, { error, ...more })
  }
  async function scopesOf(asked: Promise<TokenResponse>): Promise<unknown> {
    const { status, body } = await asked
    assert.equal(status, 200, JSON.stringify(body))
    return claimsOf(String(body['access_token']))['scope']
  }

  test('a machine gets an access token of its own, with every claim', async () => {
    for (const answer of [
      await ask(grant, basic(machine)),
      await ask({ ...grant, ...inBody(machine) }),
    ]) {
      const { status, headers, body } = answer
      assert.equal(status, 200)
      assert.equal(headers.get('content-type'), 'application/json;charset=UTF-8')
      assert.equal(headers.get('cache-control'), 'no-store')
      const { access_token: token, ...rest } = body
      assert.deepEqual(rest, { expires_in: 3600, token_type: 'Bearer' })
      const claims = claimsOf(String(token))
      const { iat, jti } = claims
      assert.ok(Math.abs(Number(iat) - Date.now() / 1000) < 10)
      assert.deepEqual(claims, {
        sub: machine.clientId,
        client_id: machine.clientId,
        token_use: 'access',
        scope: SCOPES.join(' '),
        auth_time: iat,
        iat,
        exp: Number(iat) + 3600,
        iss: `${api.endpoint}/${poolId}`,
        version: 2,
        jti,
      })
    }
  })

  test('scopes: all, some, none that is known', async () => {
    const withScope = (scope: string) => ask({ ...grant, scope }, basic(machine))
    assert.equal(await scopesOf(ask(grant, basic(machine))), 'orders/read orders/write')
    assert.equal(await scopesOf(withScope('orders/write')), 'orders/write')
    assert.equal(await scopesOf(withScope('orders/write orders/read')), 'orders/write orders/read')
    for (const scope of ['orders/none', 'orders/read orders/none', 'openid', 'read']) {
      await refuses(withScope(scope), 'invalid_scope')
    }
  })

  test('who does not prove to be the client is refused in one way', async () => {
    const unknown = { ...machine, clientId: 'a'.repeat(26) }
    for (const client of [unknown, foreign]) {
      await refuses(ask(grant, basic(client)), 'invalid_client')
      await refuses(ask({ ...grant, ...inBody(client) }), 'invalid_client')
    }
    await refuses(ask(grant, basic(machine, 'wrong')), 'invalid_client')
    await refuses(ask(grant, basic(machine, '')), 'invalid_client')
    await refuses(ask({ ...grant, ...inBody(machine, 'wrong') }), 'invalid_client')
    await refuses(ask({ ...grant, client_id: machine.clientId }), 'invalid_client')
    for (const authorization of ['Basic ???', 'Basic', 'Bearer x', 'Basic Og==']) {
      await refuses(ask(grant, { authorization }), 'invalid_client')
    }
    assert.equal(await scopesOf(ask(grant, basic(foreign), 'rival')), SCOPES.join(' '))
  })

  test('clients that are not machines', async () => {
    const open = await api.makeClient(poolId)
    await refuses(ask({ ...grant, client_id: open.clientId }), 'unauthorized_client')
    const secretive = await api.makeClient(poolId, { GenerateSecret: true })
    await refuses(ask(grant, basic(secretive)), 'unauthorized_client')
  })

  test('malformed requests', async () => {
    const form = new URLSearchParams({ ...grant, ...inBody(machine) }).toString()
    const twice = 'grant_type is given more than once'
    await refuses(ask(`${form}&grant_type=client_credentials`), 'invalid_request', twice)
    const scope = 'scope is given more than once'
    await refuses(ask(`${form}&scope=a&scope=b`), 'invalid_request', scope)
    await refuses(
      ask(form, { 'content-type': 'application/json' }),
      'invalid_request',
      'The body must be form-encoded',
    )
    await refuses(ask(''), 'invalid_request', 'grant_type is missing')
    await refuses(ask(grant), 'invalid_request', 'client_id is missing')
    await refuses(ask({ grant_type: 'password', ...inBody(machine) }), 'unsupported_grant_type')
    const both = 'More than one client authentication was given'
    await refuses(ask({ ...grant, ...inBody(machine) }, basic(machine)), 'invalid_request', both)
    const nowhere = ask(grant, basic(machine), 'nowhere')
    await refuses(nowhere, 'invalid_request', 'The domain does not exist')
  })

  test('a secret with a plus works as it is, and form-encoded', async () => {
    const ClientSecret = 'own+secret+of_the+customer+1'
    const { clientId: ClientId } = await api.makeClient(poolId, MACHINE)
    await api.cognito.send(
      new AddUserPoolClientSecretCommand({ UserPoolId: poolId, ClientId, ClientSecret }),
    )
    const own = { poolId, clientId: ClientId, secret: ClientSecret }
    const encoded = encodeURIComponent(ClientSecret)
    assert.ok(encoded.includes('%2B'))
    for (const headers of [basic(own), basic(own, encoded)]) {
      assert.equal(await scopesOf(ask(grant, headers)), SCOPES.join(' '))
    }
    assert.equal(await scopesOf(ask({ ...grant, ...inBody(own) })), SCOPES.join(' '))
    const blank = ClientSecret.replaceAll('+', ' ')
    await refuses(ask(grant, basic(own, blank)), 'invalid_client')
  })

  test('a second secret works beside the first, until it is deleted', async () => {
    const client = await api.makeClient(poolId, MACHINE)
    const named = { UserPoolId: poolId, ClientId: client.clientId }
    const { ClientSecretDescriptor: added } = await api.cognito.send(
      new AddUserPoolClientSecretCommand(named),
    )
    const second = required(added?.ClientSecretValue, 'second secret')
    await scopesOf(ask(grant, basic(client)))
    await scopesOf(ask(grant, basic(client, second)))
    const { ClientSecrets } = await api.cognito.send(new ListUserPoolClientSecretsCommand(named))
    const first = ClientSecrets?.find(
      ({ ClientSecretId }) => ClientSecretId !== added?.ClientSecretId,
    )
    await api.cognito.send(
      new DeleteUserPoolClientSecretCommand({ ...named, ClientSecretId: first?.ClientSecretId }),
    )
    await refuses(ask(grant, basic(client)), 'invalid_client')
    await scopesOf(ask(grant, basic(client, second)))
  })

  test('resource servers verify tokens with the published keys', async () => {
    const { body } = await ask(grant, basic(machine))
    const token = String(body['access_token'])
    const issuer = `${api.endpoint}/${poolId}`
    const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(token, jwks, { issuer })
    assert.equal(payload.sub, machine.clientId)
    assert.equal(protectedHeader.alg, 'RS256')
    const keys = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[]
    }
    // Its fetcher speaks https only, so it gets the keys by hand.
    const verifier = JwtVerifier.create({ issuer, audience: null })
    verifier.cacheJwks(keys as unknown as Parameters<typeof verifier.cacheJwks>[0])
    const claims = await verifier.verify(token)
    assert.equal(claims['client_id'], machine.clientId)
    const [header, , signature] = token.split('.')
    const forged = Buffer.from(
      JSON.stringify({ ...claimsOf(token), scope: 'orders/admin' }),
    ).toString('base64url')
    await assert.rejects(jwtVerify(`${header}.${forged}.${signature}`, jwks, { issuer }))
    await assert.rejects(verifier.verify(`${header}.${forged}.${signature}`))
    const rival = `${api.endpoint}/${foreign.poolId}/.well-known/jwks.json`
    await assert.rejects(jwtVerify(token, createRemoteJWKSet(new URL(rival)), { issuer }))
  })
  test('discovery leads a machine to its token, and a resource server to the keys', async () => {
    const issuer = `${api.endpoint}/${poolId}`
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
    const found = (await answer.json()) as Record<string, string> & {
      grant_types_supported: readonly string[]
    }
    assert.deepEqual(found.grant_types_supported, [grant.grant_type])
    const response = await fetch(required(found['token_endpoint'], 'token endpoint'), {
      method: 'POST',
      headers: basic(machine),
      body: new URLSearchParams(grant),
    })
    const { access_token: token = '' } = (await response.json()) as Record<string, string>
    const jwks = createRemoteJWKSet(new URL(required(found['jwks_uri'], 'keys')))
    const { payload } = await jwtVerify(token, jwks, {
      issuer: required(found['issuer'], 'issuer'),
    })
    assert.equal(payload.sub, machine.clientId)
    // And where it leads nowhere, nothing is served.
    for (const path of ['authorize', 'userInfo', 'revoke']) {
      const { status } = await fetch(`${api.endpoint}/domain/acme/oauth2/${path}`)
      assert.equal(status, 404, path)
    }
  })
})
