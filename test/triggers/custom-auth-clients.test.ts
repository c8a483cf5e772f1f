// Custom sign-ins behind SRP as clients make them: amazon-cognito-identity-js, and with a second
// factor between the password and the customer's challenge.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js'
import { required } from '#base/assert.js'
import { setUpApp } from '#test/api/cognito/mfa/people.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import { watchStatements } from '#test/support/statements.js'
import { claimsOf, PASSWORD, type TestClient } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { type Event, TriggerRig } from '#test/support/trigger-rig.js'

interface Entry {
  readonly challengeName: string
  readonly challengeResult: boolean
}

const sessionOf = ({ request }: Event) => request['session'] as readonly Entry[]
const namesOf = (event: Event) => sessionOf(event).map(({ challengeName }) => challengeName)

const functions = {
  DefineAuthChallenge(event: Event) {
    const names = namesOf(event)
    if (names.at(-1) === 'SRP_A') return { challengeName: 'PASSWORD_VERIFIER' }
    if (names.at(-1) !== 'CUSTOM_CHALLENGE') return { challengeName: 'CUSTOM_CHALLENGE' }
    return { issueTokens: sessionOf(event).at(-1)?.challengeResult ?? false }
  },
  CreateAuthChallenge: () => ({
    publicChallengeParameters: { question: '6 * 7' },
    privateChallengeParameters: { answer: '42' },
  }),
  VerifyAuthChallengeResponse: ({ request }: Event) => ({
    answerCorrect: request['challengeAnswer'] === '42',
  }),
}

describe('custom sign-ins of clients', () => {
  let rig: TriggerRig
  before(async () => {
    rig = await TriggerRig.start()
  })
  after(() => rig.stop())
  afterEach(() => rig.reset())

  async function makeApp(): Promise<TestClient> {
    rig.instead = functions
    return rig.makeApp(
      ['DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse'],
      {},
      {
        ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
        PreventUserExistenceErrors: 'ENABLED',
      },
    )
  }

  test('amazon-cognito-identity-js: SRP, then the challenge', async () => {
    const app = await makeApp()
    const sub = await rig.api.makeUser(app.poolId, 'ada')
    const kept = new Map<string, string>()
    const Storage = {
      setItem: (key: string, value: string) => void kept.set(key, value),
      getItem: (key: string) => kept.get(key) ?? null,
      removeItem: (key: string) => void kept.delete(key),
      clear: () => kept.clear(),
    }
    const Pool = new CognitoUserPool({
      UserPoolId: app.poolId,
      ClientId: app.clientId,
      endpoint: rig.api.endpoint,
      Storage,
    })
    const user = new CognitoUser({ Username: 'ada', Pool, Storage })
    user.setAuthenticationFlowType('CUSTOM_AUTH')
    const questions: unknown[] = []
    const session = await new Promise<CognitoUserSession>((resolve, reject) => {
      const callbacks = {
        onSuccess: resolve,
        onFailure: reject,
        customChallenge(parameters: { question?: string }) {
          questions.push(parameters.question)
          user.sendCustomChallengeAnswer('42', callbacks)
        },
      }
      user.authenticateUser(
        new AuthenticationDetails({ Username: 'ada', Password: PASSWORD }),
        callbacks,
      )
    })
    assert.deepEqual(questions, ['6 * 7'])
    assert.equal(claimsOf(session.getIdToken().getJwtToken())['sub'], sub)
  })

  test('a name without a user costs the database as much as a user', async () => {
    const { poolId, clientId: ClientId } = await makeApp()
    await rig.api.makeUser(poolId, 'zoe')
    const begin = (USERNAME: string) =>
      rig.api.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: 'CUSTOM_AUTH',
          ClientId,
          AuthParameters: { USERNAME },
        }),
      )
    const guess = ({ Session, ChallengeParameters }: Awaited<ReturnType<typeof begin>>) => {
      const { USERNAME = '' } = ChallengeParameters ?? {}
      const ChallengeResponses = { USERNAME, ANSWER: 'wrong' }
      const answer = { ClientId, ChallengeName: 'CUSTOM_CHALLENGE' as const, Session }
      const command = new RespondToAuthChallengeCommand({ ...answer, ChallengeResponses })
      return rig.api.cognito.send(command).catch((error: Error) => error.message)
    }
    for (const username of ['zoe', 'nobody']) {
      // The work of timers adds statements to some of the tries, and never takes any away.
      const costs: number[][] = []
      for (let tries = 0; tries < 4; tries += 1) {
        const watch = watchStatements()
        const asked = await begin(username)
        const begun = watch.statements
        assert.equal(await guess(asked), 'Unrecognizable lambda output')
        costs.push([begun, watch.statements - begun])
        watch.stop()
      }
      const fewest = [0, 1].map((at) => Math.min(...costs.map((cost) => cost[at] ?? 0)))
      assert.deepEqual(fewest, [1, 1], username)
    }
  })

  test('a second factor comes behind the password, and the functions see it', async () => {
    const app = await makeApp()
    const { poolId: UserPoolId, clientId: ClientId } = app
    await rig.api.makeUser(UserPoolId, 'bea')
    await rig.api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    )
    const { AuthenticationResult: plain } = await rig.signIn(app, 'bea')
    const secret = await setUpApp(rig.api, required(plain?.AccessToken, 'access token'))
    rig.take()
    const client = new SrpClient()
    const asked = await rig.api.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'CUSTOM_AUTH',
        ClientId,
        AuthParameters: { USERNAME: 'bea', CHALLENGE_NAME: 'SRP_A', SRP_A: client.publicA },
      }),
    )
    const { SALT = '', SRP_B = '', SECRET_BLOCK = '' } = asked.ChallengeParameters ?? {}
    const timestamp = timestampOf(new Date())
    const claim = { poolId: UserPoolId, userId: 'bea', password: PASSWORD, salt: SALT }
    const signature = client.sign({
      ...claim,
      publicB: SRP_B,
      secretBlock: SECRET_BLOCK,
      timestamp,
    })
    const respond = (
      { ChallengeName, Session }: Pick<typeof asked, 'ChallengeName' | 'Session'>,
      responses: Record<string, string>,
    ) =>
      rig.api.cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName,
          Session,
          ChallengeResponses: { USERNAME: 'bea', ...responses },
        }),
      )
    const second = await respond(asked, {
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: signature,
      TIMESTAMP: timestamp,
    })
    assert.equal(second.ChallengeName, 'SOFTWARE_TOKEN_MFA')
    const custom = await respond(second, { SOFTWARE_TOKEN_MFA_CODE: totpCode(secret) })
    assert.equal(custom.ChallengeName, 'CUSTOM_CHALLENGE')
    const { AuthenticationResult: result } = await respond(custom, { ANSWER: '42' })
    assert.ok(result?.AccessToken)
    const defined = rig.take().filter(({ triggerSource: source }) => /^Define/.test(String(source)))
    const before = ['SRP_A', 'PASSWORD_VERIFIER', 'SOFTWARE_TOKEN_MFA']
    assert.deepEqual(defined.map(namesOf), [['SRP_A'], before, [...before, 'CUSTOM_CHALLENGE']])
  })
})
