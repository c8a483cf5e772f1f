// Refresh tokens and challenge sessions in the form of earlier versions, which sealed them with the
// pool's token key itself: they are accepted like new ones.
import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ServiceKey } from '#adapters/kms/service-key.js'
import { systemRandom as random } from '#adapters/system/random.js'
import { required } from '#base/assert.js'
import { openToken } from '#domain/token/sealed-token.js'
import { PASSWORD, type Stage, startStage, type TestClient } from '../../sign-in/stage.js'
import { openStorage } from '../../support/database.js'
import { ACCOUNT_ID } from '../../support/node-config.js'
import { REGION } from '../../support/server.js'

const HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"dir"}').toString('base64url')

describe('sealed values of earlier versions', () => {
  let stage: Stage
  let app: TestClient
  let tokenKey: Uint8Array
  before(async () => {
    stage = await startStage()
    app = await stage.makeClient(await stage.makePool())
    tokenKey = await readTokenKey()
  })
  after(() => stage.stop())

  /** The pool's token key, unwrapped as a node does. */
  async function readTokenKey(): Promise<Uint8Array> {
    const { config } = stage.server
    const storage = await openStorage({ region: REGION, url: config.database.url })
    try {
      const pool = required(await storage.repositories.pools.find(app.poolId), 'pool')
      const keys = await storage.repositories.dataKeys.list(pool)
      const { wrapped } = required(
        keys.find(({ purpose }) => purpose === 'token'),
        'token key',
      )
      const arn = `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${app.poolId}`
      return new ServiceKey({ serviceKey: config.serviceKey, random }).unwrap(wrapped, arn)
    } finally {
      await storage.close()
    }
  }

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
    await stage.makeUser(app.poolId, 'rosa')
    const { refresh } = await stage.signIn(app, 'rosa')
    const renew = (token: string) =>
      stage.server.cognito.send(
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

  test('a challenge session is accepted, and once only', async () => {
    const { cognito } = stage.server
    const temporary = 'Temporary-horse-7'
    await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: app.poolId,
        Username: 'nora',
        MessageAction: 'SUPPRESS',
        TemporaryPassword: temporary,
      }),
    )
    const { Session } = await cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'nora', PASSWORD: temporary },
      }),
    )
    const session = required(Session, 'session')
    const respond = (text: string) =>
      cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: app.clientId,
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session: text,
          ChallengeResponses: { USERNAME: 'nora', NEW_PASSWORD: PASSWORD },
        }),
      )
    const { AuthenticationResult } = await respond(resealed('session', session))
    assert.ok(AuthenticationResult?.AccessToken)
    await assert.rejects(respond(session), { name: 'NotAuthorizedException' })
  })
})
