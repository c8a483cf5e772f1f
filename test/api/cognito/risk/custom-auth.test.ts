// Threat protection of custom sign-ins, which has a switch of its own, and of sign-ins by SRP.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
  SetRiskConfigurationCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { RecordingTriggers } from '#test/support/recording-triggers.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { BLOCKED, WRONG } from './places.js'
import { encodedData, type Mode, waitForEvents } from './protected.js'

describe('threat protection of other flows', () => {
  const recording = new RecordingTriggers()
  let api: TestApi
  let made = 0
  before(async () => {
    recording.instead = {
      defineAuthChallenge: ({ session }) => {
        const last = session.at(-1)
        if (last?.name === 'CUSTOM_CHALLENGE') return last.isPassed ? 'issue-tokens' : 'fail'
        return 'CUSTOM_CHALLENGE'
      },
      createAuthChallenge: () => ({
        publicParameters: {},
        privateParameters: {},
        metadata: undefined,
      }),
      verifyAuthChallenge: ({ answer }) => answer === 'right',
    }
    api = await startTestApi({ beatMs: 60_000, triggers: recording.triggers })
  })
  after(() => api.stop())

  async function makePlace(modes: { readonly all: Mode; readonly custom?: 'AUDIT' | 'ENFORCED' }) {
    const { all, custom } = modes
    const poolId = await api.makePool({
      UserPoolTier: 'PLUS',
      UserPoolAddOns: {
        AdvancedSecurityMode: all,
        ...(custom && { AdvancedSecurityAdditionalFlows: { CustomAuthMode: custom } }),
      },
    })
    const ExplicitAuthFlows = ['ALLOW_CUSTOM_AUTH' as const, 'ALLOW_USER_SRP_AUTH' as const]
    const app = await api.makeClient(poolId, { ExplicitAuthFlows })
    made += 1
    const username = `user${made}`
    await api.makeUser(poolId, username)
    return { app, username }
  }
  const configure = (UserPoolId: string, action: 'BLOCK' | 'MFA_REQUIRED' | 'MFA_IF_CONFIGURED') =>
    api.cognito.send(
      new SetRiskConfigurationCommand({
        UserPoolId,
        AccountTakeoverRiskConfiguration: {
          Actions: { LowAction: { EventAction: action, Notify: false } },
        },
      }),
    )
  /** On a device of this name; the address is always the same. */
  const on = (name: string) => ({
    UserContextData: { EncodedData: encodedData({ DeviceName: name }) },
  })
  const respond = (
    { clientId: ClientId }: TestClient,
    { ChallengeName, Session }: Pick<InitiateAuthCommandOutput, 'ChallengeName' | 'Session'>,
    ChallengeResponses: Record<string, string>,
    device: string,
  ) =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName,
        Session,
        ChallengeResponses,
        ...on(device),
      }),
    )

  async function byRiddle(app: TestClient, USERNAME: string, device: string, ANSWER = 'right') {
    const begun = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'CUSTOM_AUTH',
        AuthParameters: { USERNAME },
        ...on(device),
      }),
    )
    return respond(app, begun, { USERNAME, ANSWER }, device)
  }

  async function bySrp(app: TestClient, USERNAME: string, device: string, password = PASSWORD) {
    const srp = new SrpClient()
    const { ChallengeParameters: given = {} } = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME, SRP_A: srp.publicA },
        ...on(device),
      }),
    )
    const of = (name: string) => required(given[name], name)
    const timestamp = timestampOf(new Date())
    const claim = {
      poolId: app.poolId,
      userId: of('USER_ID_FOR_SRP'),
      password,
      salt: of('SALT'),
      publicB: of('SRP_B'),
      secretBlock: of('SECRET_BLOCK'),
      timestamp,
    }
    const responses = {
      USERNAME: claim.userId,
      PASSWORD_CLAIM_SECRET_BLOCK: claim.secretBlock,
      PASSWORD_CLAIM_SIGNATURE: srp.sign(claim),
      TIMESTAMP: timestamp,
    }
    const challenge = { ChallengeName: 'PASSWORD_VERIFIER' as const, Session: undefined }
    return respond(app, challenge, responses, device)
  }

  const events = ({ poolId }: TestClient, username: string, count: number) =>
    waitForEvents(api.cognito, { poolId, username }, count)

  test('by SRP: one event for both calls, blocked and wrong ones too', async () => {
    const { app, username } = await makePlace({ all: 'ENFORCED' })
    await configure(app.poolId, 'BLOCK')
    await assert.rejects(bySrp(app, username, 'mine', 'wrong'), WRONG)
    assert.ok((await bySrp(app, username, 'mine')).AuthenticationResult)
    await events(app, username, 2)
    await assert.rejects(bySrp(app, username, 'other'), BLOCKED)
    assert.ok((await bySrp(app, username, 'mine')).AuthenticationResult)
    const seen = (await events(app, username, 4)).map((event) => [
      event.EventResponse,
      event.EventRisk?.RiskDecision,
      event.ChallengeResponses?.map((one) => `${one.ChallengeName} ${one.ChallengeResponse}`),
    ])
    assert.deepEqual(seen, [
      ['Pass', 'NoRisk', ['Password Success']],
      ['Fail', 'Block', ['Password Success']],
      ['Pass', 'NoRisk', ['Password Success']],
      ['Fail', 'NoRisk', ['Password Failure']],
    ])
  })

  for (const [action, isLetIn] of [
    ['BLOCK', false],
    ['MFA_REQUIRED', false],
    ['MFA_IF_CONFIGURED', true],
  ] as const) {
    test(`a custom sign-in: ${action}`, async () => {
      const { app, username } = await makePlace({ all: 'OFF', custom: 'ENFORCED' })
      await configure(app.poolId, action)
      assert.ok((await byRiddle(app, username, 'mine')).AuthenticationResult)
      await events(app, username, 1)
      const other = byRiddle(app, username, 'other')
      if (isLetIn) assert.ok((await other).AuthenticationResult)
      else await assert.rejects(other, BLOCKED)
      const [event] = await events(app, username, 2)
      assert.equal(event?.EventRisk?.RiskDecision, isLetIn ? 'AccountTakeover' : 'Block')
      assert.equal(event?.EventRisk?.RiskLevel, 'Low')
      // Sign-ins of other kinds are not watched here.
      await bySrp(app, username, 'third')
      await byRiddle(app, username, 'mine')
      assert.equal((await events(app, username, 3)).length, 3)
    })
  }

  test('a custom sign-in that is audited, or not watched', async () => {
    const audited = await makePlace({ all: 'OFF', custom: 'AUDIT' })
    await configure(audited.app.poolId, 'BLOCK')
    for (const device of ['mine', 'other']) {
      assert.ok((await byRiddle(audited.app, audited.username, device)).AuthenticationResult)
      await events(audited.app, audited.username, device === 'mine' ? 1 : 2)
    }
    const [event] = await events(audited.app, audited.username, 2)
    assert.equal(event?.EventRisk?.RiskDecision, 'AccountTakeover')

    const { app, username } = await makePlace({ all: 'ENFORCED' })
    await configure(app.poolId, 'BLOCK')
    await bySrp(app, username, 'mine')
    await events(app, username, 1)
    assert.ok((await byRiddle(app, username, 'other')).AuthenticationResult)
    await bySrp(app, username, 'mine')
    assert.equal((await events(app, username, 2)).length, 2)
  })
})
