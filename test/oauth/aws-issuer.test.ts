// With the issuer template set to AWS's own form, the verifier that AWS publishes for Cognito takes
// our tokens from a cached key set.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { required } from '#base/assert.js'
import { startNode } from '#node/node.js'
import { PASSWORD, type Stage, startStage, type TestClient } from '#test/auth/stage.js'
import { takePort } from '../support/ports.js'
import { REGION } from '../support/server.js'

describe('AWS’s form of the issuer', () => {
  let stage: Stage
  let app: TestClient
  let node: Awaited<ReturnType<typeof startNode>>
  let endpoint: string
  let idToken: string
  let accessToken: string

  before(async () => {
    stage = await startStage()
    app = await stage.makeClient(await stage.makePool())
    await stage.makeUser(app.poolId, 'alice')
    // A second node over the same database, with other public URLs.
    const { config } = stage.server
    const port = await takePort()
    node = await startNode({
      ...config,
      listen: { ...config.listen, port },
      link: { ...config.link, port: await takePort() },
      urls: {
        ...config.urls,
        originalIssuer: 'https://cognito-idp.{region}.amazonaws.com/{poolId}',
      },
    })
    endpoint = `http://localhost:${port}`
    const client = new CognitoIdentityProviderClient({ region: REGION, endpoint })
    const { AuthenticationResult: result } = await client.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'alice', PASSWORD },
      }),
    )
    client.destroy()
    idToken = required(result?.IdToken, 'ID token')
    accessToken = required(result?.AccessToken, 'access token')
  })
  after(async () => {
    await node.stop()
    await stage.stop()
  })

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
