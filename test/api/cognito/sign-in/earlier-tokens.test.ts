// Values sealed by earlier versions. Refresh tokens live for years and are accepted, also in the
// form that was sealed with the pool's token key itself. Challenge sessions live for minutes: those
// from before the session named its pool have ended with the update.
import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'
import {
  notAuthorized,
  PASSWORD,
  REGION,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { readTokenKey } from '#test/support/token-key.js'

const HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"dir"}').toString('base64url')

describe('sealed values of earlier versions', () => {
  let api: TestApi
  let app: TestClient
  let tokenKey: Uint8Array
  before(async () => {
    api = await startTestApi()
    app = await api.makeClient(await api.makePool())
    tokenKey = await readTokenKey(api, app.poolId)
  })
  after(() => api.stop())

  /** The same contents, as an earlier version would have sealed them. */
  function resealed(purpose: string, token: string): string {
    const contents = required(openToken(tokenKey, purpose, app.poolId, token), purpose)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', tokenKey, nonce)
    cipher.setAAD(Buffer.from(`${HEADER}\0${purpose}\0${app.poolId}`))
    const body = Buffer.concat([cipher.update(JSON.stringify(contents)), cipher.final()])
    const parts = [nonce, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))
    return `${HEADER}..${parts.join('.')}`
  }

  test('a refresh token is accepted, and one that was changed is not', async () => {
    await api.makeUser(app.poolId, 'rosa')
    const { refresh } = await api.signIn(app, 'rosa')
    const renew = (token: string) =>
      api.cognito.send(
        new InitiateAuthCommand({
          ClientId: app.clientId,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: token },
        }),
      )
    const earlier = resealed('refresh', refresh)
    assert.ok(earlier.length < refresh.length)
    assert.ok((await renew(earlier)).AuthenticationResult?.AccessToken)
    const [header, , nonce = '', ...rest] = earlier.split('.')
    const other = `${nonce.startsWith('A') ? 'B' : 'A'}${nonce.slice(1)}`
    await assert.rejects(renew([header, '', other, ...rest].join('.')), {
      name: 'NotAuthorizedException',
      message: 'Invalid Refresh Token',
    })
  })

  test('a challenge session has ended', async () => {
    const sub = await api.makeUser(app.poolId, 'nora')
    const session = sealToken(tokenKey, 'session', app.poolId, randomBytes(24), {
      step: 'NEW_PASSWORD_REQUIRED',
      id: sub,
      region: REGION,
      clientId: app.clientId,
      sub,
      username: 'nora',
      salt: '',
      expiresAtMs: Date.now() + 60_000,
    })
    const respond = new RespondToAuthChallengeCommand({
      ClientId: app.clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: session,
      ChallengeResponses: { USERNAME: 'nora', NEW_PASSWORD: PASSWORD },
    })
    await assert.rejects(api.cognito.send(respond), notAuthorized('Invalid session for the user.'))
  })
})
