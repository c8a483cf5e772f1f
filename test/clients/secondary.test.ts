// A passkey in a real browser that was registered in one Region and signs in at both.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateUserPoolClientCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  PASSWORD,
  WEST,
} from '#test/support/replicated-pool.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'
import { AppPage, type AppSite, startAppSite } from './app-page.js'

describe('apps in a browser, in two Regions', { skip: NO_BROWSER }, () => {
  let nodes: TwoNodes
  let started: TestBrowser
  let site: AppSite
  before(async () => {
    nodes = await startTwoNodes()
    started = await startBrowser()
    site = await startAppSite()
  })
  after(async () => {
    await site.close()
    await started.close()
    await nodes.close()
  })

  test('a passkey signs in at the secondary, and at the primary again', async () => {
    const { userPoolId } = await createPool(nodes, {
      settings: {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      },
    })
    const west = cognitoOf(nodes, WEST)
    await west.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: userPoolId,
        MfaConfiguration: 'OFF',
        WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
      }),
    )
    const { UserPoolClient } = await west.send(
      new CreateUserPoolClientCommand({
        UserPoolId: userPoolId,
        ClientName: 'page',
        ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    )
    await addUser(nodes, userPoolId, 'eve')
    await activateReplica(nodes, userPoolId)

    const page = await AppPage.open(started.browser, site)
    await page.addAuthenticator()
    const appOf = (region: string) => ({
      userPoolId,
      userPoolClientId: required(UserPoolClient?.ClientId, 'client ID'),
      userPoolEndpoint: required(nodes.regions[region], region).endpoint,
    })
    const begin = async () => {
      const preferredChallenge = 'WEB_AUTHN'
      return (await page.call('signIn', 'USER_AUTH', 'eve', { preferredChallenge })).step
    }
    await page.call('configure', appOf(WEST))
    const password = { password: PASSWORD }
    assert.equal((await page.call('signIn', 'USER_SRP_AUTH', 'eve', password)).step, 'DONE')
    await page.call('registerPasskey')
    await page.call('signOut')

    await page.call('configure', appOf(EAST))
    await waitFor(async () => (await begin()) === 'DONE', { what: 'the passkey at the secondary' })
    assert.equal(await page.call('whoAmI'), 'eve')
    // Passkeys are the primary's to change.
    await assert.rejects(page.call('registerPasskey'), / OperationNotEnabledException: /)
    await page.call('signOut')
    await page.call('configure', appOf(WEST))
    assert.equal(await begin(), 'DONE')
    assert.equal((await page.call('listPasskeys')).length, 1)
    await page.close()
  })
})
