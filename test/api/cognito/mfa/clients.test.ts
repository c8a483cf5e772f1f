// Second factors as the libraries of apps use them: amazon-cognito-identity-js and Amplify.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { confirmSignIn, fetchAuthSession, signIn, signOut } from '@aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito'
import { Amplify } from '@aws-amplify/core'
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js'
import { required } from '#base/assert.js'
import { claimsOf, PASSWORD, startTestApi, type TestApi } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { type MfaPlace, makeMfaPool } from './people.js'

const PHONE = { phone_number: '+15555550100' }

describe('second factors of clients', () => {
  let api: TestApi
  let on: MfaPlace
  before(async () => {
    api = await startTestApi()
    const { poolId } = await makeMfaPool(api, 'ON')
    const ExplicitAuthFlows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const
    on = {
      poolId,
      app: await api.makeClient(poolId, { ExplicitAuthFlows: [...ExplicitAuthFlows] }),
    }
  })
  after(() => api.stop())

  function userOf(Username: string): CognitoUser {
    const kept = new Map<string, string>()
    const Storage = {
      setItem: (key: string, value: string) => void kept.set(key, value),
      getItem: (key: string) => kept.get(key) ?? null,
      removeItem: (key: string) => void kept.delete(key),
      clear: () => kept.clear(),
    }
    const Pool = new CognitoUserPool({
      UserPoolId: on.poolId,
      ClientId: on.app.clientId,
      endpoint: api.endpoint,
      Storage,
    })
    return new CognitoUser({ Username, Pool, Storage })
  }

  test('amazon-cognito-identity-js sets an app up and signs in with it', async () => {
    await api.makeUser(on.poolId, 'ida')
    let secret = ''
    const first = await new Promise<CognitoUserSession>((resolve, reject) => {
      const user = userOf('ida')
      const details = new AuthenticationDetails({ Username: 'ida', Password: PASSWORD })
      user.authenticateUser(details, {
        onSuccess: () => reject(new Error('no factor was asked for')),
        onFailure: reject,
        mfaSetup: () =>
          user.associateSoftwareToken({
            associateSecretCode: (code) => {
              secret = code
              const done = { onSuccess: resolve, onFailure: reject }
              user.verifySoftwareToken(totpCode(code, -1), 'phone', done)
            },
            onFailure: reject,
          }),
      })
    })
    assert.equal(claimsOf(first.getIdToken().getJwtToken())['cognito:username'], 'ida')
    const next = await new Promise<CognitoUserSession>((resolve, reject) => {
      const user = userOf('ida')
      const details = new AuthenticationDetails({ Username: 'ida', Password: PASSWORD })
      user.authenticateUser(details, {
        onSuccess: () => reject(new Error('no factor was asked for')),
        onFailure: reject,
        totpRequired: (name: string) => {
          const done = { onSuccess: resolve, onFailure: reject }
          user.sendMFACode(totpCode(secret), done, name)
        },
      })
    })
    assert.ok(next.getRefreshToken().getToken())
  })

  test('amazon-cognito-identity-js signs in with a code by SMS', async () => {
    await api.makeUser(on.poolId, 'sam', PHONE)
    const session = await new Promise<CognitoUserSession>((resolve, reject) => {
      const user = userOf('sam')
      const details = new AuthenticationDetails({ Username: 'sam', Password: PASSWORD })
      user.authenticateUser(details, {
        onSuccess: () => reject(new Error('no factor was asked for')),
        onFailure: reject,
        mfaRequired: () => {
          const done = { onSuccess: resolve, onFailure: reject }
          void api.code(on.poolId, 'sam').then((code) => user.sendMFACode(code, done))
        },
      })
    })
    assert.ok(session.isValid())
  })

  test('Amplify sets an app up, signs in with it, and with a code by SMS', async () => {
    await api.makeUser(on.poolId, 'amy')
    await api.makeUser(on.poolId, 'sue', PHONE)
    const Cognito = {
      userPoolId: on.poolId,
      userPoolClientId: on.app.clientId,
      userPoolEndpoint: api.endpoint,
    }
    const kept = new Map<string, string>()
    cognitoUserPoolsTokenProvider.setKeyValueStorage({
      setItem: async (key, value) => void kept.set(key, value),
      getItem: async (key) => kept.get(key) ?? null,
      removeItem: async (key) => void kept.delete(key),
      clear: async () => kept.clear(),
    })
    const tokenProvider = cognitoUserPoolsTokenProvider
    tokenProvider.setAuthConfig({ Cognito })
    Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider } })
    const signedIn = async () => {
      const { tokens } = await fetchAuthSession()
      await signOut()
      return required(tokens, 'tokens').idToken?.payload['cognito:username']
    }
    const begin = async (username: string) =>
      (await signIn({ username, password: PASSWORD })).nextStep
    const first = await begin('amy')
    // The pool offers an app and an e-mail address.
    assert.equal(first.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION')
    const { nextStep: setup } = await confirmSignIn({ challengeResponse: 'TOTP' })
    assert.ok(setup.signInStep === 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP')
    const secret = setup.totpSetupDetails.sharedSecret
    const { nextStep: done } = await confirmSignIn({ challengeResponse: totpCode(secret, -1) })
    assert.equal(done.signInStep, 'DONE')
    assert.equal(await signedIn(), 'amy')
    assert.equal((await begin('amy')).signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE')
    const again = await confirmSignIn({ challengeResponse: totpCode(secret) })
    assert.equal(again.nextStep.signInStep, 'DONE')
    assert.equal(await signedIn(), 'amy')
    assert.equal((await begin('sue')).signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE')
    const challengeResponse = await api.code(on.poolId, 'sue')
    assert.ok((await confirmSignIn({ challengeResponse })).isSignedIn)
    assert.equal(await signedIn(), 'sue')
  })
})
