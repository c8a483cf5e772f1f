// With the issuer template set to AWS's own form, the verifier that AWS publishes for Cognito takes
// our tokens from a cached key set.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { required } from '#base/assert.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'

describe('AWS’s form of the issuer', () => {
  let api: TestApi
  let app: TestClient
  let endpoint: string
  let idToken: string
  let accessToken: string

  before(async () => {
    api = await startTestApi()
    app = await api.makeClient(await api.makePool())
    await api.makeUser(app.poolId, 'alice')
    // A second node over the same database, with other public URLs.
    const originalIssuer = 'https://cognito-idp.{region}.amazonaws.com/{poolId}'
    const node = await api.addNode({ urls: { ...api.config.urls, originalIssuer } })
    endpoint = node.endpoint
    const { AuthenticationResult: result } = await node.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'alice', PASSWORD },
      }),
    )
    idToken = required(result?.IdToken, 'ID token')
    accessToken = required(result?.AccessToken, 'access token')
  })
  after(() => api.stop())

  async function verifierOf(tokenUse: 'id' | 'access', clientId = app.clientId) {
    const verifier = CognitoJwtVerifier.create({ userPoolId: app.poolId, tokenUse, clientId })
    const url = `${endpoint}/${app.poolId}/.well-known/jwks.json`
    const keys: unknown = await (await fetch(url)).json()
    verifier.cacheJwks(keys as Parameters<typeof verifier.cacheJwks>[0])
    return verifier
  }

  test('CognitoJwtVerifier takes ID and access tokens', async () => {
    const id = await (await verifierOf('id')).verify(idToken)
    assert.equal(id['cognito:username'], 'alice')
    const access = await (await verifierOf('access')).verify(accessToken)
    assert.equal(access['username'], 'alice')
  })

  test('and refuses each in place of the other, and for other clients', async () => {
    await assert.rejects((await verifierOf('id')).verify(accessToken))
    await assert.rejects((await verifierOf('access')).verify(idToken))
    await assert.rejects((await verifierOf('access', 'another')).verify(accessToken))
  })
})
