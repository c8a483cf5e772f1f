// The libraries of apps in a real browser, on an origin other than the node's: SRP, authenticator
// apps, remembered devices, choice-based sign-in, and passkeys of an emulated authenticator.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminSetUserPasswordCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { claimsOf, PASSWORD, startTestApi, type TestApi } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { AppPage, type AppSite, startAppSite } from './app-page.js'
import type { AppSettings } from './page-app.js'

const REMEMBERS = {
  DeviceConfiguration: {
    ChallengeRequiredOnNewDevice: true,
    DeviceOnlyRememberedOnUserPrompt: false,
  },
}

describe('apps in a browser', { skip: NO_BROWSER }, () => {
  let api: TestApi
  let started: TestBrowser
  let site: AppSite
  before(async () => {
    api = await startTestApi()
    started = await startBrowser()
    site = await startAppSite()
  })
  after(async () => {
    await site.close()
    await started.close()
    await api.stop()
  })

  const makeApp = async (poolId: string): Promise<AppSettings> => {
    const { clientId } = await api.makeClient(poolId, {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    })
    return { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: api.endpoint }
  }
  /** A pool where everybody needs an authenticator app. */
  const makeStrictApp = async (
    settings: Parameters<TestApi['makePool']>[0] = {},
  ): Promise<AppSettings> => {
    const UserPoolId = await api.makePool(settings)
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId,
        MfaConfiguration: 'ON',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    )
    return makeApp(UserPoolId)
  }
  const inPage = async (run: (page: AppPage) => Promise<void>) => {
    const page = await AppPage.open(started.browser, site)
    try {
      await run(page)
    } finally {
      await page.close()
    }
  }

  test('amazon-cognito-identity-js: SRP, an app that is set up and one that is asked', () =>
    inPage(async (page) => {
      const settings = await makeStrictApp()
      await api.makeUser(settings.userPoolId, 'ann')
      const begin = (password = PASSWORD) =>
        page.call('signInByIdentity', settings, 'ann', password)
      await assert.rejects(begin('Wrong-password-1'), /Incorrect username or password\./)
      assert.deepEqual(await begin(), { step: 'TOTP_SETUP' })
      const secret = await page.call('associateByIdentity')
      const first = await page.call('verifyByIdentity', totpCode(secret, -1))
      assert.ok('token' in first)
      assert.equal(claimsOf(first.token)['cognito:username'], 'ann')
      assert.deepEqual(await begin(), { step: 'TOTP' })
      const next = await page.call('sendCodeByIdentity', totpCode(secret))
      assert.equal(next.step, 'DONE')
    }))

  test('Amplify: SRP, an app that is set up and one that is asked', () =>
    inPage(async (page) => {
      const settings = await makeStrictApp()
      await api.makeUser(settings.userPoolId, 'ben')
      await page.call('configure', settings)
      const begin = (password = PASSWORD) =>
        page.call('signIn', 'USER_SRP_AUTH', 'ben', { password })
      await assert.rejects(begin('Wrong-password-1'), /Incorrect username or password\./)
      const setup = await begin()
      assert.equal(setup.step, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP')
      const secret = required(setup.secret, 'secret')
      assert.equal((await page.call('confirmSignIn', totpCode(secret, -1))).step, 'DONE')
      assert.equal(await page.call('whoAmI'), 'ben')
      await page.call('signOut')
      assert.equal((await begin()).step, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE')
      assert.equal((await page.call('confirmSignIn', totpCode(secret))).step, 'DONE')
      assert.equal(await page.call('whoAmI'), 'ben')
    }))

  test('amazon-cognito-identity-js: a remembered browser is not asked for a code', async () => {
    const settings = await makeStrictApp(REMEMBERS)
    await api.makeUser(settings.userPoolId, 'fay')
    const begin = (page: AppPage) => page.call('signInByIdentity', settings, 'fay', PASSWORD)
    await inPage(async (page) => {
      assert.deepEqual(await begin(page), { step: 'TOTP_SETUP' })
      const secret = await page.call('associateByIdentity')
      await page.call('verifyByIdentity', totpCode(secret, -1))
      assert.deepEqual(await begin(page), { step: 'TOTP' })
      assert.equal((await page.call('sendCodeByIdentity', totpCode(secret))).step, 'DONE')
      assert.equal((await begin(page)).step, 'DONE')
    })
    // Another browser is another device.
    await inPage(async (page) => assert.deepEqual(await begin(page), { step: 'TOTP' }))
  })

  test('Amplify: a remembered browser is not asked for a code', async () => {
    const settings = await makeStrictApp(REMEMBERS)
    await api.makeUser(settings.userPoolId, 'gus')
    const begin = async (page: AppPage) => {
      await page.call('configure', settings)
      return page.call('signIn', 'USER_SRP_AUTH', 'gus', { password: PASSWORD })
    }
    await inPage(async (page) => {
      const secret = required((await begin(page)).secret, 'secret')
      assert.equal((await page.call('confirmSignIn', totpCode(secret, -1))).step, 'DONE')
      await page.call('signOut')
      assert.equal((await begin(page)).step, 'DONE')
      assert.equal(await page.call('whoAmI'), 'gus')
    })
    await inPage(async (page) => {
      assert.equal((await begin(page)).step, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE')
    })
  })

  test('Amplify: a sign-up without a password, and every way to begin from then on', () =>
    inPage(async (page) => {
      const poolId = await api.makePool({
        AutoVerifiedAttributes: ['email'],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      })
      await page.call('configure', await makeApp(poolId))
      assert.equal(await page.call('signUp', 'cat'), 'CONFIRM_SIGN_UP')
      const confirmed = await page.call('confirmSignUp', 'cat', await api.code(poolId, 'cat'))
      assert.equal(confirmed, 'COMPLETE_AUTO_SIGN_IN')
      assert.equal(await page.call('autoSignIn'), 'DONE')
      assert.equal(await page.call('whoAmI'), 'cat')
      await page.call('signOut')

      const preferredChallenge = 'EMAIL_OTP'
      const sent = await page.call('signIn', 'USER_AUTH', 'cat', { preferredChallenge })
      assert.equal(sent.step, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
      await assert.rejects(
        page.call('confirmSignIn', '00000000'),
        /Invalid code or auth state for the user\./,
      )
      const done = await page.call('confirmSignIn', await api.code(poolId, 'cat'))
      assert.equal(done.step, 'DONE')
      await page.call('signOut')

      await api.cognito.send(
        new AdminSetUserPasswordCommand({
          UserPoolId: poolId,
          Username: 'cat',
          Password: PASSWORD,
          Permanent: true,
        }),
      )
      for (const choice of ['PASSWORD', 'PASSWORD_SRP'] as const) {
        const asked = await page.call('signIn', 'USER_AUTH', 'cat')
        assert.equal(asked.step, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION')
        assert.deepEqual(asked.choices, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'])
        const chosen = await page.call('confirmSignIn', choice)
        assert.equal(chosen.step, 'CONFIRM_SIGN_IN_WITH_PASSWORD')
        assert.equal((await page.call('confirmSignIn', PASSWORD)).step, 'DONE')
        assert.equal(await page.call('whoAmI'), 'cat')
        await page.call('signOut')
      }
      const straight = { password: PASSWORD, preferredChallenge: 'PASSWORD_SRP' } as const
      assert.equal((await page.call('signIn', 'USER_AUTH', 'cat', straight)).step, 'DONE')
    }))

  test('Amplify: a passkey is registered, signs in and is deleted', () =>
    inPage(async (page) => {
      const poolId = await api.makePool({
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      })
      await api.cognito.send(
        new SetUserPoolMfaConfigCommand({
          UserPoolId: poolId,
          MfaConfiguration: 'OFF',
          WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
        }),
      )
      await api.makeUser(poolId, 'dan')
      await page.addAuthenticator()
      await page.call('configure', await makeApp(poolId))
      const password = { password: PASSWORD }
      assert.equal((await page.call('signIn', 'USER_SRP_AUTH', 'dan', password)).step, 'DONE')
      await page.call('registerPasskey')
      // The authenticator has one for this user already.
      await assert.rejects(page.call('registerPasskey'))
      const [passkey, ...others] = await page.call('listPasskeys')
      assert.deepEqual(others, [])
      assert.equal(passkey?.relyingPartyId, 'localhost')
      await page.call('signOut')

      const preferredChallenge = 'WEB_AUTHN'
      for (let turn = 0; turn < 2; turn += 1) {
        const done = await page.call('signIn', 'USER_AUTH', 'dan', { preferredChallenge })
        assert.equal(done.step, 'DONE')
        assert.equal(await page.call('whoAmI'), 'dan')
        if (turn === 0) await page.call('signOut')
      }
      await page.call('deletePasskey', required(passkey?.credentialId, 'ID'))
      assert.deepEqual(await page.call('listPasskeys'), [])
      await page.call('signOut')
      const asked = await page.call('signIn', 'USER_AUTH', 'dan', { preferredChallenge })
      assert.equal(asked.step, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION')
      assert.deepEqual(asked.choices, ['PASSWORD_SRP', 'PASSWORD'])
    }))
})
