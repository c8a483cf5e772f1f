// Sessions of choice-based sign-ins: each challenge checks its session and uses it up, as those of
// the older flows do.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import {
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { makePasskeyPool, ORIGIN, RELYING_PARTY, register } from '../passkeys/people.js'

type Words = Readonly<Record<string, string>>

const GARBAGE = notAuthorized('Invalid session for the user.')
const EXPIRED = notAuthorized('Invalid session for the user, session is expired.')
const USED = notAuthorized('Invalid session for the user, session can only be used once.')
const FOUR_MINUTES_MS = 240_000

/** The challenge that is preferred, and the challenge that is responded to. */
const CHALLENGES = {
  SELECT_CHALLENGE: undefined,
  PASSWORD: undefined,
  EMAIL_OTP: 'EMAIL_OTP',
  SMS_OTP: 'SMS_OTP',
  WEB_AUTHN: 'WEB_AUTHN',
} as const
type Name = keyof typeof CHALLENGES

describe('sessions of choice-based sign-ins', () => {
  let api: TestApi
  let app: TestClient
  let others: readonly TestClient[]
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })
  // A signature counter would refuse a response that comes again, too.
  authenticator.counter = undefined
  before(async () => {
    api = await startTestApi({ limits: { codesPerHourMax: 1000 } })
    app = await makeApp()
    const flows = { ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] }
    others = [await makeApp(), await api.makeClient(app.poolId, flows)]
    for (const { poolId } of [app, others[0] as TestClient]) {
      for (const name of ['ann', 'bob']) {
        await api.makeUser(poolId, name, {
          email: `${name}@example.com`,
          phone_number: '+12065550100',
        })
      }
    }
    await register(api, (await api.signIn(app, 'ann')).access, authenticator)
  })
  after(() => api.stop())

  async function makeApp(): Promise<TestClient> {
    const { app: made } = await makePasskeyPool(
      api,
      { RelyingPartyId: RELYING_PARTY },
      { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] },
    )
    return made
  }
  const begin = async (name: Name) => {
    const preferred = CHALLENGES[name]
    const more = preferred === undefined ? {} : { PREFERRED_CHALLENGE: preferred }
    const { Session, ChallengeParameters } = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'ann', ...more },
      }),
    )
    const session = required(Session, 'session')
    return { session, words: await right(name, ChallengeParameters ?? {}) }
  }
  async function right(name: Name, given: Words): Promise<Words> {
    switch (name) {
      case 'SELECT_CHALLENGE':
        return { ANSWER: 'PASSWORD', PASSWORD }
      case 'PASSWORD':
        return { PASSWORD }
      case 'WEB_AUTHN': {
        const options = given['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
        return { CREDENTIAL: authenticator.get(options) }
      }
      default:
        return { [`${name}_CODE`]: await api.code(app.poolId, 'ann') }
    }
  }
  const respond = (
    name: Name,
    { session, words }: { readonly session: string; readonly words: Words },
    client = app,
    USERNAME = 'ann',
  ) =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: client.clientId,
        ChallengeName: name,
        Session: session,
        ChallengeResponses: { USERNAME, ...words },
      }),
    )

  for (const name of Object.keys(CHALLENGES) as Name[]) {
    test(`${name}: of this sign-in alone, for a time, and once`, async () => {
      const own = await begin(name)
      const changed = `${own.session.slice(0, -8)}AAAAAAAA`
      for (const session of [changed, 'x'.repeat(40)]) {
        await assert.rejects(respond(name, { ...own, session }), GARBAGE)
      }
      for (const other of others) await assert.rejects(respond(name, own, other), GARBAGE)
      await assert.rejects(respond(name, own, app, 'bob'), GARBAGE)
      const another = name === 'EMAIL_OTP' ? 'SMS_OTP' : 'EMAIL_OTP'
      const code = { [`${another}_CODE`]: '00000000' }
      await assert.rejects(respond(another, { ...own, words: code }), GARBAGE)
      await api.atLater(FOUR_MINUTES_MS, () => assert.rejects(respond(name, own), EXPIRED))
      assert.ok((await respond(name, own)).AuthenticationResult?.AccessToken)
      await assert.rejects(respond(name, own), USED)
    })
  }
})
