// CUSTOM_AUTH: the customer's functions decide, alone and behind SRP, for clients and
// administrators, for users and for names without one.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { throws } from '#test/support/lambda-service.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import {
  claimsOf,
  failure,
  notAuthorized,
  PASSWORD,
  type TestClient,
} from '#test/support/test-api.js'
import {
  ClientMetadata,
  common,
  type Event,
  normal,
  TriggerRig,
} from '#test/support/trigger-rig.js'

const FUNCTIONS = [
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
] as const
const WRONG = notAuthorized('Incorrect username or password.')
const INVALID = failure('InvalidLambdaResponseException', 'Unrecognizable lambda output')
const PRIVATE = 'the-private-answer'

interface Entry {
  readonly challengeName: string
  readonly challengeResult: boolean
  readonly challengeMetadata: string | null
}

const sessionOf = ({ request }: Event) => request['session'] as readonly Entry[]

/** Asks a riddle, up to three times, behind the password where the flow began with SRP. */
const riddle = {
  DefineAuthChallenge(event: Event) {
    const session = sessionOf(event)
    const last = session.at(-1)
    if (last?.challengeName === 'SRP_A') return { challengeName: 'PASSWORD_VERIFIER' }
    const rounds = session.filter(({ challengeName }) => challengeName === 'CUSTOM_CHALLENGE')
    if (rounds.at(-1)?.challengeResult) return { issueTokens: true }
    if (rounds.length >= 3) return { failAuthentication: true }
    return { challengeName: 'CUSTOM_CHALLENGE' }
  },
  CreateAuthChallenge: (event: Event) => ({
    publicChallengeParameters: { question: 'What is it?', USERNAME: 'forged' },
    privateChallengeParameters: { answer: PRIVATE },
    challengeMetadata: `ROUND_${sessionOf(event).length}`,
  }),
  VerifyAuthChallengeResponse: ({ request }: Event) => ({
    answerCorrect:
      request['challengeAnswer'] ===
      (request['privateChallengeParameters'] as Record<string, string>)['answer'],
  }),
}

describe('custom sign-ins', () => {
  let rig: TriggerRig
  before(async () => {
    rig = await TriggerRig.start()
  })
  after(() => rig.stop())
  afterEach(() => rig.reset())

  async function makeApp(
    functions: Parameters<TriggerRig['makeApp']>[0] = FUNCTIONS,
    pool: Parameters<TriggerRig['makeApp']>[1] = {},
    PreventUserExistenceErrors: 'ENABLED' | 'LEGACY' = 'ENABLED',
  ): Promise<TestClient> {
    rig.instead = riddle
    const ExplicitAuthFlows = ['ALLOW_CUSTOM_AUTH' as const, 'ALLOW_USER_SRP_AUTH' as const]
    return rig.makeApp(functions, pool, { ExplicitAuthFlows, PreventUserExistenceErrors })
  }

  const start = (app: TestClient, USERNAME: string, more: Record<string, string> = {}) =>
    rig.api.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'CUSTOM_AUTH',
        ClientId: app.clientId,
        AuthParameters: { USERNAME, ...more },
        ClientMetadata,
      }),
    )

  const respond = (
    app: TestClient,
    { ChallengeName, Session }: InitiateAuthCommandOutput,
    ChallengeResponses: Record<string, string>,
  ) =>
    rig.api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: app.clientId,
        ChallengeName,
        Session,
        ChallengeResponses,
        ClientMetadata,
      }),
    )

  const answer = (app: TestClient, asked: InitiateAuthCommandOutput, ANSWER = PRIVATE) =>
    respond(app, asked, { USERNAME: asked.ChallengeParameters?.['USERNAME'] ?? '', ANSWER })

  test('the events, and tokens when the function issues them', async () => {
    const app = await makeApp()
    const sub = await rig.api.makeUser(app.poolId, 'ada')
    const asked = await start(app, 'ada')
    assert.equal(asked.ChallengeName, 'CUSTOM_CHALLENGE')
    // The name is the service's, whatever the function says.
    assert.deepEqual(asked.ChallengeParameters, { question: 'What is it?', USERNAME: 'ada' })
    assert.doesNotMatch(JSON.stringify(asked), new RegExp(PRIVATE))
    const [define, create, ...more] = rig.take()
    assert.equal(more.length, 0)
    const userAttributes = { sub, 'cognito:user_status': 'CONFIRMED' }
    assert.deepEqual(normal(required(define, 'define')), {
      ...common(app, 'DefineAuthChallenge_Authentication', 'ada'),
      request: { userAttributes, session: [], userNotFound: false },
      response: { challengeName: null, issueTokens: null, failAuthentication: null },
    })
    assert.deepEqual(normal(required(create, 'create')), {
      ...common(app, 'CreateAuthChallenge_Authentication', 'ada'),
      request: {
        userAttributes,
        challengeName: 'CUSTOM_CHALLENGE',
        session: [],
        userNotFound: false,
      },
      response: {
        publicChallengeParameters: null,
        privateChallengeParameters: null,
        challengeMetadata: null,
      },
    })
    const { AuthenticationResult: result } = await answer(app, asked)
    assert.equal(claimsOf(required(result?.AccessToken, 'token'))['sub'], sub)
    const [verify, again, ...others] = rig.take()
    assert.equal(others.length, 0)
    assert.deepEqual(normal(required(verify, 'verify')), {
      ...common(app, 'VerifyAuthChallengeResponse_Authentication', 'ada'),
      request: {
        userAttributes,
        privateChallengeParameters: { answer: PRIVATE },
        challengeAnswer: PRIVATE,
        clientMetadata: ClientMetadata,
        userNotFound: false,
      },
      response: { answerCorrect: null },
    })
    assert.deepEqual(required(again, 'define').request['session'], [
      { challengeName: 'CUSTOM_CHALLENGE', challengeResult: true, challengeMetadata: 'ROUND_0' },
    ])
    assert.deepEqual(again?.request['clientMetadata'], ClientMetadata)
  })

  test('rounds: one entry for each, in order, until the function ends it', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'bea')
    let asked: InitiateAuthCommandOutput = await start(app, 'bea')
    const sessions = new Set([asked.Session])
    for (const _ of [1, 2]) {
      asked = await answer(app, asked, 'wrong')
      sessions.add(asked.Session)
    }
    assert.equal(sessions.size, 3)
    rig.take()
    await assert.rejects(answer(app, asked, 'wrong'), WRONG)
    const session = sessionOf(required(rig.take().at(-1), 'define'))
    assert.deepEqual(
      session,
      [0, 1, 2].map((round) => ({
        challengeName: 'CUSTOM_CHALLENGE',
        challengeResult: false,
        challengeMetadata: `ROUND_${round}`,
      })),
    )
    // No lock comes of it: the customer's code decides how often one may guess.
    asked = await start(app, 'bea')
    assert.ok((await answer(app, asked)).AuthenticationResult)
  })

  test('a session is good once, for its challenge, its user and its client', async () => {
    const app = await makeApp()
    const other = await rig.api.makeClient(app.poolId, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] })
    await rig.api.makeUser(app.poolId, 'cleo')
    const asked = await start(app, 'cleo')
    const invalid = { name: 'NotAuthorizedException', message: /^Invalid session for the user/ }
    await assert.rejects(answer(other, asked), invalid)
    await assert.rejects(respond(app, asked, { USERNAME: 'x', ANSWER: PRIVATE }), invalid)
    const missing = failure('InvalidParameterException', 'Missing required parameter ANSWER')
    await assert.rejects(respond(app, asked, { USERNAME: 'cleo' }), missing)
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => answer(app, asked)))
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    await assert.rejects(answer(app, asked), invalid)
  })

  test('behind SRP: the password first, then the riddle', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'dee')
    const proof = async (password: string) => {
      const client = new SrpClient()
      const asked = await start(app, 'dee', { CHALLENGE_NAME: 'SRP_A', SRP_A: client.publicA })
      assert.equal(asked.ChallengeName, 'PASSWORD_VERIFIER')
      const { SALT = '', SRP_B = '', SECRET_BLOCK = '', ...names } = asked.ChallengeParameters ?? {}
      assert.deepEqual(names, { USERNAME: 'dee', USER_ID_FOR_SRP: 'dee' })
      const timestamp = timestampOf(new Date())
      const claim = { poolId: app.poolId, userId: 'dee', password, salt: SALT, publicB: SRP_B }
      return respond(app, asked, {
        USERNAME: 'dee',
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: client.sign({ ...claim, secretBlock: SECRET_BLOCK, timestamp }),
        TIMESTAMP: timestamp,
      })
    }
    const asked = await proof(PASSWORD)
    assert.equal(asked.ChallengeName, 'CUSTOM_CHALLENGE')
    const srp = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null }
    const verified = { ...srp, challengeName: 'PASSWORD_VERIFIER' }
    const defined = rig.take().filter((event) => String(event['triggerSource']).startsWith('Def'))
    assert.deepEqual(defined.map(sessionOf), [[srp], [srp, verified]])
    assert.ok((await answer(app, asked)).AuthenticationResult?.AccessToken)
    await assert.rejects(proof('Wrong-horse-9-field'), WRONG)
    const bad = failure('InvalidParameterException')
    await assert.rejects(start(app, 'dee', { CHALLENGE_NAME: 'PASSWORD' }), bad)
    const missing = failure('InvalidParameterException', 'Missing required parameter SRP_A')
    await assert.rejects(start(app, 'dee', { CHALLENGE_NAME: 'SRP_A' }), missing)
  })

  test('a password is asked for only where the flow began with SRP', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'eva')
    rig.instead = { DefineAuthChallenge: () => ({ challengeName: 'PASSWORD_VERIFIER' }) }
    await assert.rejects(start(app, 'eva'), INVALID)
    await assert.rejects(start(app, 'eva', { SRP_A: new SrpClient().publicA }), INVALID)
  })

  test('a name without a user: the functions are told, and tokens never come', async () => {
    const app = await makeApp([...FUNCTIONS, 'PreAuthentication'])
    const asked = await start(app, 'nobody')
    assert.equal(asked.ChallengeName, 'CUSTOM_CHALLENGE')
    const name = asked.ChallengeParameters?.['USERNAME']
    assert.equal((await start(app, 'nobody')).ChallengeParameters?.['USERNAME'], name)
    for (const { request, userName } of rig.take()) {
      assert.equal(request['userNotFound'], true)
      assert.deepEqual(request['userAttributes'], {})
      assert.equal(userName, 'nobody')
    }
    await assert.rejects(answer(app, asked), WRONG)
    rig.instead = { ...riddle, DefineAuthChallenge: () => ({ issueTokens: true }) }
    await assert.rejects(start(app, 'nobody'), WRONG)
    const telling = await makeApp(FUNCTIONS, {}, 'LEGACY')
    rig.take()
    const absent = failure('UserNotFoundException', 'User does not exist.')
    await assert.rejects(start(telling, 'nobody'), absent)
    assert.deepEqual(rig.take(), [])
  })

  test('who may not sign in gets no tokens by a function', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'fred')
    const asked = await start(app, 'fred')
    const disable = { UserPoolId: app.poolId, Username: 'fred' }
    await rig.api.cognito.send(new AdminDisableUserCommand(disable))
    await assert.rejects(answer(app, asked), notAuthorized('User is disabled.'))
    await rig.signUp(app, 'gina')
    rig.instead = { DefineAuthChallenge: () => ({ issueTokens: true }) }
    await assert.rejects(
      start(app, 'gina'),
      failure('UserNotConfirmedException', 'User is not confirmed.'),
    )
  })

  test('responses that say nothing, and functions that throw', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'hugo')
    for (const response of [
      {},
      { challengeName: 'SMS_MFA' },
      { challengeName: 1 },
      { issueTokens: 'true' },
      { issueTokens: false, failAuthentication: false },
    ]) {
      rig.instead = { ...riddle, DefineAuthChallenge: () => response }
      await assert.rejects(start(app, 'hugo'), INVALID, JSON.stringify(response))
    }
    for (const [response, refused] of [
      [{ failAuthentication: true }, WRONG],
      [{ failAuthentication: true, issueTokens: true }, WRONG],
    ] as const) {
      rig.instead = { ...riddle, DefineAuthChallenge: () => response }
      await assert.rejects(start(app, 'hugo'), refused)
    }
    for (const response of [
      { publicChallengeParameters: 'x' },
      { publicChallengeParameters: { a: 1 } },
      { privateChallengeParameters: { a: {} } },
      { challengeMetadata: {} },
      // What is kept goes into the session, which has a bound.
      { privateChallengeParameters: { a: 'x'.repeat(1500) } },
    ]) {
      rig.instead = { ...riddle, CreateAuthChallenge: () => response }
      await assert.rejects(start(app, 'hugo'), INVALID, JSON.stringify(response).slice(0, 80))
    }
    rig.instead = riddle
    for (const response of [{}, { answerCorrect: 'true' }, { answerCorrect: null }]) {
      const asked = await start(app, 'hugo')
      rig.instead = { ...riddle, VerifyAuthChallengeResponse: () => response }
      await assert.rejects(answer(app, asked), INVALID, JSON.stringify(response))
      rig.instead = riddle
    }
    rig.instead = { ...riddle, DefineAuthChallenge: () => throws('no') }
    const text = 'DefineAuthChallenge failed with error no.'
    await assert.rejects(start(app, 'hugo'), failure('UserLambdaValidationException', text))
  })

  test('a missing function ends the sign-in', async () => {
    const refused = failure(
      'InvalidUserPoolConfigurationException',
      'Custom auth lambda trigger is not configured for the user pool.',
    )
    for (const missing of FUNCTIONS) {
      const app = await makeApp(FUNCTIONS.filter((name) => name !== missing))
      await rig.api.makeUser(app.poolId, 'ines')
      const flow = async () => answer(app, await start(app, 'ines'))
      await assert.rejects(flow(), refused, missing)
    }
  })

  test('a sign-in does not go on for ever', async () => {
    const app = await makeApp()
    await rig.api.makeUser(app.poolId, 'jane')
    rig.instead = {
      ...riddle,
      DefineAuthChallenge: () => ({ challengeName: 'CUSTOM_CHALLENGE' }),
    }
    let asked: InitiateAuthCommandOutput = await start(app, 'jane')
    let rounds = 0
    const end = async () => {
      for (; ; rounds += 1) asked = await answer(app, asked)
    }
    await assert.rejects(end(), WRONG)
    assert.equal(rounds, 9)
  })

  test('by an administrator', async () => {
    const app = await makeApp()
    const { poolId: UserPoolId, clientId: ClientId } = app
    await rig.api.makeUser(UserPoolId, 'kurt')
    const initiate = new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: { USERNAME: 'kurt' },
    })
    const { ChallengeName, Session } = await rig.api.cognito.send(initiate)
    const { AuthenticationResult: result } = await rig.api.cognito.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId,
        ChallengeName,
        Session,
        ChallengeResponses: { USERNAME: 'kurt', ANSWER: PRIVATE },
      }),
    )
    assert.ok(result?.AccessToken)
  })

  test('a user without a password, in a pool of addresses, by the user’s own name', async () => {
    const app = await makeApp(FUNCTIONS, { UsernameAttributes: ['email'] })
    const Username = 'lena@example.com'
    const sub = await rig.api.makeUser(app.poolId, Username)
    const asked = await start(app, Username)
    assert.equal(asked.ChallengeParameters?.['USERNAME'], sub)
    assert.ok((await answer(app, asked)).AuthenticationResult?.AccessToken)
    const invited = { UserPoolId: app.poolId, Username: 'mia@example.com' }
    await rig.api.cognito.send(new AdminCreateUserCommand(invited))
    const other = await start(app, invited.Username)
    assert.ok((await answer(app, other)).AuthenticationResult?.AccessToken)
  })
})
