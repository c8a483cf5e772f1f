// The libraries of apps in a real browser where a sign-in asks for more than a password: challenges
// of the customer's functions, and codes by SMS and e-mail that are set up and asked for.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AdminSetUserMFAPreferenceCommand } from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { begin, makeMfaPool, respond, setUpApp } from '#test/api/cognito/mfa/people.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { claimsOf, PASSWORD, type TestApi } from '#test/support/test-api.js'
import { type Event, TriggerRig } from '#test/support/trigger-rig.js'
import { AppPage, type AppSite, startAppSite } from './app-page.js'
import type { AppSettings } from './page-app.js'

const FLOWS = [
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
] as const
const REMEMBERS = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }
const ON = { Enabled: true }
const QUESTION = '6 * 7'

interface Entry {
  readonly challengeName: string
  readonly challengeResult: boolean
}

/** Asks once, behind the password where the flow begins with SRP. */
const FUNCTIONS = {
  DefineAuthChallenge({ request }: Event) {
    const last = (request['session'] as readonly Entry[]).at(-1)
    if (last?.challengeName === 'SRP_A') return { challengeName: 'PASSWORD_VERIFIER' }
    if (last?.challengeName !== 'CUSTOM_CHALLENGE') return { challengeName: 'CUSTOM_CHALLENGE' }
    return last.challengeResult ? { issueTokens: true } : { failAuthentication: true }
  },
  CreateAuthChallenge: () => ({
    publicChallengeParameters: { question: QUESTION },
    privateChallengeParameters: { answer: '42' },
  }),
  VerifyAuthChallengeResponse: ({ request }: Event) => ({
    answerCorrect: request['challengeAnswer'] === '42',
  }),
}

describe('apps in a browser that are asked for more', { skip: NO_BROWSER }, () => {
  let rig: TriggerRig
  let api: TestApi
  let started: TestBrowser
  let site: AppSite
  before(async () => {
    rig = await TriggerRig.start()
    rig.instead = FUNCTIONS
    api = rig.api
    started = await startBrowser()
    site = await startAppSite()
  })
  after(async () => {
    await site.close()
    await started.close()
    await rig.stop()
  })

  const settingsOf = (userPoolId: string, userPoolClientId: string): AppSettings => ({
    userPoolId,
    userPoolClientId,
    userPoolEndpoint: api.endpoint,
  })
  const inPage = async (run: (page: AppPage) => Promise<void>) => {
    const page = await AppPage.open(started.browser, site)
    try {
      await run(page)
    } finally {
      await page.close()
    }
  }
  async function makeCustomApp(): Promise<AppSettings> {
    const names = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[]
    const { poolId, clientId } = await rig.makeApp(
      names,
      { DeviceConfiguration: REMEMBERS },
      { ExplicitAuthFlows: [...FLOWS] },
    )
    return settingsOf(poolId, clientId)
  }
  /** A pool that requires a second factor, and has all of them. */
  async function makeStrictApp(): Promise<AppSettings> {
    const { poolId } = await makeMfaPool(api, 'ON')
    const { clientId } = await api.makeClient(poolId, { ExplicitAuthFlows: [...FLOWS] })
    return settingsOf(poolId, clientId)
  }
  const WRONG = /Incorrect username or password\./

  test('amazon-cognito-identity-js: a challenge of the customer’s, alone and behind SRP', () =>
    inPage(async (page) => {
      const settings = await makeCustomApp()
      await api.makeUser(settings.userPoolId, 'ann')
      const asked = { step: 'CUSTOM', question: QUESTION }
      const alone = () => page.call('signInCustomByIdentity', settings, 'ann')
      const behindSrp = (password = PASSWORD) =>
        page.call('signInByIdentity', settings, 'ann', password, 'CUSTOM_AUTH')
      assert.deepEqual(await alone(), asked)
      await assert.rejects(page.call('answerByIdentity', '41'), WRONG)
      await assert.rejects(behindSrp('Wrong-password-1'), WRONG)
      for (const begin of [alone, behindSrp]) {
        // The second time the browser is remembered, and proves itself behind the answer.
        for (let turn = 0; turn < 2; turn += 1) {
          assert.deepEqual(await begin(), asked)
          const done = await page.call('answerByIdentity', '42')
          assert.ok('token' in done)
          assert.equal(claimsOf(done.token)['cognito:username'], 'ann')
        }
      }
    }))

  for (const flow of ['CUSTOM_WITHOUT_SRP', 'CUSTOM_WITH_SRP'] as const) {
    test(`Amplify: a challenge of the customer’s, ${flow}`, () =>
      inPage(async (page) => {
        const settings = await makeCustomApp()
        await api.makeUser(settings.userPoolId, 'ben')
        await page.call('configure', settings)
        const begin = () =>
          page.call('signIn', flow, 'ben', flow === 'CUSTOM_WITH_SRP' ? { password: PASSWORD } : {})
        const { step, question } = await begin()
        assert.equal(step, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE')
        assert.equal(question, QUESTION)
        await assert.rejects(page.call('confirmSignIn', '41'), WRONG)
        // The second time the browser is remembered, and proves itself behind the answer.
        for (let turn = 0; turn < 2; turn += 1) {
          assert.equal((await begin()).step, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE')
          assert.equal((await page.call('confirmSignIn', '42')).step, 'DONE')
          assert.equal(await page.call('whoAmI'), 'ben')
          await page.call('signOut')
        }
      }))
  }

  test('amazon-cognito-identity-js: a code by SMS, at once and by choice', () =>
    inPage(async (page) => {
      const settings = await makeStrictApp()
      const { userPoolId } = settings
      await api.makeUser(userPoolId, 'cat', { phone_number: '+15555550100' })
      const begin = () => page.call('signInByIdentity', settings, 'cat', PASSWORD)
      const code = () => api.code(userPoolId, 'cat')
      assert.deepEqual(await begin(), { step: 'SMS' })
      const wrong = page.call('sendCodeByIdentity', '000000x', 'SMS_MFA')
      await assert.rejects(wrong, /Invalid code or auth state for the user\./)
      const first = await page.call('sendCodeByIdentity', await code(), 'SMS_MFA')
      assert.equal(first.step, 'DONE')
      await makeSelector(settings, 'dan')
      const select = await page.call('signInByIdentity', settings, 'dan', PASSWORD)
      assert.deepEqual(select, { step: 'SELECT' })
      assert.deepEqual(await page.call('selectByIdentity', 'SMS_MFA'), { step: 'SMS' })
      const next = await page.call(
        'sendCodeByIdentity',
        await api.code(userPoolId, 'dan'),
        'SMS_MFA',
      )
      assert.equal(next.step, 'DONE')
    }))

  /** A user with an app and a number, who prefers none of them. */
  async function makeSelector({ userPoolId }: AppSettings, Username: string): Promise<void> {
    await api.makeUser(userPoolId, Username, { phone_number: '+15555550101' })
    const app = await api.makeClient(userPoolId)
    const { ChallengeName: name, Session: session } = await begin(api, app, Username)
    const responses = { USERNAME: Username, SMS_MFA_CODE: await api.code(userPoolId, Username) }
    const { AuthenticationResult } = await respond(api, app, { name, session, responses })
    await setUpApp(api, required(AuthenticationResult?.AccessToken, 'access token'))
    await api.cognito.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: userPoolId,
        Username,
        SMSMfaSettings: ON,
        SoftwareTokenMfaSettings: ON,
      }),
    )
  }

  test('Amplify: an e-mail address that is set up, and its code from then on', () =>
    inPage(async (page) => {
      const settings = await makeStrictApp()
      const { userPoolId } = settings
      await api.makeUser(userPoolId, 'eve')
      await page.call('configure', settings)
      const begin = () => page.call('signIn', 'USER_SRP_AUTH', 'eve', { password: PASSWORD })
      const setup = await begin()
      assert.equal(setup.step, 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION')
      assert.deepEqual(setup.types, ['TOTP', 'EMAIL'])
      const chosen = await page.call('confirmSignIn', 'EMAIL')
      assert.equal(chosen.step, 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP')
      const sent = await page.call('confirmSignIn', 'eve@example.com')
      assert.equal(sent.step, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
      const code = () => api.code(userPoolId, 'eve')
      assert.equal((await page.call('confirmSignIn', await code())).step, 'DONE')
      await page.call('signOut')
      const asked = await begin()
      assert.equal(asked.step, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
      assert.equal(asked.destination, 'e***@e***')
      await assert.rejects(
        page.call('confirmSignIn', '000000x'),
        /Invalid code or auth state for the user\./,
      )
      assert.equal((await page.call('confirmSignIn', await code())).step, 'DONE')
      assert.equal(await page.call('whoAmI'), 'eve')
    }))

  test('Amplify: a code by SMS, at once and by choice', () =>
    inPage(async (page) => {
      const settings = await makeStrictApp()
      const { userPoolId } = settings
      await api.makeUser(userPoolId, 'fay', { phone_number: '+15555550100' })
      await makeSelector(settings, 'gus')
      await page.call('configure', settings)
      const begin = (username: string) =>
        page.call('signIn', 'USER_SRP_AUTH', username, { password: PASSWORD })
      const finish = async (username: string) => {
        const code = await api.code(userPoolId, username)
        assert.equal((await page.call('confirmSignIn', code)).step, 'DONE')
        assert.equal(await page.call('whoAmI'), username)
        await page.call('signOut')
      }
      const sent = await begin('fay')
      assert.equal(sent.step, 'CONFIRM_SIGN_IN_WITH_SMS_CODE')
      assert.equal(sent.destination, '+*******0100')
      await finish('fay')
      const select = await begin('gus')
      assert.equal(select.step, 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION')
      assert.deepEqual(select.types, ['SMS', 'TOTP'])
      assert.equal((await page.call('confirmSignIn', 'SMS')).step, 'CONFIRM_SIGN_IN_WITH_SMS_CODE')
      await finish('gus')
    }))
})
